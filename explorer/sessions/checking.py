"""What is checked of every value in a session's file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from models.errors import LatentExplorerError, SessionError
from models.inspection.refusing import MAX_SENTENCE_CHARS, shorten

UNCHANGED = "nothing was changed"
MAX_FIELD_CHARS = 40


def refuse(thing: str, rule: str, received: object, advice: str = UNCHANGED) -> SessionError:
    """A refusal of one line and at most 200 characters; what was received is cut first."""
    thing = _one_line(thing)
    found = _one_line(received) if isinstance(received, str) else repr(received)
    too_long = len(f"{thing} {rule}; received {found}; {advice}.") - MAX_SENTENCE_CHARS
    if too_long > 0:
        kept = max(len(found) - too_long, MAX_FIELD_CHARS // 2)
        too_long -= len(found) - kept
        found = shorten(found, kept)
    if too_long > 0:
        thing = shorten(thing, max(len(thing) - too_long, MAX_FIELD_CHARS // 2))
    return SessionError(thing, rule, found, advice)


def refuse_as(error: LatentExplorerError, thing: str) -> SessionError:
    """The same refusal, told of a part of the session."""
    return refuse(f"{thing}: {error.thing}", error.rule, error.received)


def check_record(
    value: object, needed: Collection[str], thing: str, others: Collection[str] = ()
) -> Mapping[str, Any]:
    """A record that has these fields, maybe the others, and no more.

    Raises
    ------
    SessionError
        If it is no record, lacks a field or has one that nobody knows.
    """
    if not isinstance(value, dict):
        raise refuse(thing, "must be a record", _kind(value))
    for name in value:
        if name not in needed and name not in others:
            raise refuse(thing, "must have known fields alone", shorten(name, MAX_FIELD_CHARS))
    for name in needed:
        if name not in value:
            raise refuse(thing, f'must have a field "{name}"', "none")
    return value


def check_list(value: object, most: int, thing: str, least: int = 0) -> Sequence[Any]:
    """A list of ``least`` to ``most`` items.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if not isinstance(value, list):
        raise refuse(thing, "must be a list", _kind(value))
    if not least <= len(value) <= most:
        size = f"{most:,}" if least == most else f"{least:,} to {most:,}"
        raise refuse(thing, f"must have {size} items", f"{len(value):,}")
    return value


def check_number(value: object, least: float, most: float, thing: str) -> float:
    """A finite number from ``least`` to ``most``.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(thing, "must be a number", _kind(value))
    if not least <= value <= most:  # false of NaN, too
        raise refuse(thing, f"must be from {least:g} to {most:g}", value)
    return float(value)


def check_whole(value: object, least: int, most: int, thing: str) -> int:
    """A whole number from ``least`` to ``most``.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse(thing, "must be a whole number", _kind(value))
    if not least <= value <= most:
        raise refuse(thing, f"must be from {least:,} to {most:,}", value)
    return value


def check_flag(value: object, thing: str) -> bool:
    """True or false.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if not isinstance(value, bool):
        raise refuse(thing, "must be true or false", _kind(value))
    return value


def check_text(value: object, most: int, thing: str) -> str:
    """A line of at most ``most`` characters; it may be empty.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if not isinstance(value, str):
        raise refuse(thing, "must be a text", _kind(value))
    if len(value) > most or not value.isprintable():
        raise refuse(thing, f"must be a line of at most {most:,} characters", value)
    return value


def check_choice(value: object, choices: Collection[str], thing: str) -> str:
    """One of these words.

    Raises
    ------
    SessionError
        If it is something else.
    """
    if not isinstance(value, str) or value not in choices:
        raise refuse(thing, f"must be one of {', '.join(choices)}", value)
    return value


def _one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")


def _kind(value: object) -> str:
    kinds = {dict: "a record", list: "a list", str: "a text", type(None): "nothing"}
    return kinds.get(type(value), repr(value))
