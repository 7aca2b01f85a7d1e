"""What a window shows before any engine is ready."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from explorer.state.drawing import Raster, clean_picture
from explorer.state.first import first_frame, first_state
from explorer.state.latent import Route, Source
from models.bundle import Bundle
from models.noise import Gaussian, Noise, corrupt
from models.source import ModelSource
from models.subject import Subject


def test_a_drawn_sample_with_the_encoder_plugged_in(bundle: Bundle) -> None:
    state = first_state(Subject.of_bundle(bundle))
    assert state.drawing.strokes
    assert state.drawing.opened is None
    assert state.route is Route.ENCODER
    assert state.latent.source is Source.START
    assert state.noise == Gaussian()
    np.testing.assert_array_equal(state.latent.z, bundle.first.z)


def test_the_stored_picture_belongs_to_the_drawing_and_its_noise(bundle: Bundle) -> None:
    state = first_state(Subject.of_bundle(bundle))
    pixels = Raster().update(state.drawing)
    clean = clean_picture(pixels, state.drawing.normalised, bundle.picture_shape)
    np.testing.assert_allclose(clean[0], bundle.first.clean, atol=1e-6)
    noisy = corrupt(clean, state.noise, state.noise_seed)
    np.testing.assert_allclose(noisy[0], bundle.first.noisy, atol=1e-6)


def test_every_frame_of_an_engine_replaces_the_stored_one(bundle: Bundle) -> None:
    frame = first_frame(Subject.of_bundle(bundle))
    assert frame.seq == 0
    assert frame.outputs["decoder_output"].shape == (1, *bundle.picture_shape)
    assert frame.z is not None
    assert frame.z.shape == (1, bundle.latent_dim)


def test_its_figures_show_the_gain(bundle: Bundle) -> None:
    metrics = first_frame(Subject.of_bundle(bundle)).metrics
    for side in ("noisy", "denoised"):
        assert metrics[side]["psnr_db"] == pytest.approx(-10 * np.log10(metrics[side]["mse"]))
    assert metrics["denoised"]["mse"] < metrics["noisy"]["mse"]


def test_a_users_encoder_starts_without_noise(bundle: Bundle) -> None:
    subject = Subject.of_bundle(bundle)
    of_files = dataclasses.replace(subject, source=ModelSource(model=Path("autoencoder.keras")))
    assert first_state(subject).noise == Gaussian()
    assert first_state(of_files).noise == Noise()
    assert first_state(of_files).route is Route.ENCODER
    alone = dataclasses.replace(of_files, picture=None)
    assert first_state(alone).route is Route.HELD
    assert first_state(alone).drawing.is_empty
