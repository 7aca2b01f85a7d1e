"""Pictures whose size a file leaves open: a size for them that all layers take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Shape, TensorRef
from models.inspection.check import check_blueprint
from models.inspection.limits import MAX_INTEGER
from models.inspection.notes import Notes
from models.inspection.refusing import refuse, shorten

Size = tuple[int, int]
Axes = Mapping[TensorRef, int]

_WRITTEN: Final = re.compile(r"\s*(\d{1,5})\s*[x×]\s*(\d{1,5})\s*")
# A small picture is quick; the others suit networks that halve theirs more often, were made
# for MNIST or ImageNet, or take no larger one.
_SIDES: Final = (64, 28, 32, 96, 128, 224, 256, 16, 8, 4)
RANK: Final = 4  # of a batch of pictures
# What makes pictures larger or smaller than by this is a decoder or an encoder.
MUCH: Final = 2


def with_known_sizes(
    blueprint: Blueprint, chosen: str | None, notes: Notes
) -> tuple[Blueprint, Size | None]:
    """A model whose pictures have a size.

    Parameters
    ----------
    blueprint : Blueprint
    chosen : str or None
        Height and width, such as ``96x128``, for what is open; None to have one
        proposed: one that comes out as large as it went in, where there is any.
    notes : Notes
        Told of the size.

    Returns
    -------
    blueprint : Blueprint
        The same, where the file says its sizes.
    size : tuple of int or None
        Height and width of the picture that goes in or, of a decoder, comes out; None
        where nothing was open.

    Raises
    ------
    ModelFileError
        If the layers take no size that is tried, or if what was chosen is no size or
        cannot be.
    """
    axes = _open_axes(blueprint)
    if not axes:
        return blueprint, None
    filled, size = (
        _proposed(blueprint, axes) if chosen is None else _chosen(blueprint, axes, chosen)
    )
    notes.add(f"the file leaves the picture's size open: taken as {size[0]}×{size[1]}")
    return filled, size


def _open_axes(blueprint: Blueprint) -> dict[TensorRef, int]:
    """The first of each picture's two axes, of those inputs where one is open."""
    found = {}
    for ref in blueprint.input_refs:
        shape: Shape | None = blueprint.layer(ref.layer).settings["shape"]
        if shape is None or len(shape) != RANK:
            continue
        first = 1 if shape[3] is not None else 2
        if None in shape[first : first + 2] and shape[3 if first == 1 else 1] is not None:
            found[ref] = first
    return found


def _read(chosen: str) -> Size:
    match = _WRITTEN.fullmatch(chosen)
    height, width = (int(digits) for digits in match.groups()) if match else (0, 0)
    if not (1 <= height <= MAX_INTEGER and 1 <= width <= MAX_INTEGER):
        raise refuse_size(f"must be two numbers up to {MAX_INTEGER}, such as 64x64", chosen)
    return height, width


def refuse_size(rule: str, chosen: str) -> ModelFileError:
    """A refusal of a size that somebody has chosen."""
    return refuse(
        "the picture's size", rule, shorten(repr(chosen), 40), "choose another", reason="mismatch"
    )


def _filled(blueprint: Blueprint, axes: Axes, size: Size) -> Blueprint:
    layers = []
    for layer in blueprint.layers:
        first = axes.get(TensorRef(layer.name))
        if first is not None and layer.kind == "InputLayer":
            shape = list(layer.settings["shape"])
            for axis, side in zip((first, first + 1), size, strict=True):
                shape[axis] = side if shape[axis] is None else shape[axis]
            layer = replace(layer, settings={**layer.settings, "shape": tuple(shape)})
        layers.append(layer)
    return replace(blueprint, layers=tuple(layers))


def _size_in(filled: Blueprint, axes: Axes) -> Size:
    """Of the first picture that goes in; one of its sides may have been known."""
    ref, first = next(iter(axes.items()))
    height, width = filled.layer(ref.layer).settings["shape"][first : first + 2]
    return height, width


def _proposed(blueprint: Blueprint, axes: Axes) -> tuple[Blueprint, Size]:
    fitting: list[tuple[Blueprint, Size]] = []
    refusal: ModelFileError | None = None
    for side in _SIDES:
        size = side, side
        try:
            filled, given = _tried(blueprint, axes, size)
        except ModelFileError as error:
            refusal = refusal or error
            continue
        if given is not None and given[0] > MUCH * side:
            return _decoded(blueprint, axes, size, given)
        taken = _size_in(filled, axes)
        if given is None or given[0] * MUCH < side or given == taken:
            return filled, taken  # an encoder takes any
        fitting.append((filled, taken))
    if not fitting:
        assert refusal is not None  # one for each side
        raise refusal
    return fitting[0]


def _decoded(blueprint: Blueprint, axes: Axes, size: Size, given: Size) -> tuple[Blueprint, Size]:
    """Of a decoder: the latent of a picture of the usual size, where it takes that."""
    try:
        filled, smaller = _tried(blueprint, axes, _latent_of((_SIDES[0],) * 2, size, given))
    except ModelFileError:
        filled, smaller = _tried(blueprint, axes, size)
    return filled, smaller or given


def _chosen(blueprint: Blueprint, axes: Axes, chosen: str) -> tuple[Blueprint, Size]:
    wanted = _read(chosen)
    for side in _SIDES:
        size = side, side
        try:
            _, given = _tried(blueprint, axes, size)
        except ModelFileError:
            continue
        if given is None or given[0] <= MUCH * side:
            break
        filled, made = _tried(blueprint, axes, _latent_of(wanted, size, given))
        if made is not None and made != wanted:
            other = f"{made[0]}x{made[1]}"
            raise refuse_size(f"must be one that the decoder gives, such as {other}", chosen)
        return filled, wanted
    filled = _filled(blueprint, axes, wanted)
    return filled, _size_in(filled, axes)


def _tried(blueprint: Blueprint, axes: Axes, size: Size) -> tuple[Blueprint, Size | None]:
    """With this size, and that of the first picture that comes out; None where there is none."""
    filled = _filled(blueprint, axes, size)
    checked = check_blueprint(filled)
    first = min(axes.values())
    for ref in checked.blueprint.output_refs:
        shape = checked.specs[ref].shape
        if len(shape) == RANK:
            return filled, (shape[first] or 1, shape[first + 1] or 1)
    return filled, None


def _latent_of(wanted: Size, size: Size, given: Size) -> Size:
    """The size of a latent that gives this picture, where ``size`` gives ``given``."""
    height, width = (
        max(each * small // large, 1)
        for each, small, large in zip(wanted, size, given, strict=True)
    )
    return height, width
