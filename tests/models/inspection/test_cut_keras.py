"""The halves of real models, built by Keras, together give what the whole gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.architecture import Architecture, build_autoencoder, build_single_graph
from models.building import build_model
from models.inspection.check import check_blueprint
from models.inspection.inspect_file import inspect_model
from models.inspection.nesting import look_inside
from models.inspection.proposals import cut_at
from models.inspection.roles import tell_roles

# Keras 3.15 asks TensorFlow's variables for arrays in NumPy 1's way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = Architecture(picture_shape=(8, 8, 1), latent_dim=3, filters=(2,))


def wrapped() -> Any:
    inputs = keras.Input((8, 8, 1))
    return keras.Model(inputs, build_autoencoder(SMALL).autoencoder(inputs))


def plain() -> Any:
    """Its three Dense layers are one, called on either side of the bottleneck."""
    shared = keras.layers.Dense(6, activation="tanh")
    inputs = keras.Input((6,))
    code = keras.layers.Dense(2)(shared(inputs))
    return keras.Model(inputs, shared(shared(keras.layers.Dense(6)(code))))


def conditional() -> Any:
    image, label = keras.Input((8, 8, 1), name="image"), keras.Input((4,), name="label")
    flat = keras.layers.Flatten()(image)
    code = keras.layers.Dense(3)(keras.layers.Concatenate()([flat, label]))
    grown = keras.layers.Dense(64)(keras.layers.Concatenate()([code, label]))
    return keras.Model([image, label], keras.layers.Reshape((8, 8, 1))(grown))


def beside_models() -> Any:
    """A nested encoder and decoder with layers around them."""
    both = build_autoencoder(SMALL)
    inputs = keras.Input((8, 8, 1))
    code = keras.layers.Activation("tanh")(both.encoder(keras.layers.Rescaling(2.0)(inputs)))
    return keras.Model(inputs, keras.layers.Rescaling(0.5)(both.decoder(code)))


def rescaled() -> Any:
    """Layers that do something around a nested autoencoder."""
    inputs = keras.Input((8, 8, 1))
    inner = build_autoencoder(SMALL).autoencoder
    return keras.Model(
        inputs, keras.layers.Rescaling(0.5)(inner(keras.layers.Rescaling(2.0)(inputs)))
    )


def rescaled_twice() -> Any:
    """A graph in a graph in a graph, whose layers are named alike."""
    model = build_single_graph(SMALL)
    for shape in ((8, 8, 1), (64,)):
        inputs = keras.Input(shape, name="encoder_input")
        x = keras.layers.Rescaling(2.0, name="latent_vector")(inputs)
        x = model(keras.layers.Reshape((8, 8, 1), name="reshape")(x))
        model = keras.Model(inputs, keras.layers.Reshape(shape, name="latent_vector_")(x))
    return model


def call(model: Any, inputs: list[Any]) -> Any:
    """The only output, whatever nest of inputs the model was made with."""
    return np.asarray(keras.Function(model.inputs, model.outputs)(inputs)[0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: build_single_graph(SMALL),
        lambda: build_autoencoder(SMALL).autoencoder,
        wrapped,
        plain,
        conditional,
        beside_models,
        rescaled,
        rescaled_twice,
    ],
    ids=[
        *("single graph", "nested", "wrapped", "shared layer", "conditional", "layers around"),
        *("rescaled", "rescaled twice"),
    ],
)
def test_the_halves_together_are_the_whole(make: Callable[[], Any], tmp_path: Path) -> None:
    whole = make()
    whole.save(tmp_path / "model.keras")
    inspected = inspect_model(tmp_path / "model.keras")
    weights, _ = inspected.read_weights()
    assert tell_roles(inspected.blueprint, inspected.specs).role == "autoencoder"
    inside = look_inside(inspected.blueprint, inspected.specs)
    assert inside.cuts[0].narrows
    generator = np.random.default_rng(0)
    inputs = [generator.random((2, *each.shape[1:]), np.float32) for each in whole.inputs]
    expected = call(whole, inputs)
    for place in inside.cuts[:4]:
        encoder, decoder = (
            build_model(check_blueprint(part.blueprint).blueprint, weights, part.prefix)
            for part in cut_at(inside.blueprint, inside.specs, place, inside.prefix)
        )
        z = call(encoder, inputs[: len(encoder.inputs)])
        output = call(decoder, [z, *inputs[1:]][: len(decoder.inputs)])
        assert decoder.inputs[0].shape[1:] == place.shape
        assert np.allclose(output, expected, rtol=1e-5, atol=1e-6)
