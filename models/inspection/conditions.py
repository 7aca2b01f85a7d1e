"""Which inputs of a model take a class, and not a picture or a latent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Layer, TensorRef, TensorSpec
from models.inspection.check import model_arguments
from models.inspection.graph import Graph
from models.inspection.naming import words
from models.inspection.refusing import refuse, shorten
from models.ports import ClassPort

CLASS_WORDS: Final = frozenset(
    (
        *("label", "labels", "class", "classes", "cls", "category", "categories", "digit"),
        *("cond", "condition", "conditions", "conditional", "target", "onehot", "hot"),
        *("attr", "attribute", "attributes", "y", "c"),
    )
)
LATENT_WORDS: Final = frozenset(
    ("z", "latent", "latents", "noise", "code", "codes", "style", "content", "seed", "w", "mu")
)
TAKEN_AS: Final = "taken_as"  # among an input's settings: what the user has said
LATENT: Final = "latent"
CLASS: Final = "class"
MAX_ONE_HOT: Final = 1000  # as many as ImageNet has; a longer vector is no choice of one class
DEFAULT_CLASSES: Final = 10  # of an index without an Embedding that would tell

# Layers that tell how many classes there are, by the setting that does.
COUNTING: Final = {
    "Embedding": "input_dim",
    "CategoryEncoding": "num_tokens",
    "OneHot": "num_classes",
}
PASSING: Final = frozenset(
    ("Flatten", "Reshape", "Cast", "Squeeze", "ExpandDims", "Identity", "RepeatVector")
)


def find_class_inputs(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec]
) -> dict[TensorRef, ClassPort]:
    """The inputs that take a class, in the model's order.

    Told by the user, by what an input is fed to, by whole numbers, by its name, and
    else by being the smaller of two vectors. An only input is a class where it is an
    index or the user says so, and never by its name or size.

    Raises
    ------
    ModelFileError
        If the user has said so of an input that can take none.
    """
    graph = Graph(blueprint)
    found: dict[TensorRef, ClassPort] = {}
    others = []
    for ref in blueprint.input_refs:
        taken_as = blueprint.layer(ref.layer).settings.get(TAKEN_AS)
        port = None if taken_as == LATENT else _index_port(graph, ref, specs[ref])
        if port is None and taken_as == CLASS:
            port = _chosen_port(ref, specs[ref])
        if port is not None:
            found[ref] = port
        elif taken_as is None:
            others.append(ref)
    named = [ref for ref in others if _may_be_one_hot(specs[ref]) and _says_class(ref.layer)]
    if not named:
        named = _smaller_vectors(others, specs)
    if len(named) + len(found) < len(blueprint.input_refs):
        found |= {ref: _one_hot_port(ref, specs[ref]) for ref in named}
    return {ref: found[ref] for ref in blueprint.input_refs if ref in found}


def find_classes_beside_picture(
    blueprint: Blueprint, specs: Mapping[TensorRef, TensorSpec], refs: Sequence[TensorRef]
) -> dict[TensorRef, ClassPort]:
    """Of inputs that are no class by themselves, those that can be nothing else.

    An encoder has one picture: the only input with several axes, or the longest
    vector. What it takes beside that is a class, whatever it is called.

    Parameters
    ----------
    blueprint : Blueprint
    specs : mapping of TensorRef to TensorSpec
    refs : sequence of TensorRef
        The inputs that :func:`find_class_inputs` has left over.

    Raises
    ------
    ModelFileError
        If more than one may be the picture, or if another can take no class.
    """
    if len(refs) < 2:
        return {}
    with_axes = [ref for ref in refs if len(specs[ref].shape) > 2]
    candidates = with_axes or refs
    sizes = sorted((_values(specs[ref]) for ref in candidates), reverse=True)
    if len(with_axes) > 1 or sizes[1:2] == sizes[:1]:
        raise refuse(
            "an encoder",
            "must take one picture",
            f"{len(candidates)} inputs that may be one",
            "open one with a single picture as its input",
            reason="mismatch",
        )
    picture = max(candidates, key=lambda ref: _values(specs[ref]))
    others = [ref for ref in refs if ref != picture]
    for ref in others:
        if blueprint.layer(ref.layer).settings.get(TAKEN_AS) == LATENT:
            raise _refuse_beside(ref, "a latent")
        if _shape(specs[ref]) not in ((), (1,)) and not _may_be_one_hot(specs[ref]):
            raise _refuse_beside(ref, f"the shape {_shape(specs[ref])}")
    return {ref: _chosen_port(ref, specs[ref]) for ref in others}


def _refuse_beside(ref: TensorRef, received: str) -> ModelFileError:
    return refuse(
        f"the encoder's input {shorten(repr(ref.layer), 40)}",
        f"must take a class of 2 to {MAX_ONE_HOT} to stand beside the picture",
        received,
        "save an encoder of the picture alone",
        reason="mismatch",
    )


def with_inputs_taken_as(blueprint: Blueprint, chosen: Mapping[str, str]) -> Blueprint:
    """A blueprint in which the user has said what inputs take, in nested models as well.

    Parameters
    ----------
    blueprint : Blueprint
    chosen : mapping of str to str
        Names of inputs to ``latent`` or ``class``.
    """

    def changed(layer: Layer) -> Layer:
        if layer.model is not None:
            return replace(layer, model=with_inputs_taken_as(layer.model, chosen))
        if layer.kind == "InputLayer" and layer.name in chosen:
            return replace(layer, settings={**layer.settings, TAKEN_AS: chosen[layer.name]})
        return layer

    return replace(blueprint, layers=tuple(map(changed, blueprint.layers)))


def kind_without_module(kind: str) -> str:
    """``Exp`` of the operation ``ops.Exp``; a layer's kind is itself."""
    return kind.rpartition(".")[2]


def _one_hot_port(ref: TensorRef, spec: TensorSpec) -> ClassPort:
    return ClassPort(ref.layer, _values(spec), "one_hot", _shape(spec), spec.dtype)


def _chosen_port(ref: TensorRef, spec: TensorSpec) -> ClassPort:
    if _shape(spec) in ((), (1,)):
        return ClassPort(ref.layer, DEFAULT_CLASSES, "index", _shape(spec), spec.dtype)
    if _may_be_one_hot(spec):
        return _one_hot_port(ref, spec)
    raise refuse(
        f"the input {shorten(repr(ref.layer), 40)}",
        f"must be one number, or a vector of 2 to {MAX_ONE_HOT}, to take a class",
        f"the shape {_shape(spec)}",
        "take it as a latent",
        reason="mismatch",
    )


def _index_port(graph: Graph, ref: TensorRef, spec: TensorSpec) -> ClassPort | None:
    if _shape(spec) not in ((), (1,)) or None in spec.shape[1:]:
        return None
    classes = _classes_fed(graph, ref)
    whole = spec.dtype.startswith(("int", "uint"))
    if classes is None and not whole:
        return None
    return ClassPort(ref.layer, classes or DEFAULT_CLASSES, "index", _shape(spec), spec.dtype)


def _classes_fed(graph: Graph, start: TensorRef) -> int | None:
    """How many classes there are, where an input runs straight into what tells."""
    waiting, seen = [start], {start}
    while waiting:
        ref = waiting.pop()
        for name, number in graph.consumers.get(ref, ()):
            layer = graph.layers[name]
            kind = kind_without_module(layer.kind)
            if kind in COUNTING:
                return int(layer.settings[COUNTING[kind]])
            if layer.model is not None:
                arguments = model_arguments(layer.model, layer.calls[number])
                inner = layer.model.input_refs[arguments.index(ref)]
                classes = _classes_fed(Graph(layer.model), inner)
                if classes is not None:
                    return classes
            passed = TensorRef(name, number)
            if kind in PASSING and passed not in seen:
                seen.add(passed)
                waiting.append(passed)
    return None


def _smaller_vectors(
    refs: list[TensorRef], specs: Mapping[TensorRef, TensorSpec]
) -> list[TensorRef]:
    """The smaller of two inputs, where it may be one-hot and is not called a latent."""
    if len(refs) != 2:
        return []
    small, large = sorted(refs, key=lambda ref: _values(specs[ref]))
    differ = _values(specs[small]) < _values(specs[large])
    latent = LATENT_WORDS.intersection(words(small.layer))
    return [small] if differ and _may_be_one_hot(specs[small]) and not latent else []


def _may_be_one_hot(spec: TensorSpec) -> bool:
    return len(spec.shape) == 2 and 2 <= _values(spec) <= MAX_ONE_HOT


def _says_class(name: str) -> bool:
    said = words(name)
    return bool(CLASS_WORDS.intersection(said)) and not LATENT_WORDS.intersection(said)


def _values(spec: TensorSpec) -> int:
    return math.prod(size or 1 for size in spec.shape[1:])


def _shape(spec: TensorSpec) -> tuple[int, ...]:
    return tuple(size or 1 for size in spec.shape[1:])
