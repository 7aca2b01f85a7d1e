"""A session replayed without a window: its model in an engine, its pictures in a folder."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEventLoop, QObject

from explorer.engine.client import Engine
from explorer.engine.process import stop_template
from explorer.opening import Opener
from explorer.panes.output_pane import png_bytes
from explorer.sessions.checking import refuse
from explorer.sessions.fitting import check_fit, taking
from explorer.sessions.identity import find_known, identify
from explorer.sessions.saved import SavedSession
from explorer.state.frame import Floats, Frame
from explorer.state.journey_edits import journey_path
from explorer.state.looking import NO_CLASSES, ask_tiles
from explorer.state.session import Session
from explorer.widgets.pixels import to_image
from models.errors import EngineError, LatentError
from models.files import write_atomically
from models.noise import corrupt, noise_to_json
from models.ports import CurvePort
from models.source import ModelSource

SUMMARY = "summary.json"
PORTION = 32  # of pictures that are asked for, and held, at a time

Report = Callable[[int, int], object]  # how many pictures are made, and how many there are


class Replay(QObject):
    """Opens the model of a session, sets what was set, and saves what there is to see.

    Parameters
    ----------
    saved : SavedSession
    out : Path
        Folder of the pictures; made if it is not there.
    source : ModelSource, optional
        The session's model; without it one that comes with the app.
    """

    def __init__(self, saved: SavedSession, out: Path, source: ModelSource | None = None) -> None:
        super().__init__()
        self._saved = saved
        self._out = out
        self._source = source
        self._loop = QEventLoop(self)
        self._error: BaseException | None = None
        self._files: list[str] = []

    def run(self, report: Report) -> dict[str, Any]:
        """Replay it all.

        Returns
        -------
        dict
            What was written to ``summary.json``.

        Raises
        ------
        SessionError
            If the model is another than the session's.
        LatentExplorerError
            If it cannot be opened, or gives no picture.
        OSError
            If the disk is full or the folder cannot be written.
        """
        source = self._source or find_known(self._saved.model)
        if source is None:
            named = " and ".join(map(str, self._saved.model.source.files()))
            advice = "no path that a session names is opened unasked"
            raise refuse("The session's model", "must be named with --model", named, advice)
        opener = Opener(parent=self)
        try:
            session, engine = self._open(opener, source)
            try:
                return self._render(session, report)
            finally:
                engine.close()
        finally:
            opener.cancel()
            stop_template()

    def stop(self, error: BaseException) -> None:
        """Give up with this error."""
        self._error = error
        self._loop.quit()

    def _open(self, opener: Opener, source: ModelSource) -> tuple[Session, Engine]:
        opened: list[tuple[Session, Engine]] = []

        def take(session: Session, engine: Engine) -> None:
            opened.append((session, engine))
            self._loop.quit()

        opener.opened.connect(take)
        opener.refused.connect(lambda sentence, _: self.stop(_failure(sentence)))
        opener.open(replace(source, choices=self._saved.model.source.choices))
        self._wait(lambda: bool(opened))
        return opened[0]

    def _render(self, session: Session, report: Report) -> dict[str, Any]:
        saved = self._saved
        if not identify(session.subject).is_same(saved.model):
            rule = "must be the one that the session was saved with"
            raise refuse(session.subject.name, rule, "another one")
        check_fit(saved.state, session.subject)
        session.failed.connect(lambda _, sentence: self.stop(_failure(sentence)))
        self._out.mkdir(parents=True, exist_ok=True)
        frame = self._take(session)
        marks, way = saved.state.bookmarks, self._way()
        total = 1 + len(marks) + len(way)
        report(1, total)
        made = 1
        listed = [f"bookmark-{number:03}" for number in range(1, len(marks) + 1)]
        steps = [f"journey-{number:05}" for number in range(1, len(way) + 1)]
        drawn = [(name, mark.z, mark.classes) for name, mark in zip(listed, marks, strict=True)]
        drawn += [(name, z, NO_CLASSES) for name, z in zip(steps, way, strict=True)]
        for _, group in itertools.groupby(drawn, lambda one: sorted(one[2].items())):
            alike = list(group)
            for start in range(0, len(alike), PORTION):
                names, zs, classes = zip(*alike[start : start + PORTION], strict=True)
                self._save_codes(session, names, np.stack(zs), classes[0])
                made += len(names)
                report(made, total)
        return self._summarise(session, frame, listed, steps)

    def _take(self, session: Session) -> Frame:
        """Set all that was set, and save the picture of it."""
        asked: list[int] = []
        frames: list[Frame] = []
        session.requested.connect(lambda request: asked.append(request.seq))
        session.frame_shown.connect(frames.append)
        session.frame_shown.connect(self._loop.quit)
        session.edit(taking(self._saved.state))
        self._wait(lambda: bool(frames) and frames[-1].seq >= asked[-1])
        frame, state = frames[-1], session.state
        self._save("output", frame.outputs["decoder_output"][0], session)
        if session.subject.has_encoder and not state.drawing.is_empty:
            clean = session.clean
            noisy = frame.inputs.get("noisy")
            self._save("input", clean[0])
            if noisy is None:
                noisy = corrupt(clean, state.noise, state.noise_seed)
            self._save("noisy", noisy[0])
        return frame

    def _way(self) -> Floats:
        """The codes of the journey, (n, latent_dim); none where it leads nowhere."""
        state = self._saved.state
        try:
            path = journey_path(state)
        except LatentError:
            return np.zeros((0, state.latent.z.size), np.float32)
        return path.codes(path.places(state.journey.steps))

    def _save_codes(
        self, session: Session, names: Sequence[str], zs: Floats, classes: Mapping[str, int]
    ) -> None:
        answers: list[Frame] = []
        seq = 0

        def take(frame: Frame) -> None:
            if frame.seq == seq:
                answers.append(frame)
                self._loop.quit()

        session.answered.connect(take)
        seq = ask_tiles(session, zs, classes)
        self._wait(lambda: bool(answers))
        session.answered.disconnect(take)
        for name, output in zip(names, answers[0].outputs["decoder_output"], strict=True):
            self._save(name, output, session)

    def _save(self, name: str, picture: npt.NDArray[Any], session: Session | None = None) -> None:
        """As a PNG, or as an array where what comes out is a curve."""
        port = None
        if session is not None:
            port = session.state.port or session.subject.output(session.state.shown).port
        if isinstance(port, CurvePort):
            file = f"{name}.npy"
            write_atomically(self._out / file, lambda stream: np.save(stream, picture))
        else:
            file = f"{name}.png"
            data = png_bytes(to_image(picture))
            write_atomically(self._out / file, lambda stream: stream.write(data))
        self._files.append(file)

    def _summarise(
        self, session: Session, frame: Frame, listed: list[str], steps: list[str]
    ) -> dict[str, Any]:
        state = session.state
        z = frame.z[0] if frame.z is not None else state.latent.z
        kinds = {Path(file).stem: file for file in self._files}
        summary = {
            "model": self._saved.model.name,
            "sha256": dict(self._saved.model.digests),
            "route": state.route.value,
            "z": [float(value) for value in z],
            "noise": {**noise_to_json(state.noise), "seed": state.noise_seed},
            "metrics": _without_nan(frame.metrics),
            "pictures": {
                name: kinds[name] for name in ("input", "noisy", "output") if name in kinds
            },
            "bookmarks": [
                {"name": mark.name, "file": kinds[name]}
                for mark, name in zip(state.bookmarks, listed, strict=True)
            ],
            "journey": {**state.journey.to_json(), "files": [kinds[name] for name in steps]},
        }
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_atomically(self._out / SUMMARY, lambda stream: stream.write(text.encode("utf-8")))
        return summary

    def _wait(self, is_done: Callable[[], bool]) -> None:
        while not is_done() and self._error is None:
            self._loop.exec()
        if self._error is not None:
            raise self._error


def _failure(sentence: str) -> EngineError:
    return EngineError("The replay", "needs pictures of the session's model", sentence.rstrip("."))


def _without_nan(metrics: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float | None]]:
    return {
        side: {name: value if np.isfinite(value) else None for name, value in values.items()}
        for side, values in metrics.items()
    }
