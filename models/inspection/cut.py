"""Cutting an autoencoder in two: an encoder up to a tensor, a decoder from it on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from models.inspection.blueprint import Blueprint, Layer, TensorRef, TensorSpec, map_leaves
from models.inspection.conditions import find_class_inputs
from models.inspection.graph import Graph, node_of
from models.inspection.ordering import Node
from models.inspection.refusing import refuse, shorten

LATENT_INPUTS: Final = "latent_inputs"
MAX_NAME_CHARS: Final = 24  # in a refusal that names three layers


def cut(
    blueprint: Blueprint,
    specs: Mapping[TensorRef, TensorSpec],
    ref: TensorRef,
    also: tuple[TensorRef, ...] = (),
) -> tuple[Blueprint, Blueprint]:
    """Cut a model at a tensor.

    A new input takes the place of the tensor, which is a layer's *output*. Layers
    keep their names, by which their weights are found; one that both sides call
    is on both. A class that the decoder takes as well becomes an input of both,
    and outputs that do not come from the tensor are the encoder's affair.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        Of the blueprint's inputs and of ``ref``, at least.
    ref : TensorRef
        What a layer gives, between the inputs and the outputs.
    also : tuple of TensorRef, optional
        What the encoder gives before ``ref``, such as z_mean and z_log_var.

    Returns
    -------
    encoder : Blueprint
        From the inputs to ``ref``, or to ``also`` and ``ref``.
    decoder : Blueprint
        From the new input, and classes where it takes them, to the outputs.

    Raises
    ------
    ModelFileError
        If there is no such tensor between inputs and outputs, or if a path
        from the inputs to the outputs runs around it (a skip connection).
    """
    graph = Graph(blueprint)
    classes = find_class_inputs(blueprint, specs)
    sources = frozenset(ref for ref in blueprint.input_refs if ref not in classes)
    after = graph.after([ref])
    targets = [target for target in blueprint.output_refs if node_of(target) in after]
    if not targets or node_of(ref) not in graph.after(sources):
        raise refuse(
            f"the layer to cut at, {_shown(ref.layer)},",
            "must lie between the picture and the output",
            "one that does not",
            "choose another layer",
            reason="mismatch",
        )
    needed = graph.before(targets, stop=ref)
    _refuse_a_way_around(graph, ref, sources, after & needed)
    encoder = _part(
        blueprint,
        graph.before([*also, ref]),
        inputs=blueprint.inputs,
        outputs=(*also, ref) if also else ref,
        name=f"{blueprint.name}_encoder",
    )
    latent = _latent_input(graph, specs[ref])
    latent_ref = TensorRef(latent.name)
    decoder = _part(
        _with_layer(blueprint, latent),
        needed,
        inputs=(latent_ref, *classes),
        outputs=_pruned(blueprint.outputs, targets),
        name=f"{blueprint.name}_decoder",
        swapped={ref: latent_ref},
    )
    return encoder, decoder


def _refuse_a_way_around(
    graph: Graph, ref: TensorRef, sources: Collection[TensorRef], after: Collection[Node]
) -> None:
    from_sources = graph.after(sources)
    for node in graph.order:
        if node not in after:
            continue
        for other in graph.arguments(node):
            comes_from_ref = other == ref or node_of(other) in after
            if not comes_from_ref and (other in sources or node_of(other) in from_sources):
                ends = f"{_shown(other.layer)} to {_shown(node[0])}"
                raise refuse(
                    f"the cut at {_shown(ref.layer)}",
                    "must be the only way to the output",
                    f"a connection from {ends} that jumps across",
                    "choose another layer",
                    reason="mismatch",
                )


def _part(
    blueprint: Blueprint,
    nodes: Collection[Node],
    *,
    inputs: Any,
    outputs: Any,
    name: str,
    swapped: Mapping[TensorRef, TensorRef] | None = None,
) -> Blueprint:
    """The model that these calls make; its calls are numbered anew."""
    numbers = _renumber(blueprint, nodes)

    def change(ref: TensorRef) -> TensorRef:
        ref = (swapped or {}).get(ref, ref)
        return TensorRef(ref.layer, numbers.get(node_of(ref), 0), ref.output)

    layers = []
    for layer in blueprint.layers:
        kept = [call for i, call in enumerate(layer.calls) if (layer.name, i) in numbers]
        if kept:
            layers.append(replace(layer, calls=tuple(call.map(change) for call in kept)))
    outputs = map_leaves(outputs, change, (TensorRef,))
    taken = {ref for layer in layers for call in layer.calls for ref in call.tensors()}
    inputs = _pruned(inputs, taken)
    names = {ref.layer for ref in taken}
    entries = [
        each for each in blueprint.layers if each.kind == "InputLayer" and each.name in names
    ]
    return Blueprint(name, (*entries, *layers), inputs, outputs)


def _renumber(blueprint: Blueprint, nodes: Collection[Node]) -> dict[Node, int]:
    numbers: dict[Node, int] = {}
    for layer in blueprint.layers:
        if layer.kind != "InputLayer":
            kept = [i for i in range(len(layer.calls)) if (layer.name, i) in nodes]
            numbers |= {(layer.name, i): number for number, i in enumerate(kept)}
    return numbers


def _pruned(tree: Any, kept: Collection[TensorRef]) -> Any:
    """A nest of tensors without the others; a list of one becomes that one."""
    if isinstance(tree, TensorRef):
        return tree if tree in kept else None
    if isinstance(tree, Mapping):
        pruned = {key: _pruned(item, kept) for key, item in tree.items()}
        return {key: item for key, item in pruned.items() if item is not None} or None
    items = [item for item in (_pruned(each, kept) for each in tree) if item is not None]
    if len(items) <= 1:
        return items[0] if items else None
    return tuple(items)


def _latent_input(graph: Graph, spec: TensorSpec) -> Layer:
    name, number = LATENT_INPUTS, 0
    while name in graph.layers:
        number += 1
        name = f"{LATENT_INPUTS}_{number}"
    return Layer(name, "InputLayer", {"shape": spec.shape, "dtype": spec.dtype})


def _with_layer(blueprint: Blueprint, layer: Layer) -> Blueprint:
    return replace(blueprint, layers=(layer, *blueprint.layers))


def _shown(name: str) -> str:
    return repr(shorten(name, MAX_NAME_CHARS))
