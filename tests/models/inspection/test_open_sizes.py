"""Pictures whose size a file leaves open, against Keras, which takes any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.building import build_model
from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint
from models.inspection.inspect_file import inspect_model
from models.inspection.notes import Notes
from models.inspection.open_sizes import with_known_sizes
from models.inspection.parse import parse_model
from tests.models.inspection.configs import Entry, call, entry, functional, layer, tensor

layers = keras.layers
# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

OPEN = entry("x", None, None, 3)
SKIP = [  # halves its input three times, and needs it again
    layer("MaxPooling2D", "half", "x", pool_size=8),
    layer("UpSampling2D", "again", "half", size=8),
    layer("Concatenate", "both", call([tensor("x"), tensor("again")])),
]
# Keras' own example of a convolutional autoencoder: of 28 alone it gives 28.
MNIST = [
    layer("MaxPooling2D", "a", "x", pool_size=4, padding="same"),
    layer("MaxPooling2D", "b", "a", padding="same"),
    layer("UpSampling2D", "c", "b", size=4),
    layer("Conv2D", "d", "c", filters=3, kernel_size=3),
    layer("UpSampling2D", "e", "d"),
]


def model(*made: Entry, first: Entry = OPEN) -> Blueprint:
    return parse_model(functional([first, *made]), "3.15.1", Notes())


def shape_of(blueprint: Blueprint) -> Any:
    return blueprint.layers[0].settings["shape"]


@pytest.mark.parametrize(
    ("made", "first", "taken"),
    [
        ([layer("Conv2D", "same", "x", filters=3, kernel_size=3, padding="same")], OPEN, (64, 64)),
        (SKIP, OPEN, (64, 64)),
        (MNIST, OPEN, (28, 28)),
        ([layer("GlobalMaxPooling2D", "max", "x")], OPEN, (64, 64)),
        ([layer("Conv2D", "far", "x", filters=1, kernel_size=33, strides=16)], OPEN, (64, 64)),
        ([layer("Conv2D", "far", "x", filters=1, kernel_size=99)], OPEN, (128, 128)),
        ([layer("Reshape", "row", "x", target_shape=[32, 96])], OPEN, (32, 32)),
    ],
)
def test_a_size_is_proposed_that_the_layers_take(
    made: list[Entry], first: Entry, taken: tuple[int, int]
) -> None:
    notes = Notes()
    known, size = with_known_sizes(model(*made, first=first), None, notes)
    assert size == taken
    assert shape_of(known) == (None, *taken, 3)
    assert f"taken as {taken[0]}×{taken[1]}" in notes.told()[0]


@pytest.mark.parametrize(
    ("factor", "chosen", "latent", "picture"),
    [
        (8, None, (8, 8), (64, 64)),
        (128, None, (1, 1), (128, 128)),
        (3, None, (21, 21), (63, 63)),
        (8, "96x128", (12, 16), (96, 128)),
    ],
)
def test_of_a_decoder_it_is_the_size_of_what_comes_out(
    factor: int, chosen: str | None, latent: Any, picture: Any
) -> None:
    up = layer("UpSampling2D", "up", "x", size=factor)
    known, size = with_known_sizes(model(up), chosen, Notes())
    assert shape_of(known) == (None, *latent, 3)
    assert size == picture


@pytest.mark.parametrize(
    ("sizes", "chosen", "shape"),
    [
        ((None, None, 3), "96x128", (None, 96, 128, 3)),
        ((None, None, 3), " 96 × 128 ", (None, 96, 128, 3)),
        ((None, 40, 3), "96x128", (None, 96, 40, 3)),
        ((3, None, None), "96x128", (None, 3, 96, 128)),
        ((3, None, None), None, (None, 3, 64, 64)),
    ],
)
def test_open_axes_alone_are_filled(sizes: Any, chosen: str | None, shape: Any) -> None:
    blueprint = model(layer("ReLU", "relu", "x"), first=entry("x", *sizes))
    known, size = with_known_sizes(blueprint, chosen, Notes())
    assert shape_of(known) == shape
    assert size is not None
    assert all(side in shape for side in size)


@pytest.mark.parametrize("sizes", [(4,), (8, 8, 3), (None,), (None, None, None), (None, 3)])
def test_other_inputs_stay_as_they_are(sizes: Any) -> None:
    blueprint, notes = model(layer("ReLU", "relu", "x"), first=entry("x", *sizes)), Notes()
    assert with_known_sizes(blueprint, None, notes) == (blueprint, None)
    assert notes.told() == ()


@pytest.mark.parametrize(
    ("sizes", "chosen", "told"),
    [
        ((None, None, 3), "0x64", "such as 64x64"),
        ((None, None, 3), "64", "such as 64x64"),
        ((None, None, 3), "99999x64", "such as 64x64"),
        ((None, None, 3), "6" * 99, "such as 64x64"),
        ((None, None, 2), "65x64", "such as 64x64"),
    ],
)
def test_a_choice_has_to_be_a_size(sizes: Any, chosen: str, told: str) -> None:
    made = layer("UpSampling2D", "up", "x", size=8) if 2 in sizes else layer("ReLU", "r", "x")
    blueprint = model(made, first=entry("x", *sizes))
    with pytest.raises(ModelFileError, match=told) as error:
        with_known_sizes(blueprint, chosen, Notes())
    assert error.value.reason == "mismatch"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (layer("Reshape", "row", "x", target_shape=[7]), "mismatch"),
        (layer("UpSampling2D", "up", "x", size=65536), "bomb"),
    ],
)
def test_a_model_that_takes_no_size_is_refused(made: Entry, reason: str) -> None:
    with pytest.raises(ModelFileError) as error:
        with_known_sizes(model(made), None, Notes())
    assert error.value.reason == reason


def convolutional() -> Any:
    picture = keras.Input((None, None, 1))
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(picture)
    x = layers.BatchNormalization()(layers.Conv2D(6, 3, strides=2, padding="same")(x))
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu", name="out")(x)
    return keras.Model(picture, layers.Conv2DTranspose(1, 3, strides=2, padding="same")(x))


def nested() -> Any:
    encoder = keras.Sequential([keras.Input((None, None, 1)), layers.MaxPooling2D(4)])
    decoder = keras.Sequential([keras.Input((None, None, 1)), layers.UpSampling2D(4)])
    picture = keras.Input((None, None, 1))
    return keras.Model(picture, decoder(encoder(picture)))


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("make", [convolutional, nested])
@pytest.mark.parametrize(("chosen", "size"), [(None, (64, 64)), ("32x48", (32, 48))])
def test_gives_what_keras_gives_of_that_size(
    make: Callable[[], Any], ending: str, chosen: str | None, size: tuple[int, int], tmp_path: Path
) -> None:
    original, path = make(), tmp_path / f"model.{ending}"
    original.save(path)
    inspected = inspect_model(path, chosen)
    assert inspected.taken_size == size
    rebuilt = build_model(inspected.blueprint, inspected.read_weights()[0])
    assert rebuilt.input_shape == (None, *size, 1)
    given = np.random.default_rng(0).random((2, *size, 1), np.float32)
    np.testing.assert_allclose(rebuilt(given), original(given), rtol=1e-5, atol=1e-5)
