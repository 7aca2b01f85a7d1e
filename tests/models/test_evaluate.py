"""The measures, and the figures that the bundle of the app has to reach."""

from __future__ import annotations

import os
from typing import Any

import keras
import pytest

from models.architecture import Autoencoder, compose
from models.bundle import DEFAULT, Bundle
from models.data import DATA_VARIABLE, Dataset, load_dataset
from models.evaluate import evaluate_models
from models.loading import load_models
from models.noise import KINDS
from models.train import Progress

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def identity() -> Autoencoder:
    """An autoencoder that gives back what it gets."""
    inputs = keras.Input((28, 28, 1))
    model = keras.Model(inputs, keras.layers.Rescaling(1.0)(inputs))
    return Autoencoder(model, model, model)


def test_what_changes_nothing_gains_nothing(strokes: Dataset) -> None:
    done: dict[str, int] = {}

    def on_batch(kind: str, count: int) -> None:
        done[kind] = done.get(kind, 0) + count

    results = evaluate_models(identity(), strokes, on_batch)
    assert list(results) == list(KINDS)
    assert done == dict.fromkeys(KINDS, 30)
    for sides in results.values():
        assert sides["noisy"] == pytest.approx(sides["denoised"])
    assert results["none"]["noisy"] == pytest.approx({"mse": 0, "psnr_db": 100, "ssim": 1})
    assert results["gaussian"]["noisy"]["mse"] == pytest.approx(0.33, abs=0.02)


def test_evaluating_again_gives_the_same_figures_as_the_card(
    trained: tuple[Bundle, list[Progress]], strokes: Dataset
) -> None:
    bundle = trained[0]
    loaded = load_models(bundle.folder)
    results = evaluate_models(compose(loaded.encoder, loaded.decoder), strokes)
    for kind, sides in bundle.card["metrics"].items():
        for side, measures in sides.items():
            assert results[kind][side] == pytest.approx(measures, rel=1e-4), (kind, side)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """The bundle of the app on the 10,000 test digits."""
    if not os.environ.get(DATA_VARIABLE):
        pytest.skip(f"{DATA_VARIABLE} names no MNIST")
    loaded = load_models(DEFAULT)
    return evaluate_models(compose(loaded.encoder, loaded.decoder), load_dataset())


@pytest.mark.timeout(600)  # 70,000 pictures, on a machine that may be busy
@pytest.mark.parametrize(("kind", "mse"), [("gaussian", 0.0148), ("none", 0.0083)])
def test_the_bundle_of_the_app_reaches_its_figures(
    figures: dict[str, Any], kind: str, mse: float
) -> None:
    assert figures[kind]["denoised"]["mse"] <= mse


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [name for name in KINDS if name != "none"])
def test_every_kind_of_noise_visibly_comes_off(figures: dict[str, Any], kind: str) -> None:
    noisy, denoised = figures[kind]["noisy"], figures[kind]["denoised"]
    assert denoised["mse"] < 0.8 * noisy["mse"]
    assert denoised["ssim"] > noisy["ssim"]
