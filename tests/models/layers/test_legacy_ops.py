"""TensorFlow's functions as operations, against what Keras 2 computes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.inspection.blueprint import Call, TensorRef, TensorSpec
from models.inspection.nodes import read_calls
from models.layers.legacy_ops import CLASSES, translate_function
from models.layers.registry import RULES
from models.layers.rule import Rule
from models.layers.settings import check_settings

tf_keras = pytest.importorskip("tf_keras")

M, PICTURE = (4, 6), (4, 6, 8)


def case(make: Callable[[Any], Any], shape: tuple[int, ...] = M, dtype: str = "float32") -> Any:
    return pytest.param(make, shape, dtype)


@pytest.mark.parametrize(
    ("make", "shape", "dtype"),
    [
        case(lambda x: x + 1.0),
        case(lambda x: 1.0 - x),
        case(lambda x: x * x),
        case(lambda x: x / 2),
        case(lambda x: x**2),
        case(lambda x: 2 / (x // 0.25 + 3)),
        case(lambda x: x % 0.3),
        case(lambda x: -abs(x)),
        case(lambda x: tf.add(x, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
        case(lambda x: tf.gather(x, [0, 2], axis=2)),
        case(lambda x: tf.cumsum(x, axis=1)),
        case(lambda x: tf.where(x > 0.5, x, 0.0)),
        case(lambda x: tf.maximum(x, 0.5)),
        case(lambda x: x[:, 1:3]),
        case(lambda x: x[..., 0]),
        case(lambda x: x[:, tf.newaxis, ::2]),
        case(lambda x: x[0]),
        case(lambda x: tf.reshape(x, (-1, 2, 12))),
        case(lambda x: tf.transpose(x, [0, 2, 1])),
        case(lambda x: tf.expand_dims(x, -1)),
        case(lambda x: tf.squeeze(x, axis=1), (1, 4)),
        case(lambda x: tf.concat([x, x], axis=-1)),
        case(lambda x: tf.stack([x, x, x], axis=1)),
        case(lambda x: tf.split(x, 2, axis=1)),
        case(lambda x: tf.split(x, [1, 2, 3], axis=2)),
        case(lambda x: tf.unstack(x, axis=1)),
        case(lambda x: tf.tile(x, [1, 2, 3])),
        case(lambda x: tf.repeat(x, 2, axis=1)),
        case(lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 3]])),
        case(lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 3]], constant_values=2)),
        case(lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 3]], mode="REFLECT")),
        case(lambda x: tf.reverse(x, [1])),
        case(lambda x: tf.broadcast_to(x, (2, 2, 4, 6))),
        case(tf.exp),
        case(tf.sqrt),
        case(tf.math.log1p),
        case(tf.zeros_like),
        case(tf.identity),
        case(tf.stop_gradient),
        case(lambda x: tf.clip_by_value(x, 0.2, 0.6)),
        case(lambda x: tf.cast(x, tf.float32), dtype="int32"),
        case(lambda x: tf.one_hot(x, 10), (), dtype="int32"),
        case(lambda x: tf.reduce_mean(x, axis=[1, 2], keepdims=True)),
        case(lambda x: tf.reduce_sum(x, axis=-1)),
        case(lambda x: tf.math.reduce_std(x, axis=1)),
        case(lambda x: tf.argmax(x, axis=-1)),
        case(lambda x: tf.math.l2_normalize(x, axis=1)),
        case(lambda x: tf.math.l2_normalize(x * 0.0, axis=1)),
        case(tf.nn.relu),
        case(tf.nn.gelu),
        case(tf.nn.silu),
        case(lambda x: tf.nn.leaky_relu(x - 0.5)),
        case(lambda x: tf.nn.leaky_relu(x - 0.5, alpha=0.1)),
        case(lambda x: tf.nn.softmax(x, axis=1)),
        case(lambda x: tf.matmul(x, x, transpose_b=True)),
        case(lambda x: tf.matmul(x, x, transpose_a=True)),
        case(lambda x: tf.matmul(x, tf.ones((6, 2)))),
        case(lambda x: tf.image.resize(x, (9, 5)), PICTURE),
        case(lambda x: tf.image.resize(x, (9, 5), method="nearest"), PICTURE),
        case(lambda x: tf_keras.backend.resize_images(x, 2, 2, "channels_last"), PICTURE),
    ],
)
def test_a_function_computes_what_it_did(
    make: Callable[[Any], Any], shape: tuple[int, ...], dtype: str
) -> None:
    inputs = tf_keras.Input(shape, dtype=dtype, name="input")
    model = tf_keras.Model(inputs, make(inputs))
    given = np.random.default_rng(7).uniform(0, 1, (2, *shape)).astype("float32")
    given = (given * 9).astype("int32") if dtype == "int32" else given
    wanted = flat(model(given))
    computed = run(json.loads(model.to_json())["config"], given)
    for promised, result in zip(wanted, computed, strict=True):
        np.testing.assert_allclose(result, promised, rtol=1e-5, atol=1e-6)


def run(config: Mapping[str, Any], given: Any) -> list[Any]:
    """What the file's operations give, each made from its translation."""
    names = {layer["name"] for layer in config["layers"]}
    outputs: dict[str, list[Any]] = {"input": [keras.ops.convert_to_tensor(given)]}
    last = "input"
    for layer in config["layers"][1:]:
        assert layer["class_name"] in CLASSES
        calls = read_calls(layer["name"], layer["inbound_nodes"], names)
        found = translate_function(layer["config"]["function"], calls)
        assert found is not None
        last = layer["name"]
        kind, config, (call,) = found
        outputs[last] = flat(perform(RULES[f"ops.{kind}"], config, call, outputs))
    return outputs[last]


def perform(
    rule: Rule, config: Mapping[str, Any], call: Call, outputs: Mapping[str, list[Any]]
) -> Any:
    settings = check_settings(rule, config)

    def value(ref: TensorRef) -> Any:
        return outputs[ref.layer][ref.output]

    def spec(ref: TensorRef) -> TensorSpec:
        return TensorSpec(
            tuple(value(ref).shape), keras.backend.standardize_dtype(value(ref).dtype)
        )

    promised = rule.output(settings, call.map(spec))
    call = call.map(value)
    first = [settings.pop(name) for name in rule.leading]
    result = attrgetter(rule.function or "")(keras)(*first, *call.args, **call.kwargs, **settings)
    specs = [promised] if isinstance(promised, TensorSpec) else promised
    assert [each.shape for each in specs] == [tuple(each.shape) for each in flat(result)]
    return result


def flat(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


@pytest.mark.parametrize(
    "name",
    [
        *("math.abs", "math.ceil", "math.cos", "math.erf", "math.exp", "math.expm1"),
        *("math.floor", "math.log", "math.log_sigmoid", "math.negative", "math.reciprocal"),
        *("math.round", "math.rsqrt", "math.sigmoid", "math.sign", "math.sin"),
        *("math.softplus", "math.square", "math.tan", "math.tanh"),
        *("nn.elu", "nn.log_softmax", "nn.relu6", "nn.selu", "nn.softsign", "ones_like"),
        *("math.reduce_max", "math.reduce_min", "math.reduce_prod", "math.reduce_variance"),
    ],
)
def test_functions_of_one_tensor_do_too(name: str) -> None:
    test_a_function_computes_what_it_did(attrgetter(name)(tf), M, "float32")


@pytest.mark.skipif(not hasattr(keras.ops, "depth_to_space"), reason="an older Keras")
@pytest.mark.parametrize("name", ["nn.depth_to_space", "nn.space_to_depth"])
def test_blocks_do_too(name: str) -> None:
    function = attrgetter(name)(tf)
    test_a_function_computes_what_it_did(lambda x: function(x, 2), PICTURE, "float32")


X = TensorRef("x")


@pytest.mark.parametrize(
    "function",
    ["map_fn", "py_function", "cond", "while_loop", "io.read_file", "random.normal", "", None, 3],
)
def test_other_functions_are_not_known(function: Any) -> None:
    assert translate_function(function, (Call((X,)),)) is None


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("math.add", Call((X,))),
        ("math.add", Call((X,), {"z": 1.0})),
        ("math.add", Call((X,), {"y": ["os"]})),
        ("math.exp", Call((X,), {"x": X})),
        ("image.resize", Call((X,), {"size": [2, 2], "preserve_aspect_ratio": True})),
        ("transpose", Call((X,), {"conjugate": True})),
        ("split", Call((X,), {"num_or_size_splits": [1, -1]})),
        ("split", Call((X,), {"num_or_size_splits": [4]})),
        ("linalg.matmul", Call((X,), {"b": X, "transpose_b": "yes"})),
        ("linalg.matmul", Call((X,), {"b": X, "adjoint_a": True})),
    ],
)
def test_arguments_without_a_counterpart_are_refused(function: str, call: Call) -> None:
    assert translate_function(function, (call,)) is None


def test_all_calls_of_a_layer_have_to_be_the_same_operation() -> None:
    same = (Call((X,), {"axis": 1}), Call((X,), {"axis": 1}))
    assert translate_function("expand_dims", same) == (
        "ExpandDims",
        {"axis": 1},
        (Call((X,)), Call((X,))),
    )
    other = (Call((X,), {"axis": 1}), Call((X,), {"axis": 2}))
    assert translate_function("expand_dims", other) is None
