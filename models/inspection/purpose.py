"""Whether a model decodes, encodes or does both, by its shapes and by its name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Shape, TensorRef, TensorSpec
from models.inspection.naming import words
from models.inspection.nesting import look_inside
from models.layouts import propose_layouts
from models.ports import SHOWN_CHANNELS, PicturePort

Role = Literal["decoder", "encoder", "autoencoder"]

MIN_PICTURE_SIDE_PX: Final = 8  # a spatial latent is coarser than any picture
ROLE_WORDS: Final[Mapping[str, Role]] = {
    "decoder": "decoder",
    "dec": "decoder",
    "generator": "decoder",
    "gen": "decoder",
    "encoder": "encoder",
    "enc": "encoder",
    "autoencoder": "autoencoder",
    "ae": "autoencoder",
    "cae": "autoencoder",
    "dae": "autoencoder",
    "vae": "autoencoder",
    "cvae": "autoencoder",
}


def tell_role(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], sources: Sequence[TensorRef]
) -> tuple[Role, str]:
    """What a model is for, and why in a sentence.

    What comes out as it goes in is an autoencoder, and so is what gives as many
    values by way of fewer. Otherwise a decoder makes something larger. Where
    axes and sizes disagree the name tells.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        Of every tensor.
    sources : sequence of TensorRef
        The inputs that take no class.
    """
    given = max((specs[ref].shape[1:] for ref in sources), key=_elements)
    shapes = [specs[ref].shape[1:] for ref in blueprint.output_refs]
    alike = [shape for shape in shapes if _elements(shape) == _elements(given)]
    if given in alike and len(given) > 1:
        return "autoencoder", f"An autoencoder: {told_shape(given)} comes out as it goes in."
    made = alike[0] if alike else max(shapes, key=_elements)
    told = f"{told_shape(given)} becomes {told_shape(made)}"
    if alike and _narrows(blueprint, specs, _elements(given)):
        return "autoencoder", f"An autoencoder: {told} by way of fewer values."
    by_shape, sure = _by_shape(given, made)
    named = _by_name(blueprint.name)
    if sure or named is None or named in ("autoencoder", by_shape):
        return by_shape, f"{_article(by_shape)} {by_shape}: {told}."
    return named, f"{_article(named)} {named}, by its name: {told}."


def told_shape(shape: Shape) -> str:
    """A shape in a sentence, such as 28×28×1."""
    return "×".join("?" if size is None else str(size) for size in shape) or "one value"


def _by_shape(given: Shape, made: Shape) -> tuple[Role, bool]:
    """Decoder or encoder, and whether axes and sizes agree."""
    growth = _elements(made) - _elements(given)
    if len(given) <= 1 and len(made) <= 1:
        return _role_of(growth), False
    if len(given) <= 1:
        return "decoder", growth > 0
    if len(made) <= 1:
        return ("encoder", growth < 0) if _looks_like_picture(given) else (_role_of(growth), True)
    places = _places(made) - _places(given)
    return _role_of(places or growth), places != 0


def _role_of(growth: int) -> Role:
    return "encoder" if growth < 0 else "decoder"


def _by_name(name: str) -> Role | None:
    """The last word that tells: an ``autoencoder_decoder`` is a decoder."""
    said = words(name)
    if said[-2:] == ("auto", "encoder"):
        return "autoencoder"
    roles = [ROLE_WORDS[word] for word in said if word in ROLE_WORDS]
    return roles[-1] if roles else None


def _narrows(blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], elements: int) -> bool:
    return any(place.elements < elements for place in look_inside(blueprint, specs).cuts)


def _looks_like_picture(shape: Shape) -> bool:
    channels_last = len(shape) == 2 or shape[-1] in SHOWN_CHANNELS
    if not channels_last and shape[0] not in SHOWN_CHANNELS:
        return False
    sides = shape[:2] if channels_last else shape[1:]
    return all(side is None or side >= MIN_PICTURE_SIDE_PX for side in sides)


def _places(shape: Shape) -> int:
    """How many pixels a picture has, whatever its channels."""
    try:
        port = propose_layouts(shape)[0]
    except ModelFileError:  # more axes than a picture has, or one of unknown size
        return _elements(shape)
    return port.height * port.width if isinstance(port, PicturePort) else port.length


def _elements(shape: Shape) -> int:
    return math.prod(size or 1 for size in shape)


def _article(role: Role) -> str:
    return "A" if role == "decoder" else "An"
