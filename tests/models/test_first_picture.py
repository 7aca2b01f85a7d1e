"""The drawing a window starts with."""

from __future__ import annotations

import numpy as np
import pytest

from models.architecture import Architecture, build_autoencoder
from models.bundle import DEFAULT, Bundle
from models.digits import normalise_digit, rasterise
from models.first_picture import (
    FIRST_NOISE,
    FIRST_NOISE_SEED,
    first_strokes,
    make_first_picture,
)
from models.loading import load_models
from models.noise import corrupt


def test_the_stored_first_picture_is_the_first_drawing(bundle: Bundle) -> None:
    """Else the window would jump when its engine gives the first live picture."""
    first = bundle.first
    clean = normalise_digit(rasterise(first_strokes()))[:, :, None]
    assert np.abs(first.clean - clean).max() < 1e-6
    noisy = corrupt(clean[None], FIRST_NOISE, FIRST_NOISE_SEED)[0]
    assert np.abs(first.noisy - noisy).max() < 1e-6


def test_the_stored_first_picture_is_what_the_models_give(bundle: Bundle) -> None:
    loaded = load_models(DEFAULT)
    z = np.asarray(loaded.encoder(bundle.first.noisy[None]))
    assert np.allclose(z[0], bundle.first.z, atol=1e-3)
    assert np.allclose(np.asarray(loaded.decoder(z))[0], bundle.first.output, atol=1e-4)


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 24, 3)])
def test_models_of_other_shapes_have_one_too(shape: tuple[int, int, int]) -> None:
    models = build_autoencoder(Architecture(shape, 3, (4, 4)))
    first = make_first_picture(models, shape)
    assert first.clean.shape == first.noisy.shape == first.output.shape == shape
    assert first.z.shape == (3,)
    assert first.clean.max() > 0.5
