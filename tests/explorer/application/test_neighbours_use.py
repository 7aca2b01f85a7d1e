"""The neighbours of z in the window, with the real engine and the real analysis."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from explorer.panes.neighbours_pane import COUNT, NeighboursPane
from explorer.state.latent import Source
from models.neighbours import USUAL
from tests.explorer.application.play import Play
from tests.explorer.finding import button
from tests.patience import TIMEOUT_MS


@pytest.fixture
def pane(play: Play) -> NeighboursPane:
    """The open tab, once all pictures are there."""
    play.space.tabs.open_page("Neighbours")
    wait(play)
    return play.space.neighbours


def wait(play: Play) -> None:
    """Wait for all that is asked about the newest ``z``."""
    pane = play.space.neighbours

    def is_all_there() -> bool:
        near = pane.near.neighbours
        has_pictures = len(near) == COUNT and all(one.image is not None for one in near)
        return has_pictures and not pane._awaited

    play.qtbot.waitUntil(is_all_there, timeout=TIMEOUT_MS)


def test_a_click_leads_to_a_code_of_the_data(play: Play, pane: NeighboursPane) -> None:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    place = pane.near.tile_rect(4).center().toPoint()
    play.shown(lambda: play.qtbot.mouseClick(pane.near, Qt.MouseButton.LeftButton, pos=place))
    z = play.session.state.latent.z
    (index,) = np.flatnonzero((codes.codes == z).all(axis=1))
    wait(play)
    nearest = pane.near.neighbours[0]
    assert (nearest.title, nearest.line) == (str(codes.labels[index]), "0.00")


def test_far_out_is_pulled_back(play: Play, pane: NeighboursPane) -> None:
    far = np.full(16, 30, np.float32)
    play.shown(lambda: play.session.set_latent(far, Source.SLIDERS))
    wait(play)
    assert "farther out than all" in pane._words.text()
    play.shown(button(pane, "Pull back").click)
    wait(play)
    assert pane.gauge.accessibleDescription() == f"{100 * USUAL:.0f} %"
    assert not button(pane, "Pull back").isEnabled()


def test_a_round_trip_says_how_far_it_is_off(play: Play, pane: NeighboursPane) -> None:
    before = pane._trip_words.text()
    with play.qtbot.waitSignal(pane._trip.arrived, timeout=TIMEOUT_MS) as came:
        play.session.set_value(3, 2.5)
    assert came.args is not None
    assert came.args[0].shape == (16,)
    assert np.abs(came.args[0]).max() > 0
    play.qtbot.waitUntil(lambda: pane._trip_words.text() != before, timeout=TIMEOUT_MS)
