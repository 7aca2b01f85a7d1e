from __future__ import annotations

from typing import Any

import keras
import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.activating import ActivationLayer, activation
from models.layers.checks import ACTIVATIONS, KERAS2_HARD_SIGMOID, CodeError, NotBuiltInError
from models.layers.registry import RULES
from models.layers.settings import check_settings

PICTURE = (None, 5, 3, 4)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS - {KERAS2_HARD_SIGMOID}))
def test_every_named_activation_is_keras_own(agrees: Any, name: str) -> None:
    agrees("Activation", {"activation": name}, PICTURE)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("ELU", {}),
        ("ELU", {"alpha": 0.5}),
        ("LeakyReLU", {}),
        ("LeakyReLU", {"negative_slope": 0}),
        ("PReLU", {}),
        ("PReLU", {"shared_axes": [1, 2]}),
        ("PReLU", {"shared_axes": 3}),
        ("ReLU", {}),
        ("ReLU", {"max_value": 6, "negative_slope": 0.1, "threshold": 0.5}),
        ("Softmax", {}),
        ("Softmax", {"axis": [1, 2]}),
    ],
)
def test_layers_agree_with_keras(agrees: Any, kind: str, config: Any) -> None:
    agrees(kind, config, PICTURE)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (None, "linear"),
        ("relu", "relu"),
        ("swish", "silu"),
        ("softmax_v2", "softmax"),
        ({"class_name": "relu", "config": {}}, "relu"),
        ({"class_name": "Activation", "config": {"activation": "tanh"}}, "tanh"),
        (
            {
                "module": "builtins",
                "class_name": "function",
                "config": "relu",
                "registered_name": "function",
            },
            "relu",
        ),
    ],
)
def test_a_name_is_read_however_it_is_written(written: Any, name: str) -> None:
    assert activation(written) == name


@pytest.mark.parametrize(
    "layer",
    [keras.layers.LeakyReLU(0.1), keras.layers.ReLU(6.0), keras.layers.Softmax()],
)
def test_a_layer_as_keras_writes_it_is_an_activation(layer: Any) -> None:
    read = activation(keras.saving.serialize_keras_object(layer))
    assert isinstance(read, ActivationLayer)
    assert read.kind == type(layer).__name__
    assert read.settings.items() <= layer.get_config().items()


@pytest.mark.parametrize(
    "written",
    [
        {"class_name": "__lambda__", "config": {"value": ["4wEAAAAAAAAA", None, None]}},
        {"value": ["4wEAAAAAAAA", None, None]},
        {"module": "os", "class_name": "function", "config": "mkdir"},
        {"module": "keras_like", "class_name": "function", "config": "relu"},
    ],
)
def test_code_is_refused(written: Any) -> None:
    with pytest.raises(CodeError):
        activation(written)


@pytest.mark.parametrize(
    "written",
    [
        "mine",
        "<lambda>",
        "glu",
        {"module": "keras.utils", "class_name": "function", "config": "get_file"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "x"}},
        {"module": "keras.layers", "class_name": "PReLU", "config": {}},
    ],
)
def test_other_functions_are_refused(written: Any) -> None:
    with pytest.raises(NotBuiltInError):
        activation(written)


@pytest.mark.parametrize(
    "written",
    [
        1,
        ["relu"],
        "x" * 300,
        {"class_name": "function", "config": ["relu"]},
        {"class_name": ["LeakyReLU"], "config": {}},
        {"class_name": "LeakyReLU", "config": None},
        {"class_name": "LeakyReLU", "config": {"negative_slope": "steep"}},
        {"class_name": "LeakyReLU", "config": {"function": "x"}},
        {"class_name": "Activation", "config": {"activation": {"class_name": "Activation"}}},
    ],
)
def test_what_is_no_activation_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        activation(written)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("PReLU", {"shared_axes": [4]}, PICTURE),
        ("PReLU", {}, (None, None, 3)),
        ("Softmax", {"axis": 4}, PICTURE),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind: str, config: Any, shape: Any) -> None:
    settings = check_settings(RULES[kind], config)
    with pytest.raises(ValueError, match="must"):
        RULES[kind].output(settings, Call((TensorSpec(shape),)))
