"""A variational autoencoder is built, trained, resumed and opened as any other is."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.architecture import Architecture, build_autoencoder, build_single_graph, cut_decoder
from models.bundle import DECODER, ENCODER, Bundle, open_bundle, read_card, write_card
from models.data import Dataset, to_float
from models.describe import describe_model
from models.errors import ArchitectureError, BundleError
from models.loading import load_models
from models.train import STATISTICS, Progress, TrainConfig, train

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Trained = tuple[Bundle, list[Progress]]


def pictures(count: int = 6) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(0).random((count, 28, 28, 1), np.float32)


def test_the_layers_are_those_of_the_keras_example() -> None:
    models = build_autoencoder(Architecture(latent_dim=2, kind="vae", hidden=16))
    assert [(type(layer).__name__, layer.name) for layer in models.encoder.layers[-4:]] == [
        ("Dense", models.encoder.layers[-4].name),
        ("Dense", "z_mean"),
        ("Dense", "z_log_var"),
        ("Sampling", "z"),
    ]
    assert [tuple(output.shape) for output in models.encoder.outputs] == [(None, 2)] * 3
    assert models.decoder.input_shape == (None, 2)
    assert models.decoder.output_shape == (None, 28, 28, 1)
    dense = [layer for layer in models.decoder.layers if type(layer).__name__ == "Dense"]
    assert [layer.units for layer in dense] == [16, 7 * 7 * 64]


def test_its_z_is_sampled_and_its_reconstruction_is_not() -> None:
    models = build_autoencoder(Architecture(latent_dim=3, filters=(4, 6), kind="vae"))
    z_mean, z_log_var, z = (np.asarray(each) for each in models.encoder(pictures()))
    again = np.asarray(models.encoder(pictures())[2])
    assert not np.array_equal(z, again)
    many = [np.asarray(models.encoder(pictures(1))[2])[0] for _ in range(200)]
    spread = np.std(many, axis=0) / np.exp(z_log_var[0] / 2)
    assert np.all((spread > 0.8) & (spread < 1.2))
    expected = models.decoder(z_mean)
    np.testing.assert_allclose(models.autoencoder(pictures()), expected, atol=1e-6)


def test_a_decoder_is_cut_out_of_its_single_graph() -> None:
    graph = build_single_graph(Architecture(latent_dim=3, filters=(4, 6), kind="vae"))
    decoder = cut_decoder(graph, "z")
    assert (decoder.input_shape, decoder.output_shape) == ((None, 3), (None, 28, 28, 1))


@pytest.mark.parametrize("wrong", [{"kind": "gan"}, {"kind": ""}, {"hidden": -1}])
def test_what_is_no_architecture_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ArchitectureError, match="a kind of dae or vae and hidden units from 0"):
        Architecture(**wrong)


def test_it_is_described_as_its_card_has_it(variational: Trained) -> None:
    loaded = load_models(variational[0].folder)
    described = describe_model(loaded.encoder)
    assert described["output"] == "z_mean"
    assert described["outputs"] == ["z_mean", "z_log_var", "z"]
    assert described["layers"][-1] == {
        "name": "z", "type": "Sampling", "output_shape": [None, 3], "parameters": 0,
    }  # fmt: skip


def test_the_card_tells_kind_beta_and_the_losses_of_each_epoch(variational: Trained) -> None:
    bundle, progress = variational
    assert bundle.kind == "vae"
    assert bundle.card["training"]["beta"] == 0.5
    losses = bundle.card["losses"]
    assert losses["epoch"] == [1, 2, 3]
    parts = {"loss", "reconstruction_loss", "kl_loss"}
    assert set(losses) == {"epoch", *parts, *(f"validation_{name}" for name in parts)}
    for side in ("", "validation_"):
        total = np.add(
            losses[f"{side}reconstruction_loss"], np.multiply(0.5, losses[f"{side}kl_loss"])
        )
        np.testing.assert_allclose(losses[f"{side}loss"], total, rtol=1e-5)
    assert set(progress[-1].parts) == {"reconstruction_loss", "kl_loss"}


def test_a_denoising_autoencoder_has_no_beta(trained: Trained) -> None:
    bundle, progress = trained
    assert bundle.kind == "dae"
    assert "beta" not in bundle.card["training"]
    assert set(bundle.card["losses"]) == {"epoch", "loss", "validation_loss"}
    assert progress[-1].parts == {}


def test_its_codes_are_the_means_of_the_test_digits(variational: Trained, strokes: Dataset) -> None:
    bundle, _ = variational
    z_mean, _, z = load_models(bundle.folder).encoder(to_float(strokes.x_test))
    np.testing.assert_allclose(bundle.codes.codes, z_mean, atol=1e-5)
    assert not np.allclose(bundle.codes.codes, z, atol=1e-2)


def test_its_first_picture_is_of_the_mean(variational: Trained) -> None:
    bundle, _ = variational
    loaded, first = load_models(bundle.folder), bundle.first
    z_mean = np.asarray(loaded.encoder(first.noisy[None])[0])
    np.testing.assert_allclose(first.z, z_mean[0], atol=1e-5)
    np.testing.assert_allclose(first.output, np.asarray(loaded.decoder(z_mean))[0], atol=1e-5)


@pytest.mark.parametrize("place", [(2, 3), (3, 1)])
def test_interrupted_it_goes_on_as_if_it_had_not_been(
    place: tuple[int, int],
    variational: Trained,
    variational_config: TrainConfig,
    strokes: Dataset,
    tmp_path: Path,
) -> None:
    def interrupt(progress: Progress) -> None:
        if (progress.epoch, progress.step) == place:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(variational_config, strokes, tmp_path, interrupt)
    resumed = train(variational_config, strokes, tmp_path)
    assert resumed.card["losses"] == variational[0].card["losses"]
    assert resumed.card["metrics"] == variational[0].card["metrics"]
    assert np.array_equal(resumed.codes.codes, variational[0].codes.codes)


def test_every_line_of_the_statistics_has_the_parts_of_the_loss(variational: Trained) -> None:
    text = (variational[0].folder / STATISTICS).read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 3 * (4 + 1)
    for line in lines:
        assert line["loss"] == pytest.approx(
            line["reconstruction_loss"] + 0.5 * line["kl_loss"], rel=1e-5
        )


def test_a_training_goes_on_from_its_weights(
    variational: Trained, variational_config: TrainConfig, strokes: Dataset, tmp_path: Path
) -> None:
    start = str(variational[0].folder)
    begun = dataclasses.replace(variational_config, epochs=1, learning_rate=1e-9, start=start)
    second = train(begun, strokes, tmp_path)
    np.testing.assert_allclose(second.codes.codes, variational[0].codes.codes, atol=1e-4)


def signed(folder: Path, **architecture: Any) -> Path:
    """A copy's card with other words in it, and the right hashes."""
    card = read_card(folder)
    write_card(folder, {**card, "architecture": {**card["architecture"], **architecture}})
    return folder


@pytest.fixture
def copy(variational: Trained, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in variational[0].folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("kind", ["gan", 3, None, ["vae"], "v" * 500])
def test_a_kind_that_is_not_known_is_refused(copy: Path, kind: Any) -> None:
    with pytest.raises(BundleError, match="kind must be dae or vae") as refused:
        open_bundle(signed(copy, kind=kind))
    assert len(str(refused.value)) <= 200 + len(str(copy))


def test_a_card_of_another_kind_than_the_files_is_refused(copy: Path) -> None:
    with pytest.raises(BundleError, match=rf"{ENCODER} must have one input and one output"):
        load_models(signed(copy, kind="dae"))


def test_an_encoder_with_an_output_of_another_length_is_refused(copy: Path) -> None:
    other = build_autoencoder(Architecture(latent_dim=4, filters=(4, 6), kind="vae"))
    other.encoder.save(copy / ENCODER)
    with pytest.raises(BundleError, match=r"4 out of the encoder and 3 into the decoder"):
        load_models(signed(copy))
    assert (copy / DECODER).exists()
