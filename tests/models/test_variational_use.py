"""A variational model answers with its means, and says how sure it is of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from models.bundle import DECODER, ENCODER, Bundle
from models.loading import load_models
from models.noise import Gaussian, noise_to_json
from models.opening import Opened, open_source
from models.source import ModelSource
from models.subject_wire import from_message, to_arrays, to_fields
from models.train import Progress
from models.wire import Message

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Arrays = dict[str, npt.NDArray[Any]]
GAUSSIAN = {"noise": noise_to_json(Gaussian()), "seed": 3}


@pytest.fixture(scope="module")
def folder(variational: tuple[Bundle, list[Progress]]) -> Path:
    return variational[0].folder


@pytest.fixture(scope="module", params=["a bundle", "two files of a user"])
def opened(folder: Path, request: pytest.FixtureRequest) -> Opened:
    if request.param == "a bundle":
        return open_source(ModelSource(bundle=folder))
    return open_source(ModelSource(model=folder / DECODER, encoder=folder / ENCODER))


def drawings(folder: Path, count: int = 1) -> npt.NDArray[np.float32]:
    first = load_models(folder).bundle.first
    return np.repeat(first.clean[None], count, axis=0)


def answer(opened: Opened, kind: str, clean: npt.NDArray[np.float32]) -> Arrays:
    return dict(opened.answerer.answer(Message(kind, GAUSSIAN, {"clean": clean})).arrays)


@pytest.mark.parametrize("count", [1, 4])
def test_a_denoised_picture_comes_with_mean_and_log_variance(
    opened: Opened, folder: Path, count: int
) -> None:
    arrays = answer(opened, "denoise", drawings(folder, count))
    loaded = load_models(folder)
    z_mean, z_log_var, _ = map(np.asarray, loaded.encoder(arrays["inputs.noisy"]))
    assert arrays["outputs.z_log_var"].shape == (count, 3)
    np.testing.assert_allclose(arrays["z"], z_mean, atol=1e-5)
    np.testing.assert_allclose(arrays["outputs.z_mean"], z_mean, atol=1e-5)
    np.testing.assert_allclose(arrays["outputs.z_log_var"], z_log_var, atol=1e-5)
    shown = np.asarray(loaded.decoder(z_mean))
    np.testing.assert_allclose(arrays["outputs.decoder_output"], shown, atol=1e-5)


def test_nothing_of_an_answer_is_left_to_chance(opened: Opened, folder: Path) -> None:
    clean = drawings(folder)
    for kind in ("denoise", "encode"):
        once, again = answer(opened, kind, clean), answer(opened, kind, clean)
        assert all(np.array_equal(once[name], again[name]) for name in once)


def test_the_window_is_told_that_it_is_variational(opened: Opened) -> None:
    subject = from_message(to_fields(opened.subject), to_arrays(opened.subject))
    assert subject.variational


def test_a_plain_models_answer_has_neither(trained: tuple[Bundle, list[Progress]]) -> None:
    folder = trained[0].folder
    opened = open_source(ModelSource(bundle=folder))
    assert set(answer(opened, "denoise", drawings(folder))) == {
        "inputs.noisy", "z", "outputs.decoder_output",
    }  # fmt: skip
    assert not opened.subject.variational


@pytest.mark.parametrize(
    ("name", "told"), [("z_log_var", True), ("logvar", True), ("z_sigma", False), ("std", False)]
)
def test_only_what_is_named_a_log_variance_is_taken_for_one(
    name: str, told: bool, tmp_path: Path
) -> None:
    picture = keras.Input((8, 8, 1))
    flat = keras.layers.Flatten()(picture)
    outputs = [keras.layers.Dense(2, name=each)(flat) for each in ("z_mean", name)]
    keras.Model(picture, outputs, name="encoder").save(tmp_path / "encoder.keras")
    z = keras.Input((2,))
    pixels = keras.layers.Reshape((8, 8, 1))(keras.layers.Dense(64, activation="sigmoid")(z))
    keras.Model(z, pixels, name="decoder").save(tmp_path / "decoder.keras")
    opened = open_source(
        ModelSource(model=tmp_path / "decoder.keras", encoder=tmp_path / "encoder.keras")
    )
    arrays = answer(opened, "denoise", np.zeros((1, 8, 8, 1), np.float32))
    assert ("outputs.z_log_var" in arrays) is told


@pytest.mark.parametrize("layer", ["z_mean", "z_log_var", "z"])
def test_its_layers_can_be_looked_at(opened: Opened, folder: Path, layer: str) -> None:
    names = [each["name"] for each in opened.answerer.describe()["encoder"]["layers"]]
    assert layer in names
    request = Message("activations", {"model": "encoder", "layer": layer, **GAUSSIAN},
                      {"clean": drawings(folder)})  # fmt: skip
    assert opened.answerer.answer(request).arrays["outputs.activations"].shape == (1, 3)
