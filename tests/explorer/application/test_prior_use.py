"""Codes or prior, values or quantiles, in the real window on the real engine."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from PyQt6.QtGui import QAction
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.settings import SETTINGS
from models.bundle import PRETRAINED
from models.loading import load_models
from tests.explorer.application.play import Drag, Play, levels

PRIOR = "From the prior N(0, 1)"
SHARES = "Even shares (quantiles)"


@pytest.fixture(params=["mnist-vae-2", "mnist-vae-16", "mnist-dae-16"])
def opened(request: pytest.FixtureRequest, qtbot: QtBot, application: Application) -> Play:
    """A window on the model, with its first live picture."""
    for key, setting in SETTINGS.items():
        application.settings.set(key, setting.default)
    application.open(PRETRAINED / request.param)
    play = Play(qtbot, application)
    play.shown(play.window.activateWindow)
    return play


only_variational = pytest.mark.parametrize("opened", ["mnist-vae-2", "mnist-vae-16"], indirect=True)


def entries(play: Play) -> list[QAction]:
    tools = play.space.latent.tools
    menus = [tool.menu() for tool in (tools.order, tools.basis)]
    return [action for menu in menus if menu is not None for action in menu.actions()]


def pick(play: Play, text: str) -> None:
    next(action for action in entries(play) if action.text() == text).trigger()


def test_a_quantile_of_the_codes_is_decoded_as_keras_does(opened: Play, drag: Drag) -> None:
    pick(opened, SHARES)
    frame = opened.shown(lambda: drag(*opened.track(1, 0.2, 0.5, 0.9)))
    z = opened.session.state.latent.z
    known = opened.session.subject.whereabouts.codes
    assert known is not None
    assert np.mean(known.codes[:, 1] < z[1]) == pytest.approx(0.9, abs=0.015)
    decoder = load_models(opened.session.subject.source.path).decoder
    expected = np.asarray(decoder(z[None]))[0]
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], expected, atol=1e-5)
    assert opened.output() == levels(frame.outputs["decoder_output"][0])
    assert opened.session.undo_stack.count() == 1


@only_variational
def test_the_prior_is_a_step_that_is_undone_and_a_slider_takes_its_quantile(
    opened: Play, drag: Drag
) -> None:
    tools, session = opened.space.latent.tools, opened.session
    pick(opened, SHARES)
    pick(opened, PRIOR)
    opened.shown(lambda: drag(*opened.track(1, 0.9)))
    assert NormalDist().cdf(float(session.state.latent.z[1])) == pytest.approx(0.9, abs=0.01)
    opened.shown(lambda: opened.click("Randomise"))
    opened.shown(lambda: opened.click("Reset"))
    assert not session.state.latent.z.any()
    assert tools.basis.text() == "prior ▾"
    for _ in range(4):
        session.undo_stack.undo()
    assert session.undo_stack.index() == 0
    assert tools.basis.text() == "codes ▾"


@only_variational
def test_the_encoders_band_is_on_the_scale_of_quantiles(opened: Play) -> None:
    latent, known = opened.space.latent.table.latent, opened.session.subject.whereabouts.codes
    assert latent.bands is not None
    assert known is not None
    pick(opened, SHARES)
    for row, ends in enumerate(zip(*latent.bands, strict=True)):
        below = [float(np.mean(known.codes[:, row] < end)) for end in ends]
        shown = [min(max(latent.share(row, float(end)), 0), 1) for end in ends]
        np.testing.assert_allclose(shown, below, atol=0.015)
