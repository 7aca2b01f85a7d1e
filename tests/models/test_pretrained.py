"""Every bundle that comes with the app is whole, small and as good as its card says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.architecture import code_of
from models.bundle import CARD, CODES, DECODER, DEFAULT, ENCODER, PRETRAINED, open_bundle
from models.loading import load_models

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = ("mnist-dae-16", "mnist-vae-16", "mnist-vae-2")
MAX_BYTES = 4_000_000
every_bundle = pytest.mark.parametrize("folder", [PRETRAINED / name for name in NAMES],
                                       ids=NAMES)  # fmt: skip


def test_there_are_these_and_no_others() -> None:
    assert sorted(path.name for path in PRETRAINED.iterdir()) == sorted(NAMES)
    assert DEFAULT.name in NAMES


@every_bundle
def test_it_is_small_and_holds_nothing_else(folder: Path) -> None:
    files = list(folder.iterdir())
    assert {path.name for path in files} == {CARD, CODES, ENCODER, DECODER}
    assert sum(path.stat().st_size for path in files) <= MAX_BYTES


@every_bundle
def test_its_name_and_kind_are_those_of_its_folder(folder: Path) -> None:
    bundle = open_bundle(folder)
    _, kind, latent_dim = folder.name.split("-")
    assert (bundle.card["name"], bundle.kind, bundle.latent_dim) == (
        folder.name, kind, int(latent_dim),
    )  # fmt: skip


@every_bundle
def test_its_models_give_the_stored_first_picture(folder: Path) -> None:
    loaded = load_models(folder)
    first = loaded.bundle.first
    z = np.asarray(code_of(loaded.encoder(first.noisy[None])))
    np.testing.assert_allclose(z[0], first.z, atol=1e-4)
    np.testing.assert_allclose(np.asarray(loaded.decoder(z))[0], first.output, atol=1e-5)


@every_bundle
def test_it_denoises(folder: Path) -> None:
    metrics = open_bundle(folder).card["metrics"]
    for kind in ("gaussian", "salt_and_pepper"):
        noisy, denoised = metrics[kind]["noisy"], metrics[kind]["denoised"]
        assert denoised["mse"] < noisy["mse"] / 4
        assert denoised["ssim"] > noisy["ssim"]


@pytest.mark.parametrize("name", ["mnist-vae-2", "mnist-vae-16"])
def test_codes_of_a_variational_one_lie_about_as_the_prior_does(name: str) -> None:
    bundle = open_bundle(PRETRAINED / name)
    codes = bundle.codes.codes
    assert np.abs(codes.mean(axis=0)).max() < 0.3
    assert codes.std(axis=0).max() < 1.4
    losses = bundle.card["losses"]
    assert losses["kl_loss"][-1] > 1
    assert losses["validation_loss"][-1] < losses["validation_loss"][0]
