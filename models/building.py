"""A blueprint and its weights -> a Keras Model, by calls of constructors only.

Keras never sees a configuration of a file: each layer is made of checked settings,
called as the blueprint says, and given its arrays after a check of their shapes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Call, Layer, TensorRef, map_leaves
from models.inspection.check import LayerPath, model_arguments
from models.inspection.classes import rule_of
from models.inspection.conditions import kind_without_module
from models.inspection.ordering import call_order
from models.inspection.refusing import layer_named, refuse, shorten
from models.inspection.sampling import SAMPLING
from models.inspection.weights import Arrays
from models.layers.activating import ActivationLayer
from models.layers.checks import KERAS2_HARD_SIGMOID
from models.layers.settings import told
from models.own_layers import (
    channels_first_class,
    keras2_hard_sigmoid,
    operation_class,
    sampling_class,
)

if TYPE_CHECKING:
    import keras

_TRAINING: Final = "training"
_CONVOLUTIONS: Final = frozenset(
    f"Conv{rank}D{transposed}" for rank in (1, 2, 3) for transposed in ("", "Transpose")
)
# What TensorFlow does not take in the name of a scope, which each layer is.
_UNSCOPED: Final = re.compile(r"[^A-Za-z0-9_.>-]")
_REPORT: Final = "open another model, or report this one"


def build_model(blueprint: Blueprint, weights: Arrays, path: LayerPath = ()) -> keras.Model:
    """Build a model and give it its weights.

    Parameters
    ----------
    blueprint : Blueprint
        Checked: of known shapes, within the limits.
    weights : mapping of tuple of str to tuple of numpy.ndarray
        Of each layer with weights, by the names that lead to it in the file.
    path : tuple of str, optional
        Names that lead to this blueprint in the file, where it is a part of one.

    Returns
    -------
    keras.Model
        Uncompiled; inputs and outputs nest as the blueprint's do.

    Raises
    ------
    ModelFileError
        If Keras does not take a layer, or weights do not fit.
    """
    builder = _Builder()
    model = builder.build(blueprint, path, _Names().valid(blueprint.name))
    for place, layer in builder.layers.items():
        _assign(place, layer, weights.get(place, ()))
    return model


class _Builder:
    def __init__(self) -> None:
        self.layers: dict[LayerPath, Any] = {}

    def build(self, blueprint: Blueprint, path: LayerPath, name: str) -> Any:
        import keras

        names = _Names()
        tensors: dict[TensorRef, Any] = {}
        for ref, input_name in _input_names(blueprint).items():
            settings = blueprint.layer(ref.layer).settings
            tensors[ref] = keras.Input(
                batch_shape=settings["shape"],
                dtype=settings["dtype"],
                name=names.unique(input_name),
            )
        made: dict[str, Any] = {}
        for layer, number in call_order(blueprint):
            if layer.name not in made:
                made[layer.name] = self._make(layer, names, layer.path or (*path, layer.name))
            given = _call(layer, made[layer.name], layer.calls[number], tensors)
            tensors |= {
                TensorRef(layer.name, number, index): output
                for index, output in enumerate(keras.tree.flatten(given))
            }
        inputs = _with_tensors(blueprint.inputs, tensors)
        outputs = _with_tensors(blueprint.outputs, tensors)
        try:
            return keras.Model(inputs, outputs, name=name)
        except (ValueError, TypeError) as error:
            raise _not_taken(f"model {told(name)}", "graph", error) from error

    def _make(self, layer: Layer, names: _Names, path: LayerPath) -> Any:
        if layer.model is not None:
            return self.build(layer.model, path, names.valid(layer.name))
        if layer.within is not None:
            return self._make_steps(layer, layer.within, names, path)
        if rule_of(layer.kind).function is not None:
            return _make_operation(layer, names)
        try:
            made = _make_any_format(layer, names.valid(layer.name))
        except ModelFileError:
            raise
        # A constructor's own checks may raise anything.
        except Exception as error:
            raise _not_taken(layer_named(layer.name), layer.kind, error) from error
        self.layers[path] = made
        return made

    def _make_steps(self, layer: Layer, model: Blueprint, names: _Names, path: LayerPath) -> Any:
        """The wrapper of a model that is called for each step."""
        import keras

        wrapped = self.build(model, path, _Names().valid(model.name))
        name = names.valid(layer.name)
        return keras.layers.TimeDistributed(wrapped, name=name, dtype=layer.dtype)


def _input_names(blueprint: Blueprint) -> dict[TensorRef, str]:
    """Keras wants an input called as the dict that it is given in calls it."""
    names = {ref: ref.layer for ref in blueprint.input_refs}
    if isinstance(blueprint.inputs, Mapping):
        names |= {ref: key for key, ref in blueprint.inputs.items() if ref in names}
    return names


class _Names:
    """Names as Keras and TensorFlow take them, each once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def valid(self, name: str) -> str:
        """The name of a layer, or one like it."""
        name = _UNSCOPED.sub("_", name)
        return self.unique(f"layer{name}" if name[:1] in "_>-" else name)

    def unique(self, name: str) -> str:
        """The name of an input, or one like it."""
        name = name.replace("/", "_")
        while name in self._used:
            name += "_"
        self._used.add(name)
        return name


def _make_any_format(layer: Layer, name: str) -> Any:
    if layer.kind not in _CONVOLUTIONS or layer.settings["data_format"] == "channels_last":
        return _make_layer(layer, name)
    settings = {**layer.settings, "data_format": "channels_last"}
    convolution = _make_layer(replace(layer, settings=settings), name)
    return channels_first_class()(convolution, name=name, dtype=layer.dtype)


def _make_layer(layer: Layer, name: str) -> Any:
    import keras

    kind = sampling_class() if layer.kind == SAMPLING else _known_class(layer)
    taken = _parameters(kind)
    settings = {name: _constructed(value, layer.dtype) for name, value in layer.settings.items()}
    # Zeros are the quickest to make, and replaced anyway.
    zeros = {name: "zeros" for name in taken if name.endswith("_initializer")}
    inner: dict[str, Any] = {}
    for key, inside in layer.inner.items():
        made = _make_layer(inside, _Names().valid(inside.name))
        setting, is_one_of_several, _ = key.partition("/")
        if is_one_of_several:
            inner.setdefault(setting, []).append(made)
        else:
            inner[setting] = made
    # Bidirectional copies what it wraps, by way of a configuration.
    with keras.saving.CustomObjectScope({KERAS2_HARD_SIGMOID: keras2_hard_sigmoid}):
        return kind(
            **_known_here(layer, settings, taken),
            **zeros,
            **inner,
            name=name,
            dtype=layer.dtype,
        )


def _known_class(layer: Layer) -> Any:
    import keras

    try:
        return getattr(keras.layers, layer.kind)
    except AttributeError as error:
        raise _too_new(layer) from error


def _too_new(layer: Layer) -> ModelFileError:
    import keras

    return refuse(
        layer_named(layer.name),
        f"must be one that Keras {keras.__version__} has, which is installed",
        f"a {kind_without_module(layer.kind)}",
        "install a newer Keras",
        reason="unknown-class",
    )


def _known_here(
    layer: Layer, settings: Mapping[str, Any], taken: frozenset[str]
) -> Mapping[str, Any]:
    """Less what this version of Keras does not know and the file does not use."""
    defaults = rule_of(layer.kind).settings
    return {
        name: value
        for name, value in settings.items()
        if name in taken or value != defaults[name].default
    }


@cache
def _parameters(kind: type) -> frozenset[str]:
    return frozenset(inspect.signature(kind).parameters)


def _constructed(value: Any, dtype: str) -> Any:
    """A setting as the constructor of a layer of that dtype policy takes it."""
    import keras

    if isinstance(value, ActivationLayer):
        return getattr(keras.layers, value.kind)(**value.settings, dtype=value.dtype or dtype)
    if isinstance(value, str) and value == KERAS2_HARD_SIGMOID:
        return keras2_hard_sigmoid
    return value


def _make_operation(layer: Layer, names: _Names) -> Any:
    import keras

    rule = rule_of(layer.kind)
    assert rule.function is not None  # asked by the caller
    try:
        function = reduce(getattr, rule.function.split("."), keras)
    except AttributeError as error:
        raise _too_new(layer) from error
    leading = [layer.settings[name] for name in rule.leading]
    settings = {name: value for name, value in layer.settings.items() if name not in rule.leading}

    def apply(*args: Any, **kwargs: Any) -> Any:
        return function(*leading, *args, **kwargs, **settings)

    return operation_class()(apply, name=names.valid(layer.name))


def _call(layer: Layer, made: Any, call: Call, tensors: Mapping[TensorRef, Any]) -> Any:
    if layer.model is not None:
        given = iter(model_arguments(layer.model, call))
        call = Call((map_leaves(layer.model.inputs, lambda _: next(given), (TensorRef,)),))
    call = call.map(tensors.__getitem__)
    kwargs = dict(call.kwargs)
    if _TRAINING in kwargs and not _takes_training(made):
        del kwargs[_TRAINING]
    try:
        return made(*call.args, **kwargs)
    # What does not fit a layer makes Keras and TensorFlow raise almost anything.
    except Exception as error:
        raise _not_taken(layer_named(layer.name), layer.kind, error) from error


def _takes_training(made: Any) -> bool:
    return _TRAINING in inspect.signature(getattr(made, "call", made)).parameters


def _with_tensors(tree: Any, tensors: Mapping[TensorRef, Any]) -> Any:
    return map_leaves(tree, tensors.__getitem__, (TensorRef,))


def _assign(path: LayerPath, layer: Any, arrays: tuple[Any, ...]) -> None:
    variables = layer.weights
    shapes = [tuple(variable.shape) for variable in variables]
    found = [tuple(array.shape) for array in arrays]
    if shapes != found:
        raise refuse(
            layer_named("/".join(path)),
            "must have weights of the shapes " + shorten(_listed(shapes), 60),
            shorten(_listed(found), 60),
            reason="mismatch",
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    while layer is not None:  # of a wrapper, the layer within
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()  # a Normalization computes with copies of its weights
        layer = getattr(layer, "layer", None)


def _listed(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes)) or "none"


def _not_taken(thing: str, kind: str, error: Exception) -> ModelFileError:
    return refuse(
        thing,
        f"must be a {kind} that Keras takes",
        shorten(_first_line(error), 60),
        _REPORT,
        reason="mismatch",
        details=str(error),
    )


def _first_line(error: Exception) -> str:
    lines: Iterator[str] = iter(str(error).strip().splitlines())
    return next(lines, type(error).__name__)
