"""Where a graph samples: z = z_mean + exp(z_log_var / 2) * epsilon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from models.inspection.blueprint import TensorRef
from models.inspection.conditions import kind_without_module
from models.inspection.graph import Graph, node_of
from models.inspection.ordering import Node

SAMPLING: Final = "Sampling"  # the app's own layer, called with z_mean and z_log_var
# What turns a logarithm into a deviation; Sqrt and Softplus where it is none.
SPREADING: Final = frozenset(("Exp", "Exp2", "Sqrt", "Softplus", "Square", "Power"))
RANDOM: Final = frozenset(("GaussianNoise", "GaussianDropout", "Normal", "RandomNormal"))
# What else lies between z_log_var and z: none of it has weights.
ARITHMETIC: Final = frozenset(
    (
        *("Multiply", "Divide", "TrueDivide", "Cast", "Clip", "Rescaling"),
        *("ZerosLike", "OnesLike", "Identity", "Activation"),
    )
)


def sampled_from(graph: Graph, ref: TensorRef) -> tuple[TensorRef, TensorRef] | None:
    """``z_mean`` and ``z_log_var`` of a tensor that is sampled from them; else None."""
    if graph.layers[ref.layer].kind == "InputLayer":
        return None
    kind = _kind(graph, node_of(ref))
    tensors = graph.arguments(node_of(ref))
    if len(tensors) != 2:
        return None
    if kind == SAMPLING:
        return tensors[0], tensors[1]
    if kind == "Add":
        for mean, spread in (tensors, reversed(tensors)):
            log_var = _log_var_of(graph, spread)
            if log_var is not None:
                return mean, log_var
    return None


def _log_var_of(graph: Graph, spread: TensorRef) -> TensorRef | None:
    """What a random deviation is made of."""
    nodes = list(_arithmetic_before(graph, spread))
    kinds = {node: _kind(graph, node) for node in nodes}
    if RANDOM.isdisjoint(kinds.values()):
        return None
    for node in nodes:
        if kinds[node] in SPREADING and graph.arguments(node):
            return _before_scaling(graph, graph.arguments(node)[0])
    return None


def _arithmetic_before(graph: Graph, ref: TensorRef) -> Iterator[Node]:
    """The calls without weights that a tensor comes from, nearest first."""
    waiting, seen = [node_of(ref)], {node_of(ref)}
    for node in waiting:  # grows meanwhile
        if _kind(graph, node) not in SPREADING | RANDOM | ARITHMETIC:
            continue
        yield node
        before = [node_of(each) for each in graph.arguments(node)]
        waiting += [each for each in dict.fromkeys(before) if each not in seen]
        seen.update(before)


def _before_scaling(graph: Graph, ref: TensorRef) -> TensorRef:
    """The tensor itself in the place of its half."""
    node = node_of(ref)
    while _kind(graph, node) in ARITHMETIC and len(graph.arguments(node)) == 1:
        (ref,) = graph.arguments(node)
        node = node_of(ref)
    return ref


def _kind(graph: Graph, node: Node) -> str:
    return kind_without_module(graph.layers[node[0]].kind)
