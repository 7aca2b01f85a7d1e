"""Refusals of one sentence, whatever the file calls its layers."""

from __future__ import annotations

from models.errors import ModelFileError

MAX_SENTENCE_CHARS = 200
NAME_CHARACTERS = 40

SAVE_WHOLE = "save the whole model with model.save('decoder.keras')"


def refuse(
    thing: str, rule: str, received: str, advice: str = "", *, reason: str, details: str = ""
) -> ModelFileError:
    """A refusal whose sentence is at most 200 characters.

    Parameters
    ----------
    thing, rule, received, advice : str
        As :class:`models.errors.LatentExplorerError` has them. Where they are too
        long together, ``received`` is cut first, then ``thing``.
    reason : str
        Key of :data:`models.errors.REASONS`.
    """
    too_long = len(f"{thing} {rule}; received {received}; {advice}.") - MAX_SENTENCE_CHARS
    if too_long > 0:
        kept = max(len(received) - too_long, 16)
        too_long -= len(received) - kept
        received = shorten(received, kept)
    if too_long > 0:
        thing = shorten(thing, max(len(thing) - too_long, 16))
    return ModelFileError(thing, rule, received, advice, reason=reason, details=details)


def printable(text: str) -> str:
    """Text from outside, with a mark in place of each character that cannot be shown."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` printable characters, with an ellipsis where some are left out."""
    text = printable(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def short_name(name: str) -> str:
    """A name that came from outside, short enough for a legend or a part of a sentence."""
    return shorten(name, NAME_CHARACTERS)


def layer_named(name: object) -> str:
    """How a refusal speaks of a layer."""
    from models.layers.settings import told  # which a window that only shortens names never needs

    return f"layer {told(name)}"
