"""Sequential models: a list of layers -> the same as a graph, and the shape of its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.inspection.blueprint import Blueprint, Call, Layer, Shape, TensorRef
from models.inspection.limits import MAX_INTEGER, MAX_RANK
from models.inspection.refusing import layer_named, refuse
from models.layers.checks import as_sequence
from models.layers.settings import told

# Where a layer tells the shape of its input, with the batch.
_WITH_BATCH: Final = ("batch_shape", "batch_input_shape")
_WITHOUT_BATCH: Final = ("input_shape", "shape")


def chain(name: str, layers: Sequence[Layer], shape: Shape | None, dtype: str) -> Blueprint:
    """A blueprint that calls each layer on what the one before gave.

    Parameters
    ----------
    name : str
    layers : sequence of Layer
        Without calls. An ``InputLayer`` at their head is the input; otherwise one
        is added.
    shape : tuple of int or None
        Of the input to add, with the batch; None where the file does not tell.
    dtype : str
        Of the input to add.
    """
    if not layers or layers[0].kind != "InputLayer":
        layers = (_input_layer(layers, shape, dtype), *layers)
    called = [layers[0]]
    ref = TensorRef(layers[0].name)
    for layer in layers[1:]:
        called.append(_with_call(layer, Call((ref,))))
        ref = TensorRef(layer.name)
    return Blueprint(
        name, tuple(called), inputs=TensorRef(called[0].name), outputs=ref, sequential=True
    )


def input_shape(config: Mapping[str, Any], first: Any) -> Shape | None:
    """What a Sequential's configuration tells of its input, with the batch.

    Parameters
    ----------
    config : mapping of str
        Of the model.
    first : object
        Its first layer, as the file has it.
    """
    entry = first if isinstance(first, Mapping) else {}
    settings = entry.get("config")
    found = told_shape(settings, str(entry.get("class_name"))) if settings else None
    for told_by, key in ((config, "build_input_shape"), (entry.get("build_config"), "input_shape")):
        if found is None and isinstance(told_by, Mapping):
            found = as_shape(told_by.get(key))
    return found


def told_shape(settings: Any, class_name: str) -> Shape | None:
    """The shape that a layer's settings tell of its input, with the batch."""
    if not isinstance(settings, Mapping):
        return None
    for key in _WITH_BATCH:
        if (shape := as_shape(settings.get(key))) is not None:
            return shape
    for key in _WITHOUT_BATCH:
        if (members := as_sequence(settings.get(key))) is not None:
            return as_shape([None, *members])
    size = settings.get("input_dim")
    if class_name != "Embedding" and isinstance(size, int) and not isinstance(size, bool):
        return as_shape([None, size])
    inner = settings.get("layer")  # of a wrapper
    if isinstance(inner, Mapping):
        return told_shape(inner.get("config"), str(inner.get("class_name")))
    return None


def as_shape(value: Any) -> Shape | None:
    """A shape of the file with its batch left open, or None where it is none.

    Raises
    ------
    ModelFileError
        If it has too many axes or too large ones.
    """
    members = as_sequence(value)
    if not members or not all(_is_size(member) for member in members):
        return None
    if len(members) > MAX_RANK or any((size or 0) > MAX_INTEGER for size in members[1:]):
        raise refuse(
            "an input's shape",
            f"must have at most {MAX_RANK} axes of {MAX_INTEGER}",
            told(value),
            "open a smaller model",
            reason="bomb",
        )
    return (None, *members[1:])


def _is_size(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def _input_layer(layers: Sequence[Layer], shape: Shape | None, dtype: str) -> Layer:
    names = {layer.name for layer in layers}
    name = f"{layers[0].name}_input" if layers else "input"
    while name in names:
        name += "_"
    inside = layers[0].model if layers else None
    if shape is None and inside is not None and len(inside.input_refs) == 1:
        settings = inside.layer(inside.input_refs[0].layer).settings
        shape, dtype = settings["shape"], settings["dtype"]
    return Layer(name, "InputLayer", {"shape": shape, "dtype": dtype}, class_name="InputLayer")


def _with_call(layer: Layer, call: Call) -> Layer:
    if layer.kind == "InputLayer":
        raise refuse(
            layer_named(layer.name),
            "must come first in its Sequential model",
            "an input after other layers",
            "save the model again",
            reason="corrupt",
        )
    return Layer(**{**vars(layer), "calls": (call,)})
