from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings

PICTURE = (None, 5, 3, 4)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("ActivityRegularization", {"l1": 0.1}, PICTURE),
        ("AlphaDropout", {"rate": 0.5}, PICTURE),
        ("Dropout", {"rate": 0.5, "seed": 3}, PICTURE),
        ("Dropout", {"rate": 0, "noise_shape": [None, 1, 1, 4]}, PICTURE),
        ("GaussianDropout", {"rate": 0.5}, PICTURE),
        ("GaussianNoise", {"stddev": 0.5}, PICTURE),
        ("GaussianNoise", {"stddev": 25}, PICTURE),
        ("Identity", {}, PICTURE),
        ("Masking", {"mask_value": -1}, (None, 5, 3)),
        ("SpatialDropout1D", {"rate": 0.5}, (None, 5, 3)),
        ("SpatialDropout2D", {"rate": 0.5, "data_format": "channels_first"}, PICTURE),
        ("SpatialDropout3D", {"rate": 0.5}, (None, 5, 3, 2, 4)),
    ],
)
def test_layers_agree_with_keras(agrees: Any, kind: str, config: Any, shape: Any) -> None:
    agrees(kind, config, shape)


def test_identity_keeps_whole_numbers(agrees: Any) -> None:
    agrees("Identity", {}, PICTURE, dtype="int32")


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Dropout", {"rate": 1.5}),
        ("Dropout", {"rate": "half"}),
        ("Dropout", {"rate": 0.5, "noise_shape": "all"}),
        ("GaussianNoise", {"stddev": -1}),
        ("Masking", {"mask_value": {"class_name": "__lambda__"}}),
    ],
)
def test_settings_out_of_bounds_are_refused(kind: str, config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES[kind], config)


def test_a_spatial_dropout_needs_a_picture() -> None:
    rule = RULES["SpatialDropout2D"]
    with pytest.raises(ValueError, match="must have an input of 4 dimensions"):
        rule.output(check_settings(rule, {"rate": 0.5}), Call((TensorSpec((None, 3)),)))
