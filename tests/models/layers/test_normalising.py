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
        ("BatchNormalization", {}, PICTURE),
        ("BatchNormalization", {"axis": [3], "scale": False}, PICTURE),
        ("BatchNormalization", {"axis": 1, "center": False}, PICTURE),
        ("BatchNormalization", {"center": False, "scale": False}, (None, 7)),
        ("LayerNormalization", {}, PICTURE),
        ("LayerNormalization", {"axis": [1, 2, 3]}, PICTURE),
        ("LayerNormalization", {"axis": [3, 1], "center": False}, PICTURE),
        ("LayerNormalization", {"scale": False}, PICTURE),
        ("GroupNormalization", {"groups": 2}, PICTURE),
        ("GroupNormalization", {"groups": 1, "scale": False}, PICTURE),
        ("GroupNormalization", {"groups": 5, "axis": 1}, PICTURE),
        ("UnitNormalization", {}, PICTURE),
        ("UnitNormalization", {"axis": [1, 2]}, PICTURE),
        ("RMSNormalization", {}, PICTURE),
        ("BatchNormalization", {}, (None, None, None, 4)),
    ],
)
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_normalisations_agree_with_keras(
    agrees: Any, kind: str, config: Any, shape: Any, policy: str
) -> None:
    agrees(kind, config, shape, policy=policy)


def test_one_group_for_each_channel_is_written_minus_one(agrees: Any) -> None:
    rule = RULES["GroupNormalization"]
    settings = check_settings(rule, {"groups": -1})
    call = Call((TensorSpec(PICTURE),))
    assert rule.output(settings, call) == TensorSpec(PICTURE)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("BatchNormalization", {"axis": 4}, PICTURE),
        ("GroupNormalization", {"groups": 3}, PICTURE),
        ("GroupNormalization", {"groups": 0}, PICTURE),
        ("GroupNormalization", {"groups": 8}, PICTURE),
        ("LayerNormalization", {}, (None, 5, None)),
        ("LayerNormalization", {"axis": [1, -1]}, (None, 5)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(kind: str, config: Any, shape: Any) -> None:
    settings = check_settings(RULES[kind], config)
    call = Call((TensorSpec(shape),))
    with pytest.raises(ValueError, match="must"):
        (RULES[kind].output(settings, call), RULES[kind].slots(settings, call))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("BatchNormalization", {"axis": [1, 2]}),
        ("BatchNormalization", {"renorm": True}),
        ("BatchNormalization", {"epsilon": -1}),
        ("BatchNormalization", {"epsilon": float("nan")}),
        ("LayerNormalization", {"scale": 1}),
        ("GroupNormalization", {"groups": -2}),
    ],
)
def test_settings_out_of_bounds_are_refused(kind: str, config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES[kind], config)
