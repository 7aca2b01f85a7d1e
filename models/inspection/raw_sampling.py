"""Sampling that Keras 2 saved function by function: z_mean + exp(z_log_var / 2) * random.normal.

The functions that only such a sampling needs are read as layers that nothing can
compute, and refused where they are left when every sampling has been replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from models.inspection.blueprint import Blueprint, Call, Layer, TensorRef
from models.inspection.classes import refuse_class
from models.inspection.conditions import kind_without_module
from models.inspection.gaussian import sampled_from
from models.inspection.graph import Graph
from models.inspection.notes import Notes
from models.inspection.sampling import SAMPLING

RANDOM_NORMAL: Final = "RandomNormal"
# TensorFlow's functions to the kinds that stand for them.
STAND_INS: Final[Mapping[str, str]] = {
    "compat.v1.shape": "Shape",
    "random.normal": RANDOM_NORMAL,
    "shape": "Shape",
}
_KINDS: Final = frozenset(STAND_INS.values())
# What makes a deviation of a log-variance, by the constant that halves.
_HALVES: Final = {"Multiply": 0.5, "Divide": 2}


def replace_sampling(blueprint: Blueprint, notes: Notes) -> Blueprint:
    """A graph with the app's own layer wherever it samples.

    Raises
    ------
    ModelFileError
        If random numbers are used for anything else.
    """
    if not any(layer.kind in _KINDS for layer in blueprint.layers):
        return blueprint
    graph = Graph(blueprint)
    layers = [_replaced(layer, graph, notes) for layer in blueprint.layers]
    replaced = replace(blueprint, layers=tuple(layers))
    for name, _ in Graph(replaced).order:
        if graph.layers[name].kind in _KINDS:
            function = "random.normal" if graph.layers[name].kind == RANDOM_NORMAL else "shape"
            raise refuse_class(name, f"tf.{function}")
    return replace(replaced, layers=tuple(layer for layer in layers if layer.kind not in _KINDS))


def _replaced(layer: Layer, graph: Graph, notes: Notes) -> Layer:
    if kind_without_module(layer.kind) != "Add" or len(layer.calls) != 1:
        return layer
    found = sampled_from(graph, TensorRef(layer.name))
    if found is None or not _is_random(layer, graph):
        return layer
    mean, log_var = found
    exact = _is_halved(graph, log_var) and _is_standard(graph)
    notes.add(
        "sampling by TensorFlow's functions became the app's own Gaussian sampling"
        if exact
        else "sampling by TensorFlow's functions was replaced: it gives z_mean now",
        layer.name,
    )
    call = Call(([mean, log_var],))
    return Layer(layer.name, SAMPLING, {"noise": exact}, (call,), class_name=layer.class_name)


def _is_random(layer: Layer, graph: Graph) -> bool:
    before = graph.before(layer.calls[0].tensors())
    return any(graph.layers[name].kind == RANDOM_NORMAL for name, _ in before)


def _is_halved(graph: Graph, log_var: TensorRef) -> bool:
    for name, number in graph.consumers.get(log_var, ()):
        layer = graph.layers[name]
        half = _HALVES.get(kind_without_module(layer.kind))
        call = layer.calls[number]
        given = (*call.args, *call.kwargs.values())
        if half is not None and any(_is_number(value, half) for value in given):
            return True
    return False


def _is_standard(graph: Graph) -> bool:
    """Whether all random numbers are of mean 0 and deviation 1."""
    calls = [
        call
        for layer in graph.layers.values()
        if layer.kind == RANDOM_NORMAL
        for call in layer.calls
    ]
    wanted = {"mean": 0, "stddev": 1}
    return all(
        _is_number(call.kwargs.get(name, value), value)
        for call in calls
        for name, value in wanted.items()
    )


def _is_number(value: Any, wanted: float) -> bool:
    return isinstance(value, int | float) and value == wanted
