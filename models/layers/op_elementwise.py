"""Operations that work on each value by itself: arithmetic, comparisons, activations."""

from __future__ import annotations

from typing import Final

from models.inspection.blueprint import Call, TensorSpec
from models.layers.checks import (
    axis,
    axis_or_axes,
    flag,
    number,
    optional,
    whole,
)
from models.layers.operands import (
    any_tensor,
    arguments,
    as_float,
    broadcast,
    dtype,
    is_float,
    operand,
    operation,
    optional_dtype,
    places,
    promote,
    tensor,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings


def _alike(settings: Settings, call: Call) -> TensorSpec:
    return tensor(*arguments(call, "x"))


def _variable(settings: Settings, call: Call) -> TensorSpec:
    return tensor(*arguments(call, "variable"))


def _no_bool(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    return TensorSpec(x.shape, "int32" if x.dtype == "bool" else x.dtype)


def _fraction(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    return TensorSpec(x.shape, as_float(x.dtype))


def _fractions_only(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    if not is_float(x.dtype):
        raise ValueError("must be given fractional numbers")
    return x


def _truth(settings: Settings, call: Call) -> TensorSpec:
    return TensorSpec(_alike(settings, call).shape, "bool")


def _meeting(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    return TensorSpec(broadcast(x1.shape, x2.shape), promote(x1.dtype, x2.dtype))


def _quotient(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    return TensorSpec(broadcast(x1.shape, x2.shape), promote(x1.dtype, x2.dtype, "float"))


def _comparison(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    return TensorSpec(broadcast(x1.shape, x2.shape), "bool")


def _pair(call: Call) -> tuple[TensorSpec, TensorSpec]:
    x1, x2 = arguments(call, "x1", "x2")
    any_tensor(x1, x2)
    return operand(x1), operand(x2)


def _where(settings: Settings, call: Call) -> TensorSpec:
    condition, x1, x2 = arguments(call, "condition", "x1", "x2")
    any_tensor(condition, x1, x2)
    specs = operand(condition), operand(x1), operand(x2)
    return TensorSpec(
        broadcast(*(spec.shape for spec in specs)), promote(specs[1].dtype, specs[2].dtype)
    )


def _like(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    return TensorSpec(x.shape, settings["dtype"] or x.dtype)


def _full_like(settings: Settings, call: Call) -> TensorSpec:
    x, fill_value = arguments(call, "x", "fill_value")
    broadcast(tensor(x).shape, operand(fill_value).shape)
    return TensorSpec(tensor(x).shape, settings["dtype"] or tensor(x).dtype)


def _along_axis(settings: Settings, call: Call) -> TensorSpec:
    x = _fractions_only(settings, call)
    places(settings["axis"], len(x.shape))
    return x


def _bounds(settings: Settings, call: Call) -> TensorSpec:
    if settings["x_min"] > settings["x_max"]:
        raise ValueError("must have x_min below x_max")
    return _no_bool(settings, call)


_SAME: Final = ("Absolute", "Negative", "Sign", "Trunc", "Copy")
# Whole numbers are refused: TensorFlow has none of these for them.
_ACTIVATIONS: Final = (
    *("Relu", "Relu6", "Sigmoid", "SparseSigmoid", "Softplus", "Softsign", "SparsePlus"),
    *("Silu", "LogSigmoid", "HardSigmoid", "HardSilu", "Selu", "TanhShrink", "HardTanh"),
    *("Rsqrt", "Erf", "Erfc", "Erfinv"),
)
_FRACTIONS: Final = (
    *("Exp", "Exp2", "Expm1", "Log", "Log10", "Log1p", "Log2", "Sqrt", "Ceil", "Floor"),
    *("Sin", "Cos", "Tan", "Sinh", "Cosh", "Tanh", "Arcsin", "Arccos", "Arctan"),
    *("Arcsinh", "Arccosh", "Arctanh", "Reciprocal"),
)
_TRUTHS: Final = ("Isfinite", "Isinf", "Isnan", "LogicalNot")
_MEETINGS: Final = (
    *("Add", "Subtract", "Multiply", "Power", "Mod", "FloorDivide"),
    *("Maximum", "Minimum"),
)
_QUOTIENTS: Final = ("Divide", "TrueDivide", "DivideNoNan", "Arctan2", "Logaddexp")
_COMPARISONS: Final = (
    *("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"),
    *("LogicalAnd", "LogicalOr", "LogicalXor"),
)

_AXES: Final = {"axis": Setting(optional(axis_or_axes), -1)}
_DTYPE: Final = {"dtype": Setting(optional_dtype, None)}
_ALPHA: Final = {"alpha": Setting(number(), 1.0)}
_THRESHOLD: Final = {"threshold": Setting(number(0), 0.5)}


RULES: Final[tuple[Rule, ...]] = (
    *(operation(name, _alike) for name in _SAME),
    *(operation(name, _fractions_only) for name in _ACTIVATIONS),
    *(operation(name, _fraction) for name in _FRACTIONS),
    *(operation(name, _truth) for name in _TRUTHS),
    *(operation(name, _meeting) for name in _MEETINGS),
    *(operation(name, _quotient) for name in _QUOTIENTS),
    *(operation(name, _comparison) for name in _COMPARISONS),
    operation("Where", _where),
    operation("Square", _no_bool),
    operation("Round", _alike, {"decimals": Setting(whole(-38, 38), 0)}),
    operation(
        "Clip",
        _bounds,
        {"x_min": Setting(number(), REQUIRED), "x_max": Setting(number(), REQUIRED)},
    ),
    operation(
        "NanToNum",
        _alike,
        {
            "nan": Setting(number(), 0.0),
            "posinf": Setting(optional(number()), None),
            "neginf": Setting(optional(number()), None),
        },
    ),
    operation("StopGradient", _variable),
    operation("ConvertToTensor", _like, _DTYPE),
    operation("ZerosLike", _like, _DTYPE),
    operation("OnesLike", _like, _DTYPE),
    operation("FullLike", _full_like, _DTYPE),
    operation("Cast", _like, {"dtype": Setting(dtype, REQUIRED)}),
    operation("SaturateCast", _like, {"dtype": Setting(dtype, REQUIRED)}),
    operation(
        "ReLU",
        _fractions_only,
        {
            "negative_slope": Setting(number(), 0.0),
            "max_value": Setting(optional(number(0)), None),
            "threshold": Setting(number(), 0.0),
        },
        function="activations.relu",
    ),
    operation("LeakyRelu", _fractions_only, {"negative_slope": Setting(number(), 0.2)}),
    operation("Elu", _fractions_only, _ALPHA),
    operation("Celu", _fractions_only, _ALPHA),
    operation("Gelu", _fractions_only, {"approximate": Setting(flag, True)}),
    operation("Squareplus", _fractions_only, {"b": Setting(number(0), 4.0)}),
    operation("SoftShrink", _fractions_only, _THRESHOLD),
    operation("HardShrink", _fractions_only, _THRESHOLD),
    operation(
        "Threshold",
        _fractions_only,
        {
            "threshold": Setting(number(), REQUIRED),
            "default_value": Setting(number(), REQUIRED),
        },
    ),
    operation("Softmax", _along_axis, _AXES),
    operation("LogSoftmax", _along_axis, _AXES),
    operation("Sparsemax", _along_axis, {"axis": Setting(axis, -1)}),
    operation(
        "Normalize",
        _along_axis,
        {
            "axis": Setting(optional(axis_or_axes), -1),
            "order": Setting(whole(1, 16), 2),
            "epsilon": Setting(optional(number(0)), None),
        },
    ),
)
