"""Travelling through bookmarks: the way, its film, and playing it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.journey_pane import JourneyPane
from explorer.state.bookmark_edits import add_bookmark, set_slot
from explorer.state.journey import Journey, Through
from explorer.state.journey_edits import set_journey
from explorer.state.session import Session
from models.bundle import Codes
from models.journey import Interpolation
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import Painter, words

LEFT = Qt.MouseButton.LeftButton


def test_the_film_has_each_step_and_the_nearest_code(
    qtbot: QtBot, kept: JourneyPane, session: Session, answers: AnswerHere, painter: Painter
) -> None:
    session.edit(set_journey(Journey(steps=2)))
    answers.answer()
    film = kept.travel.film

    def has_all_pictures() -> bool:
        painter.paint()
        return all(frame.near is not None for frame in film.frames)

    qtbot.waitUntil(has_all_pictures)
    assert len(film.frames) == 5
    assert [frame.is_stop for frame in film.frames] == [True, False, True, False, True]
    codes = session.subject.whereabouts.codes
    assert codes is not None
    assert film.frames[0].line == f"{codes.labels[0]} · 0.0"
    assert "nearest is code 0, label" in film.frames[0].tip
    assert all(frame.image is not None for frame in film.frames)


def test_a_click_on_the_film_goes_there(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    session.edit(set_journey(Journey(steps=2)))
    film = kept.travel.film
    qtbot.mouseClick(film, LEFT, pos=film.frame_rect(1).center())
    first, second = (bookmark.z for bookmark in session.state.bookmarks[:2])
    assert np.allclose(session.state.latent.z, (first + second) / 2, atol=1e-6)
    assert kept.travel.player.place == 0.5


def test_the_way_can_be_changed_and_undone(
    qtbot: QtBot, kept: JourneyPane, session: Session
) -> None:
    travel = kept.travel
    travel.kind.setCurrentText("Catmull-Rom")
    travel.kind.activated.emit(2)
    qtbot.mouseClick(travel.closed, LEFT, pos=travel.closed.rect().center())
    travel.steps.setValue(3)
    travel.leg_s.setValue(0.4)
    journey = session.state.journey
    assert journey == Journey(Interpolation.CATMULL_ROM, Through.ALL, journey.closed, 3, 0.4)
    while session.undo_stack.undoText() == "change the journey":
        session.undo_stack.undo()
    assert session.state.journey == Journey()
    assert travel.kind.currentText() == "linear"
    assert (travel.steps.value(), travel.leg_s.value()) == (8, 1.5)


def test_from_a_to_b(kept: JourneyPane, session: Session) -> None:
    session.edit(set_journey(Journey(through=Through.A_TO_B)))
    assert "must have a bookmark in A and B; received neither" in words(kept.travel)
    session.edit(set_slot(0, "b3"))
    session.edit(set_slot(1, "b1"))
    assert "9 steps, 1.5 s" in words(kept.travel)
    kept.travel.player.go_to(1)
    assert session.state.latent.z.tobytes() == session.state.bookmarks[0].z.tobytes()


def test_equal_bookmarks_give_one_sentence(kept: JourneyPane, session: Session) -> None:
    for _ in range(2):
        session.edit(add_bookmark())
    session.edit(set_slot(0, "b4"))
    session.edit(set_slot(1, "b5"))
    session.edit(set_journey(Journey(through=Through.A_TO_B)))
    assert "received 2 equal ones" in words(kept.travel)
    assert not kept.travel.timeline.isVisible()
    kept.travel.player.play()
    assert not kept.travel.player.is_playing


def test_a_very_long_journey_shows_evenly_spaced_steps(kept: JourneyPane, session: Session) -> None:
    for n in range(60):
        session.edit(add_bookmark(np.full(16, n, np.float32)))
    session.edit(set_journey(Journey(steps=60)))
    assert 180 <= len(kept.travel.film.frames) <= 361


def test_play_and_stop(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    session.edit(set_journey(Journey(leg_s=20)))
    travel = kept.travel
    with qtbot.waitSignal(travel.player.moved):
        qtbot.mouseClick(travel.play, LEFT)
    assert travel.play.text() == "Stop"
    session.set_value(0, 1.25)
    assert travel.play.text() == "Play"
    assert session.state.latent.z[0] == 1.25


@pytest.mark.parametrize("leave", [QWidget.hide, QWidget.showMinimized])
def test_nobody_is_asked_while_the_pane_is_out_of_sight(
    kept: JourneyPane,
    session: Session,
    answers: AnswerHere,
    painter: Painter,
    leave: Callable[[QWidget], None],
) -> None:
    answers.answer()
    painter.paint()
    leave(kept)
    painter.asked.clear()
    session.edit(add_bookmark(np.full(16, 2, np.float32)))
    session.set_value(0, 1.0)
    assert not [request for request in painter.asked if request.kind == "tiles"]
    assert not answers.asked
    kept.showNormal()
    assert answers.asked
    assert [request for request in painter.asked if request.kind == "tiles"]


def test_nearest_codes_are_looked_for_when_data_come(
    qtbot: QtBot, kept: JourneyPane, session: Session, codes: Codes, answers: AnswerHere
) -> None:
    def found() -> list[bool]:
        return ["nearest is code" in frame.tip for frame in kept.travel.film.frames]

    answers.answer()
    qtbot.waitUntil(lambda: all(found()))
    session.set_data("others", codes, None)
    assert not any(found())
    answers.answer()
    qtbot.waitUntil(lambda: all(found()))
