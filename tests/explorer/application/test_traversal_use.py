"""The traversal grid in the window, with the real engine."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from explorer.panes.traversal_pane import TraversalPane
from explorer.state.latent import Route, Source
from models.ranking import Order
from models.traversal import COLUMNS
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS


@pytest.fixture
def pane(play: Play) -> TraversalPane:
    """The open tab, once all is decoded and measured."""
    play.space.tabs.open_page("Traversal")
    wait(play)
    return play.space.traversal


def wait(play: Play) -> None:
    pane = play.space.traversal
    play.qtbot.waitUntil(
        lambda: (
            len(pane._pictures) == 16 * COLUMNS
            and not pane._questions.is_busy
            and bool(np.isfinite(pane._ranking.over_codes).all())
        ),
        timeout=TIMEOUT_MS,
    )


def test_a_cell_is_the_picture_of_the_code_it_leads_to(play: Play, pane: TraversalPane) -> None:
    place = pane.grid.cell_rect(3, 9).center().toPoint()
    shown = pane._pictures[3, 9]
    frame = play.shown(
        lambda: play.qtbot.mouseClick(pane.grid, Qt.MouseButton.LeftButton, pos=place)
    )
    assert play.session.state.route is Route.HELD
    assert play.session.state.latent.source is Source.GRID
    assert play.session.state.latent.z[3] == pane._traversal.values[3, 9]
    assert np.allclose(frame.outputs["decoder_output"][0], shown, atol=1e-4)


def test_every_dimension_of_the_bundle_does_something(play: Play, pane: TraversalPane) -> None:
    assert not pane._ranking.dead().any()
    pane.order.setCurrentText(Order.OVER_CODES.value)
    pane.order.activated.emit(pane.order.currentIndex())
    wait(play)
    effects = pane._ranking.over_codes[pane._traversal.chosen]
    assert (np.diff(effects) <= 0).all()
    assert effects[-1] > 0.01
