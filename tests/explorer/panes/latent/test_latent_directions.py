"""Sliders along directions, and bands of how sure an encoder is."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.state.session import Session
from tests.explorer.panes.latent.measuring import Engine, choose


def test_sliders_along_directions_and_raw_ones_move_each_other(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    before = session.state.latent.z
    pane.table.value_requested.emit(3, 1.5, session.new_gesture())
    assert pane.table.latent.z[3] == pytest.approx(1.5, abs=1e-5)
    assert session.undo_stack.undoText() == "change direction 3"
    pane.tools.values.click()
    assert np.count_nonzero(session.state.latent.z != before) == 16
    np.testing.assert_array_equal(pane.table.latent.z, session.state.latent.z)
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.state.latent.z, before)


def test_a_direction_of_locked_values_is_refused_in_a_sentence(
    qtbot: QtBot, pane: LatentPane, session: Session, told: list[str]
) -> None:
    for dim in range(16):
        session.set_lock(dim, True)
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    before = session.state
    pane.table.value_requested.emit(3, 1.5, session.new_gesture())
    assert session.state is before
    assert told == [
        "direction 3 must change values that are free; received 16 locked values; unlock some."
    ]


# How sure an encoder is ---------------------------------------------------------------


def test_a_variational_encoder_shows_how_sure_it_is(
    qtbot: QtBot, pane: LatentPane, session: Session, engine: Engine
) -> None:
    logarithms = np.linspace(-4, 0, 16, dtype=np.float32)[None]
    engine.show_picture(z_log_var=logarithms)
    bands = pane.table.latent.bands
    assert bands is not None
    np.testing.assert_allclose(bands[1] - bands[0], 4 * np.exp(logarithms[0] / 2), rtol=1e-4)
    choose(pane, "Sort by value")
    bands = pane.table.latent.bands
    assert bands is not None
    np.testing.assert_allclose((bands[0] + bands[1]) / 2, pane.table.latent.z, atol=1e-4)
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    assert pane.table.latent.bands is None
    pane.tools.values.click()
    assert pane.table.latent.bands is not None
    engine.show_picture()
    assert pane.table.latent.bands is None
