"""A rule beside the layer that Keras makes of the same settings."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from models.inspection.blueprint import Call, Layer, TensorSpec, leaves
from models.layers.registry import RULES, find_rule
from models.layers.settings import check_settings


def read_layer(kind: str, config: Mapping[str, Any]) -> Layer:
    """A layer of a file as a record; what it wraps is ``{"class_name": ..., "config": ...}``."""
    rule = find_rule(kind)
    assert rule is not None, kind
    config = dict(config)
    wrapped: dict[str, Any] = {}
    for name in rule.inner:
        saved = config.pop(name, None)
        if isinstance(saved, list):
            wrapped |= {f"{name}/{index}": each for index, each in enumerate(saved)}
        elif saved is not None:
            wrapped[name] = saved
    inner = {
        name: read_layer(saved["class_name"], saved["config"]) for name, saved in wrapped.items()
    }
    return Layer("layer", rule.kind, check_settings(rule, config), inner=inner)


def make_layer(layer: Layer) -> Any:
    """Keras' layer of a record, or a skipped test where this Keras has none."""
    if not hasattr(keras.layers, layer.kind):
        pytest.skip(f"this Keras has no {layer.kind}")
    inner: dict[str, Any] = {}
    for place, wrapped in layer.inner.items():
        name, is_one_of_several, _ = place.partition("/")
        made = make_layer(wrapped)
        inner[name] = [*inner.get(name, []), made] if is_one_of_several else made
    return getattr(keras.layers, layer.kind)(**inner, **layer.settings)


def settings_of(layer: Layer) -> Mapping[str, Any]:
    """What a rule's functions get."""
    return {**layer.settings, **layer.inner}


def output_of(kind: str, config: Mapping[str, Any], call: Call) -> Any:
    """What the rule of such a layer says that a call gives."""
    layer = read_layer(kind, config)
    return RULES[layer.kind].output(settings_of(layer), call)


def compare(kind: str, config: Mapping[str, Any], call: Call, folder: Path) -> None:
    """Shapes, dtypes, weights and where a ``.keras`` archive keeps them."""
    layer = read_layer(kind, config)
    rule = RULES[layer.kind]
    made = make_layer(layer)
    symbolic = call.map(lambda spec: keras.Input(spec.shape[1:], dtype=spec.dtype))
    outputs = made(*symbolic.args, **symbolic.kwargs)
    flat = keras.tree.flatten(outputs)

    promised = rule.output(settings_of(layer), call)
    specs = [promised] if isinstance(promised, TensorSpec) else [*promised]
    assert specs == [TensorSpec(tuple(each.shape), each.dtype) for each in flat]
    slots = rule.slots(settings_of(layer), call)
    assert [slot.shape for slot in slots] == [tuple(weight.shape) for weight in made.weights]
    assert [slot.trainable for slot in slots] == [weight.trainable for weight in made.weights]

    inputs = leaves((symbolic.args, dict(symbolic.kwargs)), (keras.KerasTensor,))
    each_once = list({id(tensor): tensor for tensor in inputs}.values())
    model = keras.Model(each_once, list(flat))
    computed = model([np.ones([2, *(size or 3 for size in x.shape[1:])]) for x in each_once])
    for spec, tensor in zip(specs, keras.tree.flatten(computed), strict=True):
        assert all(b in (None, a) for a, b in zip(tensor.shape, spec.shape, strict=True))

    # As a file has it, it is the same layer again.
    saved = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    again = read_layer(saved["class_name"], saved["config"])
    assert again.kind == layer.kind
    assert rule.output(settings_of(again), call) == promised
    assert rule.slots(settings_of(again), call) == slots
    model.save(folder / "model.keras")
    stored = read_weights(folder / "model.keras")
    # Spectral normalisation keeps the kernel twice.
    assert set(stored) - {slot.path for slot in slots} <= {"vars/0"}
    for slot, weight in zip(slots, made.weights, strict=True):
        np.testing.assert_array_equal(stored[slot.path], np.asarray(weight.numpy()))


def read_weights(path: Path) -> dict[str, Any]:
    """Weights of the only layer with any, by their place below it."""
    with zipfile.ZipFile(path) as archive:
        stored = io.BytesIO(archive.read("model.weights.h5"))
    found: dict[str, Any] = {}
    with h5py.File(stored) as file:

        def keep(name: str, item: Any) -> None:
            below = name.split("/", 2)[-1].removeprefix("_")
            if isinstance(item, h5py.Dataset) and "seed_generator" not in name:
                found[below] = item[()]

        file.visititems(keep)
    return found
