from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import check_settings

SAME_SIZE = ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"]


@pytest.mark.parametrize("kind", SAME_SIZE)
@pytest.mark.parametrize(
    "shapes",
    [
        [(None, 3, 4), (None, 3, 4)],
        [(None, 3, 4), (None, 1, 4)],
        [(None, 3, 4), (None, 4)],
        [(None, None, 4), (None, 3, 4)],
    ],
)
def test_arithmetic_agrees_with_keras(agrees: Any, kind: str, shapes: Any) -> None:
    agrees(kind, {}, *shapes)


def test_more_than_two_are_merged(agrees: Any) -> None:
    agrees("Add", {}, (None, 3), (None, 3), (None, 1))


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("Concatenate", {}, [(None, 3), (None, 5), (None, 1)]),
        ("Concatenate", {"axis": 1}, [(None, 3, 4, 2), (None, 5, 4, 2)]),
        ("Concatenate", {}, [(None, None, 4), (None, None, 2)]),
        ("Concatenate", {"axis": 1}, [(None, None, 4), (None, 3, 4)]),
        ("Dot", {"axes": 1}, [(None, 5), (None, 5)]),
        ("Dot", {"axes": -1, "normalize": True}, [(None, 5), (None, 5)]),
        ("Dot", {"axes": [2, 1]}, [(None, 3, 5), (None, 5, 4)]),
        ("Dot", {"axes": [2, 1]}, [(None, 3, 5), (None, 5)]),
        ("Dot", {"axes": 1}, [(None, 5, 2, 3), (None, 5, 4)]),
    ],
)
def test_joining_agrees_with_keras(agrees: Any, kind: str, config: Any, shapes: Any) -> None:
    agrees(kind, config, *shapes)


def test_half_precision_stays_half(agrees: Any) -> None:
    agrees("Add", {}, (None, 3), (None, 3), policy="mixed_float16")


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("Add", {}, [(None, 3), (None, 4)]),
        ("Add", {}, []),
        ("Subtract", {}, [(None, 3)] * 3),
        ("Concatenate", {}, [(None, 3, 4), (None, 4, 4)]),
        ("Concatenate", {}, [(None, 4), (None, 4, 4)]),
        ("Concatenate", {"axis": 0}, [(None, 4), (None, 4)]),
        ("Concatenate", {"axis": 3}, [(None, 4), (None, 4)]),
        ("Dot", {"axes": 0}, [(None, 4), (None, 4)]),
        ("Dot", {"axes": 1}, [(None, 3), (None, 4)]),
        ("Dot", {"axes": 1}, [(None, 2, 3, 4, 5), (None, 2, 3, 4, 5)]),
        ("Dot", {"axes": 1}, [(None, 4)]),
    ],
)
def test_inputs_that_do_not_fit_are_refused(kind: str, config: Any, shapes: Any) -> None:
    settings = check_settings(RULES[kind], config)
    call = Call(([TensorSpec(shape) for shape in shapes],))
    with pytest.raises(ValueError, match="must"):
        RULES[kind].output(settings, call)
