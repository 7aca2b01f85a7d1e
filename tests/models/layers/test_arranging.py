from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings

ROW = (None, 6, 4)
PICTURE = (None, 6, 5, 4)
VOLUME = (None, 6, 5, 7, 4)
FIRST = {"data_format": "channels_first"}


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Flatten", {}, PICTURE),
        ("Flatten", FIRST, PICTURE),
        ("Flatten", {}, (None,)),
        ("Flatten", {}, (None, None, 4)),
        ("Reshape", {"target_shape": [5, 24]}, PICTURE),
        ("Reshape", {"target_shape": [-1, 8]}, PICTURE),
        ("Reshape", {"target_shape": [120]}, PICTURE),
        ("Reshape", {"target_shape": [-1, 4]}, (None, None, 4)),
        ("Permute", {"dims": [3, 1, 2]}, PICTURE),
        ("RepeatVector", {"n": 3}, (None, 5)),
        ("UpSampling1D", {"size": 3}, ROW),
        ("UpSampling2D", {}, PICTURE),
        ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, PICTURE),
        ("UpSampling2D", {"size": 2, **FIRST}, PICTURE),
        ("UpSampling2D", {}, (None, None, 5, 4)),
        ("UpSampling3D", {"size": [1, 2, 3]}, VOLUME),
        ("ZeroPadding1D", {"padding": [1, 2]}, ROW),
        ("ZeroPadding2D", {}, PICTURE),
        ("ZeroPadding2D", {"padding": 3}, PICTURE),
        ("ZeroPadding2D", {"padding": [1, 2], **FIRST}, PICTURE),
        ("ZeroPadding2D", {"padding": [[0, 1], [2, 3]]}, PICTURE),
        ("ZeroPadding3D", {"padding": [[0, 1], [2, 3], [1, 0]]}, VOLUME),
        ("Cropping1D", {}, ROW),
        ("Cropping2D", {}, PICTURE),
        ("Cropping2D", {"cropping": [[0, 1], [2, 1]], **FIRST}, PICTURE),
        ("Cropping3D", {}, VOLUME),
    ],
)
def test_arrangements_agree_with_keras(agrees: Any, kind: str, config: Any, shape: Any) -> None:
    agrees(kind, config, shape)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Flatten", {}, PICTURE),
        ("Reshape", {"target_shape": [120]}, PICTURE),
        ("Permute", {"dims": [3, 1, 2]}, PICTURE),
        ("RepeatVector", {"n": 3}, (None, 5)),
        ("ZeroPadding2D", {}, PICTURE),
        ("Cropping1D", {}, ROW),
    ],
)
def test_whole_numbers_are_moved_as_keras_says(
    agrees: Any, kind: str, config: Any, shape: Any
) -> None:
    agrees(kind, config, shape, dtype="int32")


def test_a_long_row_of_pixels_is_no_large_setting(agrees: Any) -> None:
    agrees("Reshape", {"target_shape": [300 * 300]}, (None, 300, 300, 1))


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Reshape", {"target_shape": [7]}, PICTURE),
        ("Reshape", {"target_shape": [-1, 7]}, PICTURE),
        ("Reshape", {"target_shape": [-1, 0]}, PICTURE),
        ("Reshape", {"target_shape": [1, 1, 1, 1, 1, 120]}, PICTURE),
        ("Permute", {"dims": [2, 1]}, PICTURE),
        ("RepeatVector", {"n": 2}, PICTURE),
        ("Cropping1D", {"cropping": 3}, ROW),
        ("UpSampling2D", {}, ROW),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind: str, config: Any, shape: Any) -> None:
    settings = check_settings(RULES[kind], config)
    with pytest.raises(ValueError, match="must"):
        RULES[kind].output(settings, Call((TensorSpec(shape),)))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Reshape", {"target_shape": [-1, -1]}),
        ("Reshape", {"target_shape": [-2]}),
        ("Reshape", {"target_shape": [2**40]}),
        ("Reshape", {"target_shape": 7}),
        ("Permute", {"dims": [1, 1]}),
        ("Permute", {"dims": [0, 1]}),
        ("RepeatVector", {"n": 2**17}),
        ("UpSampling2D", {"interpolation": "a_function"}),
        ("UpSampling1D", {"size": [2, 2]}),
        ("ZeroPadding2D", {"padding": [[1, 2, 3], [1, 2, 3]]}),
        ("ZeroPadding2D", {"padding": -1}),
    ],
)
def test_settings_out_of_bounds_are_refused(kind: str, config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES[kind], config)
