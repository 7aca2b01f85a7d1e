"""A nested model whose bottleneck is what matters: opened, or its layers put among the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from models.inspection.blueprint import Blueprint, Layer, TensorRef, TensorSpec, map_leaves
from models.inspection.check import check_blueprint, model_arguments
from models.inspection.proposals import Cut, Prefix, lone_model, propose_cuts, unwrap


@dataclass(frozen=True)
class Inside:
    """What is cut of a model.

    Attributes
    ----------
    blueprint : Blueprint
        The model itself, one within it, or the model with the layers of one within it.
    specs : mapping of TensorRef to TensorSpec
        Of every tensor.
    cuts : tuple of Cut
        Where it can be cut, the best place first.
    prefix : tuple of str
        Names of the nested models that were opened, outermost first.
    """

    blueprint: Blueprint
    specs: Mapping[TensorRef, TensorSpec]
    cuts: tuple[Cut, ...]
    prefix: Prefix = ()


def look_inside(blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec]) -> Inside:
    """Where a model can be cut, or what is nested in it.

    A model that holds nothing but another, and layers that idle, is that other. Where
    other layers are around it, such as a Rescaling, and none of them is a bottleneck,
    its layers take the place of the nested model.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        Of every tensor.
    """
    prefix, blueprint = unwrap(blueprint)
    if prefix:
        specs = check_blueprint(blueprint).specs
    cuts = propose_cuts(blueprint, specs)
    while not any(cut.narrows for cut in cuts) and (layer := lone_model(blueprint)) is not None:
        blueprint = inline(blueprint, layer, prefix)
        specs = check_blueprint(blueprint).specs
        cuts = propose_cuts(blueprint, specs)
    return Inside(blueprint, specs, cuts, prefix)


def inline(blueprint: Blueprint, layer: Layer, prefix: Prefix = ()) -> Blueprint:
    """A model with the layers of a nested model, that is called once, in its place.

    Parameters
    ----------
    blueprint : Blueprint
    layer : Layer
        The nested model.
    prefix : tuple of str
        Names that lead to ``blueprint`` in the file.
    """
    model = layer.model
    assert model is not None  # a nested model is asked for
    path = layer.path or (*prefix, layer.name)
    names = _new_names(blueprint, layer, model)
    given = dict(zip(model.input_refs, model_arguments(model, layer.calls[0]), strict=True))

    def from_inside(ref: TensorRef) -> TensorRef:
        return given[ref] if ref in given else replace(ref, layer=names.get(ref.layer, ref.layer))

    made = [from_inside(ref) for ref in model.output_refs]

    def from_outside(ref: TensorRef) -> TensorRef:
        return made[ref.output] if ref.layer == layer.name else ref

    layers: list[Layer] = []
    for outer in blueprint.layers:
        if outer.name != layer.name:
            layers.append(_called_on(outer, from_outside))
            continue
        layers += [
            replace(
                _called_on(inner, from_inside),
                name=names[inner.name],
                path=(*path, inner.name),
            )
            for inner in model.layers
            if inner.kind != "InputLayer"
        ]
    outputs = map_leaves(blueprint.outputs, from_outside, (TensorRef,))
    return replace(blueprint, layers=tuple(layers), outputs=outputs, sequential=False)


def _new_names(blueprint: Blueprint, layer: Layer, model: Blueprint) -> dict[str, str]:
    """The nested model's layers by names that the others have not."""
    taken = {outer.name for outer in blueprint.layers}
    names: dict[str, str] = {}
    for inner in model.layers:
        name = inner.name if inner.name not in taken else f"{layer.name}_{inner.name}"
        while name in taken:
            name += "_"
        taken.add(name)
        names[inner.name] = name
    return names


def _called_on(layer: Layer, change: Callable[[TensorRef], TensorRef]) -> Layer:
    return replace(layer, calls=tuple(call.map(change) for call in layer.calls))
