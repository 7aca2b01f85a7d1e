"""A model's card as lines of words, for the window and for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.inspection.refusing import shorten

MAX_NAME_CHARS = 48
CUT = "Cut"
OPENED_AS = "Opened as"
CLASSES = "Classes"
PICTURE_SIZE = "Picture size"

Card = Mapping[str, Any]


def card_lines(card: Card) -> list[tuple[str, str]]:
    """Headings and what stands beside them; how else to read the files is not among them.

    Parameters
    ----------
    card : mapping
        See :func:`models.model_card.make_card`; what it lacks is left out.
    """
    is_encoder = card.get("role") == "encoder"
    lines = [
        ("Format", _format(card)),
        (OPENED_AS, str(card.get("reason", ""))),
        ("Encoder", half_text(card["encoder"]) if card.get("encoder") else "none"),
        (CUT, _cut_lines(card["cut"]) if card.get("cut") else ""),
        ("latent_dim", f"{card['latent_dim']:,}" if "latent_dim" in card else ""),
        ("Decoder", "none; the code itself is shown" if is_encoder else half_text(card)),
        (CLASSES, _chosen(card.get("class_offers", ()))),
        (PICTURE_SIZE, _chosen(card.get("size_offers", ()))),
        ("Sliders", _sentence(card.get("ranges", ""))),
        ("Values", _sentence(card.get("values", "")) if _makes_pictures(card) else ""),
        ("Notes", _list(list(map(_sentence, card.get("notes", ()))))),
    ]
    return [line for line in lines if line[1]]


def half_text(half: Card) -> str:
    """What goes into an encoder or a decoder, what comes out, and how large it is."""
    ends = [_ends(half.get("inputs", ())), _ends(half.get("outputs", ()))]
    text = " → ".join(filter(None, ends))
    if "parameters" not in half:
        return text
    parameters, layers = _count(half["parameters"], "parameter"), _count(half["layers"], "layer")
    return f"{text}\n{parameters} in {layers}"


def cut_text(cut: Card) -> str:
    """Where an autoencoder is cut, or may be."""
    return f"after {shown_name(cut['layer'])} ({shape_text(cut['shape'])})"


def shape_text(shape: Sequence[int | None]) -> str:
    """A shape without its batch, such as ``28×28×1``."""
    return "×".join("?" if size is None else str(size) for size in shape) or "one value"


def typed_size(text: str) -> str:
    """A height and width as somebody types them, as a choice has them; one alone is a square's."""
    sides = "".join(text.lower().split()).replace("×", "x")
    return f"{sides}x{sides}" if sides.isdecimal() else sides


def shown_name(name: object) -> str:
    """A name from a file as it can be shown: not too long, and no control characters."""
    return shorten("".join(filter(str.isprintable, str(name))), MAX_NAME_CHARS)


def _format(card: Card) -> str:
    version = card.get("keras_version")
    return f"{card.get('format', '')}{f', written by Keras {shown_name(version)}' * bool(version)}"


def _ends(ends: Sequence[Card]) -> str:
    return ", ".join(f"{shown_name(end['name'])} {_end(end)}" for end in ends)


def _end(end: Card) -> str:
    text = shape_text(end["shape"])
    return f"{text} (class)" if end.get("kind") == "class" else text


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"• {each}" for each in sentences) if sentences[1:] else "".join(sentences)


def _chosen(offers: Sequence[Card]) -> str:
    return "".join(f"{offer['text']}." for offer in offers if offer["chosen"])


def _makes_pictures(card: Card) -> bool:
    """Black and white are nothing that a curve has."""
    return any(end.get("kind") == "picture" for end in card.get("outputs", ()))


def _cut_lines(cut: Card) -> str:
    return f"{cut_text(cut)}\n{_sentence(cut['sentence'])}"


def _sentence(text: object) -> str:
    """With a capital and a full stop."""
    sentence = str(text)
    return sentence[:1].upper() + sentence[1:] + "." * (sentence[-1:] not in ("", "."))
