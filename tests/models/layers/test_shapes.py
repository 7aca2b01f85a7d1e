from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import check_settings
from models.layers.shapes import spreads_over

SPEC = TensorSpec((None, 4, 3))
MASK = TensorSpec((None, 4), "bool")
ONE_INPUT = {"Flatten": {}, "Rescaling": {"scale": 2.0}, "Dense": {"units": 2}}


def output(kind: str, config: Any, call: Call) -> Any:
    rule = RULES[kind]
    return rule.output(check_settings(rule, config), call)


@pytest.mark.parametrize("kind", ONE_INPUT)
@pytest.mark.parametrize(
    "call", [Call((SPEC,)), Call((SPEC,), {"training": True}), Call(kwargs={"inputs": SPEC})]
)
def test_an_input_is_given_by_place_or_by_name(kind: str, call: Call) -> None:
    assert output(kind, ONE_INPUT[kind], call) == output(kind, ONE_INPUT[kind], Call((SPEC,)))


@pytest.mark.parametrize("kind", ONE_INPUT)
@pytest.mark.parametrize(
    "call",
    [
        Call(([SPEC],)),
        Call((SPEC, 1)),
        Call((SPEC, "payload")),
        Call((SPEC,), {"mask": {"class_name": "x"}}),
        Call((SPEC, SPEC)),
        Call((SPEC, np.ones(3))),
        Call((np.ones(3),)),
        Call(kwargs={"mask": SPEC}),
        Call(),
    ],
)
def test_nothing_else_is_given(kind: str, call: Call) -> None:
    with pytest.raises(ValueError, match="must have one"):
        output(kind, ONE_INPUT[kind], call)


@pytest.mark.parametrize(
    ("kind", "mask"),
    [
        ("BatchNormalization", None),
        ("BatchNormalization", MASK),
        ("BatchNormalization", TensorSpec((None, 1), "bool")),
        ("Softmax", None),
        ("Softmax", SPEC),
        ("Softmax", TensorSpec((None, 1, 3), "bool")),
        ("Softmax", TensorSpec((3,), "bool")),
    ],
)
def test_some_layers_take_a_mask(kind: str, mask: Any) -> None:
    assert output(kind, {}, Call((SPEC,), {"mask": mask})) == SPEC


@pytest.mark.parametrize("kind", ["BatchNormalization", "Softmax"])
@pytest.mark.parametrize(
    "mask",
    [
        {"name": "float32"},
        True,
        "mask",
        [MASK],
        np.ones((1, 4)),
        TensorSpec((None, 5), "bool"),
        TensorSpec((None, 65536, 3), "bool"),
        TensorSpec((1, None, 4, 3), "bool"),
    ],
)
def test_a_mask_has_to_fit(kind: str, mask: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        output(kind, {}, Call((SPEC,), {"mask": mask}))


def test_a_mask_makes_nothing_larger() -> None:
    narrow = TensorSpec((None, 1, 3))
    for kind in ("BatchNormalization", "Softmax"):
        with pytest.raises(ValueError, match="must have a mask"):
            output(kind, {}, Call((narrow,), {"mask": TensorSpec((None, 65536), "bool")}))


@pytest.mark.parametrize("kind", ["LayerNormalization", "UnitNormalization", "ReLU", "Masking"])
def test_other_layers_take_none(kind: str) -> None:
    with pytest.raises(ValueError, match="must have one input"):
        output(kind, {}, Call((SPEC,), {"mask": MASK}))


@pytest.mark.parametrize(
    ("small", "large", "spreads"),
    [
        ((3,), (None, 4, 3), True),
        ((None, 1, 3), (None, 4, 3), True),
        ((None, 4, 3), (None, 1, 3), False),
        ((None, 4, 3), (1, 4, 3), False),
        ((1, 4, 3), (4, 3), False),
        ((), (4, 3), True),
    ],
)
def test_one_shape_spreads_over_another(small: Any, large: Any, spreads: bool) -> None:
    assert spreads_over(small, large) == spreads
