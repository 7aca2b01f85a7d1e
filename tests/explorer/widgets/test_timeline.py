from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.widgets.film_grid import FilmFrame, FilmGrid
from explorer.widgets.timeline import Timeline

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    """Three legs."""
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(314, 40)
    made.set_stops(["one", "two", "three", "four"])
    return made


def test_a_hand_scrubs(qtbot: QtBot, timeline: Timeline) -> None:
    told: list[object] = []
    timeline.grabbed.connect(lambda: told.append("grabbed"))
    timeline.place_wanted.connect(lambda place: told.append(round(place, 2)))
    timeline.released.connect(lambda: told.append("released"))
    qtbot.mousePress(timeline, LEFT, pos=QPoint(7, 12))
    for x in (57, 157, 900):
        qtbot.mouseMove(timeline, QPoint(x, 20))
    qtbot.mouseRelease(timeline, LEFT, pos=QPoint(900, 20))
    assert told == ["grabbed", 0, 0.5, 1.5, 3, "released"]


@pytest.mark.parametrize(("key", "place"), [(Qt.Key.Key_Home, 0.0), (Qt.Key.Key_End, 3.0)])
def test_keys_to_the_ends(qtbot: QtBot, timeline: Timeline, key: Qt.Key, place: float) -> None:
    with qtbot.waitSignal(timeline.place_wanted) as caught:
        qtbot.keyClick(timeline, key)
    assert caught.args == [place]


def test_arrows_and_space(qtbot: QtBot, timeline: Timeline) -> None:
    with qtbot.waitSignal(timeline.steps_wanted) as caught:
        qtbot.keyClick(timeline, Qt.Key.Key_Left)
    assert caught.args == [-1]
    with qtbot.waitSignal(timeline.play_wanted):
        qtbot.keyClick(timeline, Qt.Key.Key_Space)


def test_without_a_journey_nothing_can_be_grabbed(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_stops([])
    with qtbot.assertNotEmitted(timeline.grabbed), qtbot.assertNotEmitted(timeline.play_wanted):
        qtbot.mouseClick(timeline, LEFT, pos=QPoint(50, 12))
        qtbot.keyClick(timeline, Qt.Key.Key_Space)
    assert timeline.accessibleDescription() == "no journey"


@pytest.mark.parametrize("count", [2, 40, 500])
def test_any_number_of_stops_can_be_painted(timeline: Timeline, count: int) -> None:
    timeline.set_stops([f"bookmark {n}" for n in range(count)])
    timeline.set_place(count - 1.5)
    assert not timeline.grab().isNull()


def test_a_click_on_a_frame_of_the_film(qtbot: QtBot) -> None:
    film = FilmGrid()
    qtbot.addWidget(film)
    film.resize(4 * 64, 300)
    film.set_frames([FilmFrame(None, tip=f"step {n}") for n in range(6)], True)
    with qtbot.waitSignal(film.chosen) as caught:
        qtbot.mouseClick(film, LEFT, pos=film.frame_rect(5).center())
    assert caught.args == [5]
    assert film.heightForWidth(4 * 64) == 2 * film.heightForWidth(6 * 64)
