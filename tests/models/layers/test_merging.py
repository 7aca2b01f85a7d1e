from __future__ import annotations

from typing import Any

import numpy as np
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


X = TensorSpec((None, 3))


@pytest.mark.parametrize("kind", ["Add", "Maximum", "Concatenate", "Dot"])
@pytest.mark.parametrize(
    "call",
    [
        Call((X, X)),
        Call(({"a": X, "b": X},)),
        Call(([X, X], X)),
        Call(([X, X],), {"mask": X}),
        Call(([X, [X]],)),
        Call(([X, np.ones((1, 3))],)),
        Call(([X, 2.0],)),
        # A batch of one would spread over the other.
        Call(([X, TensorSpec((1, 3))],)),
        Call(([TensorSpec((4096, 3)), TensorSpec((1, 3))],)),
    ],
)
def test_only_a_list_of_tensors_of_one_batch_is_merged(kind: str, call: Call) -> None:
    settings = check_settings(RULES[kind], {"axes": 1} if kind == "Dot" else {})
    with pytest.raises(ValueError, match="must"):
        RULES[kind].output(settings, call)
