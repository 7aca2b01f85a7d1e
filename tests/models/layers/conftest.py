from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.layers.activating import ActivationLayer
from models.layers.registry import RULES
from models.layers.rule import Rule
from models.layers.settings import check_settings
from models.layers.shapes import autocast

Config = Mapping[str, Any]
Agrees = Callable[..., None]
SavedPaths = Callable[[str, Config, Shape], set[str]]


def make_layer(kind: str, settings: Config, policy: str = "float32") -> Any:
    arguments = {
        name: make_layer(value.kind, value.settings, policy)
        if isinstance(value, ActivationLayer)
        else value
        for name, value in settings.items()
    }
    if not hasattr(keras.layers, kind):
        pytest.skip(f"this Keras has no {kind}")
    return getattr(keras.layers, kind)(**arguments, dtype=policy)


def call_of(shapes: Sequence[Shape], dtype: str) -> Call:
    specs = [TensorSpec(shape, dtype) for shape in shapes]
    return Call(args=(specs[0] if len(specs) == 1 else specs,))


def as_saved(layer: Any) -> Config:
    text = json.dumps(keras.saving.serialize_keras_object(layer))
    config: Config = json.loads(text)["config"]
    return config


def matches(shape: Shape, promised: Shape) -> bool:
    sizes = zip(shape, promised, strict=True)
    return all(wanted is None or size == wanted for size, wanted in sizes)


def check_weights(rule: Rule, settings: Config, call: Call, layer: Any) -> None:
    slots = rule.slots(settings, call)
    assert [slot.shape for slot in slots] == [tuple(weight.shape) for weight in layer.weights]
    assert [slot.trainable for slot in slots] == [weight.trainable for weight in layer.weights]


@pytest.fixture(scope="session")
def agrees() -> Agrees:
    """Compares a rule with the layer that Keras makes of the checked settings."""

    def compare(
        kind: str, config: Config, *shapes: Shape, dtype: str = "float32", policy: str = "float32"
    ) -> None:
        rule = RULES[kind]
        settings = check_settings(rule, config)
        layer = make_layer(kind, settings, policy)
        assert check_settings(rule, as_saved(layer)) == settings
        call = autocast(call_of(shapes, dtype), policy)

        inputs = [keras.Input(shape[1:], dtype=dtype) for shape in shapes]
        given = layer(inputs[0] if len(inputs) == 1 else inputs)

        assert rule.output(settings, call) == TensorSpec(tuple(given.shape), given.dtype)
        check_weights(rule, settings, call, layer)
        if all(None not in shape[1:] for shape in shapes):
            batches = [[2, *(size or 1 for size in shape[1:])] for shape in shapes]
            arrays = [np.ones(batch, dtype) for batch in batches]
            computed = layer(arrays[0] if len(arrays) == 1 else arrays)
            assert matches(tuple(computed.shape)[1:], tuple(given.shape)[1:])

    return compare


def _append_dataset(found: list[str], path: str, item: Any) -> None:
    if isinstance(item, h5py.Dataset):
        found.append(path)


@pytest.fixture
def saved_paths(tmp_path: Path) -> SavedPaths:
    """Where a ``.keras`` archive keeps a layer's weights, below the layer."""

    def paths(kind: str, config: Config, shape: Shape) -> set[str]:
        layer = make_layer(kind, check_settings(RULES[kind], config))
        inputs = keras.Input(shape[1:])
        keras.Model(inputs, layer(inputs)).save(tmp_path / "model.keras")
        with zipfile.ZipFile(tmp_path / "model.keras") as archive:
            weights = io.BytesIO(archive.read("model.weights.h5"))
        found: list[str] = []
        with h5py.File(weights) as file:
            file.visititems(lambda path, item: _append_dataset(found, path, item))
        names = [path.split("/", 2)[2] for path in found if path.startswith("layers/")]
        return {name for name in names if not name.startswith("seed_generator")}

    return paths


@pytest.fixture(scope="session")
def slot_paths() -> SavedPaths:
    """Where a rule says that they are."""

    def paths(kind: str, config: Config, shape: Shape) -> set[str]:
        rule = RULES[kind]
        slots = rule.slots(check_settings(rule, config), call_of([shape], "float32"))
        return {slot.path for slot in slots}

    return paths
