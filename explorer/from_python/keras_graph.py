"""A Keras Model in memory -> a blueprint, which tells what its ends take and give.

Only the graph is read, and the few settings that say what an input or output is
for: the blueprint is never built, the Model itself is what is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.errors import ArchitectureError, EngineError
from models.inspection.blueprint import Blueprint, Call, Layer, Shape, TensorRef, TensorSpec

Specs = dict[TensorRef, TensorSpec]

# What tells how many classes an index has, by the names of the settings that do.
TELLING = ("input_dim", "num_tokens", "num_classes")


def find_half(model: Any, name: str) -> Any:
    """The Model called ``decoder`` or ``encoder`` in another one; None where there is none.

    Parameters
    ----------
    model : keras.Model
    name : str
        Of a layer, or of an attribute of a subclassed Model.
    """
    import keras

    layers = {layer.name: layer for layer in getattr(model, "layers", [])}
    found = getattr(model, name, None) or layers.get(name)
    return found if isinstance(found, keras.Model) else None


def with_a_graph(model: Any, role: str) -> Any:
    """The Model, or, of one without inputs and outputs of its own, one that only calls it.

    Parameters
    ----------
    model : keras.Model
        Functional, Sequential, or a subclass of Model that was called once.
    role : str
        ``decoder`` or ``encoder``, for errors.

    Raises
    ------
    EngineError
        If Keras does not run on TensorFlow.
    ArchitectureError
        If it is no Keras Model, if it is not built yet, or if Keras cannot
        trace it.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        found = f"Keras on {keras.backend.backend()}"
        advice = "set KERAS_BACKEND=tensorflow before Keras is imported"
        raise EngineError("Showing a Model", "needs Keras on TensorFlow", found, advice)
    if not isinstance(model, keras.Model):
        kind = f"{type(model).__module__}.{type(model).__name__}"
        raise ArchitectureError(f"The {role}", "must be a keras.Model", kind[:80])
    if getattr(model, "inputs", None):
        if isinstance(model, keras.Sequential):  # which has no names for its outputs
            return keras.Model(model.inputs, model.outputs, name=model.name)
        return model
    if not model.built:
        advice = "call it once, or give it an Input"
        raise ArchitectureError(f"The {role}", "must be built", "one never called", advice)
    return _traced(model, role)


def _traced(model: Any, role: str) -> Any:
    import keras

    told = model.get_build_config() or {}
    shapes = told.get("shapes_dict", {})
    by_name = {name.removesuffix("_shape"): _inputs(shape) for name, shape in shapes.items()}
    first = _inputs(told["input_shape"]) if "input_shape" in told else None
    if first is None and not by_name:
        advice = "build it with Input, as a functional Model"
        raise ArchitectureError(f"The {role}", "must tell what it takes", "no shape", advice)
    try:
        outputs = model(first, **by_name) if first is not None else model(**by_name)
        return keras.Model(by_name if first is None else first, outputs, name=model.name)
    except Exception as error:  # a user's own call() may raise anything
        found = (str(error).strip().splitlines() or [type(error).__name__])[0][:60]
        advice = "build it with Input, as a functional Model"
        raise ArchitectureError(
            f"The {role}'s call()", "must be traceable by Keras", found, advice
        ) from error


def _inputs(shape: Any) -> Any:
    """An input for each shape of a nest; a shape is a sequence of sizes."""
    import keras

    if isinstance(shape, Mapping):
        return {name: _inputs(each) for name, each in shape.items()}
    if all(size is None or isinstance(size, int) for size in shape):
        return keras.Input(tuple(shape)[1:])
    return [_inputs(each) for each in shape]


def read_graph(model: Any) -> tuple[Blueprint, Specs]:
    """The graph of a Model, with the shapes and dtypes of its tensors.

    Parameters
    ----------
    model : keras.Model
        With inputs and outputs, see :func:`with_a_graph`.
    """
    nodes = _nodes_before(model.outputs, model.inputs)
    numbers: dict[tuple[str, int], int] = {}  # a layer may be called in other models, too
    by_layer: dict[str, list[Any]] = {}
    for operation, index in nodes:
        calls = by_layer.setdefault(operation.name, [])
        numbers[operation.name, index] = len(calls)
        calls.append(operation._inbound_nodes[index])
    entries = {id(tensor): TensorRef(_maker(tensor)[0].name) for tensor in model.inputs}

    def ref_of(tensor: Any) -> TensorRef:
        if id(tensor) in entries:
            return entries[id(tensor)]
        operation, index, output = tensor._keras_history
        return TensorRef(operation.name, numbers[operation.name, index], output)

    tensors = [*model.inputs, *model.outputs]
    tensors += [each for calls in by_layer.values() for node in calls for each in node.outputs]
    specs = {ref_of(each): TensorSpec(_shape(each), _dtype(each)) for each in tensors}
    layers = [_entry(ref, specs[ref]) for ref in entries.values()]
    layers += [_layer(calls, ref_of) for calls in by_layer.values()]
    outputs = tuple(ref_of(tensor) for tensor in model.outputs)
    return Blueprint(model.name, tuple(layers), tuple(entries.values()), outputs), specs


def _nodes_before(outputs: Iterable[Any], inputs: Iterable[Any]) -> list[tuple[Any, int]]:
    """The calls that outputs need, as operation and number, each once and in order."""
    entries = {id(tensor) for tensor in inputs}
    found: dict[tuple[int, int], tuple[Any, int]] = {}
    waiting = list(outputs)
    while waiting:
        tensor = waiting.pop()
        operation, index = _maker(tensor)
        if id(tensor) not in entries and (id(operation), index) not in found:
            found[id(operation), index] = (operation, index)
            waiting += operation._inbound_nodes[index].input_tensors
    return sorted(found.values(), key=lambda node: node[1])


def _maker(tensor: Any) -> tuple[Any, int]:
    operation, index, _ = tensor._keras_history
    return operation, index


def _entry(ref: TensorRef, spec: TensorSpec) -> Layer:
    return Layer(ref.layer, "InputLayer", {"shape": spec.shape, "dtype": spec.dtype})


def _layer(nodes: list[Any], ref_of: Callable[[Any], TensorRef]) -> Layer:
    import keras

    operation = nodes[0].operation
    calls = tuple(Call((tuple(map(ref_of, node.input_tensors)),)) for node in nodes)
    class_name = type(operation).__name__
    if getattr(operation, "inputs", None):
        return Layer(operation.name, "Model", calls=calls, model=read_graph(operation)[0])
    is_layer = isinstance(operation, keras.layers.Layer)
    kind = class_name if is_layer else f"ops.{class_name}"
    settings = {name: getattr(operation, name) for name in TELLING if hasattr(operation, name)}
    activation = getattr(getattr(operation, "activation", None), "__name__", None)
    return Layer(operation.name, kind, settings | {"activation": activation}, calls)


def _shape(tensor: Any) -> Shape:
    return (None, *tensor.shape[1:])


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype)
