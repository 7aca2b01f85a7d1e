"""TensorFlow functions in the graphs of Keras 2 -> operations of Keras 3.

Keras 2 kept ``x + y`` and ``tf.reshape(x, ...)`` as layers named after a function:
``TFOpLambda``, and ``SlicingOpLambda`` for ``x[...]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from models.inspection.blueprint import Call

CLASSES: Final = ("SlicingOpLambda", "TFOpLambda")

# Arguments that change nothing of what is computed.
_IDLE: Final = ("name",)


@dataclass(frozen=True)
class _Operation:
    """How a function is spelled today.

    Attributes
    ----------
    kind : str
        Class of ``keras.ops``.
    others : tuple of str
        Arguments beside the first that stay arguments, in order.
    settings : mapping of str to str
        Arguments that became settings, by their names then and now.
    fixed : mapping of str
        Arguments that have no counterpart, and the value that needs none.
    """

    kind: str
    others: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


def _two(kind: str) -> _Operation:
    return _Operation(kind, ("y",))


def _reduction(kind: str) -> _Operation:
    return _Operation(kind, settings={"axis": "axis", "keepdims": "keepdims"})


def _axis(kind: str) -> _Operation:
    return _Operation(kind, settings={"axis": "axis"})


_TRANSPOSE: Final = _Operation("Transpose", settings={"perm": "axes"}, fixed={"conjugate": False})

_OPERATIONS: Final[Mapping[str, _Operation]] = {
    "__operators__.add": _two("Add"),
    "__operators__.getitem": _Operation("GetItem", ("slice_spec",)),
    "cast": _Operation("Cast", settings={"dtype": "dtype"}),
    "clip_by_value": _Operation(
        "Clip", settings={"clip_value_min": "x_min", "clip_value_max": "x_max"}
    ),
    "compat.v1.squeeze": _axis("Squeeze"),
    "compat.v1.transpose": _TRANSPOSE,
    "concat": _axis("Concatenate"),
    "expand_dims": _axis("ExpandDims"),
    "identity": _Operation("Copy"),
    "image.resize": _Operation(
        "Resize",
        settings={"size": "size", "method": "interpolation", "antialias": "antialias"},
        fixed={"preserve_aspect_ratio": False},
    ),
    "linalg.matmul": _Operation(
        "Matmul", ("b",), fixed={"transpose_a": False, "transpose_b": False}
    ),
    "math.abs": _Operation("Absolute"),
    "math.add": _two("Add"),
    "math.cos": _Operation("Cos"),
    "math.divide": _two("Divide"),
    "math.exp": _Operation("Exp"),
    "math.log": _Operation("Log"),
    "math.maximum": _two("Maximum"),
    "math.minimum": _two("Minimum"),
    "math.multiply": _two("Multiply"),
    "math.negative": _Operation("Negative"),
    "math.pow": _two("Power"),
    "math.reduce_max": _reduction("Max"),
    "math.reduce_mean": _reduction("Mean"),
    "math.reduce_min": _reduction("Min"),
    "math.reduce_sum": _reduction("Sum"),
    "math.rsqrt": _Operation("Rsqrt"),
    "math.sigmoid": _Operation("Sigmoid"),
    "math.sin": _Operation("Sin"),
    "math.softplus": _Operation("Softplus"),
    "math.sqrt": _Operation("Sqrt"),
    "math.square": _Operation("Square"),
    "math.subtract": _two("Subtract"),
    "math.tanh": _Operation("Tanh"),
    "math.truediv": _two("TrueDivide"),
    "nn.elu": _Operation("Elu"),
    "nn.leaky_relu": _Operation("LeakyRelu", settings={"alpha": "negative_slope"}),
    "nn.relu": _Operation("Relu"),
    "nn.relu6": _Operation("Relu6"),
    "nn.sigmoid": _Operation("Sigmoid"),
    "nn.silu": _Operation("Silu"),
    "nn.softmax": _axis("Softmax"),
    "nn.softplus": _Operation("Softplus"),
    "nn.tanh": _Operation("Tanh"),
    "ones_like": _Operation("OnesLike", settings={"dtype": "dtype"}),
    "pad": _Operation(
        "Pad", settings={"paddings": "pad_width"}, fixed={"mode": "CONSTANT", "constant_values": 0}
    ),
    "repeat": _Operation("Repeat", settings={"repeats": "repeats", "axis": "axis"}),
    "reshape": _Operation("Reshape", settings={"shape": "newshape"}),
    "reverse": _Operation("Flip", settings={"axis": "axis"}),
    "split": _Operation(
        "Split", settings={"num_or_size_splits": "indices_or_sections", "axis": "axis"}
    ),
    "squeeze": _axis("Squeeze"),
    "stack": _axis("Stack"),
    "tile": _Operation("Tile", settings={"multiples": "repeats"}),
    "transpose": _TRANSPOSE,
    "zeros_like": _Operation("ZerosLike", settings={"dtype": "dtype"}),
}
# What TensorFlow does where Keras does something else.
_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "nn.leaky_relu": {"negative_slope": 0.2},
    "nn.softmax": {"axis": -1},
    "split": {"axis": 0},
}


def translate_function(
    function: Any, calls: tuple[Call, ...]
) -> tuple[str, dict[str, Any], tuple[Call, ...]] | None:
    """A TensorFlow function as an operation of Keras.

    Parameters
    ----------
    function : object
        Its dotted name below ``tensorflow``, as the file has it.
    calls : tuple of Call

    Returns
    -------
    kind : str
        Such as ``Reshape``.
    settings : dict of str
        Still to be checked.
    calls : tuple of Call
        With its arguments in Keras' order.

    None where the function is not known, or called in a way that Keras has not.
    """
    operation = _OPERATIONS.get(function) if isinstance(function, str) else None
    if operation is None:
        return None
    translated = [_translate(operation, call) for call in calls]
    settings = [each[0] for each in translated if each is not None]
    if len(settings) < len(calls) or any(each != settings[0] for each in settings):
        return None
    given = {**_DEFAULTS.get(str(function), {}), **(settings[0] if settings else {})}
    if operation.kind == "Split" and isinstance(given.get("indices_or_sections"), list):
        given["indices_or_sections"] = _ends(given["indices_or_sections"])
    return operation.kind, given, tuple(each[1] for each in translated if each is not None)


def _translate(operation: _Operation, call: Call) -> tuple[dict[str, Any], Call] | None:
    args = list(call.args)
    settings: dict[str, Any] = {}
    given = {key: value for key, value in call.kwargs.items() if key not in _IDLE}
    for name in operation.others:
        if name not in given:
            return None
        args.append(given.pop(name))
    for name, value in given.items():
        if name in operation.settings:
            if value is not None:
                settings[operation.settings[name]] = value
        elif value is not None and value != operation.fixed.get(name):
            return None
    return settings, Call(tuple(args))


def _ends(sizes: list[Any]) -> list[Any]:
    """Sizes of parts as the places where they end, but for the last."""
    ends: list[Any] = []
    for size in sizes[:-1]:
        if not isinstance(size, int) or size < 0:
            return sizes  # which is refused as a setting
        ends.append((ends[-1] if ends else 0) + size)
    return ends
