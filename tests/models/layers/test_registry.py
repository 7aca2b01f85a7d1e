from __future__ import annotations

from typing import Any

import keras
import pytest

from models.layers.registry import ALIASES, RULES, find_rule
from models.layers.rule import REQUIRED

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PICTURE = (None, 8, 8, 4)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Dense", {"units": 5}, (None, 3)),
        (
            "EinsumDense",
            {"equation": "ab,bc->ac", "output_shape": [4], "bias_axes": "c"},
            (None, 3),
        ),
        ("Conv2D", {"filters": 2, "kernel_size": 3}, PICTURE),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": 3}, PICTURE),
        ("SeparableConv2D", {"filters": 2, "kernel_size": 3}, PICTURE),
        ("DepthwiseConv2D", {"kernel_size": 3}, PICTURE),
        ("MaxPooling2D", {}, PICTURE),
        ("Flatten", {}, PICTURE),
        ("BatchNormalization", {}, PICTURE),
        ("BatchNormalization", {"scale": False}, PICTURE),
        ("LayerNormalization", {}, PICTURE),
        ("GroupNormalization", {"groups": 2}, PICTURE),
        ("RMSNormalization", {}, PICTURE),
        ("PReLU", {"shared_axes": [1, 2]}, PICTURE),
        ("Dropout", {"rate": 0.5}, PICTURE),
        ("Normalization", {}, PICTURE),
        ("Resizing", {"height": 3, "width": 3}, PICTURE),
    ],
)
def test_weights_lie_where_keras_saves_them(
    saved_paths: Any, slot_paths: Any, kind: str, config: Any, shape: Any
) -> None:
    assert slot_paths(kind, config, shape) == saved_paths(kind, config, shape)


def test_every_name_of_keras_for_an_allowed_layer_is_known() -> None:
    classes = {name: value for name, value in vars(keras.layers).items() if isinstance(value, type)}
    allowed = {classes[kind] for kind in RULES if kind in classes}
    names = {name for name, value in classes.items() if value in allowed}
    assert {name for name in names if find_rule(name) is None} == set()


def test_no_name_stands_for_two_kinds() -> None:
    assert not set(ALIASES) & set(RULES)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_defaults_are_those_that_a_check_would_give(kind: str) -> None:
    for setting in RULES[kind].settings.values():
        if setting.default not in (REQUIRED, None):
            assert setting.check(setting.default) == setting.default


@pytest.mark.parametrize(
    "class_name",
    ["Lambda", "TorchModuleWrapper", "TFSMLayer", "FlaxLayer", "JaxLayer", "StringLookup", "Layer"],
)
def test_layers_with_code_or_files_are_not_known(class_name: str) -> None:
    assert find_rule(class_name) is None
