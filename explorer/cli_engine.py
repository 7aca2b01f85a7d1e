"""A model in an engine process, asked by a command that waits for each answer."""

from __future__ import annotations

import math
from argparse import Namespace as Options
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import Progress

from explorer.engine.loading import Loader, LoadingError, Peer
from explorer.log import log_path
from models.bundle import open_bundle
from models.errors import ArchitectureError, EngineError
from models.inspection.refusing import short_name
from models.source import ModelSource
from models.subject import Subject
from models.subject_wire import from_message
from models.wire import Message

PORTION = 64  # codes that are decoded at once
MOST_VALUES = 2**21  # sent or received at once
MOST_NAMED = 3  # inputs, in a sentence

Floats = npt.NDArray[np.float32]
Classes = Mapping[str, int]
Report = Callable[[int, int], object]


class ToldError(EngineError):
    """What an engine has told: a whole sentence already."""

    def __init__(self, sentence: str) -> None:
        super().__init__("The engine", "must be able to answer", "a refusal")
        self._sentence = sentence

    def __str__(self) -> str:
        return self._sentence


class CommandEngine:
    """An engine with a model loaded.

    Parameters
    ----------
    process : Peer
    subject : Subject
        The model.

    Attributes
    ----------
    spoiled : int
        How many of the decoded pictures hold values that are not finite.
    """

    def __init__(self, process: Peer, subject: Subject) -> None:
        self._process = process
        self._seq = 0
        self.spoiled = 0
        self.subject = subject

    def ask(
        self,
        kind: str,
        fields: Mapping[str, Any],
        arrays: Mapping[str, npt.NDArray[Any]],
        report: Report = lambda done, total: None,
    ) -> Message:
        """Ask, and wait for the answer.

        Parameters
        ----------
        kind, fields, arrays
            See :class:`models.wire.Message`.
        report : callable, optional
            Called with (done, total) of a long piece of work.

        Raises
        ------
        EngineError
            If there is no answer, or the engine tells why it has none.
        """
        self._seq += 1
        try:
            self._process.send(Message(kind, {**fields, "seq": self._seq}, arrays))
            while (answer := self._process.receive()).kind == "progress":
                report(int(answer.fields["done"]), int(answer.fields["total"]))
        except (EOFError, OSError) as error:
            rule, advice = "must go on until it has answered", f"see {log_path()}"
            raise EngineError("The engine", rule, "its end", advice) from error
        if answer.kind != "frame":
            raise ToldError(str(answer.fields.get("sentence", "The engine did not answer.")))
        return answer

    def decode(self, zs: Floats, classes: Classes, report: Report) -> Iterator[Floats]:
        """What the decoder makes of codes (n, latent_dim), portion by portion.

        Parameters
        ----------
        zs : ndarray of float32, shape (n, latent_dim)
        classes : mapping of str to int
            See :func:`choose_classes`.
        report : callable
            Called with (done, total) after each portion.

        Yields
        ------
        ndarray of float32
            Pictures (m, height, width, channels) or curves (m, length, channels).
        """
        port = self.subject.outputs[0].port
        values = max(math.prod(port.shape), self.subject.latent_dim)
        portion = max(1, min(PORTION, MOST_VALUES // values))
        for start in range(0, len(zs), portion):
            arrays = {"z": np.ascontiguousarray(zs[start : start + portion])}
            answer = self.ask("tiles", {"classes": dict(classes)}, arrays)
            output = answer.arrays["outputs.decoder_output"]
            self.spoiled += int((~np.isfinite(output).reshape(len(output), -1).all(axis=1)).sum())
            yield output
            report(min(start + portion, len(zs)), len(zs))


@contextmanager
def open_engine(source: ModelSource) -> Iterator[CommandEngine]:
    """An engine with the model of ``source``, ended at the end of the block.

    Raises
    ------
    LatentExplorerError
        If the model cannot be opened, or must not be.
    """
    bundle = None if source.bundle is None else open_bundle(source.bundle)
    loader = Loader(source)
    with closing(loader.new_process(log_path())) as process:
        process.start()
        try:
            opened = loader.load(process, source.name, lambda: None)
        except LoadingError as error:
            raise _explain(error) from error
        if bundle is not None:
            subject = Subject.of_bundle(bundle)
        else:
            subject = from_message(opened.fields["subject"], opened.arrays)
        yield CommandEngine(process, subject)


def choose_classes(options: Options, subject: Subject) -> dict[str, int]:
    """The classes of ``--class`` by the names of the model's inputs.

    Raises
    ------
    ArchitectureError
        If the model takes no such class.
    """
    ports = {port.name: port for port in subject.classes}
    if options.classes and not ports:
        raise ArchitectureError("--class", "must be left out", "a model that takes no class")
    chosen: dict[str, int] = {}
    for named, number in options.classes:
        name = named or (next(iter(ports)) if len(ports) == 1 else "")
        if name not in ports:
            rule = "must name an input: " + " or ".join(map(short_name, list(ports)[:MOST_NAMED]))
            received = repr(short_name(named)) if named else f"{number} alone"
            raise ArchitectureError("--class", rule, received)
        if number >= ports[name].classes:
            most = ports[name].classes - 1
            raise ArchitectureError("--class", f"must be from 0 to {most}", str(number))
        chosen[name] = number
    return chosen


def tell_spoiled(engine: CommandEngine) -> None:
    """Print how many pictures are not what they seem, if any."""
    if engine.spoiled:
        print(f"Values that are not finite are black; pictures that hold some: {engine.spoiled:,}")


@contextmanager
def progress_bar(name: str) -> Iterator[Report]:
    """A bar on the terminal, if there is one; what it gives is called with (done, total)."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _explain(error: LoadingError) -> EngineError:
    if error.status is not None:
        return ToldError(error.status.sentence)
    return EngineError("The engine", "must live until the model is loaded", "its end", "try again")
