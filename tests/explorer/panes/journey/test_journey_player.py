from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.panes.journey_player import JourneyPlayer
from explorer.state.latent import Route, Source
from explorer.state.session import Session
from models.journey import Interpolation, Path

POINTS = np.stack([np.full(16, value, np.float32) for value in (1, 2, 4)])


@pytest.fixture
def player(session: Session) -> JourneyPlayer:
    made = JourneyPlayer(session)
    made.set_way(Path(Interpolation.LINEAR, POINTS), 0.05)
    return made


def playing(qtbot: QtBot, player: JourneyPlayer) -> None:
    """Under way, and not any more at the start."""
    with qtbot.waitSignal(player.moved, check_params_cb=lambda place: place > 0):
        player.play()
    assert player.is_playing


def test_a_journey_is_one_step_and_ends_at_its_last_bookmark(
    qtbot: QtBot, player: JourneyPlayer, session: Session
) -> None:
    before = session.state.latent
    places: list[float] = []
    player.moved.connect(places.append)
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda on: not on):
        player.play()
        assert session.state.latent.z.tolist() == [1] * 16
    assert places == sorted(places)
    assert session.state.latent.z.tolist() == [4] * 16
    assert session.state.latent.source is Source.JOURNEY
    assert session.state.route is Route.HELD
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.state.latent is before


def test_from_the_end_it_starts_over(qtbot: QtBot, player: JourneyPlayer) -> None:
    player.go_to(2)
    player.play()
    assert player.place == 0
    player.stop()


def test_a_closed_journey_goes_round(qtbot: QtBot, player: JourneyPlayer) -> None:
    player.set_way(Path(Interpolation.LINEAR, POINTS, closed=True), 0.02)
    places: list[float] = []
    player.moved.connect(places.append)
    player.play()
    qtbot.waitUntil(lambda: bool(places) and min(np.diff([0, *places])) < 0)
    assert player.is_playing
    assert max(places) < 3


@pytest.mark.parametrize("hand", ["slider", "plug", "undo", "drawing"])
def test_a_hand_stops_it(qtbot: QtBot, player: JourneyPlayer, session: Session, hand: str) -> None:
    player.set_way(Path(Interpolation.LINEAR, POINTS), 20)
    playing(qtbot, player)
    if hand == "slider":
        session.set_value(3, 7.5)
    elif hand == "plug":
        session.plug(Route.ENCODER)
    elif hand == "undo":
        session.undo_stack.undo()
    else:
        session.set_drawing(session.state.drawing.cleared(), "clear")
    assert not player.is_playing
    if hand == "slider":
        assert session.state.latent.z[3] == 7.5


def test_another_speed_does_not_stop_it(
    qtbot: QtBot, player: JourneyPlayer, session: Session
) -> None:
    playing(qtbot, player)
    player.set_way(Path(Interpolation.SPHERICAL, POINTS), 10)
    session.set_lock(2, True)
    assert player.is_playing
    player.set_way(None, 1)
    assert not player.is_playing
    assert player.place == 0


def test_a_drag_on_the_timeline_is_one_step(player: JourneyPlayer, session: Session) -> None:
    player.grab()
    for place in (0.5, 1, 1.5):
        player.go_to(place)
    player.release()
    assert session.state.latent.z.tolist() == [3] * 16
    assert session.undo_stack.count() == 1
    player.go_to(99)
    assert session.state.latent.z.tolist() == [4] * 16
    assert session.undo_stack.count() == 2


def test_a_step_after_a_play_is_a_step_of_its_own(
    qtbot: QtBot, player: JourneyPlayer, session: Session
) -> None:
    playing(qtbot, player)
    player.go_to(1)
    assert not player.is_playing
    assert session.undo_stack.count() == 2


def test_without_a_way_nothing_is_played(player: JourneyPlayer, session: Session) -> None:
    player.set_way(None, 1)
    player.play()
    player.go_to(1)
    assert not player.is_playing
    assert not session.undo_stack.count()
