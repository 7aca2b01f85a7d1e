"""In which order a blueprint's layers are called."""

from __future__ import annotations

from collections import deque

from models.inspection.blueprint import Blueprint, Layer, TensorRef
from models.inspection.refusing import layer_named, refuse

Node = tuple[str, int]


def call_order(blueprint: Blueprint) -> tuple[tuple[Layer, int], ...]:
    """The calls that the outputs need, each after those that it needs itself.

    Inputs are no calls. What nothing needs is left out.

    Raises
    ------
    ModelFileError
        If calls wait for one another in a circle.
    """
    layers = {layer.name: layer for layer in blueprint.layers}
    needs = _needed(blueprint, layers)
    waiting = {node: len(before) for node, before in needs.items()}
    after: dict[Node, list[Node]] = {node: [] for node in needs}
    for node, before in needs.items():
        for other in before:
            after[other].append(node)
    ready = deque(node for node in _in_file_order(blueprint, needs) if waiting[node] == 0)
    order = []
    while ready:
        node = ready.popleft()
        order.append((layers[node[0]], node[1]))
        for later in after[node]:
            waiting[later] -= 1
            if waiting[later] == 0:
                ready.append(later)
    if len(order) < len(needs):
        stuck = next(name for (name, _), count in waiting.items() if count > 0)
        raise refuse(
            layer_named(stuck),
            "must not need its own output",
            "calls in a circle",
            "save the model again",
            reason="corrupt",
        )
    return tuple(order)


def _needed(blueprint: Blueprint, layers: dict[str, Layer]) -> dict[Node, set[Node]]:
    """Each call that the outputs need, and the calls that it needs."""
    needs: dict[Node, set[Node]] = {}
    wanted = [node for ref in blueprint.output_refs for node in _calls(ref, layers)]
    while wanted:
        name, number = wanted.pop()
        if (name, number) in needs:
            continue
        refs: tuple[TensorRef, ...] = layers[name].calls[number].tensors()
        before = {node for ref in refs for node in _calls(ref, layers)}
        needs[name, number] = before
        wanted.extend(before)
    return needs


def _calls(ref: TensorRef, layers: dict[str, Layer]) -> list[Node]:
    return [] if layers[ref.layer].kind == "InputLayer" else [(ref.layer, ref.call)]


def _in_file_order(blueprint: Blueprint, needs: dict[Node, set[Node]]) -> list[Node]:
    return [
        (layer.name, number)
        for layer in blueprint.layers
        for number in range(len(layer.calls))
        if (layer.name, number) in needs
    ]
