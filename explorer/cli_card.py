"""A model's card on the terminal, read from its files without Keras."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import textwrap
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, NoReturn

from explorer.card_text import CUT, card_lines, cut_text, shown_name
from explorer.log import own_log_path
from models import sandbox
from models.errors import ModelFileError
from models.inspection.limits import ENGINE_MEMORY_BYTES, GIB, OPENING_SECONDS
from models.inspection.refusing import refuse
from models.model_card import make_card
from models.planning import make_plan
from models.source import ModelSource

HEADING_CHARS = 12
LINE_CHARS = 79


def print_card(source: ModelSource, as_json: bool) -> None:
    """Print all that can be known of a user's files without running anything.

    This process gives up what it does not need first, see :func:`models.sandbox.enter`.

    Raises
    ------
    ModelFileError
        If a file must not be opened.
    """
    folder = own_log_path().parent  # to log a refusal in
    with contextlib.suppress(OSError):  # no log stops nobody
        folder.mkdir(parents=True, exist_ok=True)
    sandbox.enter(source.files(), folder)
    card = _read(source)
    print(json.dumps(card, indent=2, allow_nan=False) if as_json else _as_text(card))


def _read(source: ModelSource) -> dict[str, Any]:
    try:
        with _limited(source), sandbox.limited_cpu(OPENING_SECONDS):
            plan = make_plan(source)
            notes: list[str] = []
            for file in plan.files:
                notes += [*file.notes, *file.read_weights()[1]]
            return make_card(plan, list(dict.fromkeys(notes)))
    except MemoryError as error:
        rule = f"must fit into {ENGINE_MEMORY_BYTES // GIB} GiB of memory"
        raise _too_much(source, rule, "a model that asks for more") from error


@contextlib.contextmanager
def _limited(source: ModelSource) -> Iterator[None]:
    """What has used up its time ends in a sentence."""
    if sys.platform == "win32":
        yield
        return

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        rule = f"must be read in {OPENING_SECONDS:.0f} s"
        raise _too_much(source, rule, "a model that takes longer")

    before = signal.signal(signal.SIGXCPU, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGXCPU, before)


def _too_much(source: ModelSource, rule: str, received: str) -> ModelFileError:
    return refuse(source.path.name, rule, received, "open a smaller one", reason="bomb")


def _as_text(card: Mapping[str, Any]) -> str:
    lines = [shown_name(card["name"]), ""]
    for heading, text in card_lines(card):
        lines += _wrap(heading, text)
        if heading == CUT and _others(card):
            lines += _wrap("", f"Or {', '.join(map(cut_text, _others(card)))}.")
    return "\n".join(lines)


def _others(card: Mapping[str, Any]) -> list[Any]:
    return [cut for cut in card["cuts"] if cut != card["cut"]]


def _wrap(heading: str, text: str) -> list[str]:
    """A heading and what stands beside it; of what a file says, only what is printable."""
    lines: list[str] = []
    for line in text.splitlines():
        plain = "".join(filter(str.isprintable, line))
        lines += textwrap.wrap(plain, LINE_CHARS - HEADING_CHARS) or [""]
    indents = [f"{heading:<{HEADING_CHARS}}", *[" " * HEADING_CHARS] * len(lines)]
    return [indent + line for indent, line in zip(indents, lines, strict=False)]
