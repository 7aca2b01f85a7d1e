from __future__ import annotations

from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.activating import ActivationLayer
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Dense", {"units": 5}, (None, 3)),
        ("Dense", {"units": 5, "activation": "relu", "use_bias": False}, (None, 3)),
        ("Dense", {"units": 5, "activation": "swish"}, (None, 4, 4, 3)),
        ("Dense", {"units": 5}, (None, None, 3)),
        ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 4}, (None, 3)),
        ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [5, 4]}, (None, 5, 3)),
        (
            "EinsumDense",
            {"equation": "abc,cd->abd", "output_shape": [None, 4], "bias_axes": "d"},
            (None, 5, 3),
        ),
        (
            "EinsumDense",
            {"equation": "abc,cde->abde", "output_shape": [5, 2, 4], "bias_axes": "de"},
            (None, 5, 3),
        ),
        (
            "EinsumDense",
            {"equation": "...x,xy->...y", "output_shape": 4, "bias_axes": "y"},
            (None, 6, 6, 3),
        ),
        ("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 4}, (None, 3, 6)),
        (
            "EinsumDense",
            {"equation": "ab...,bc->ac...", "output_shape": 4, "bias_axes": "c"},
            (None, 3, 6, 5),
        ),
    ],
)
def test_dense_layers_agree_with_keras(
    agrees: Any, kind: str, config: dict[str, Any], shape: Any
) -> None:
    agrees(kind, config, shape)


def test_whole_numbers_give_floats(agrees: Any) -> None:
    agrees("Dense", {"units": 2}, (None, 3), dtype="int32")


@pytest.mark.parametrize("policy", ["mixed_float16", "float64", "bfloat16"])
def test_a_layer_gives_the_dtype_that_it_computes_in(agrees: Any, policy: str) -> None:
    agrees("Dense", {"units": 2}, (None, 3), policy=policy)


def test_a_layer_may_stand_as_an_activation(agrees: Any) -> None:
    leaky = {"class_name": "LeakyReLU", "config": {"alpha": 0.2, "dtype": "float32"}}
    config = {"units": 2, "activation": leaky}
    settings = check_settings(RULES["Dense"], config)
    expected = ActivationLayer("LeakyReLU", {"negative_slope": 0.2}, "float32")
    assert settings["activation"] == expected
    agrees("Dense", config, (None, 3))


@pytest.mark.parametrize(
    ("config", "shape", "rule"),
    [
        ({"equation": "ab,bc->ac", "output_shape": 4}, (None, 3, 3), "axes ab"),
        ({"equation": "abc,cd->abd", "output_shape": [6, 4]}, (None, 5, 3), "size of axis 'b'"),
        ({"equation": "abc,cd->abd", "output_shape": 4}, (None, 5, 3), "axes abd"),
        ({"equation": "ab,bc->ac", "output_shape": 4}, (None, None), "must know"),
        ({"equation": "ab,bx->ac", "output_shape": 4}, (None, 3), "axis 'x'"),
        ({"equation": "ab,bc->ac", "output_shape": 4, "bias_axes": "x"}, (None, 3), "its bias"),
    ],
)
def test_equations_that_do_not_fit_are_refused(config: Any, shape: Any, rule: str) -> None:
    settings = check_settings(RULES["EinsumDense"], config)
    with pytest.raises(ValueError, match=rule):
        RULES["EinsumDense"].slots(settings, Call((TensorSpec(shape),)))


@pytest.mark.parametrize("equation", ["ab", "ab,bc", "ab,bc->a c", "...ab,bc->ac", "aab,bc->aac"])
def test_only_equations_of_two_are_taken(equation: str) -> None:
    with pytest.raises(SettingError, match="must be an equation"):
        check_settings(RULES["EinsumDense"], {"equation": equation, "output_shape": 4})


@pytest.mark.parametrize("shape", [(None,), (None, None)])
def test_a_kernel_needs_a_known_input(shape: Any) -> None:
    rule = RULES["Dense"]
    call = Call((TensorSpec(shape),))
    with pytest.raises(ValueError, match="must"):
        rule.slots(check_settings(rule, {"units": 2}), call)
