from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings

ROW = (None, 9, 4)
PICTURE = (None, 9, 7, 4)
FIRST = (None, 4, 9, 7)
VOLUME = (None, 6, 7, 5, 4)
CONV = {"filters": 6, "kernel_size": 3}


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Conv1D", CONV, ROW),
        ("Conv1D", {**CONV, "padding": "causal", "dilation_rate": [2]}, ROW),
        ("Conv2D", CONV, PICTURE),
        ("Conv2D", {**CONV, "strides": [2, 2], "padding": "same"}, PICTURE),
        ("Conv2D", {**CONV, "strides": [2, 3]}, PICTURE),
        ("Conv2D", {**CONV, "dilation_rate": 2, "use_bias": False}, PICTURE),
        ("Conv2D", {**CONV, "kernel_size": [1, 5], "groups": 2, "activation": "relu"}, PICTURE),
        ("Conv2D", CONV, (None, None, None, 4)),
        ("Conv2D", {**CONV, "data_format": "channels_first", "padding": "SAME"}, FIRST),
        ("Conv3D", CONV, VOLUME),
        ("Conv1DTranspose", {**CONV, "strides": 2}, ROW),
        ("Conv2DTranspose", CONV, PICTURE),
        ("Conv2DTranspose", {**CONV, "strides": 2, "padding": "same"}, PICTURE),
        ("Conv2DTranspose", {**CONV, "strides": 4, "kernel_size": 2}, PICTURE),
        ("Conv2DTranspose", {**CONV, "strides": 2, "output_padding": 1}, PICTURE),
        (
            "Conv2DTranspose",
            {**CONV, "strides": 2, "padding": "same", "output_padding": [1, 0]},
            PICTURE,
        ),
        ("Conv2DTranspose", {**CONV, "dilation_rate": 2}, PICTURE),
        ("Conv2DTranspose", {**CONV, "strides": 2}, (None, None, None, 4)),
        ("Conv2DTranspose", {**CONV, "data_format": "channels_first"}, FIRST),
        ("Conv3DTranspose", {**CONV, "strides": [1, 2, 1], "padding": "same"}, VOLUME),
        ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, ROW),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "strides": 2}, PICTURE),
        ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "use_bias": False}, PICTURE),
        ("DepthwiseConv2D", {"kernel_size": 3, "strides": 2, "dilation_rate": 2}, PICTURE),
        ("SeparableConv1D", {**CONV, "strides": 2, "depth_multiplier": 3}, ROW),
        ("SeparableConv2D", {**CONV, "padding": "same"}, PICTURE),
        ("SeparableConv2D", {**CONV, "use_bias": False, "depth_multiplier": 2}, PICTURE),
    ],
)
def test_convolutions_agree_with_keras(agrees: Any, kind: str, config: Any, shape: Any) -> None:
    agrees(kind, config, shape)


def test_half_precision_stays_half(agrees: Any) -> None:
    agrees("Conv2D", CONV, PICTURE, policy="mixed_float16")


def test_a_separable_convolution_costs_its_depthwise_output() -> None:
    rule = RULES["SeparableConv2D"]
    settings = check_settings(rule, {"filters": 1, "kernel_size": 3, "depth_multiplier": 100})
    assert rule.cost is not None
    assert rule.cost(settings, Call((TensorSpec(PICTURE),))) == 7 * 5 * 4 * 100


@pytest.mark.parametrize(
    ("kind", "config", "shape", "elements"),
    [
        ("Conv2D", {"kernel_size": 3, "padding": "same"}, PICTURE, 0),
        ("Conv1D", {"kernel_size": 100, "padding": "causal"}, (None, 7, 4), 106 * 4),
        ("Conv1D", {"kernel_size": 3, "padding": "causal", "dilation_rate": 65536}, (None, 7, 4),
         3 * 65536 * 4),
        ("DepthwiseConv2D", {"kernel_size": 3, "dilation_rate": 50, "padding": "same"}, PICTURE,
         150 * 150 * 4),
        ("DepthwiseConv2D", {"kernel_size": 3, "dilation_rate": 2}, PICTURE, 10 * 8 * 4),
        ("SeparableConv2D", {"kernel_size": 3, "dilation_rate": 50, "padding": "same"}, PICTURE,
         150 * 150 * 4),
    ],
)  # fmt: skip
def test_a_convolution_costs_its_padding(kind: str, config: Any, shape: Any, elements: int) -> None:
    rule = RULES[kind]
    filters = {} if kind.startswith("Depthwise") else {"filters": 2}
    assert rule.cost is not None
    settings = check_settings(rule, {**filters, **config})
    assert rule.cost(settings, Call((TensorSpec(shape),))) == elements


@pytest.mark.parametrize(
    ("kind", "config", "shape", "rule"),
    [
        ("Conv2D", CONV, ROW, "4 dimensions"),
        ("Conv2D", CONV, (None, 2, 7, 4), "at least 3 along"),
        ("Conv2D", CONV, (None, 9, 7, None), "number of its channels"),
        ("Conv2D", {**CONV, "groups": 3}, PICTURE, "among 3 groups"),
        ("Conv2D", {**CONV, "strides": 2, "dilation_rate": 2}, PICTURE, "strides and a dilation"),
        ("Conv2DTranspose", {**CONV, "output_padding": 1}, PICTURE, "output padding below"),
        (
            "Conv2DTranspose",
            {"filters": 2, "kernel_size": 2, "padding": "same", "output_padding": 0},
            PICTURE,
            "output padding that suits",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind: str, config: Any, shape: Any, rule: str) -> None:
    settings = check_settings(RULES[kind], config)
    with pytest.raises(ValueError, match=f"must.*{rule}"):
        RULES[kind].output(settings, Call((TensorSpec(shape),)))


@pytest.mark.parametrize(
    "config",
    [
        {"filters": 0, "kernel_size": 3},
        {"filters": 2**31, "kernel_size": 3},
        {"filters": 2, "kernel_size": [3, 3, 3]},
        {"filters": 2, "kernel_size": 2**20},
        {"filters": 2, "kernel_size": 3, "padding": "causal"},
        {"filters": 2, "kernel_size": 3, "strides": 0},
        {"filters": 2, "kernel_size": 3, "data_format": "somewhere"},
        {"filters": 2, "kernel_size": 3, "groups": True},
        {"filters": 2},
    ],
)
def test_settings_out_of_bounds_are_refused(config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES["Conv2D"], config)
