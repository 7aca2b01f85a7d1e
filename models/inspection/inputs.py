"""Shapes of inputs that a file does not tell, or tells wrongly: taken from the first weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from models.inspection.blueprint import Blueprint, Layer, Shape, TensorRef
from models.inspection.notes import Notes
from models.inspection.ordering import call_order

# Of the arrays of one of the model's own layers, in order.
ShapesOf = Callable[[str], Sequence[tuple[int, ...]]]

# Layers of one input that keep its shape.
_KEEPING: Final = frozenset(
    ["Activation", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "LeakyReLU", "ReLU"]
)


def complete_inputs(blueprint: Blueprint, shapes_of: ShapesOf, notes: Notes) -> Blueprint:
    """Fill in what the kernel of a first Dense layer tells of its input.

    A Sequential model's kernel is believed more than the shape that is told of its
    input; the inputs of other models are filled in where they are open.

    Parameters
    ----------
    blueprint : Blueprint
    shapes_of : callable
        Of a layer's name; the shapes of its arrays in the file.
    notes : Notes
        Told of what is filled in.
    """
    layers = []
    for layer in blueprint.layers:
        if layer.kind == "InputLayer":
            told: Shape | None = layer.settings["shape"]
            size = _size_of_first_kernel(blueprint, layer.name, shapes_of)
            shape = _completed(told, size, believed=blueprint.sequential)
            if shape != told:
                notes.add("the input's shape was taken from the first layer's weights", layer.name)
                layer = replace(layer, settings={**layer.settings, "shape": shape})
        layers.append(layer)
    return replace(blueprint, layers=tuple(layers))


def _completed(told: Shape | None, size: int | None, *, believed: bool) -> Shape | None:
    if size is None:
        return told
    if told is None:
        return (None, size)
    wrong = believed and len(told) == 2
    return (*told[:-1], size) if len(told) > 1 and (told[-1] is None or wrong) else told


def _size_of_first_kernel(blueprint: Blueprint, name: str, shapes_of: ShapesOf) -> int | None:
    ref = TensorRef(name)
    for layer, number in call_order(blueprint):
        if ref not in layer.calls[number].tensors():
            continue
        if layer.kind in _KEEPING:
            ref = TensorRef(layer.name, number)
            continue
        return _rows(layer, shapes_of(layer.name))
    return None


def _rows(layer: Layer, shapes: Sequence[tuple[int, ...]]) -> int | None:
    if layer.kind != "Dense" or not shapes or len(shapes[0]) != 2:
        return None
    rows, units = shapes[0]
    return rows if units == layer.settings["units"] else None
