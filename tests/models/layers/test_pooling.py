from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings

SHAPES: dict[int, Shape] = {1: (None, 9, 3), 2: (None, 9, 8, 3), 3: (None, 9, 8, 7, 3)}
KINDS = [(kind, rank) for kind in ("Max", "Average") for rank in SHAPES]


@pytest.mark.parametrize(("kind", "rank"), KINDS)
@pytest.mark.parametrize(
    "config",
    [
        {"pool_size": 2},
        {"pool_size": 3, "strides": 2},
        {"pool_size": 2, "strides": 3, "padding": "same"},
    ],
)
def test_windows_agree_with_keras(agrees: Any, kind: str, rank: int, config: Any) -> None:
    settings = check_settings(RULES[f"{kind}Pooling{rank}D"], config)
    # Keras saves the window's size where no strides were given.
    config = {**config, "strides": settings["strides"] or settings["pool_size"]}
    agrees(f"{kind}Pooling{rank}D", config, SHAPES[rank])


@pytest.mark.parametrize(("kind", "rank"), KINDS)
@pytest.mark.parametrize("keepdims", [False, True])
def test_global_pooling_agrees_with_keras(
    agrees: Any, kind: str, rank: int, keepdims: bool
) -> None:
    agrees(f"Global{kind}Pooling{rank}D", {"keepdims": keepdims}, SHAPES[rank])


@pytest.mark.parametrize(("kind", "rank"), KINDS)
def test_adaptive_pooling_agrees_with_keras(agrees: Any, kind: str, rank: int) -> None:
    agrees(f"Adaptive{kind}Pooling{rank}D", {"output_size": [2, 3, 4][:rank]}, SHAPES[rank])


@pytest.mark.parametrize(
    ("picture", "size", "elements"),
    [
        ((9, 8), [3, 4], 2 * 9 * 8),
        ((1, 65536), [65536, 1], 65536 * 2 * 65536),
        ((65536, 1), [1, 65536], 2 * 65536),
    ],
)
def test_adaptive_pooling_costs_what_lies_between(
    picture: Any, size: list[int], elements: int
) -> None:
    rule = RULES["AdaptiveMaxPooling2D"]
    assert rule.cost is not None
    settings = check_settings(rule, {"output_size": size})
    assert rule.cost(settings, Call((TensorSpec((None, *picture, 3)),))) == 3 * elements
    # Where values of one picture were made to many.
    assert rule.cost(settings, Call((TensorSpec((50, *picture, 3)),))) == 50 * 3 * elements


@pytest.mark.parametrize("kind", ["MaxPooling2D", "GlobalAveragePooling2D"])
def test_channels_may_come_first(agrees: Any, kind: str) -> None:
    config: dict[str, Any] = {"data_format": "channels_first"}
    if kind == "MaxPooling2D":
        config["strides"] = 2
    agrees(kind, config, (None, 3, 9, 8))


def test_open_sizes_stay_open(agrees: Any) -> None:
    agrees("AveragePooling2D", {"strides": 2}, (None, None, 8, 3))


def test_a_window_larger_than_the_picture_is_refused() -> None:
    rule = RULES["MaxPooling2D"]
    settings = check_settings(rule, {"pool_size": 10})
    with pytest.raises(ValueError, match="must have an input of at least 10 along"):
        rule.output(settings, Call((TensorSpec(SHAPES[2]),)))


@pytest.mark.parametrize("config", [{"pool_size": 0}, {"strides": [1]}, {"padding": "causal"}])
def test_settings_out_of_bounds_are_refused(config: Any) -> None:
    with pytest.raises(SettingError):
        check_settings(RULES["MaxPooling2D"], config)
