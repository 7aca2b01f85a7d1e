"""Where an autoencoder is best cut: its nested models, or its bottleneck."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.inspection.blueprint import Blueprint, Layer, TensorRef, TensorSpec
from models.inspection.conditions import find_class_inputs
from models.inspection.cut import cut
from models.inspection.gaussian import sampled_from
from models.inspection.graph import Graph, node_of
from models.inspection.naming import words
from models.inspection.refusing import layer_named, refuse, shorten

MAX_VECTOR_LATENT: Final = 4096  # a slider for each, in a table that is scrolled
MAX_LATENTS: Final = 250_000  # of a spatial latent, shown by channels and places

BOTTLENECK_WORDS: Final = frozenset(
    ("latent", "latents", "code", "codes", "bottleneck", "z", "embedding", "encoded", "encoding")
)
# Layers that do nothing when a trained model is used; a wrapper may put them before it.
IDLE: Final = frozenset(
    ("GaussianNoise", "GaussianDropout", "Dropout", "SpatialDropout2D", "Identity")
)

Prefix = tuple[str, ...]


@dataclass(frozen=True)
class Cut:
    """A place to cut.

    Attributes
    ----------
    ref : TensorRef
        The layer's output that the latent inputs take the place of.
    shape : tuple of int
        Of the latent, without the batch.
    reason : str
        Why here, in a sentence.
    nested : tuple of (str, str), optional
        Names of the nested models that are the encoder and the decoder.
    sampled : tuple of (TensorRef, TensorRef), optional
        ``z_mean`` and ``z_log_var``, where ``ref`` is sampled from them.
    narrows : bool
        Whether there are fewer latents than values that go in, and that come out.
    """

    ref: TensorRef
    shape: tuple[int, ...]
    reason: str
    nested: tuple[str, str] | None = None
    sampled: tuple[TensorRef, TensorRef] | None = None
    narrows: bool = True

    @property
    def layer(self) -> str:
        """Name of the layer whose output it is."""
        return self.ref.layer

    @property
    def elements(self) -> int:
        """How many latents there are."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Part:
    """A model that was cut out of another.

    Attributes
    ----------
    blueprint : Blueprint
    prefix : tuple of str
        Names of the models that its weights lie in, outermost first.
    """

    blueprint: Blueprint
    prefix: Prefix = ()


def unwrap(blueprint: Blueprint) -> tuple[Prefix, Blueprint]:
    """The model inside a model that holds nothing else but layers that idle.

    Returns
    -------
    prefix : tuple of str
        Names of the nested models that were opened, outermost first.
    blueprint : Blueprint
    """
    prefix: Prefix = ()
    while (inner := _alone(blueprint)) is not None and inner.model is not None:
        prefix, blueprint = (*prefix, inner.name), inner.model
    return prefix, blueprint


def propose_cuts(blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec]) -> tuple[Cut, ...]:
    """Where a model can be cut, the best place first; none where paths never meet.

    First come nested models that follow one another, then tensors that every path
    runs through: those smaller than what goes in and out by their size, and the
    others by how coarse they are. Among equals a sampled ``z`` wins, then
    a layer named like a bottleneck, then the last.

    Parameters
    ----------
    blueprint : Blueprint
        As :func:`unwrap` gives it.
    specs : mapping of TensorRef to TensorSpec
        Of every tensor.
    """
    graph = Graph(blueprint)
    classes = find_class_inputs(blueprint, specs)
    sources = [ref for ref in blueprint.input_refs if ref not in classes]
    targets = _reconstructions(blueprint, specs, sources)
    ends = (_elements(specs, sources), _elements(specs, targets))
    places = [
        ref
        for ref in graph.separators(sources, targets)
        if ref not in targets and _may_be_latent(specs[ref])
    ]
    cuts = [
        _describe(graph, ref, specs, ends, _nested(graph, ref, blueprint, targets, specs))
        for ref in places
    ]
    order = {each.ref: _rank(each, ends, position) for position, each in enumerate(cuts)}
    return tuple(sorted(cuts, key=lambda each: order[each.ref]))


def choose_cut(blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], layer: str) -> Cut:
    """The cut at the output of a layer that the user named.

    Raises
    ------
    ModelFileError
        If there is no such layer on the way to the output, if a connection jumps
        across, or if there would be too many latents.
    """
    for proposed in propose_cuts(blueprint, specs):
        if proposed.layer == layer:
            return proposed
    graph = Graph(blueprint)
    calls = [number for name, number in graph.order if name == layer]
    if not calls:
        raise refuse(
            "the layer to cut at",
            "must be one of the model's",
            shorten(repr(layer), 40),
            "choose a layer that the card lists",
            reason="mismatch",
        )
    ref = TensorRef(layer, calls[-1])
    cut(blueprint, specs, ref)  # says what jumps across
    shape = specs[ref].shape[1:]
    raise refuse(
        f"the output of {layer_named(layer)}",
        f"must be a vector of at most {MAX_VECTOR_LATENT} values or {MAX_LATENTS:,} in all",
        f"the shape {shape}",
        "choose another layer",
        reason="mismatch",
    )


def cut_at(
    blueprint: Blueprint,
    specs: Mapping[TensorRef, TensorSpec],
    place: Cut,
    prefix: Prefix = (),
) -> tuple[Part, Part]:
    """Encoder and decoder of a proposed cut.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
        What was given to :func:`propose_cuts`.
    place : Cut
    prefix : tuple of str
        What :func:`unwrap` opened.

    Returns
    -------
    encoder, decoder : Part
        An encoder that samples gives ``z_mean``, ``z_log_var`` and ``z``.
    """
    if place.nested is not None:
        models = [(name, blueprint.layer(name).model) for name in place.nested]
        encoder, decoder = (
            Part(model, (*prefix, name)) for name, model in models if model is not None
        )
        return encoder, decoder
    halves = cut(blueprint, specs, place.ref, place.sampled or ())
    return Part(halves[0], prefix), Part(halves[1], prefix)


def lone_model(blueprint: Blueprint) -> Layer | None:
    """The only nested model, where there is one and it is called once."""
    models = [layer for layer in blueprint.layers if layer.model is not None]
    return models[0] if len(models) == 1 and len(models[0].calls) == 1 else None


def _alone(blueprint: Blueprint) -> Layer | None:
    """The only nested model, where all layers beside it idle."""
    model = lone_model(blueprint)
    others = (layer for layer in blueprint.layers if layer is not model)
    idle = all(layer.kind == "InputLayer" or layer.kind in IDLE for layer in others)
    return model if idle else None


def _reconstructions(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], sources: list[TensorRef]
) -> list[TensorRef]:
    """The outputs that are as large as an input; else the largest."""
    outputs = list(dict.fromkeys(blueprint.output_refs))
    sizes = {ref: _elements(specs, [ref]) for ref in (*sources, *outputs)}
    alike = [ref for ref in outputs if sizes[ref] in {sizes[source] for source in sources}]
    largest = max(sizes[ref] for ref in outputs)
    return alike or [ref for ref in outputs if sizes[ref] == largest]


def _nested(
    graph: Graph,
    ref: TensorRef,
    blueprint: Blueprint,
    targets: list[TensorRef],
    specs: Mapping[TensorRef, TensorSpec],
) -> tuple[str, str] | None:
    """Names of two models that meet at a tensor and are all that there is on either side."""
    consumers = graph.consumers.get(ref, [])
    if len(consumers) != 1 or graph.layers[ref.layer].model is None:
        return None
    decoder, encoder = consumers[0], node_of(ref)
    if graph.layers[decoder[0]].model is None or decoder[0] == encoder[0]:
        return None
    inputs = set(blueprint.input_refs)
    from_inputs = inputs.issuperset(graph.arguments(encoder))
    into_decoder = (inputs | {ref}).issuperset(graph.arguments(decoder))
    to_outputs = all(node_of(target) == decoder for target in targets)
    # A nested model that keeps the picture's shape prepares it.
    codes = specs[ref].shape not in {specs[each].shape for each in inputs}
    whole = from_inputs and into_decoder and to_outputs and codes
    return (encoder[0], decoder[0]) if whole else None


def _describe(
    graph: Graph,
    ref: TensorRef,
    specs: Mapping[TensorRef, TensorSpec],
    ends: tuple[int, int],
    nested: tuple[str, str] | None,
) -> Cut:
    shape = tuple(size or 1 for size in specs[ref].shape[1:])
    sampled = None if nested else sampled_from(graph, ref)
    narrows = math.prod(shape) < min(ends)
    if nested:
        encoder, decoder = (repr(shorten(name, 40)) for name in nested)
        reason = f"The model is {encoder} followed by {decoder}."
    elif sampled:
        names = dict.fromkeys(repr(shorten(each.layer, 40)) for each in sampled)
        reason = f"z is sampled here from what {' and '.join(names)} give."
    elif narrows:
        reason = f"Every path runs through these {math.prod(shape)} values."
    else:
        reason = "Every path runs through here, though the picture has no more values."
    return Cut(ref, shape, reason, nested, sampled, narrows)


def _rank(place: Cut, ends: tuple[int, int], position: int) -> tuple[int, ...]:
    """Smaller is better."""
    ties = (place.sampled is None, not _is_named(place.layer), -position)
    if place.narrows:
        return (place.nested is None, 0, place.elements, 0, *ties)
    # A picture that was only reshaped or convolved once is no code, however small.
    like_an_end = place.elements in ends
    coarseness = math.prod(place.shape[:-1])
    return (place.nested is None, 1, like_an_end, coarseness, place.elements, *ties)


def _is_named(name: str) -> bool:
    return bool(BOTTLENECK_WORDS.intersection(words(name)))


def _may_be_latent(spec: TensorSpec) -> bool:
    shape = spec.shape[1:]
    if not shape or None in shape or "float" not in spec.dtype:
        return False
    elements = math.prod(size or 1 for size in shape)
    return 1 <= elements <= (MAX_VECTOR_LATENT if len(shape) == 1 else MAX_LATENTS)


def _elements(specs: Mapping[TensorRef, TensorSpec], refs: list[TensorRef]) -> int:
    return sum(math.prod(size or 1 for size in specs[ref].shape[1:]) for ref in refs)
