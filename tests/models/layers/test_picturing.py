from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings

PICTURE = (None, 6, 5, 3)
SIZE = {"height": 4, "width": 8}
ARRAY = {"class_name": "__numpy__", "config": {"value": [0.0, 1.0, 2.0], "dtype": "float64"}}


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("CenterCrop", SIZE, PICTURE),
        ("CenterCrop", {"height": 2, "width": 2}, PICTURE),
        ("Normalization", {}, PICTURE),
        ("Normalization", {"axis": [1, 3]}, PICTURE),
        ("Normalization", {"axis": None}, PICTURE),
        ("Normalization", {"mean": [1, 2, 3], "variance": [1, 1, 1], "invert": True}, PICTURE),
        ("Normalization", {"mean": 0.5, "variance": 2.0, "axis": None}, PICTURE),
        ("Rescaling", {"scale": 1 / 255}, PICTURE),
        ("Rescaling", {"scale": [1, 2, 3], "offset": ARRAY}, PICTURE),
        ("Resizing", SIZE, PICTURE),
        ("Resizing", {**SIZE, "interpolation": "nearest", "antialias": True}, PICTURE),
        ("Resizing", {**SIZE, "crop_to_aspect_ratio": True}, PICTURE),
        ("Resizing", {**SIZE, "pad_to_aspect_ratio": True, "fill_value": 1}, PICTURE),
        ("Resizing", {**SIZE, "data_format": "channels_first"}, (None, 3, 6, 5)),
        ("Resizing", SIZE, (None, None, None, 3)),
    ],
)
def test_layers_agree_with_keras(agrees: Any, kind: str, config: Any, shape: Any) -> None:
    agrees(kind, config, shape)


@pytest.mark.parametrize("kind", ["CenterCrop", "Resizing"])
def test_whole_numbers_are_cropped_and_resized(agrees: Any, kind: str) -> None:
    agrees(kind, SIZE, PICTURE, dtype="uint8")


def test_rescaling_makes_floats_of_pixels(agrees: Any) -> None:
    agrees("Rescaling", {"scale": 1 / 255}, PICTURE, dtype="uint8")


def test_padding_to_an_aspect_ratio_costs_the_padded_picture() -> None:
    rule = RULES["Resizing"]
    config = {"height": 1, "width": 1000, "pad_to_aspect_ratio": True}
    assert rule.cost is not None
    cost = rule.cost(check_settings(rule, config), Call((TensorSpec((None, 50, 50, 3)),)))
    assert cost == 50 * 50_000 * 3


def test_resizing_costs_what_lies_between() -> None:
    # Some ways of interpolation give the picture its height first.
    rule = RULES["Resizing"]
    assert rule.cost is not None
    settings = check_settings(rule, {"height": 65536, "width": 1, "interpolation": "lanczos3"})
    assert rule.cost(settings, Call((TensorSpec((None, 1, 65536, 3)),))) == 3 * 2**32


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Resizing", SIZE, (None, 6, 5)),
        ("Resizing", {**SIZE, "pad_to_aspect_ratio": True, "crop_to_aspect_ratio": True}, PICTURE),
        ("Rescaling", {"scale": [1, 2]}, PICTURE),
        # It would make a picture of 400 columns out of one.
        ("Rescaling", {"scale": [[1]] * 400}, (None, 6, 1, 3)),
        ("Normalization", {"mean": [1, 2, 3]}, PICTURE),
        ("Normalization", {"mean": [1, 2], "variance": [1, 2]}, PICTURE),
        ("Normalization", {"mean": [1, 2, 3], "variance": 1}, PICTURE),
        ("Normalization", {"axis": [1]}, (None, None, 3)),
        ("Normalization", {"axis": [4]}, PICTURE),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind: str, config: Any, shape: Any) -> None:
    settings = check_settings(RULES[kind], config)
    with pytest.raises(ValueError, match="must"):
        RULES[kind].output(settings, Call((TensorSpec(shape),)))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Resizing", {"height": 2**25, "width": 2**25}),
        ("Resizing", {**SIZE, "interpolation": "mine"}),
        ("Rescaling", {"scale": "large"}),
        ("Rescaling", {"scale": []}),
        ("Rescaling", {"scale": [[1], [1, 2]]}),
        ("Rescaling", {"scale": [[0.0] * 300] * 300}),
        ("Rescaling", {"scale": {"class_name": "__lambda__", "config": {"value": "x"}}}),
        ("Rescaling", {"scale": float("inf")}),
        ("Rescaling", {}),
        ("Normalization", {"mean": [[[[[[[1]]]]]]], "variance": 1}),
    ],
)
def test_settings_out_of_bounds_are_refused(kind: str, config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES[kind], config)
