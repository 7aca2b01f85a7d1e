"""Every operation's shape and dtype, against the model that Keras makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from keras.src.saving import serialization_lib

from models.inspection.blueprint import Call, TensorSpec
from models.layers.operating import RULES
from models.layers.rule import Rule
from models.layers.settings import SettingError, check_settings

OPERATIONS = {rule.kind: rule for rule in RULES}

Make = Callable[..., Any]

V, M, P = (6,), (4, 6), (8, 6, 4)  # a vector, a matrix, a picture: without the batch


def case(kind: str, make: Make, *shapes: tuple[int, ...], dtype: str = "float32") -> Any:
    return pytest.param(kind, make, shapes or (M,), dtype, id=kind)


def function_of(rule: Rule) -> Any:
    """The function, or None in a Keras that has none."""
    try:
        return attrgetter(rule.function or "")(keras)
    except AttributeError:
        return None


def unary(names: str, dtype: str = "float32") -> Iterable[Any]:
    for name in names.split():
        rule = OPERATIONS[f"ops.{name}"]
        if make := function_of(rule):
            yield case(rule.kind, make, dtype=dtype)


def binary(names: str) -> Iterable[Any]:
    for name in names.split():
        rule = OPERATIONS[f"ops.{name}"]
        if make := function_of(rule):
            yield case(rule.kind, make, M, V)
            yield case(rule.kind, lambda x, make=make: make(x, 2))
            yield case(rule.kind, lambda x, make=make: make(0.5, x), V)
            yield case(rule.kind, lambda x, make=make: make(x, np.ones((3, 1), "float64")), V)


CASES = [
    *unary("Absolute Negative Sign Trunc Copy Square Rsqrt Erf Erfc Erfinv"),
    *unary("Relu Relu6 Sigmoid SparseSigmoid Softplus Softsign SparsePlus Silu LogSigmoid"),
    *unary("HardSigmoid HardSilu Selu TanhShrink HardTanh Elu Celu Gelu Squareplus SoftShrink"),
    *unary("HardShrink Softmax LogSoftmax Sparsemax LeakyRelu Glu Normalize"),
    *unary("Exp Exp2 Expm1 Log Log10 Log1p Log2 Sqrt Ceil Floor Reciprocal Round NanToNum"),
    *unary("Sin Cos Tan Sinh Cosh Tanh Arcsin Arccos Arctan Arcsinh Arccosh Arctanh"),
    *unary("Exp Sqrt Floor Tanh Square Absolute Negative Mean Sum Max Argmax", dtype="int32"),
    *unary("Isfinite Isinf Isnan LogicalNot ZerosLike OnesLike StopGradient"),
    *unary("Sum Prod Mean Std Var Median Max Min Amax Amin Ptp All Any Argmax Argmin"),
    *unary("CountNonzero Logsumexp Norm Cumsum Cumprod Average Ravel Transpose"),
    *unary("Flip Fliplr Flipud Tril Triu Sort Argsort Diff"),
    *unary("Sum Prod Cumsum", dtype="bool"),
    *binary("Add Subtract Multiply Power Mod FloorDivide Maximum Minimum"),
    *binary("Divide TrueDivide DivideNoNan Arctan2 Logaddexp"),
    *binary("Equal NotEqual Greater GreaterEqual Less LessEqual"),
    *binary("LogicalAnd LogicalOr LogicalXor"),
    case("ops.ReLU", lambda x: keras.activations.relu(x, 0.1, max_value=6)),
    case("ops.Threshold", lambda x: ops.threshold(x, 0.5, 0.0)),
    case("ops.Softmax", lambda x: ops.softmax(x, axis=(1, 2))),
    case("ops.Clip", lambda x: ops.clip(x, 0, 1)),
    case("ops.Clip", lambda x: ops.clip(x, 0, 1), dtype="bool"),
    case("ops.Where", lambda x, y: ops.where(x, y, 0.0), M, V),
    case("ops.Cast", lambda x: ops.cast(x, "int32")),
    case("ops.SaturateCast", lambda x: ops.saturate_cast(x, "uint8")),
    case("ops.ConvertToTensor", ops.convert_to_tensor),
    case("ops.ZerosLike", lambda x: ops.zeros_like(x, dtype="int32")),
    case("ops.FullLike", lambda x: ops.full_like(x, 2.0)),
    case("ops.Sum", lambda x: ops.sum(x, axis=-1, keepdims=True)),
    case("ops.Mean", lambda x: ops.mean(x, axis=(1, 2)), P),
    case("ops.Max", lambda x: ops.max(x, axis=1, initial=0.0)),
    case("ops.Argmax", lambda x: ops.argmax(x, axis=-1, keepdims=True)),
    case("ops.Norm", lambda x: ops.norm(x, ord=2, axis=-1, keepdims=True)),
    case("ops.Cumsum", lambda x: ops.cumsum(x, axis=1)),
    case("ops.Average", lambda x: ops.average(x, axis=1, weights=np.ones(4, "float32"))),
    case("ops.Moments", lambda x: ops.moments(x, axes=[1, 2]), P),
    case("ops.TopK", lambda x: ops.top_k(x, 2)),
    case("ops.Reshape", lambda x: ops.reshape(x, (-1, 2, 12))),
    case("ops.Reshape", lambda x: ops.reshape(x, (ops.shape(x)[0], 24))),
    case("ops.Transpose", lambda x: ops.transpose(x, (0, 3, 1, 2)), P),
    case("ops.Moveaxis", lambda x: ops.moveaxis(x, -1, 1), P),
    case("ops.Moveaxis", lambda x: ops.moveaxis(x, (1, 2), (3, 1)), P),
    case("ops.Swapaxes", lambda x: ops.swapaxes(x, 1, -1), P),
    case("ops.ExpandDims", lambda x: ops.expand_dims(x, -1)),
    case("ops.ExpandDims", lambda x: ops.expand_dims(x, (1, -1))),
    case("ops.Squeeze", lambda x: ops.squeeze(x, 1), (1, 5, 1)),
    case("ops.Squeeze", ops.squeeze, (1, 5, 1)),
    case("ops.Tile", lambda x: ops.tile(x, [1, 2, 3])),
    case("ops.Tile", lambda x: ops.tile(x, 2)),
    case("ops.Repeat", lambda x: ops.repeat(x, 3, axis=1)),
    case("ops.Repeat", lambda x: ops.repeat(x, [1, 0, 2, 1], axis=1)),
    case("ops.Repeat", lambda x: ops.repeat(x, 3)),
    case("ops.Pad", lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 3)))),
    case("ops.Pad", lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 3)), constant_values=1)),
    case("ops.Pad", lambda x: ops.pad(x, [[0, 0], [3, 3], [5, 0]], mode="reflect")),
    case("ops.BroadcastTo", lambda x: ops.broadcast_to(x, (2, 3, 4, 6))),
    case("ops.Roll", lambda x: ops.roll(x, 2, axis=1)),
    case("ops.Roll", lambda x: ops.roll(x, -1)),
    case("ops.Flip", lambda x: ops.flip(x, axis=(1, 2))),
    case("ops.Diff", lambda x: ops.diff(x, n=2, axis=1)),
    case("ops.OneHot", lambda x: ops.one_hot(x, 10), (), dtype="int32"),
    case("ops.OneHot", lambda x: ops.one_hot(x, 10, dtype="int32"), (1,), dtype="int32"),
    case("ops.GetItem", lambda x: x[:, 1:-1:2, 0]),
    case("ops.GetItem", lambda x: x[..., None, ::-1], P),
    case("ops.GetItem", lambda x: x[:, None, ..., 2], P),
    case("ops.GetItem", lambda x: x[0]),
    case("ops.GetItem", lambda x: x[:, 100:]),
    case("ops.Slice", lambda x: ops.slice(x, (0, 1, 2), (1, 2, 3))),
    case("ops.Take", lambda x: ops.take(x, [0, 2], axis=1)),
    case("ops.Take", lambda x: ops.take(x, np.zeros((2, 2), "int32"), axis=-1)),
    case("ops.Take", lambda x: ops.take(x, 1, axis=2)),
    case("ops.Concatenate", lambda x, y: ops.concatenate([x, y], axis=-1), M, (4, 2)),
    case("ops.Concatenate", lambda x: ops.concatenate([x, x, x], axis=1)),
    case("ops.Hstack", lambda x, y: ops.hstack([x, y]), M, (2, 6)),
    case("ops.Vstack", lambda x, y: ops.vstack([x, y]), M, M),
    case("ops.Stack", lambda x, y: ops.stack([x, y], axis=-1), M, M),
    case("ops.Stack", lambda x, y: ops.stack([x, y]), M, M),
    case("ops.Split", lambda x: ops.split(x, 3, axis=-1)),
    case("ops.Split", lambda x: ops.split(x, [1, 2, 5], axis=2)),
    case("ops.Unstack", lambda x: ops.unstack(x, axis=1)),
    case("ops.Matmul", ops.matmul, M, (6, 3)),
    case("ops.Matmul", lambda x: x @ np.ones((6, 2), "float32")),
    case("ops.Matmul", lambda x: ops.matmul(x, np.ones(6, "float32"))),
    case("ops.Dot", lambda x: ops.dot(x, np.ones((6, 2), "float32"))),
    case("ops.Dot", lambda x: ops.dot(x, np.ones((3, 6, 2), "float32"))),
    case("ops.Inner", lambda x: ops.inner(x, np.ones((5, 6), "float32"))),
    case("ops.Outer", lambda x: ops.outer(x, np.ones((5, 6), "float32"))),
    case("ops.Tensordot", lambda x: ops.tensordot(x, np.ones((4, 6, 2), "float32"))),
    case("ops.Tensordot", lambda x: ops.tensordot(x, np.ones((6, 2), "float32"), [[2], [0]])),
    case("ops.Einsum", lambda x, y: ops.einsum("bi,bj->bij", x, y), V, (5,)),
    case("ops.Einsum", lambda x, y: ops.einsum("...ij,...kj->...ik", x, y), P, (8, 2, 4)),
    case("ops.Einsum", lambda x: ops.einsum("bhwc->bc", x), P),
    case("ops.Resize", lambda x: ops.image.resize(x, (16, 5)), P),
    case("ops.Resize", lambda x: ops.image.resize(x, (3, 9), "nearest", antialias=True), P),
    case(
        "ops.Resize", lambda x: ops.image.resize(x, (3, 9), data_format="channels_first"), (4, 8, 6)
    ),
    case("ops.RGBToGrayscale", ops.image.rgb_to_grayscale, (8, 6, 3)),
    case("ops.MaxPool", lambda x: ops.max_pool(x, 2), P),
    case("ops.MaxPool", lambda x: ops.max_pool(x, (3, 2), 1, "same"), P),
    case("ops.AveragePool", lambda x: ops.average_pool(x, 2, strides=2), M),
    case("ops.Glu", lambda x: ops.glu(x, axis=1)),
]
# Those that the oldest Keras supported does not have.
YOUNGER = {
    "ops.DepthToSpace": [case("ops.DepthToSpace", lambda x: ops.depth_to_space(x, 2), P)],
    "ops.SpaceToDepth": [case("ops.SpaceToDepth", lambda x: ops.space_to_depth(x, 2), P)],
}
for kind, cases in YOUNGER.items():
    if function_of(OPERATIONS[kind]):
        CASES += cases


# Keras compares an unknown size by __ne__ in tensordot.
@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
@pytest.mark.parametrize(("kind", "make", "shapes", "dtype"), CASES)
def test_an_operation_gives_what_keras_says(
    kind: str, make: Make, shapes: tuple[tuple[int, ...], ...], dtype: str
) -> None:
    operation, call, made = as_saved(make, shapes, dtype)
    rule = OPERATIONS[kind]
    assert f"ops.{type(operation).__name__}" == kind
    settings = check_settings(rule, json.loads(json.dumps(operation.get_config())))
    assert as_specs(rule.output(settings, call)) == as_specs(made)

    # And the function it names makes the same operation again.
    def symbolic(value: Any) -> Any:
        return keras.KerasTensor(value.shape, value.dtype)

    again = call.map(symbolic)
    first = [settings.pop(name) for name in rule.leading]
    outputs = function_of(rule)(*first, *again.args, **again.kwargs, **settings)
    assert as_specs(outputs) == as_specs(made)


def test_every_operation_is_compared_with_keras() -> None:
    compared = {parameters.values[0] for parameters in CASES}
    missing = set(OPERATIONS) - compared
    assert {kind for kind in missing if function_of(OPERATIONS[kind])} == set()


@pytest.mark.parametrize(
    "kind", ["Switch", "Cond", "Map", "Scan", "WhileLoop", "ForiLoop", "VectorizedMap", "JVP"]
)
def test_operations_that_take_functions_are_unknown(kind: str) -> None:
    assert f"ops.{kind}" not in OPERATIONS


X = TensorSpec((None, 4, 6))


@pytest.mark.parametrize(
    ("kind", "settings", "call"),
    [
        ("Add", {}, Call((X,))),
        ("Add", {}, Call((1.0, 2.0))),
        ("Add", {}, Call((X, "float16"))),
        ("Add", {}, Call((X, [1.0, 2.0]))),
        ("Add", {}, Call((X, 2**64))),
        ("Add", {}, Call((X, TensorSpec((None, 3))))),
        ("Add", {}, Call((X, X), {"x2": X})),
        ("Add", {}, Call((X, X, X))),
        ("Add", {}, Call((X, np.array([None])))),
        ("Add", {}, Call((X, np.array(["os"])))),
        ("Sum", {"axis": 3}, Call((X,))),
        ("Sum", {"axis": [1, 1]}, Call((X,))),
        ("Sum", {"axis": "1"}, Call((X,))),
        ("Cast", {"dtype": "string"}, Call((X,))),
        ("Cast", {}, Call((X,))),
        ("Clip", {"x_min": 1, "x_max": 0}, Call((X,))),
        ("Reshape", {"newshape": [-1, -1]}, Call((X,))),
        ("Reshape", {"newshape": [5]}, Call((TensorSpec((2, 3)),))),
        ("Reshape", {"newshape": [1] * 7}, Call((X,))),
        ("Transpose", {"axes": [0, 1]}, Call((X,))),
        ("Repeat", {"repeats": 65537}, Call((X,))),
        ("Tile", {"repeats": [1e9]}, Call((X,))),
        ("Pad", {"pad_width": [[0, 0], [70000, 0], [0, 0]]}, Call((X,))),
        ("Pad", {"pad_width": [[0, 0], [4, 0], [0, 0]], "mode": "reflect"}, Call((X,))),
        ("Pad", {"pad_width": 1, "mode": "wrap"}, Call((X,))),
        ("GetItem", {}, Call((X, (0, 0, 0, 0)))),
        ("GetItem", {}, Call((X, (Ellipsis, Ellipsis)))),
        ("GetItem", {}, Call((X, (slice(None), 4)))),
        ("GetItem", {}, Call((X, (slice(None, None, 0),)))),
        ("GetItem", {}, Call((X, "name"))),
        ("GetItem", {}, Call((X, X))),
        ("Split", {"indices_or_sections": 4, "axis": 2}, Call((X,))),
        ("Split", {"indices_or_sections": 5000, "axis": 0}, Call((X,))),
        ("Split", {"indices_or_sections": [3, 2], "axis": 2}, Call((X,))),
        ("Concatenate", {"axis": 1}, Call(([X, TensorSpec((None, 4, 5))],))),
        ("Concatenate", {"axis": 1}, Call(([],))),
        ("Stack", {}, Call(([X, TensorSpec((None, 4))],))),
        ("Take", {"axis": 1}, Call((X, 0.5))),
        ("Take", {"axis": 1}, Call((X, X))),
        ("Matmul", {}, Call((X, X))),
        ("Einsum", {"subscripts": "abc,cd"}, Call((X, X))),
        ("Einsum", {"subscripts": "abc->abcd"}, Call((X,))),
        ("Einsum", {"subscripts": "a,b,c->abc"}, Call((X, X, X))),
        ("Resize", {"size": [70000, 2]}, Call((TensorSpec((None, 4, 4, 1)),))),
        ("Resize", {"size": [8, 8], "interpolation": "os"}, Call((TensorSpec((1, 4, 4, 1)),))),
        ("Sigmoid", {}, Call((TensorSpec((None, 4), "int32"),))),
        ("Sigmoid", {"name": "s", "f": "os.system"}, Call((X,))),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, settings: dict[str, Any], call: Call) -> None:
    rule = OPERATIONS[f"ops.{kind}"]
    with pytest.raises(ValueError, match="must"):
        rule.output(check_settings(rule, settings), call)


def test_resizing_with_padding_costs_the_padded_picture() -> None:
    rule = OPERATIONS["ops.Resize"]
    settings = check_settings(rule, {"size": [1000, 1], "pad_to_aspect_ratio": True})
    call = Call((TensorSpec((None, 10, 1000, 3)),))
    assert rule.cost is not None
    assert rule.cost(settings, call) == 1_000_000 * 1000 * 3


def test_a_setting_out_of_bounds_says_which() -> None:
    rule = OPERATIONS["ops.OneHot"]
    with pytest.raises(SettingError, match="num_classes") as caught:
        check_settings(rule, {"num_classes": 2**31})
    assert caught.value.reason == "bomb"


def as_saved(
    make: Make, shapes: tuple[tuple[int, ...], ...], dtype: str
) -> tuple[keras.Operation, Call, Any]:
    """The last operation of a model, its call as it comes back from a file, what it gave."""
    inputs = [keras.Input(shape, dtype=dtype) for shape in shapes]
    outputs = make(*inputs)
    first = outputs[0] if isinstance(outputs, list | tuple) else outputs
    operation = first._keras_history.operation
    node = operation._inbound_nodes[-1]
    saved = serialization_lib.serialize_keras_object(
        {"args": list(node.arguments.args), "kwargs": node.arguments.kwargs}
    )
    read = json.loads(json.dumps(saved))
    return operation, Call(tuple(map(value_of, read["args"])), as_values(read["kwargs"])), outputs


def value_of(saved: Any) -> Any:
    if isinstance(saved, list):
        return [value_of(member) for member in saved]
    if not isinstance(saved, dict):
        return saved
    config = saved["config"]
    match saved["class_name"]:
        case "__keras_tensor__":
            return TensorSpec(tuple(config["shape"]), config["dtype"])
        case "__slice__":
            return slice(config["start"], config["stop"], config["step"])
        case "__ellipsis__":
            return Ellipsis
        case _:
            return np.array(config["value"], config["dtype"])


def as_values(saved: dict[str, Any]) -> dict[str, Any]:
    return {name: value_of(value) for name, value in saved.items()}


def as_specs(outputs: Any) -> list[TensorSpec]:
    """Outputs as specs, whatever they are."""
    members = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [TensorSpec(tuple(member.shape), member.dtype) for member in members]
