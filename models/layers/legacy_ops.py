"""TensorFlow's functions in models of Keras 2, in the words of ``keras.ops``.

Keras 2 saves ``x + 1`` as a layer ``TFOpLambda`` with the function's name and its
arguments, and ``x[:, 0]`` as a ``SlicingOpLambda``. Each function that is known here
is one of the operations in :mod:`models.layers.operating`; no function is looked up
by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

import numpy as np

from models.inspection.blueprint import Call
from models.layers.checks import as_sequence, flag
from models.layers.operands import arguments

CLASSES: Final = ("SlicingOpLambda", "TFOpLambda")


@dataclass(frozen=True)
class _Operation:
    class_name: str
    config: Mapping[str, Any]
    call: Call


@dataclass(frozen=True)
class _Function:
    """How a function of TensorFlow is told.

    ``inputs`` are its names of what it works on, ``settings`` its names of settings
    with Keras' names, ``defaults`` TensorFlow's own by Keras' name, and ``only`` those
    that have to be as they are here.
    """

    class_name: str
    inputs: tuple[str, ...] = ("x",)
    settings: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)


def translate_function(
    function: Any, calls: tuple[Call, ...]
) -> tuple[str, dict[str, Any], tuple[Call, ...]] | None:
    """A function of TensorFlow as an operation of Keras.

    Parameters
    ----------
    function : object
        Its dotted name below ``tensorflow``, as the file has it.
    calls : tuple of Call

    Returns
    -------
    class_name : str
        Such as ``Add``.
    settings : dict of str
        As a file of Keras 3 would have them, still to be checked.
    calls : tuple of Call
        With its arguments in Keras' order.

    None where the function is not known, or called in a way that Keras has not.
    """
    name = function.removeprefix("compat.v1.") if isinstance(function, str) else ""
    try:
        found = [_operation(name, call) for call in calls]
    except ValueError:
        return None
    known = [operation for operation in found if operation is not None]
    if not known or len(known) < len(calls):
        return None
    first = known[0]
    if any(other.config != first.config for other in known):
        return None
    return first.class_name, dict(first.config), tuple(operation.call for operation in known)


def _operation(name: str, call: Call) -> _Operation | None:
    call = Call(call.args, {key: value for key, value in call.kwargs.items() if key != "name"})
    if name in _SPECIAL:
        return _SPECIAL[name](call)
    known = _FUNCTIONS.get(name)
    return None if known is None else _translate(known, call)


def _translate(function: _Function, call: Call) -> _Operation:
    kwargs = dict(call.kwargs)
    config = dict(function.defaults)
    for theirs, ours in function.settings.items():
        if theirs in kwargs:
            config[ours] = kwargs.pop(theirs)
    for theirs, value in function.only.items():
        if kwargs.pop(theirs, value) not in (value, None):
            raise ValueError(f"must have {theirs} {value}")
    inputs = arguments(Call(call.args, kwargs), *function.inputs)
    return _Operation(function.class_name, config, Call(tuple(map(_as_array, inputs))))


def _as_array(value: Any) -> Any:
    """A constant list as an array; a list of tensors as it is."""
    members = as_sequence(value)
    if members is None or Call((value,)).tensors():
        return value
    try:
        return np.asarray(members, "float32")
    except (ValueError, TypeError) as error:
        raise ValueError("must be given tensors, numbers or arrays of numbers") from error


def _get_item(call: Call) -> _Operation:
    x, key = arguments(call, "tensor", "slice_spec")
    return _Operation("GetItem", {}, Call((x, tuple(key) if isinstance(key, list) else key)))


def _matmul(call: Call) -> _Operation:
    a, b, transpose_a, transpose_b = arguments(
        call, "a", "b", optional={"transpose_a": False, "transpose_b": False}
    )
    inputs = Call((_as_array(a), _as_array(b)))
    if not flag(transpose_a) and not flag(transpose_b):
        return _Operation("Matmul", {}, inputs)
    left, right = "ji" if transpose_a else "ij", "kj" if flag(transpose_b) else "jk"
    return _Operation("Einsum", {"subscripts": f"...{left},...{right}->...ik"}, inputs)


def _split(call: Call) -> _Operation:
    value, parts, axis, _ = arguments(
        call, "value", "num_or_size_splits", optional={"axis": 0, "num": None}
    )
    sizes = as_sequence(parts)
    if sizes is not None:
        if not all(isinstance(size, int) and size >= 0 for size in sizes):
            raise ValueError("must be split into parts of known sizes")
        parts = [*accumulate(sizes[:-1])]
        if not parts:
            raise ValueError("must be split into several parts")
    return _Operation("Split", {"indices_or_sections": parts, "axis": axis}, Call((value,)))


def _gather(call: Call) -> _Operation:
    x, indices, axis, _, batch_dims = arguments(
        call,
        "params",
        "indices",
        optional={"axis": None, "validate_indices": None, "batch_dims": 0},
    )
    if batch_dims != 0:
        raise ValueError("must have batch_dims 0")
    return _Operation("Take", {"axis": axis or 0}, Call((x, indices)))


def _pad(call: Call) -> _Operation:
    tensor, paddings, mode, values = arguments(
        call, "tensor", "paddings", optional={"mode": "CONSTANT", "constant_values": 0}
    )
    inputs = Call((tensor,), {"constant_values": values} if values else {})
    return _Operation("Pad", {"pad_width": paddings, "mode": mode}, inputs)


_SPECIAL: Final[Mapping[str, Callable[[Call], _Operation]]] = {
    "__operators__.getitem": _get_item,
    "gather": _gather,
    "linalg.matmul": _matmul,
    "pad": _pad,
    "split": _split,
}

_XY: Final = ("x", "y")
_REDUCED: Final = {"axis": "axis", "keepdims": "keepdims"}
_AXIS: Final = {"axis": "axis"}
_ONLY_TYPE: Final = {"output_type": "int64"}

_UNARY: Final = {
    "Absolute": ("math.abs",),
    "Ceil": ("math.ceil",),
    "Cos": ("math.cos",),
    "ConvertToTensor": ("identity", "convert_to_tensor"),
    "Elu": ("nn.elu",),
    "Erf": ("math.erf",),
    "Exp": ("math.exp",),
    "Expm1": ("math.expm1",),
    "Floor": ("math.floor",),
    "Log": ("math.log",),
    "Log1p": ("math.log1p",),
    "LogSigmoid": ("math.log_sigmoid",),
    "LogicalNot": ("math.logical_not",),
    "Negative": ("math.negative",),
    "OnesLike": ("ones_like",),
    "Reciprocal": ("math.reciprocal",),
    "Relu": ("nn.relu",),
    "Relu6": ("nn.relu6",),
    "Round": ("math.round",),
    "Rsqrt": ("math.rsqrt",),
    "Selu": ("nn.selu",),
    "Sigmoid": ("math.sigmoid", "nn.sigmoid"),
    "Sign": ("math.sign",),
    "Sin": ("math.sin",),
    "Softplus": ("math.softplus", "nn.softplus"),
    "Softsign": ("nn.softsign", "math.softsign"),
    "Sqrt": ("math.sqrt",),
    "Square": ("math.square",),
    "StopGradient": ("stop_gradient",),
    "Tan": ("math.tan",),
    "Tanh": ("math.tanh", "nn.tanh"),
    "ZerosLike": ("zeros_like",),
}
_BINARY: Final = {
    "Add": ("math.add", "__operators__.add"),
    "Divide": ("math.truediv", "math.divide"),
    "DivideNoNan": ("math.divide_no_nan",),
    "Equal": ("math.equal",),
    "FloorDivide": ("math.floordiv", "floor_div"),
    "Greater": ("math.greater",),
    "GreaterEqual": ("math.greater_equal",),
    "Less": ("math.less",),
    "LessEqual": ("math.less_equal",),
    "LogicalAnd": ("math.logical_and",),
    "LogicalOr": ("math.logical_or",),
    "Maximum": ("math.maximum",),
    "Minimum": ("math.minimum",),
    "Mod": ("math.floormod", "math.mod"),
    "Multiply": ("math.multiply",),
    "NotEqual": ("math.not_equal",),
    "Power": ("math.pow",),
    "Subtract": ("math.subtract",),
}
_REDUCTIONS: Final = {
    "All": "reduce_all",
    "Any": "reduce_any",
    "Logsumexp": "reduce_logsumexp",
    "Max": "reduce_max",
    "Mean": "reduce_mean",
    "Min": "reduce_min",
    "Prod": "reduce_prod",
    "Std": "reduce_std",
    "Sum": "reduce_sum",
    "Var": "reduce_variance",
}

_FUNCTIONS: Final[Mapping[str, _Function]] = {
    **{name: _Function(kind) for kind, names in _UNARY.items() for name in names},
    **{name: _Function(kind, _XY) for kind, names in _BINARY.items() for name in names},
    **{f"math.{name}": _Function(kind, settings=_REDUCED) for kind, name in _REDUCTIONS.items()},
    "math.argmax": _Function("Argmax", settings=_AXIS, defaults={"axis": 0}, only=_ONLY_TYPE),
    "math.argmin": _Function("Argmin", settings=_AXIS, defaults={"axis": 0}, only=_ONLY_TYPE),
    "broadcast_to": _Function("BroadcastTo", settings={"shape": "shape"}),
    "cast": _Function("Cast", settings={"dtype": "dtype"}),
    "clip_by_value": _Function(
        "Clip", settings={"clip_value_min": "x_min", "clip_value_max": "x_max"}
    ),
    "concat": _Function("Concatenate", settings=_AXIS),
    "expand_dims": _Function("ExpandDims", settings=_AXIS),
    "image.resize": _Function(
        "Resize",
        settings={"size": "size", "method": "interpolation", "antialias": "antialias"},
        only={"preserve_aspect_ratio": False},
    ),
    "math.cumsum": _Function(
        "Cumsum", settings=_AXIS, defaults={"axis": 0}, only={"exclusive": False, "reverse": False}
    ),
    "math.l2_normalize": _Function(
        # Keras bounds the norm, TensorFlow its square, from below by 1e-12.
        "Normalize",
        settings=_AXIS,
        defaults={"axis": None, "epsilon": 1e-6},
        only={"epsilon": 1e-12},
    ),
    "nn.depth_to_space": _Function(
        "DepthToSpace", settings={"block_size": "block_size"}, only={"data_format": "NHWC"}
    ),
    "nn.gelu": _Function(
        "Gelu", settings={"approximate": "approximate"}, defaults={"approximate": False}
    ),
    "nn.leaky_relu": _Function(
        "LeakyRelu", settings={"alpha": "negative_slope"}, defaults={"negative_slope": 0.2}
    ),
    "nn.log_softmax": _Function("LogSoftmax", settings=_AXIS),
    "nn.silu": _Function("Silu", only={"beta": 1.0}),
    "nn.softmax": _Function("Softmax", settings=_AXIS),
    "nn.space_to_depth": _Function(
        "SpaceToDepth", settings={"block_size": "block_size"}, only={"data_format": "NHWC"}
    ),
    "one_hot": _Function(
        "OneHot",
        settings={"depth": "num_classes", "dtype": "dtype"},
        only={"on_value": 1, "off_value": 0, "axis": -1},
    ),
    "repeat": _Function("Repeat", settings={"repeats": "repeats", "axis": "axis"}),
    "reshape": _Function("Reshape", settings={"shape": "newshape"}),
    "reverse": _Function("Flip", settings=_AXIS),
    "squeeze": _Function("Squeeze", settings=_AXIS),
    "stack": _Function("Stack", settings=_AXIS),
    "tile": _Function("Tile", settings={"multiples": "repeats"}),
    "transpose": _Function("Transpose", settings={"perm": "axes"}, only={"conjugate": False}),
    "unstack": _Function("Unstack", settings={"num": "num", "axis": "axis"}),
    "where": _Function("Where", ("condition", "x", "y")),
}
