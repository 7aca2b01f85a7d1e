"""Operations that draw several values together: sums, means, extremes, norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from models.inspection.blueprint import Call, Shape, TensorSpec
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
    operand,
    operation,
    optional_dtype,
    place,
    places,
    promote,
    tensor,
    with_size,
    without,
)
from models.layers.operands import count as count_elements
from models.layers.rule import REQUIRED, Rule, Setting, Settings

AXES: Final = {
    "axis": Setting(optional(axis_or_axes), None),
    "keepdims": Setting(flag, False),
}
_AXIS: Final = {"axis": Setting(optional(axis), None), "keepdims": Setting(flag, False)}
_INITIAL: Final = {**AXES, "initial": Setting(optional(number()), None)}
_DTYPE: Final = {"dtype": Setting(optional_dtype, None)}

# Sums of small numbers outgrow them.
_WIDER: Final = {
    "bool": "int32",
    "int8": "int32",
    "int16": "int32",
    "uint8": "uint32",
    "uint16": "uint32",
}


def reduced(shape: Shape, axes: Any, keepdims: bool) -> Shape:
    """The shape less these axes, or with each of them 1."""
    found = places(axes, len(shape))
    if not keepdims:
        return without(shape, found)
    return tuple(1 if index in found else size for index, size in enumerate(shape))


def _reduction(result: Callable[[str], str]) -> Callable[[Settings, Call], TensorSpec]:
    def output(settings: Settings, call: Call) -> TensorSpec:
        x = tensor(*arguments(call, "x"))
        shape = reduced(x.shape, settings["axis"], settings.get("keepdims", False))
        return TensorSpec(shape, settings.get("dtype") or result(x.dtype))

    return output


def _same(kind: str) -> str:
    return kind


def _wider(kind: str) -> str:
    return _WIDER.get(kind, kind)


def _truth(kind: str) -> str:
    return "bool"


def _index(kind: str) -> str:
    return "int32"


def _running(settings: Settings, call: Call) -> TensorSpec:
    x = tensor(*arguments(call, "x"))
    kind = settings["dtype"] or x.dtype
    if settings["axis"] is None:
        return TensorSpec((count_elements(x.shape),), "int32" if kind == "bool" else kind)
    place(settings["axis"], len(x.shape))
    return TensorSpec(x.shape, "int32" if kind == "bool" else kind)


def _average(settings: Settings, call: Call) -> TensorSpec:
    x, weights = arguments(call, "x", keywords={"weights": None})
    any_tensor(x)
    kinds = [tensor(x).dtype, "float"]
    axes = settings["axis"]
    if weights is not None:
        kinds.append(operand(weights).dtype)
        along = () if axes is None else (tensor(x).shape[place(axes, len(x.shape))],)
        if operand(weights).shape not in (tensor(x).shape, along):
            raise ValueError("must have a weight for each value")
    return TensorSpec(reduced(tensor(x).shape, axes, keepdims=False), promote(*kinds))


def _moments(settings: Settings, call: Call) -> tuple[TensorSpec, TensorSpec]:
    x = tensor(*arguments(call, "x"))
    moment = TensorSpec(reduced(x.shape, settings["axes"], settings["keepdims"]), x.dtype)
    return moment, moment


def _top(settings: Settings, call: Call) -> tuple[TensorSpec, TensorSpec]:
    x = tensor(*arguments(call, "x"))
    if not x.shape or (x.shape[-1] is not None and x.shape[-1] < settings["k"]):
        raise ValueError("must have k values at least")
    shape = with_size(x.shape, len(x.shape) - 1, settings["k"])
    return TensorSpec(shape, x.dtype), TensorSpec(shape, "int32")


RULES: Final[tuple[Rule, ...]] = (
    operation("Sum", _reduction(_wider), AXES),
    operation("Prod", _reduction(_wider), {**AXES, **_DTYPE}),
    *(operation(name, _reduction(as_float), AXES) for name in ("Mean", "Std", "Var", "Median")),
    *(operation(name, _reduction(_same), _INITIAL) for name in ("Max", "Min")),
    *(operation(name, _reduction(_same), AXES) for name in ("Amax", "Amin", "Ptp")),
    *(operation(name, _reduction(_truth), AXES) for name in ("All", "Any")),
    *(operation(name, _reduction(_index), _AXIS) for name in ("Argmax", "Argmin")),
    operation("CountNonzero", _reduction(_index), {"axis": AXES["axis"]}),
    operation("Logsumexp", _reduction(as_float), AXES),
    operation(
        "Norm",
        _reduction(as_float),
        {**AXES, "ord": Setting(optional(whole(1, 2)), None)},
    ),
    *(
        operation(name, _running, {"axis": Setting(optional(axis), None), **_DTYPE})
        for name in ("Cumsum", "Cumprod")
    ),
    operation("Average", _average, {"axis": Setting(optional(axis), None)}),
    operation(
        "Moments",
        _moments,
        {"axes": Setting(axis_or_axes, REQUIRED), "keepdims": Setting(flag, False)},
    ),
    operation("TopK", _top, {"k": Setting(whole(), REQUIRED), "sorted": Setting(flag, True)}),
)
