"""Three Models over one set of weights, and the cut that makes them of one graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from keras import layers

from models.architecture import (
    Architecture,
    build_autoencoder,
    build_single_graph,
    compose,
    cut_decoder,
)
from models.errors import ArchitectureError

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = Architecture((8, 8, 1), latent_dim=3, filters=(4, 6))
SIZES = [
    Architecture(),
    SMALL,
    Architecture((16, 24, 3), latent_dim=1, filters=(4,), kernel_size=5),
    Architecture((8, 8, 2), latent_dim=40, filters=(4, 4, 4), kernel_size=1),
]
every_size = pytest.mark.parametrize("architecture", SIZES, ids=str)


def pictures(architecture: Architecture, count: int = 4) -> npt.NDArray[np.float32]:
    shape = (count, *architecture.picture_shape)
    return np.random.default_rng(0).random(shape, dtype=np.float32)


def codes(dim: int, count: int = 4) -> npt.NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(count, dim)).astype(np.float32)


def ends(model: keras.Model) -> tuple[str, str]:
    """Names of the first and the last layer; the first is the Input."""
    assert model.inputs[0].name == model.layers[0].name
    return model.layers[0].name, model.layers[-1].name


def difference(left: Any, right: Any) -> float:
    return float(np.abs(np.asarray(left) - np.asarray(right)).max())


@every_size
def test_shapes_and_names_are_those_of_the_three_models(architecture: Architecture) -> None:
    models = build_autoencoder(architecture)
    names = [model.name for model in (models.encoder, models.decoder, models.autoencoder)]
    assert names == ["encoder", "decoder", "autoencoder"]
    assert ends(models.encoder) == ("encoder_input", "latent_vector")
    assert ends(models.decoder) == ("decoder_input", "decoder_output")
    assert ends(models.autoencoder) == ("encoder_input", "decoder")
    picture, latent = (None, *architecture.picture_shape), (None, architecture.latent_dim)
    assert models.encoder.input_shape == picture
    assert models.encoder.output_shape == latent
    assert models.decoder.input_shape == latent
    assert models.decoder.output_shape == picture
    output = np.asarray(models.decoder(codes(architecture.latent_dim)))
    assert 0 <= output.min() <= output.max() <= 1


def test_the_layers_are_those_of_the_keras_example() -> None:
    models = build_autoencoder()
    assert [type(layer).__name__ for layer in models.encoder.layers] == [
        "InputLayer", "Conv2D", "Conv2D", "Flatten", "Dense",
    ]  # fmt: skip
    assert [type(layer).__name__ for layer in models.decoder.layers] == [
        "InputLayer", "Dense", "Reshape", "Conv2DTranspose", "Conv2DTranspose", "Conv2DTranspose",
    ]  # fmt: skip
    encoding = [layer for layer in models.encoder.layers if isinstance(layer, layers.Conv2D)]
    decoding = [
        layer for layer in models.decoder.layers if isinstance(layer, layers.Conv2DTranspose)
    ]
    assert [layer.filters for layer in encoding] == [32, 64]
    assert [layer.filters for layer in decoding] == [64, 32, 1]
    assert {layer.kernel_size for layer in encoding + decoding} == {(3, 3)}
    assert [layer.strides for layer in encoding + decoding] == [(2, 2)] * 4 + [(1, 1)]
    assert {layer.activation.__name__ for layer in encoding + decoding[:-1]} == {"relu"}
    assert decoding[-1].activation.__name__ == "sigmoid"
    assert models.autoencoder.count_params() == 178_001


@every_size
def test_composed_and_single_graph_agree_on_the_same_weights(architecture: Architecture) -> None:
    composed = build_autoencoder(architecture).autoencoder
    single = build_single_graph(architecture)
    single.set_weights(composed.get_weights())
    batch = pictures(architecture)
    assert difference(composed(batch), single(batch)) <= 1e-6


def test_the_composed_model_holds_the_very_decoder_and_the_single_graph_none() -> None:
    models = build_autoencoder(SMALL)
    assert models.autoencoder.get_layer("decoder") is models.decoder
    assert models.autoencoder.get_layer("encoder") is models.encoder
    names = [layer.name for layer in build_single_graph(SMALL).layers]
    assert "decoder" not in names
    assert "decoder_input" not in names
    assert {"encoder_input", "latent_vector", "decoder_output"} <= set(names)


def test_training_the_autoencoder_changes_what_the_decoder_gives() -> None:
    models = build_autoencoder(SMALL)
    z, batch = codes(3), pictures(SMALL)
    before = np.asarray(models.decoder(z))
    models.autoencoder.compile("sgd", "mse")
    models.autoencoder.train_on_batch(batch, batch)
    assert difference(models.decoder(z), before) > 1e-6
    assert difference(models.decoder(models.encoder(batch)), models.autoencoder(batch)) <= 1e-6


@every_size
def test_a_decoder_cut_out_of_a_single_graph_is_the_original(architecture: Architecture) -> None:
    models = build_autoencoder(architecture)
    single = build_single_graph(architecture)
    single.set_weights(models.autoencoder.get_weights())
    cut = cut_decoder(single)
    z = codes(architecture.latent_dim)
    assert (cut.name, *ends(cut)) == ("decoder", "decoder_input", "decoder_output")
    assert difference(cut(z), models.decoder(z)) <= 1e-6


@pytest.mark.parametrize("layer_name", ["encoder", "latent_vector"])
def test_a_decoder_cut_out_of_a_nested_model_is_the_original(layer_name: str) -> None:
    models = build_autoencoder(SMALL)
    cut = cut_decoder(models.autoencoder, layer_name)
    assert difference(cut(codes(3)), models.decoder(codes(3))) <= 1e-6


def nested_sequential() -> tuple[keras.Model, keras.Model]:
    """An autoencoder of two Sequential models, and its second half."""
    encoder = keras.Sequential(
        [keras.Input((6,)), layers.Dense(5, "relu"), layers.Dense(2, name="bottleneck")]
    )
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(6, "tanh")])
    return keras.Sequential([keras.Input((6,)), encoder, decoder]), decoder


def flat_sequential() -> tuple[keras.Model, keras.Model]:
    """One Sequential model; its decoder is a part of it."""
    last = layers.Dense(6, "tanh")
    model = keras.Sequential([keras.Input((6,)), layers.Dense(2, name="bottleneck"), last])
    return model, keras.Sequential([keras.Input((2,)), last])


def sequential_in_functional() -> tuple[keras.Model, keras.Model]:
    """Sequential halves in a functional model."""
    model, decoder = nested_sequential()
    inputs = keras.Input((6,))
    return keras.Model(inputs, decoder(model.layers[0](inputs))), decoder


def thrice_nested() -> tuple[keras.Model, keras.Model]:
    """An autoencoder as the only layer of another model, with one more layer behind it."""
    inner, decoder = sequential_in_functional()
    last = layers.Rescaling(2.0)
    inputs, z = keras.Input((6,)), keras.Input((2,))
    return keras.Model(inputs, last(inner(inputs))), keras.Model(z, last(decoder(z)))


@pytest.mark.parametrize(
    "build", [nested_sequential, flat_sequential, sequential_in_functional, thrice_nested]
)
def test_a_decoder_can_be_cut_out_of_any_nesting(build: Any) -> None:
    model, decoder = build()
    cut = cut_decoder(model, "bottleneck")
    assert cut.input_shape == (None, 2)
    assert difference(cut(codes(2)), decoder(codes(2))) <= 1e-6


def test_a_model_used_twice_is_cut_where_this_one_uses_it() -> None:
    models = build_autoencoder(SMALL)
    other = keras.Input((8, 8, 1))
    keras.Model(other, models.decoder(models.encoder(other) * 2.0))
    cut = cut_decoder(models.autoencoder, "encoder")
    assert difference(cut(codes(3)), models.decoder(codes(3))) <= 1e-6


def test_the_cut_decoder_shares_its_weights() -> None:
    single = build_single_graph(SMALL)
    cut = cut_decoder(single)
    before = np.asarray(cut(codes(3)))
    batch = pictures(SMALL)
    single.compile("sgd", "mse")
    single.train_on_batch(batch, batch)
    assert difference(cut(codes(3)), before) > 1e-6
    again = cut_decoder(single)
    assert difference(cut(codes(3)), again(codes(3))) == 0


def test_a_cut_decoder_can_be_saved_and_composed_again(tmp_path: Any) -> None:
    models = build_autoencoder(SMALL)
    single = build_single_graph(SMALL)
    single.set_weights(models.autoencoder.get_weights())
    cut = cut_decoder(single)
    cut.save(tmp_path / "decoder.keras")
    loaded = keras.models.load_model(tmp_path / "decoder.keras")
    assert difference(loaded(codes(3)), models.decoder(codes(3))) <= 1e-6
    composed = compose(models.encoder, cut)
    batch = pictures(SMALL)
    assert difference(composed.autoencoder(batch), models.autoencoder(batch)) <= 1e-6


def skip_in_one_graph() -> keras.Model:
    inputs = keras.Input((6,))
    early = layers.Dense(6, name="early")(inputs)
    z = layers.Dense(2, name="latent_vector")(early)
    return keras.Model(inputs, layers.Dense(6)(z) + early)


def skip_around_a_nested_model() -> keras.Model:
    inputs, x = keras.Input((6,)), keras.Input((6,))
    encoder = keras.Model(x, layers.Dense(2, name="latent_vector")(x), name="encoder")
    return keras.Model(inputs, layers.Dense(6)(encoder(inputs)) + inputs)


def skip_inside_a_nested_model() -> keras.Model:
    inputs, inner = keras.Input((6,)), skip_in_one_graph()
    return keras.Model(inputs, layers.Dense(6)(inner(inputs)))


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (skip_in_one_graph, "latent_vector"),
        (skip_around_a_nested_model, "encoder"),
        (skip_inside_a_nested_model, "latent_vector"),
    ],
)
def test_a_connection_around_the_latent_vector_is_refused_by_name(build: Any, place: str) -> None:
    with pytest.raises(ArchitectureError, match=rf"{place}.*runs around it"):
        cut_decoder(build())


class Subclassed(keras.Model):  # type: ignore[misc]  # Keras has no types
    """Its layers are known, but not how they are connected."""

    def __init__(self) -> None:
        super().__init__()
        self.bottleneck = layers.Dense(2, name="bottleneck")


@pytest.mark.parametrize(
    "build",
    [Subclassed, lambda: keras.Sequential([layers.Dense(2, name="bottleneck"), layers.Dense(3)])],
    ids=["subclassed", "not built"],
)
def test_a_model_without_a_graph_is_refused(build: Any) -> None:
    with pytest.raises(ArchitectureError, match="must be a graph of layers"):
        cut_decoder(build(), "bottleneck")


def test_a_layer_that_is_not_there_is_refused_and_those_that_are_get_named() -> None:
    with pytest.raises(ArchitectureError, match=r"encoder_input, .*latent_vector, .*; received z"):
        cut_decoder(build_single_graph(SMALL), "z")


@pytest.mark.parametrize(
    "sizes",
    [
        {"picture_shape": (28, 28)},
        {"picture_shape": (30, 28, 1)},
        {"picture_shape": (28, 30, 1)},
        {"picture_shape": (0, 28, 1)},
        {"picture_shape": (28, 28, 1), "filters": (4, 4, 4)},
        {"filters": ()},
        {"filters": (32, 0)},
        {"latent_dim": 0},
        {"kernel_size": -1},
    ],
    ids=str,
)
def test_impossible_sizes_are_refused(sizes: dict[str, Any]) -> None:
    with pytest.raises(ArchitectureError):
        Architecture(**sizes)
