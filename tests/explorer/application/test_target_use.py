"""The best z for a drawing, found with the real engine where a decoder came alone."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.application import Application
from explorer.state.latent import Source
from models.bundle import DECODER, DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import Floats, Play
from tests.patience import TIMEOUT_MS

FIND = "Find z for this drawing"


@pytest.fixture
def alone(new: Play, application: Application) -> Play:
    """The window of the bundle's decoder without its encoder."""
    application.swap(ModelSource(model=DEFAULT / DECODER))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    opened = Play(new.qtbot, application)
    opened.shown(opened.session.ask)
    opened.window.card.hide()
    return opened


def off(picture: Floats, target: Floats) -> float:
    """Mean squared error."""
    return float(np.mean((picture - target) ** 2))


def find(play: Play) -> str:
    """Search until it comes no closer."""
    with play.qtbot.waitSignal(play.session.told, timeout=TIMEOUT_MS) as told:
        play.click(FIND)
    assert told.args is not None
    return str(told.args[0])


def test_a_drawing_is_found_and_undone_in_one_step(alone: Play) -> None:
    alone.space.input.pick_sample(3)
    session, target = alone.session, alone.session.clean
    before, steps = session.state.latent.z, session.undo_stack.count()
    first = off(session.frame.outputs["decoder_output"], target)
    sentence = find(alone)
    last = off(alone.shown(session.ask).outputs["decoder_output"], target)
    assert last < first / 3
    assert sentence == f"The closest z found leaves a mean squared error of {last:.4f}."
    assert session.state.latent.source is Source.FIT
    assert session.undo_stack.count() == steps + 1
    alone.shown(session.undo_stack.undo)
    assert session.state.latent.z.tobytes() == before.tobytes()


def test_locked_dimensions_stay(alone: Play) -> None:
    alone.space.input.pick_sample(7)
    session = alone.session
    for dim in (2, 5):
        session.set_value(dim, 1.5)
        session.set_lock(dim, True)
    before = session.state.latent.z
    first = off(alone.shown(session.ask).outputs["decoder_output"], session.clean)
    find(alone)
    z = session.state.latent.z
    assert np.flatnonzero(z == before).tolist() == [2, 5]
    assert off(alone.shown(session.ask).outputs["decoder_output"], session.clean) < first / 2
