"""Functional models: layers that name one another -> a graph that is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Call, TensorRef, map_leaves
from models.inspection.classes import FUNCTIONAL
from models.inspection.nodes import first_numbers
from models.inspection.ordering import call_order
from models.inspection.refusing import layer_named, refuse
from models.layers.settings import told


def connect(blueprint: Blueprint, *, legacy_nodes: bool) -> Blueprint:
    """A blueprint with the file's numbers of calls -> with ours, and checked.

    Parameters
    ----------
    blueprint : Blueprint
        Its calls, inputs and outputs as the file has them.
    legacy_nodes : bool
        Whether the calls are spelled as Keras 1 and 2 do.

    Raises
    ------
    ModelFileError
        If a reference leads nowhere, or calls wait for one another in a circle.
    """
    connected = _renumbered(blueprint, legacy_nodes)
    _check_refs(connected)
    return connected


def _renumbered(blueprint: Blueprint, legacy_nodes: bool) -> Blueprint:
    """With all calls of nested models counted from 0."""
    models = {layer.name: layer for layer in blueprint.layers if layer.model is not None}
    calls = {name: len(layer.calls) for name, layer in models.items()}
    inside = [ref for layer in blueprint.layers for call in layer.calls for ref in call.tensors()]
    outside = [*blueprint.input_refs, *blueprint.output_refs]
    if legacy_nodes:
        of_calls = of_ends = first_numbers(calls, inside + outside, starting_with_1=calls)
    else:
        functional = [name for name in models if models[name].class_name in FUNCTIONAL]
        of_calls = first_numbers(calls, inside)
        of_ends = first_numbers(calls, outside, starting_with_1=functional)

    def shift(tree: Any, first: Mapping[str, int]) -> Any:
        def moved(ref: TensorRef) -> TensorRef:
            return replace(ref, call=ref.call - first.get(ref.layer, 0))

        return map_leaves(tree, moved, (TensorRef,))

    layers = tuple(
        replace(
            layer,
            calls=tuple(
                Call(shift(call.args, of_calls), shift(dict(call.kwargs), of_calls))
                for call in layer.calls
            ),
        )
        for layer in blueprint.layers
    )
    return replace(
        blueprint,
        layers=layers,
        inputs=shift(blueprint.inputs, of_ends),
        outputs=shift(blueprint.outputs, of_ends),
    )


def _check_refs(blueprint: Blueprint) -> None:
    calls = {
        layer.name: 1 if layer.kind == "InputLayer" else len(layer.calls)
        for layer in blueprint.layers
    }
    kinds = {layer.name: layer.kind for layer in blueprint.layers}
    used = [ref for layer in blueprint.layers for call in layer.calls for ref in call.tensors()]
    for ref in (*used, *blueprint.input_refs, *blueprint.output_refs):
        if not 0 <= ref.call < calls.get(ref.layer, 0):
            raise _torn(f"a call {ref.call} of {layer_named(ref.layer)}")
    inputs = blueprint.input_refs
    if not inputs or not blueprint.output_refs:
        raise _torn("no inputs or no outputs")
    if any(kinds[ref.layer] != "InputLayer" for ref in inputs) or len(set(inputs)) < len(inputs):
        raise _torn("inputs that are no input layers")
    fed = {ref.layer for ref in inputs}
    for layer, number in call_order(blueprint):
        for ref in layer.calls[number].tensors():
            if kinds[ref.layer] == "InputLayer" and ref.layer not in fed:
                raise _torn(f"an input {told(ref.layer)} that the model does not take")


def _torn(found: str) -> ModelFileError:
    return refuse(
        "the model's graph", "must lead from its inputs to its outputs", found,
        "save the model again",
        reason="corrupt",
    )  # fmt: skip
