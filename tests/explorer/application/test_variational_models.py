"""The bundled variational models in the real window, on the real engine."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.settings import SETTINGS
from explorer.state.prior_edits import take_prior
from models.bundle import PRETRAINED, open_bundle
from models.loading import load_models
from tests.explorer.application.play import Drag, Play, levels

NAMES = ("mnist-vae-2", "mnist-vae-16")


@pytest.fixture(params=NAMES)
def opened(request: pytest.FixtureRequest, qtbot: QtBot, application: Application) -> Play:
    """A window on the model, with its first live picture."""
    for key, setting in SETTINGS.items():
        application.settings.set(key, setting.default)
    application.open(PRETRAINED / request.param)
    play = Play(qtbot, application)
    play.shown(play.window.activateWindow)
    return play


def test_the_first_picture_is_stored_and_the_live_one_tells_how_sure_the_encoder_is(
    opened: Play,
) -> None:
    folder, frame = opened.session.subject.source.path, opened.session.frame
    first = open_bundle(folder).first
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], first.output, atol=1e-4)
    loaded = load_models(folder)
    z_mean, z_log_var, _ = map(np.asarray, loaded.encoder(frame.inputs["noisy"]))
    np.testing.assert_allclose(opened.session.state.latent.z, z_mean[0], atol=1e-4)
    np.testing.assert_allclose(frame.outputs["z_mean"], z_mean, atol=1e-4)
    np.testing.assert_allclose(frame.outputs["z_log_var"], z_log_var, atol=1e-4)


def test_the_encoder_is_as_unsure_as_the_prior_where_a_dimension_tells_nothing(
    opened: Play,
) -> None:
    known = opened.session.subject.whereabouts.codes
    assert known is not None
    dead = known.codes.std(axis=0) < 0.1  # whatever the digit, the code is the same
    sure = np.exp(opened.session.frame.outputs["z_log_var"][0] / 2)
    np.testing.assert_allclose(sure[dead], 1, atol=0.1)
    assert np.all(sure[~dead] < 0.9)


def test_a_slider_moves_the_picture_as_keras_decodes_it(opened: Play, drag: Drag) -> None:
    frame = opened.shown(lambda: drag(*opened.track(1, 0.3, 0.5, 0.8)))
    assert frame.request == "decode"
    z = opened.session.state.latent.z
    decoder = load_models(opened.session.subject.source.path).decoder
    expected = np.asarray(decoder(z[None]))[0]
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], expected, atol=1e-5)
    assert opened.output() == levels(frame.outputs["decoder_output"][0])


def test_chance_draws_from_the_prior_once_that_is_taken(opened: Play) -> None:
    session = opened.session
    session.edit(partial(take_prior, subject=session.subject, prior=True))
    frame = opened.shown(lambda: opened.click("Randomise"))
    assert frame.request == "decode"
    assert opened.output() == levels(frame.outputs["decoder_output"][0])
    opened.shown(lambda: opened.click("Reset"))
    assert not session.state.latent.z.any()
