from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import check_settings

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
        Call(),
    ],
)
def test_nothing_else_is_given(kind: str, call: Call) -> None:
    with pytest.raises(ValueError, match="must have one"):
        output(kind, ONE_INPUT[kind], call)


@pytest.mark.parametrize("kwargs", [{}, {"mask": None}, {"mask": MASK}])
def test_what_is_normalised_may_have_a_mask(kwargs: Any) -> None:
    assert output("BatchNormalization", {}, Call((SPEC,), kwargs)) == SPEC


@pytest.mark.parametrize("mask", [{"name": "float32"}, True, SPEC, "mask"])
def test_a_mask_has_to_be_one(mask: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        output("BatchNormalization", {}, Call((SPEC,), {"mask": mask}))
