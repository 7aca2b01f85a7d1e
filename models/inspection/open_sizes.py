"""Pictures whose size a file leaves open: a size for them that all layers take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Shape, TensorRef
from models.inspection.check import Checked, check_blueprint
from models.inspection.limits import MAX_INTEGER
from models.inspection.notes import Notes
from models.inspection.refusing import refuse, shorten

Size = tuple[int, int]

# What the user chose is kept under this key, as "height x width".
CHOSEN_SIZE: Final = "size"
_WRITTEN: Final = re.compile(r"\s*(\d{1,5})\s*[x×]\s*(\d{1,5})\s*")
# A small picture is quick; the others suit networks that halve theirs more often, were made
# for MNIST or ImageNet, or take no larger one.
_SIDES: Final = (64, 28, 32, 96, 128, 224, 256, 16, 8, 4)
_USUAL_SIDE: Final = _SIDES[0]


def with_known_sizes(
    blueprint: Blueprint, chosen: str | None, notes: Notes
) -> tuple[Blueprint, Size | None]:
    """A model whose pictures have a size.

    Parameters
    ----------
    blueprint : Blueprint
    chosen : str or None
        Height and width, such as ``96x128``; None to have one proposed: one that comes
        out as large as it went in, where there is any.
    notes : Notes
        Told of the size.

    Returns
    -------
    blueprint : Blueprint
        The same, where the file says its sizes.
    size : tuple of int or None
        Height and width that were taken; None where nothing was open.

    Raises
    ------
    ModelFileError
        If the layers take no size that is tried, or if what was chosen is no size or
        cannot be chosen.
    """
    axes = _open_axes(blueprint)
    if not axes:
        if chosen is not None:
            raise _bad_choice("must be left open by the file to be chosen", chosen)
        return blueprint, None
    size = _proposed(blueprint, axes) if chosen is None else _read(chosen)
    height, width = size
    notes.add(f"the file leaves the picture's size open: taken as {height} × {width}")
    return _filled(blueprint, axes, size), size


def _open_axes(blueprint: Blueprint) -> dict[TensorRef, int]:
    """The first of each picture's two axes, of those inputs where one is open."""
    found = {}
    for ref in blueprint.input_refs:
        shape: Shape | None = blueprint.layer(ref.layer).settings["shape"]
        if shape is None or len(shape) != 4:
            continue
        first = 1 if shape[3] is not None else 2
        if None in shape[first : first + 2] and shape[3 if first == 1 else 1] is not None:
            found[ref] = first
    return found


def _read(chosen: str) -> Size:
    match = _WRITTEN.fullmatch(chosen)
    height, width = (int(digits) for digits in match.groups()) if match else (0, 0)
    if not (1 <= height <= MAX_INTEGER and 1 <= width <= MAX_INTEGER):
        raise _bad_choice(f"must be two numbers up to {MAX_INTEGER}, such as 64x64", chosen)
    return height, width


def _bad_choice(rule: str, chosen: str) -> ModelFileError:
    return refuse(
        "the picture's size", rule, shorten(repr(chosen), 40), "choose another", reason="mismatch"
    )


def _filled(blueprint: Blueprint, axes: Mapping[TensorRef, int], size: Size) -> Blueprint:
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


def _proposed(blueprint: Blueprint, axes: Mapping[TensorRef, int]) -> Size:
    fitting: list[int] = []
    refusal: ModelFileError | None = None
    for side in _SIDES:
        try:
            checked = check_blueprint(_filled(blueprint, axes, (side, side)))
        except ModelFileError as error:
            refusal = refusal or error
            continue
        given = _side_of_output(checked, min(axes.values()))
        if given is None or given < side // 2:
            return side, side  # an encoder takes any
        if given > 2 * side:
            return _small_latent(blueprint, axes, side, given)
        if given == side:
            return side, side
        fitting.append(side)
    if not fitting:
        assert refusal is not None  # one for each side
        raise refusal
    return fitting[0], fitting[0]


def _side_of_output(checked: Checked, first: int) -> int | None:
    """Height of the first picture that comes out; None where there is none."""
    for ref in checked.blueprint.output_refs:
        shape = checked.specs[ref].shape
        if len(shape) == 4:
            return shape[first]
    return None


def _small_latent(
    blueprint: Blueprint, axes: Mapping[TensorRef, int], side: int, given: int
) -> Size:
    """Of a decoder: the latent of a picture of the usual size, where it takes that."""
    small = max(side * _USUAL_SIDE // given, 1)
    try:
        check_blueprint(_filled(blueprint, axes, (small, small)))
    except ModelFileError:
        return side, side
    return small, small
