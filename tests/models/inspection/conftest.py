"""Blueprints drawn by hand: rows of layers, each with what it takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.inspection.blueprint import Blueprint, Call, Layer, TensorRef, TensorSpec

Drawn = tuple[Blueprint, dict[TensorRef, TensorSpec]]


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawn]:
    """``draw(rows, outputs, name)`` gives a blueprint and the specs of its tensors.

    A row is (name, kind, inputs, shape) and settings, if any; a name that was
    there before is one more call of that layer. Shapes are without the batch; a
    list of them is a layer with several outputs. ``model`` among the settings
    is the blueprint of a nested model.
    """
    return _draw


def _draw(rows: Sequence[tuple[Any, ...]], outputs: Any, name: str = "model") -> Drawn:
    layers: dict[str, Layer] = {}
    specs: dict[TensorRef, TensorSpec] = {}
    for layer_name, kind, inputs, shapes, *rest in rows:
        settings = dict(rest[0]) if rest else {}
        layer = Layer(layer_name, kind, model=settings.pop("model", None), settings=settings)
        layer = layers.get(layer_name, layer)
        number = len(layer.calls)
        if kind != "InputLayer":
            layer = replace(layer, calls=(*layer.calls, Call((_refs(inputs),))))
        layers[layer_name] = layer
        for output, shape in enumerate(shapes if isinstance(shapes, list) else [shapes]):
            spec = TensorSpec((None, *shape), settings.get("dtype", "float32"))
            specs[TensorRef(layer_name, number, output)] = spec
    entries = tuple(TensorRef(name) for name, each in layers.items() if each.kind == "InputLayer")
    tree = entries[0] if len(entries) == 1 else entries
    return Blueprint(name, tuple(layers.values()), tree, _refs(outputs)), specs


def _refs(tree: Any) -> Any:
    if isinstance(tree, str):
        return TensorRef(tree)
    if isinstance(tree, dict):
        return {key: _refs(item) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(_refs(item) for item in tree)
    return tree
