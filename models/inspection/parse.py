"""A model's configuration -> a blueprint of allowed layers with checked settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Call, Layer, count_calls
from models.inspection.call_arguments import layer_call, operation_call
from models.inspection.classes import (
    CODE_LAYERS,
    MODELS,
    SEQUENTIAL,
    is_custom,
    is_operation,
    refuse_class,
    refuse_code,
    refuse_foreign_code,
    refuse_model,
)
from models.inspection.functional import connect
from models.inspection.legacy import translate_layer
from models.inspection.limits import (
    MAX_ENDS,
    MAX_LAYER_CALLS,
    MAX_LAYERS,
    MAX_NESTED_MODELS,
    MAX_STRING_CHARS,
    MAX_TENSORS,
)
from models.inspection.nodes import read_calls, read_refs
from models.inspection.notes import Notes
from models.inspection.raw_sampling import STAND_INS, replace_sampling
from models.inspection.refusing import SAVE_WHOLE, layer_named, refuse
from models.inspection.sampling import SAMPLING, sampling_calls
from models.inspection.sequential import chain, input_shape, told_shape
from models.layers.checks import dtype_policy
from models.layers.legacy_ops import CLASSES as TF_CLASSES
from models.layers.legacy_ops import translate_function
from models.layers.registry import find_rule
from models.layers.rule import Rule
from models.layers.settings import SettingError, check_settings, told

Entry = Mapping[str, Any]

_KERAS3: Final = re.compile(r"[3-9]|\d\d")
_AGAIN: Final = "save the model again"


def parse_model(config: Entry, keras_version: str, notes: Notes) -> Blueprint:
    """Read a configuration.

    Parameters
    ----------
    config : mapping
        ``class_name``, ``config`` and more, as Keras writes a model.
    keras_version : str
        That wrote it; "" where the file does not tell.
    notes : Notes
        Told of what is translated or left out.

    Returns
    -------
    Blueprint
        Every layer is of the allow-list, and its settings are complete and checked.
        The shape of an input that the file does not tell is None.

    Raises
    ------
    ModelFileError
        If a layer or the graph is not allowed, torn or too large.
    """
    # Every file of Keras 3 tells its version.
    keras2 = not _KERAS3.match(keras_version)
    blueprint = _Reader(keras2, notes).read_model(config, depth=0)
    _check_count(count_calls(blueprint), MAX_LAYER_CALLS, "calls of layers")
    return blueprint


class _Reader:
    """Reads nested models, and counts as it goes."""

    def __init__(self, keras2: bool, notes: Notes) -> None:
        self._keras2 = keras2
        self._notes = notes
        self._layers = 0
        self._calls = 0
        self._tensors = 0

    def read_model(self, entry: Entry, depth: int) -> Blueprint:
        class_name = _text(entry.get("class_name"), "a model's class")
        if class_name not in MODELS or is_custom(entry):
            raise refuse_model(class_name)
        _check_count(depth, MAX_NESTED_MODELS, "models nested in one another")
        config = entry.get("config")
        if class_name == SEQUENTIAL and isinstance(config, list):
            self._notes.add("a Sequential model's bare list of layers was read")
            config = {"layers": config}
        if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
            raise refuse(
                "the model", "must list its layers", told(config), SAVE_WHOLE, reason="corrupt"
            )
        name = _text(config.get("name") or entry.get("name") or "model", "a model's name")
        if class_name == SEQUENTIAL:
            return self._read_sequential(name, config, depth)
        return self._read_functional(name, config, depth)

    def _read_sequential(self, name: str, config: Entry, depth: int) -> Blueprint:
        layers = []
        for index, entry in enumerate(config["layers"]):
            layer_name = _name_of(entry, f"layer_{index}")
            layers.append(self._read_layer(layer_name, entry, (), depth))
        _check_unique(layers)
        first = config["layers"][0] if layers else None
        dtype = "float32"
        if layers and layers[0].kind == "Embedding":
            dtype = "int32"
        return chain(name, layers, input_shape(config, first), dtype)

    def _read_functional(self, name: str, config: Entry, depth: int) -> Blueprint:
        entries = {_name_of(entry, ""): entry for entry in config["layers"]}
        if len(entries) < len(config["layers"]):
            raise _twice(name)
        layers = []
        for layer_name, entry in entries.items():
            refuse_code(layer_name, entry)
            calls = read_calls(layer_name, entry.get("inbound_nodes", []), entries)
            self._calls += len(calls)
            _check_count(self._calls, MAX_LAYER_CALLS, "calls of layers")
            self._tensors += sum(len(call.tensors()) for call in calls)
            _check_count(self._tensors, MAX_TENSORS, "tensors")
            layers.append(self._read_layer(layer_name, entry, calls, depth))
        blueprint = Blueprint(
            name,
            tuple(layers),
            inputs=_unwrapped(read_refs(config.get("input_layers")), nested=depth > 0),
            outputs=_unwrapped(read_refs(config.get("output_layers")), nested=depth > 0),
        )
        for ends in (blueprint.input_refs, blueprint.output_refs):
            _check_count(len(ends), MAX_ENDS, "inputs or outputs")
        lists = any(isinstance(node, list) for entry in entries.values() for node in _nodes(entry))
        connected = connect(blueprint, legacy_nodes=lists)
        return replace_sampling(connected, self._notes)

    def _read_layer(self, name: str, entry: Entry, calls: tuple[Call, ...], depth: int) -> Layer:
        self._layers += 1
        _check_count(self._layers, MAX_LAYERS, "layers")
        class_name = _text(entry.get("class_name"), f"the class of {layer_named(name)}")
        config = entry.get("config")
        if class_name in MODELS and not is_custom(entry):
            model = self.read_model(entry, depth + 1)
            calls = tuple(replace(call, kwargs={}) for call in calls)
            return Layer(name, "Model", calls=calls, model=model, class_name=class_name)
        if not isinstance(config, Mapping):
            raise refuse(
                layer_named(name), "must have settings", told(config), _AGAIN, reason="corrupt"
            )
        if (is_custom(entry) or class_name in CODE_LAYERS) and (
            found := sampling_calls(class_name, name, config, calls)
        ):
            return self._sampling(name, class_name, found)
        if class_name in CODE_LAYERS:
            raise refuse_class(name, class_name)
        refuse_foreign_code(name, config)
        if is_custom(entry):
            raise refuse_class(name, class_name, custom=True)
        if class_name == "InputLayer":
            return _input_layer(name, config, calls)
        if is_operation(entry) or self._is_nameless_operation(class_name, entry, config):
            return self._operation(name, class_name, config, calls)
        if class_name in TF_CLASSES:
            return self._tf_operation(name, class_name, config, calls)
        return self._built_in(name, class_name, entry, calls, depth)

    def _built_in(
        self, name: str, class_name: str, entry: Entry, calls: tuple[Call, ...], depth: int
    ) -> Layer:
        config: Entry = entry["config"]
        kind, settings = translate_layer(
            class_name, config, keras2=self._keras2, name=name, notes=self._notes
        )
        rule = find_rule(kind)
        if rule is None or rule.function is not None:
            if found := sampling_calls(class_name, name, config, calls):
                return self._sampling(name, class_name, found)
            raise refuse_class(name, kind)
        shared = entry.get("shared_object_id")
        inner = {
            place: self._read_inner(name, place, wrapped, depth)
            for key in rule.inner
            for place, wrapped in _inner_entries(key, settings.pop(key, None)).items()
        }
        return Layer(
            name,
            rule.kind,
            _checked(name, rule, settings),
            tuple(layer_call(name, rule.kind, call) for call in calls),
            inner=inner,
            trainable=config.get("trainable") is not False,
            dtype=_policy(name, config.get("dtype")),
            class_name=class_name,
            shared_id=shared if isinstance(shared, int) else None,
        )

    def _read_inner(self, name: str, key: str, entry: Any, depth: int) -> Layer:
        if not isinstance(entry, Mapping):
            raise refuse(
                layer_named(name), "must wrap a layer", told(entry), _AGAIN, reason="corrupt"
            )
        return self._read_layer(_name_of(entry, f"{name}_{key}"), entry, (), depth)

    def _is_nameless_operation(self, class_name: str, entry: Entry, config: Entry) -> bool:
        """HDF5 of Keras 3 names no modules; where names are alike, only layers are trainable."""
        if self._keras2 or "module" in entry or "trainable" in config:
            return False
        return find_rule(f"ops.{class_name}") is not None

    def _operation(
        self, name: str, class_name: str, config: Entry, calls: tuple[Call, ...]
    ) -> Layer:
        rule = find_rule(f"ops.{class_name}")
        if rule is None:
            raise refuse_class(name, class_name)
        settings = _checked(name, rule, config)
        calls = tuple(operation_call(call) for call in calls)
        return Layer(name, rule.kind, settings, calls, class_name=class_name)

    def _tf_operation(
        self, name: str, class_name: str, config: Entry, calls: tuple[Call, ...]
    ) -> Layer:
        function = config.get("function")
        if calls and isinstance(function, str) and function in STAND_INS:
            return Layer(name, STAND_INS[function], calls=calls, class_name=class_name)
        translated = translate_function(function, calls)
        if translated is None:
            raise refuse_class(name, f"tf.{function}" if isinstance(function, str) else class_name)
        kind, settings, calls = translated
        self._notes.add("TensorFlow's functions became those of Keras", name)
        return replace(self._operation(name, kind, settings, calls), class_name=class_name)

    def _sampling(self, name: str, class_name: str, calls: tuple[Call, ...]) -> Layer:
        is_code = class_name == "Lambda"
        self._notes.add(
            "a Lambda that samples was replaced: it gives z_mean now"
            if is_code
            else "a custom layer that samples was replaced by the app's own Gaussian sampling",
            name,
        )
        return Layer(name, SAMPLING, {"noise": not is_code}, calls, class_name=class_name)


def _input_layer(name: str, config: Entry, calls: tuple[Call, ...]) -> Layer:
    if calls or config.get("sparse") or config.get("ragged"):
        raise refuse(
            layer_named(name),
            "must be an input of plain arrays",
            "a sparse, ragged or called one",
            _AGAIN,
            reason="mismatch",
        )
    dtype = config.get("dtype") or "float32"
    if dtype not in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"):
        dtype = _policy(name, dtype)
    settings = {"shape": told_shape(config, "InputLayer"), "dtype": dtype}
    return Layer(name, "InputLayer", settings, class_name="InputLayer")


def _check_count(count: int, most: int, what: str) -> None:
    if count > most:
        raise refuse(
            "the model",
            f"must have at most {most} {what}",
            "more",
            "save a part of it, such as its decoder",
            reason="bomb",
        )


def _inner_entries(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {f"{key}/{index}": entry for index, entry in enumerate(value)}
    return {} if value is None else {key: value}


def _checked(name: str, rule: Rule, config: Entry) -> dict[str, Any]:
    try:
        return check_settings(rule, config)
    except SettingError as error:
        raise refuse(
            f"setting {error.setting!r} of {layer_named(name)}",
            error.rule,
            error.received,
            "save the model without it" if error.reason == "unknown-class" else "",
            reason=error.reason,
        ) from error


def _policy(name: str, dtype: Any) -> str:
    try:
        return dtype_policy(dtype)
    except ValueError as error:
        raise refuse(
            f"the dtype of {layer_named(name)}", str(error), told(dtype), reason="mismatch"
        ) from error


def _unwrapped(tree: Any, *, nested: bool) -> Any:
    """A list of one tensor as that tensor; dicts of nested models in the order Keras takes them."""
    if isinstance(tree, list) and len(tree) == 1:
        return tree[0]
    if nested and isinstance(tree, dict):
        return {key: tree[key] for key in sorted(tree)}
    return tree


def _check_unique(layers: list[Layer]) -> None:
    if len({layer.name for layer in layers}) < len(layers):
        raise _twice("the model")


def _twice(name: str) -> ModelFileError:
    return refuse(
        f"the layers of {told(name)}", "must have different names", "a name used twice", _AGAIN,
        reason="corrupt",
    )  # fmt: skip


def _nodes(entry: Entry) -> list[Any]:
    nodes = entry.get("inbound_nodes")
    return nodes if isinstance(nodes, list) else []


def _name_of(entry: Any, otherwise: str) -> str:
    if not isinstance(entry, Mapping):
        raise refuse("a layer", "must be a JSON object", told(entry), _AGAIN, reason="corrupt")
    config = entry.get("config")
    of_config = config.get("name") if isinstance(config, Mapping) else None
    return _text(entry.get("name") or of_config or otherwise, "a layer's name")


def _text(value: Any, thing: str) -> str:
    if not isinstance(value, str) or not value or len(value) > MAX_STRING_CHARS:
        raise refuse(
            thing,
            f"must have 1 to {MAX_STRING_CHARS} characters",
            told(value),
            _AGAIN,
            reason="corrupt",
        )
    return value
