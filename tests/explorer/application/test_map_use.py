"""The latent map in the window, with the real engine and the real analysis."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QPushButton

from explorer.panes.map_pane import MapPane
from explorer.state.latent import Route, Source
from tests.explorer.application.play import Drag, Play
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(play: Play) -> MapPane:
    """The open tab, once the points are there."""
    play.space.tabs.open_page("Map")
    pane = play.space.map
    if pane.source.projection is None:
        with play.qtbot.waitSignal(pane.source.rastered, timeout=TIMEOUT_MS):
            pass
    pane.view.fit()
    return pane


def press(pane: MapPane, name: str) -> None:
    next(b for b in pane.findChildren(QPushButton) if b.accessibleName() == name).click()


def test_a_drag_paints_picture_after_picture(play: Play, pane: MapPane, drag: Drag) -> None:
    assert pane.source.projection is not None
    linear = pane.source.projection.linear
    assert linear is not None
    places = [QPointF(150 + 10 * step, 200) for step in range(8)]
    before = len(play.frames)
    frame = play.shown(lambda: drag(pane.view, places))
    assert play.session.state.route is Route.HELD
    assert play.session.state.latent.source is Source.MAP
    assert len(play.frames) > before
    assert frame.z is not None
    size = (pane.view.width(), pane.view.height())
    wanted = pane.view.viewport.to_map((places[-1].x(), places[-1].y()), size)
    np.testing.assert_allclose(linear.project(frame.z)[0], wanted, atol=1e-3)


def test_hovering_shows_a_picture_and_leaves_the_output_alone(play: Play, pane: MapPane) -> None:
    shown, z = play.session.frame, play.session.state.latent.z
    play.qtbot.mouseMove(pane.view, QPoint(200, 150))
    play.qtbot.mouseMove(pane.view, QPoint(210, 150))

    def is_there() -> bool:
        hover = pane.view.hover
        return hover is not None and hover.image is not None and "nearest" in hover.caption

    play.qtbot.waitUntil(is_there, timeout=TIMEOUT_MS)
    assert play.session.frame is shown
    assert play.session.state.latent.z is z


def test_an_arrow_shows_what_noise_does_to_the_code(play: Play, pane: MapPane) -> None:
    play.session.plug(Route.ENCODER)
    play.qtbot.waitUntil(lambda: pane.view.arrow is not None, timeout=TIMEOUT_MS)
    assert pane.view.arrow is not None
    clean, noisy = pane.view.arrow
    assert clean != noisy


@pytest.mark.parametrize("name", ["Pictures on the map", "Background on the map"])
def test_pictures_fill_in(play: Play, pane: MapPane, name: str) -> None:
    press(pane, name)
    tiles = pane._looks._pictures if name.startswith("Pictures") else pane._looks._background
    play.qtbot.waitUntil(
        lambda: len(tiles.shown(pane.view.box())) > 10 and not tiles._missing(),
        timeout=TIMEOUT_MS,
    )
    press(pane, name)


def test_a_torn_off_map_goes_on(play: Play, pane: MapPane, drag: Drag) -> None:
    play.space.tabs.tear_off("Map")
    with play.qtbot.waitSignal(pane.source.rastered, timeout=TIMEOUT_MS):
        pane.view.fit()
    play.shown(lambda: drag(pane.view, [QPointF(100, 100), QPointF(160, 140)]))
    play.space.tabs.bring_back("Map")
