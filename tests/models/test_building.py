from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.building import build_model
from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, Call, Layer, TensorRef
from models.inspection.check import check_blueprint
from models.inspection.inspect_file import inspect_model
from models.inspection.weights import Arrays
from models.layers.activating import ActivationLayer

layers = keras.layers
# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def accepted() -> list[Any]:
    """Model files of the corpus that are to be opened; none without a corpus."""
    folder = os.environ.get("LATENT_EXPLORER_CORPUS")
    if not folder:
        return []
    cases = json.loads((Path(folder) / "manifest.json").read_text("utf-8"))["cases"]
    return [
        pytest.param(Path(folder) / case["path"], case["expect"] or {}, id=case["id"])
        for case in cases
        if case["kind"] in ("keras", "h5") and case["verdict"].startswith("accept")
    ]


def rebuilt(path: Path) -> Any:
    inspected = inspect_model(path)
    weights, _ = inspected.read_weights()
    return build_model(inspected.blueprint, weights)


def example(model: Any) -> Any:
    """Something to give to a model, as its inputs nest."""
    rng = np.random.default_rng(5)
    return keras.tree.map_structure(
        lambda tensor: keras.ops.convert_to_tensor(
            rng.normal(size=(3, *tensor.shape[1:])).astype("float32")
        ),
        model.input,
    )


def assert_same(ours: Any, theirs: Any, tolerance: float = 1e-5) -> None:
    for mine, wanted in zip(keras.tree.flatten(ours), keras.tree.flatten(theirs), strict=True):
        scale = np.abs(wanted).max() or 1.0
        np.testing.assert_allclose(mine, wanted, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.skipif(not accepted(), reason="no corpus")
@pytest.mark.parametrize(("path", "expect"), accepted())
def test_gives_what_the_file_does(path: Path, expect: dict[str, Any]) -> None:
    model = rebuilt(path)
    if "params" in expect:
        assert model.count_params() == expect["params"]
    if path.suffix != ".keras" or "h5" in path.name:
        return  # Keras does not open it
    original = keras.models.load_model(path, compile=False)
    given = example(model)
    assert_same(model(given), original(given))


def nested() -> Any:
    decoder_input = keras.Input((3,), name="z")
    hidden = layers.Dense(16, activation="relu")(decoder_input)
    decoder = keras.Model(decoder_input, layers.Reshape((4, 4))(hidden), name="decoder")
    encoder = keras.Sequential([layers.Flatten(), layers.Dense(3)], name="encoder")
    picture = keras.Input((4, 4))
    once = decoder(encoder(picture))
    return keras.Model(picture, [once, decoder(encoder(once))])


def shared() -> Any:
    first, second = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    dense = layers.Dense(4, name="shared")
    inside = keras.Model({"a": first, "b": second}, {"u": first - second, "s": dense(first)})
    given = {"b": keras.Input((4,), name="b"), "a": keras.Input((4,), name="a")}
    out = inside({"a": given["b"], "b": dense(dense(given["a"]))})
    return keras.Model(given, {"out": out["u"], "more": [out["s"], given["a"]]})


def named_alike() -> Any:
    z = keras.Input((4,), name="input")
    x = layers.Reshape((2, 2), name="reshape")(z)
    x = keras.ops.reshape(x * 2.0, (-1, 4))
    return keras.Model(z, keras.ops.concatenate([x[:, :2], keras.ops.exp(z)], axis=1))


def channels_first() -> Any:
    z = keras.Input((3, 4, 4))
    x = layers.Conv2DTranspose(2, 3, strides=2, padding="same", data_format="channels_first")(z)
    return keras.Model(z, layers.Conv2D(5, 3, data_format="channels_first", activation="relu")(x))


def wrapped() -> Any:
    steps = keras.Input((4, 6))
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(steps)
    x = layers.TimeDistributed(layers.Dense(5, activation=layers.LeakyReLU(0.1)))(x)
    x = layers.SpectralNormalization(layers.Conv1D(3, 2))(x)
    return keras.Model(steps, layers.MultiHeadAttention(2, 3)(x, x))


def stacked_cells() -> Any:
    steps, h, c, u = (keras.Input(shape) for shape in ((4, 6), (5,), (5,), (3,)))
    cells = [layers.LSTMCell(5), layers.GRUCell(3)]
    stack = layers.RNN(cells, return_sequences=True, return_state=True)
    x, *states = stack(steps, initial_state=[[h, c], [u]])
    both = layers.Bidirectional(layers.RNN([layers.SimpleRNNCell(2), layers.LSTMCell(4)]))
    return keras.Model([steps, h, c, u], [both(x), keras.tree.flatten(states)])


def both_ways_with_states() -> Any:
    steps, first, second = keras.Input((4, 6)), keras.Input((5,)), keras.Input((5,))
    x, *states = layers.Bidirectional(
        layers.LSTM(5, return_sequences=True, return_state=True), merge_mode="mul"
    )(steps, initial_state=[first, second, second, first])
    y = layers.Bidirectional(layers.GRU(5))(x, initial_state=[first, states[2]])
    return keras.Model([steps, first, second], [x, y, *states])


def film() -> Any:
    """An encoder and a decoder of one picture, called for each of a film."""
    picture = keras.Input((6, 6, 2))
    x = layers.Conv2D(3, 3, strides=2, trainable=False)(picture)
    x = layers.BatchNormalization()(x)
    encoder = keras.Model(picture, layers.Dense(4)(layers.Flatten()(x)), name="encoder")
    decoder = keras.Sequential(
        [layers.Dense(72, activation="tanh"), keras.Sequential([layers.Reshape((6, 6, 2))])]
    )
    pictures = keras.Input((5, 6, 6, 2))
    codes = layers.LSTM(4, return_sequences=True)(layers.TimeDistributed(encoder)(pictures))
    return keras.Model(pictures, layers.TimeDistributed(decoder)(codes))


def grouped_attention() -> Any:
    steps = keras.Input((4, 6))
    return keras.Model(steps, layers.GroupQueryAttention(3, 4, 2)(steps, steps))


def prepared() -> Any:
    steps = keras.Input((4, 6))
    scores, inner = layers.Normalization(), layers.Normalization()
    data = np.random.default_rng(1).normal(3, 2, (50, 4, 6))
    scores.adapt(data)
    inner.adapt(data[:, 0])
    x = layers.SpatialDropout1D(0.3)(scores(steps))
    return keras.Model(steps, layers.TimeDistributed(inner)(x))


def in_half_precision() -> Any:
    z = keras.Input((4,))
    x = layers.Dense(8, activation=layers.ReLU(dtype="float32"), dtype="mixed_float16")(z)
    return keras.Model(z, layers.Dense(3, dtype="float32")(layers.BatchNormalization()(x)))


def kept_training() -> Any:
    z = keras.Input((4,))
    return keras.Model(z, layers.BatchNormalization()(z, training=True))


def identity() -> Any:
    z = keras.Input((4,))
    return keras.Model(z, z)


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize(
    "make",
    [
        nested,
        shared,
        named_alike,
        channels_first,
        wrapped,
        stacked_cells,
        both_ways_with_states,
        film,
        grouped_attention,
        prepared,
        in_half_precision,
        kept_training,
        identity,
    ],
)
def test_saved_and_rebuilt(make: Callable[[], Any], ending: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(3)
    original = make()
    path = tmp_path / f"model.{ending}"
    original.save(path)
    model = rebuilt(path)
    keras.tree.assert_same_structure(model.input, original.input)
    keras.tree.assert_same_structure(model.output, original.output)
    given = example(original)
    assert_same(model(given), original(given), 1e-3 if make is in_half_precision else 1e-5)


def blueprint_of(*made: Layer) -> Blueprint:
    entry = Layer("z", "InputLayer", {"shape": (None, 4), "dtype": "float32"})
    chained = [
        Layer(**{**vars(layer), "calls": (Call((TensorRef(before.name),)),)})
        for before, layer in zip((entry, *made), made, strict=False)
    ]
    return Blueprint("m", (entry, *chained), TensorRef("z"), TensorRef(made[-1].name))


DENSE = {"units": 2, "activation": "linear", "use_bias": False}


def test_names_as_keras_takes_them() -> None:
    blueprint = blueprint_of(*(Layer(name, "Dense", DENSE) for name in ("a/b", "a_b", "tf.add")))
    shapes: dict[tuple[str, ...], tuple[int, int]] = {
        ("a/b",): (4, 2),
        ("a_b",): (2, 2),
        ("tf.add",): (2, 2),
    }
    weights: Arrays = {path: (np.ones(shape),) for path, shape in shapes.items()}
    model = build_model(blueprint, weights)
    assert [layer.name for layer in model.layers] == ["z", "a_b", "a_b_", "tf.add"]
    np.testing.assert_array_equal(model(np.ones((1, 4))), [[16, 16]])


@pytest.mark.parametrize("arrays", [(), (np.ones((2, 4)),), (np.ones((4, 2)), np.ones(2))])
def test_weights_have_to_fit(arrays: tuple[Any, ...]) -> None:
    with pytest.raises(ModelFileError, match="weights of the shapes") as error:
        build_model(blueprint_of(Layer("d", "Dense", DENSE)), {("d",): arrays})
    assert error.value.reason == "mismatch"


def test_what_keras_does_not_take_is_refused() -> None:
    with pytest.raises(ModelFileError) as error:
        build_model(blueprint_of(Layer("d", "Reshape", {"target_shape": (3, 3)})), {})
    assert error.value.reason == "mismatch"


@pytest.mark.parametrize(
    ("kind", "name"), [("Dense", "Dense"), ("ops.Einsum", "Einsum"), ("Conv2D", "Conv2D")]
)
def test_what_an_older_keras_has_not_is_refused(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Found in a later version than the one that is installed.
    for place in (keras.layers, keras.ops):
        monkeypatch.delattr(place, name if place is keras.layers else "einsum", raising=False)
    with pytest.raises(ModelFileError, match="newer Keras") as error:
        build_model(blueprint_of(Layer("d", kind, {"data_format": "channels_last"})), {})
    assert error.value.reason == "unknown-class"


@pytest.mark.parametrize("own", [None, "float32"])
def test_an_activation_is_computed_as_its_layer_is(own: str | None) -> None:
    settings = {"activation": ActivationLayer("ReLU", {}, own)}
    layer = Layer("a", "Activation", settings, dtype="mixed_float16")
    model = build_model(blueprint_of(layer), {})
    assert model.layers[1].activation.compute_dtype == (own or "float16")


@pytest.mark.parametrize("activation", ["keras2_hard_sigmoid", "hard_sigmoid"])
def test_both_hard_sigmoids(activation: str) -> None:
    model = build_model(blueprint_of(Layer("a", "Activation", {"activation": activation})), {})
    slope = 0.2 if activation.startswith("keras2") else 1 / 6
    given = np.array([[-9.0, -1.0, 1.0, 9.0]])
    np.testing.assert_allclose(model(given), [[0, 0.5 - slope, 0.5 + slope, 1]], rtol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (2, 2, 1)])
@pytest.mark.parametrize("noise", [True, False])
def test_a_sampling_is_around_its_mean(noise: bool, shape: tuple[int, ...]) -> None:
    entry = Layer("z", "InputLayer", {"shape": (None, *shape), "dtype": "float32"})
    ref = TensorRef("z")
    sampling = Layer("s", "Sampling", {"noise": noise}, (Call(([ref, ref],)),))
    blueprint = check_blueprint(Blueprint("m", (entry, sampling), ref, TensorRef("s"))).blueprint
    model = build_model(blueprint, {})
    given = np.zeros((5000, *shape), "float32")
    drawn = np.asarray(model(given))
    assert drawn.std() == pytest.approx(1.0 if noise else 0.0, abs=0.05)
    assert drawn.mean() == pytest.approx(0.0, abs=0.05)
    assert model.count_params() == 0
