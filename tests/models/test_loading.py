import shutil
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.architecture import Architecture, build_decoder, build_encoder
from models.bundle import DECODER, DEFAULT, ENCODER, open_bundle, read_card, write_card
from models.describe import describe_model
from models.errors import BundleError
from models.loading import load_models

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A bundle to be broken."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "bundle"))


def replace_model(folder: Path, file: str, model: keras.Model) -> None:
    model.save(folder / file)
    sign(folder)


def sign(folder: Path) -> None:
    """Let the card agree with the files, so that the hash is not what is found wrong."""
    write_card(folder, read_card(folder))


def test_loaded_models_give_the_stored_first_picture() -> None:
    loaded = load_models(DEFAULT)
    first = open_bundle(DEFAULT).first
    z = np.asarray(loaded.encoder(first.noisy[None]))
    np.testing.assert_allclose(z[0], first.z, atol=1e-4)
    np.testing.assert_allclose(np.asarray(loaded.decoder(z))[0], first.output, atol=1e-5)


def test_encoder_and_decoder_that_do_not_fit_are_both_named(copy: Path) -> None:
    replace_model(copy, ENCODER, build_encoder(Architecture(latent_dim=8)))
    with pytest.raises(BundleError) as caught:
        load_models(copy)
    for part in (ENCODER, DECODER, "8 out of the encoder", "16 into the decoder"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("file", "model", "rule"),
    [
        (ENCODER, lambda: build_encoder(Architecture((56, 28, 1))), "picture_shape"),
        (DECODER, lambda: build_decoder(Architecture((28, 28, 3))), "picture_shape"),
    ],
)
def test_a_model_that_does_not_fit_the_card_is_named(
    copy: Path, file: str, model: Any, rule: str
) -> None:
    replace_model(copy, file, model())
    with pytest.raises(BundleError, match=rule) as caught:
        load_models(copy)
    assert file in str(caught.value)


def test_a_model_with_two_outputs_is_refused(copy: Path) -> None:
    inputs = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(inputs)
    outputs = [keras.layers.Dense(16)(flat), keras.layers.Dense(16)(flat)]
    replace_model(copy, ENCODER, keras.Model(inputs, outputs))
    with pytest.raises(BundleError, match="one input and one output"):
        load_models(copy)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def empty_config(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", "")


def lambda_layer(path: Path) -> None:
    code = keras.Sequential([keras.Input((16,)), keras.layers.Lambda(lambda z: z)])
    code.save(path)


@pytest.mark.parametrize("damage", [truncate, empty_config, lambda_layer])
def test_a_broken_model_file_gives_one_sentence(copy: Path, damage: Any) -> None:
    damage(copy / DECODER)
    sign(copy)
    with pytest.raises(BundleError) as caught:
        load_models(copy)
    assert DECODER in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_changed_file_is_not_loaded(copy: Path) -> None:
    data = bytearray((copy / ENCODER).read_bytes())
    data[5000] ^= 1
    (copy / ENCODER).write_bytes(data)
    with pytest.raises(BundleError, match="SHA-256"):
        load_models(copy)


def test_a_model_is_described_layer_by_layer() -> None:
    description = describe_model(build_decoder(Architecture()))
    assert (description["input"], description["output"]) == ("decoder_input", "decoder_output")
    assert description["parameters"] == sum(layer["parameters"] for layer in description["layers"])
    assert description["layers"][-1] == {
        "name": "decoder_output",
        "type": "Conv2DTranspose",
        "output_shape": [None, 28, 28, 1],
        "parameters": 289,
    }
