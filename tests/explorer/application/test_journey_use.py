"""Bookmarks, journeys, arithmetic and directions in the window, with the real engine."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from explorer.panes.journey_pane import JourneyPane
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.journey import Journey
from explorer.state.journey_edits import journey_path, set_journey
from explorer.state.latent import Route, Source
from models.journey import Interpolation
from tests.explorer.application.play import Floats, Play
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(play: Play) -> JourneyPane:
    """The open tab with three bookmarks, once their pictures are there."""
    play.space.tabs.open_page("Journey")
    pane = play.space.journey
    pane.pages.open_page("Travel")
    for label in (7, 3, 0):
        play.session.edit(add_bookmark(code_of(play, label), f"a {label}"))
    play.qtbot.waitUntil(
        lambda: all(item.image is not None for item in pane.bookmarks.shelf.items),
        timeout=TIMEOUT_MS,
    )
    return pane


def code_of(play: Play, label: int) -> Floats:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    code: Floats = codes.codes[codes.labels == label][0]
    return code


def test_ctrl_b_keeps_z_from_anywhere(play: Play) -> None:
    play.space.tabs.open_page("Sliders")
    play.qtbot.keyClick(play.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    (bookmark,) = play.session.state.bookmarks
    assert bookmark.z.tobytes() == play.session.state.latent.z.tobytes()
    assert play.window.status.sentence() == "z is kept as bookmark 1."


def test_a_bookmark_shows_the_picture_that_it_leads_to(play: Play, pane: JourneyPane) -> None:
    shelf = pane.bookmarks.shelf
    place = shelf.places().tile(1).center().toPoint()
    play.shown(lambda: play.qtbot.mouseClick(shelf, LEFT, pos=place))
    image = shelf.items[1].image
    assert image is not None
    shown = [[image.pixelColor(x, y).lightness() for x in range(28)] for y in range(28)]
    assert np.abs(np.array(shown) - np.array(play.output())).max() <= 1


@pytest.mark.parametrize("kind", Interpolation)
def test_a_journey_is_painted_on_its_way(
    play: Play, pane: JourneyPane, kind: Interpolation
) -> None:
    play.session.edit(set_journey(Journey(kind, leg_s=20)))
    steps = play.session.undo_stack.count()
    travel = pane.travel
    play.frames.clear()
    play.qtbot.mouseClick(travel.play, LEFT)
    play.qtbot.waitUntil(lambda: len(play.frames) >= 3, timeout=TIMEOUT_MS)
    assert travel.player.is_playing
    with play.qtbot.waitSignal(
        travel.player.playing_changed, timeout=TIMEOUT_MS, check_params_cb=lambda on: not on
    ):
        travel.player.set_way(journey_path(play.session.state), 0.05)  # and now fast
    play.qtbot.waitUntil(lambda: play.session.frame.seq >= play.asked_seq, timeout=TIMEOUT_MS)
    assert play.session.undo_stack.count() == steps + 1
    assert play.session.state.latent.source is Source.JOURNEY
    frame = play.session.frame
    assert frame.z is not None
    assert frame.z[0].tobytes() == code_of(play, 0).tobytes()
    play.shown(play.session.undo_stack.undo)
    assert play.session.state.route is Route.ENCODER


def test_a_slider_stops_the_play(play: Play, pane: JourneyPane) -> None:
    play.session.edit(set_journey(Journey(leg_s=20)))
    with play.qtbot.waitSignal(pane.travel.player.moved):
        pane.travel.play.click()
    play.shown(lambda: play.session.set_value(5, 4.5))
    assert not pane.travel.player.is_playing
    assert play.session.state.latent.z[5] == 4.5


def test_every_step_has_its_nearest_code(play: Play, pane: JourneyPane) -> None:
    play.session.edit(set_journey(Journey(steps=4)))
    film = pane.travel.film
    play.qtbot.waitUntil(
        lambda: all(frame.image is not None and frame.near is not None for frame in film.frames),
        timeout=TIMEOUT_MS,
    )
    assert len(film.frames) == 9
    labels = [frame.line.split(" ")[0] for frame in film.frames]
    assert [labels[0], labels[4], labels[8]] == ["7", "3", "0"]


def test_arithmetic_is_decoded_and_saved_as_a_direction(play: Play, pane: JourneyPane) -> None:
    pane.pages.open_page("Arithmetic")
    part = pane.arithmetic
    play.qtbot.waitUntil(lambda: len(part.shelf.items) == 11, timeout=TIMEOUT_MS)
    part.shelf.chosen.emit("mean 3")
    part.shelf.chosen.emit("mean 5")
    part.save.click()
    part.formula.empty.dropped.emit("b2")
    play.qtbot.waitUntil(lambda: part.result.image is not None, timeout=TIMEOUT_MS)
    play.shown(lambda: play.qtbot.mouseClick(part.go, LEFT))
    assert play.session.state.latent.source is Source.ARITHMETIC
    (direction,) = play.session.state.directions
    assert direction.origin == "mean of 3 − mean of 5"
    expected = code_of(play, 3) + direction.vector
    assert np.allclose(play.session.state.latent.z, expected, atol=1e-4)
    pane.pages.open_page("Directions")
    play.qtbot.waitUntil(
        lambda: bool(pane.directions.separation.accessibleDescription()), timeout=TIMEOUT_MS
    )
    assert float(pane.directions.separation.accessibleDescription()) > 2
    (row,) = pane.directions.rows
    play.shown(lambda: row.slider.setValue(800))
    latent = play.session.state.latent
    assert latent.source is Source.DIRECTION
