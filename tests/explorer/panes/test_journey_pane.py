from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.journey_pane import JourneyPane
from explorer.sessions.fitting import taking
from explorer.state.bookmark_edits import add_bookmark, set_slot
from explorer.state.direction_edits import add_direction
from explorer.state.formula_edits import formula_code, formula_text
from explorer.state.frame import Frame, Request
from explorer.state.journey import Journey, Through
from explorer.state.journey_edits import set_journey
from explorer.state.latent import Source
from explorer.state.session import Session
from models.bundle import Codes
from models.journey import Interpolation
from tests.explorer.finding import button
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.subjects import COLOUR, CURVE, subject_of

LEFT = Qt.MouseButton.LeftButton


class Painter:
    """Answers questions for pictures: each is as bright as its code's first value."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.asked: list[Request] = []
        session.requested.connect(self.asked.append)

    def paint(self) -> None:
        while self.asked:
            request = self.asked.pop(0)
            if request.kind != "tiles":
                continue
            zs = request.arrays["z"]
            shape = self.session.frame.outputs["decoder_output"].shape[1:]
            pictures = np.ones((len(zs), *shape), np.float32) * zs[:, :1, None, None]
            outputs = {"decoder_output": pictures}
            self.session.receive(Frame(request.seq, "", "tiles", {}, zs, outputs, {}, 0.001))


@pytest.fixture
def codes(session: Session) -> Codes:
    found = session.subject.whereabouts.codes
    assert found is not None
    return found


@pytest.fixture
def answers(codes: Codes) -> AnswerHere:
    return AnswerHere(codes)


@pytest.fixture
def painter(session: Session) -> Painter:
    return Painter(session)


@pytest.fixture
def pane(
    session: Session,
    answers: AnswerHere,
    painter: Painter,
    put_up: Callable[[QWidget, int, int], None],
) -> JourneyPane:
    made = JourneyPane(session, answers.analysis)
    put_up(made, 560, 560)
    return made


@pytest.fixture
def kept(pane: JourneyPane, session: Session, codes: Codes) -> JourneyPane:
    """With three bookmarks."""
    for place, name in enumerate(("one", "two", "three")):
        session.edit(add_bookmark(codes.codes[place], name))
    return pane


def words(pane: QWidget) -> str:
    return " ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())


# Bookmarks -----------------------------------------------------------------------------


def test_an_empty_pane_says_what_to_do(pane: JourneyPane) -> None:
    assert "keep the z that is set now" in words(pane.bookmarks)
    assert "at least two bookmarks; received none" in words(pane.travel)
    assert not pane.travel.play.isVisible()


def test_the_current_z_becomes_a_bookmark_with_its_picture(
    qtbot: QtBot, pane: JourneyPane, session: Session, painter: Painter
) -> None:
    qtbot.mouseClick(button(pane, "Bookmark z"), LEFT)
    painter.paint()
    (item,) = pane.bookmarks.shelf.items
    assert (item.name, item.is_live) == ("bookmark 1", True)
    assert item.image is not None
    session.set_value(0, 3.5)
    (item,) = pane.bookmarks.shelf.items
    assert not item.is_live
    assert item.image is not None


def test_a_click_goes_to_a_bookmark(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    shelf = kept.bookmarks.shelf
    qtbot.mouseClick(shelf, LEFT, pos=shelf.places().tile(1).center().toPoint())
    assert session.state.latent.z.tobytes() == session.state.bookmarks[1].z.tobytes()
    assert session.state.latent.source is Source.BOOKMARK
    assert session.undo_stack.undoText() == "go to two"


def test_keys_put_a_bookmark_into_a_and_b(
    qtbot: QtBot, kept: JourneyPane, session: Session
) -> None:
    shelf = kept.bookmarks.shelf
    shelf.setFocus()
    qtbot.keyClick(shelf, Qt.Key.Key_Right)
    qtbot.keyClick(shelf, Qt.Key.Key_A)
    qtbot.keyClick(shelf, Qt.Key.Key_Right)
    qtbot.keyClick(shelf, Qt.Key.Key_B)
    assert list(session.state.slots) == ["b1", "b2"]
    assert [item.badge for item in shelf.items] == ["A", "B", ""]
    qtbot.keyClick(shelf, Qt.Key.Key_B)
    assert list(session.state.slots) == ["b1", None]
    qtbot.keyClick(shelf, Qt.Key.Key_Delete)
    assert [item.name for item in shelf.items] == ["one", "three"]


def test_the_menu_of_a_bookmark(qtbot: QtBot, kept: JourneyPane, session: Session) -> None:
    kept.bookmarks.shelf.menu_wanted.emit("b3", kept.mapToGlobal(kept.rect().center()))
    (menu,) = kept.bookmarks.findChildren(QMenu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Put into B"].trigger()
    actions["Add to the formula"].trigger()
    assert formula_text(session.state.formula) == "three"
    assert list(session.state.slots) == [None, "b3"]
    menu.close()


def test_a_name_that_is_none_is_told(kept: JourneyPane, session: Session, told: list[str]) -> None:
    kept.bookmarks.shelf.rename_wanted.emit("b1", "x" * 60)
    assert len(told) == 1
    assert "1 to 40 characters" in told[0]
    assert session.state.bookmarks[0].name == "one"


# Travelling ----------------------------------------------------------------------------


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


def test_nobody_is_asked_while_the_pane_is_hidden(
    kept: JourneyPane, session: Session, answers: AnswerHere, painter: Painter
) -> None:
    answers.answer()
    painter.paint()
    kept.hide()
    painter.asked.clear()
    session.edit(add_bookmark(np.full(16, 2, np.float32)))
    session.set_value(0, 1.0)
    assert not [request for request in painter.asked if request.kind == "tiles"]
    assert not answers.asked
    kept.show()
    assert answers.asked


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


# Arithmetic ----------------------------------------------------------------------------


@pytest.fixture
def arithmetic(kept: JourneyPane, answers: AnswerHere, painter: Painter) -> JourneyPane:
    kept.pages.open_page("Arithmetic")
    answers.answer()
    painter.paint()
    return kept


def test_a_mean_minus_a_mean_plus_a_bookmark(
    qtbot: QtBot, arithmetic: JourneyPane, session: Session, codes: Codes, painter: Painter
) -> None:
    part = arithmetic.arithmetic
    assert [item.name for item in part.shelf.items] == ["z", *map(str, range(10))]
    for place in (4, 6):  # the means of 3 and 5
        qtbot.mouseClick(part.shelf, LEFT, pos=part.shelf.places().tile(place).center().toPoint())
    part.formula.empty.dropped.emit("b2")
    assert formula_text(session.state.formula) == "mean of 3 − mean of 5 + two"
    means = [codes.codes[codes.labels == label].mean(axis=0) for label in (3, 5)]
    expected = means[0] - means[1] + codes.codes[1]
    assert np.allclose(formula_code(session.state), expected, atol=1e-3)
    painter.paint()
    assert part.result.image is not None
    qtbot.mouseClick(part.go, LEFT)
    assert np.allclose(session.state.latent.z, expected, atol=1e-3)
    assert session.state.latent.source is Source.ARITHMETIC


def test_the_result_follows_the_current_z(arithmetic: JourneyPane, session: Session) -> None:
    part = arithmetic.arithmetic
    part.formula.dropped.emit("z", -1)
    session.set_value(0, 2.25)
    part.keep.click()
    assert session.state.bookmarks[-1].name == "current z"
    assert session.state.bookmarks[-1].z[0] == 2.25


def test_weights_are_typed(qtbot: QtBot, arithmetic: JourneyPane, session: Session) -> None:
    part = arithmetic.arithmetic
    part.formula.dropped.emit("b1", -1)
    (term,) = part.formula.terms
    assert term.weight.text() == "+1"
    term.weight.selectAll()
    qtbot.keyClicks(term.weight, "-0,5")
    qtbot.keyClick(term.weight, Qt.Key.Key_Return)
    assert session.state.formula[0].weight == -0.5
    assert term.weight.text() == "−0.5"
    before = session.undo_stack.count()
    for _ in range(3):
        qtbot.keyClick(term.weight, Qt.Key.Key_Up)
    qtbot.keyClick(term.weight, Qt.Key.Key_Return)
    assert session.state.formula[0].weight == pytest.approx(-0.2)
    assert session.undo_stack.count() == before + 1
    term.remove.click()
    assert not session.state.formula
    assert not part.formula.terms


def test_only_a_difference_is_saved_as_a_direction(
    arithmetic: JourneyPane, session: Session, told: list[str]
) -> None:
    part = arithmetic.arithmetic
    part.formula.dropped.emit("b1", -1)
    assert not part.save.isEnabled()
    part.formula.dropped.emit("b1", -1)
    assert not part.save.isEnabled()  # it leads nowhere
    part.formula.dropped.emit("b2", 1)
    part.save.click()
    (direction,) = session.state.directions
    assert direction.origin == "one − two"
    first, second = (bookmark.z for bookmark in session.state.bookmarks[:2])
    assert np.array_equal(direction.vector, first - second)
    assert told == ["one − two is among the directions now."]


def test_what_means_nothing_is_not_put_in(arithmetic: JourneyPane, session: Session) -> None:
    arithmetic.arithmetic.formula.dropped.emit("b99", -1)
    assert not session.state.formula


# Directions ----------------------------------------------------------------------------


@pytest.fixture
def directions(kept: JourneyPane, session: Session, codes: Codes) -> JourneyPane:
    """With one from the mean of 1 to that of 0."""
    means = [codes.codes[codes.labels == label].mean(axis=0) for label in (0, 1)]
    session.edit(add_direction(means[0] - means[1], "rounder", "mean of 0 − mean of 1"))
    kept.pages.open_page("Directions")
    return kept


def test_a_slider_moves_z_along_the_direction_in_one_step(
    directions: JourneyPane, session: Session
) -> None:
    (row,) = directions.directions.rows
    before, steps = session.state.latent.z, session.undo_stack.count()
    vector = session.state.directions[0].vector
    row.slider.setSliderDown(True)
    for value in (200, 500, 900):
        row.slider.setValue(value)
    row.slider.setSliderDown(False)
    moved = session.state.latent.z - before
    share = moved @ vector / (vector @ vector)
    assert np.allclose(moved, share * vector, atol=1e-4)
    assert session.undo_stack.count() == steps + 1
    assert session.state.latent.source is Source.DIRECTION


def test_locked_dimensions_stay(directions: JourneyPane, session: Session) -> None:
    session.set_lock(3, True)
    before = session.state.latent.z
    (row,) = directions.directions.rows
    row.slider.setValue(900)
    assert session.state.latent.z[3] == before[3]
    assert session.state.latent.z[4] != before[4]


def test_cohens_d_of_the_labels_it_came_from(
    directions: JourneyPane, answers: AnswerHere, codes: Codes
) -> None:
    answers.answer()
    part = directions.directions
    assert (part.first.currentText(), part.second.currentText()) == ("0", "1")
    assert "Cohen's d +" in words(part)
    assert "of 500 random pairs" in words(part)
    part.second.setCurrentText("0")
    part.second.activated.emit(0)
    answers.answer()
    assert "must differ" in words(part)


def test_a_direction_is_renamed_and_deleted(
    qtbot: QtBot, directions: JourneyPane, session: Session
) -> None:
    (row,) = directions.directions.rows
    row.name.setText("more like 0")
    qtbot.keyClick(row.name, Qt.Key.Key_Return)
    assert session.state.directions[0].name == "more like 0"
    (row,) = directions.directions.rows
    row.removed.emit()
    assert not session.state.directions
    assert "No directions yet" in words(directions.directions)


def test_a_session_brings_its_directions_and_locks(
    directions: JourneyPane, session: Session
) -> None:
    kept = replace(session.state, locks=frozenset({3}), directions=())
    session.edit(taking(kept))
    assert directions.directions.rows == []
    session.undo_stack.undo()
    (row,) = directions.directions.rows
    row.slider.setValue(900)
    assert session.state.latent.source is Source.DIRECTION


def test_figures_of_other_codes_are_not_shown(
    directions: JourneyPane, session: Session, answers: AnswerHere
) -> None:
    answers.answer()
    part = directions.directions
    part.second.activated.emit(0)  # asked of the codes that are about to go
    zeros = np.zeros((50, 16), np.float32)
    session.set_data("unlabelled", Codes.measure(zeros, np.zeros(50, np.uint8)), None)
    answers.asked = [question for question in answers.asked if question.kind == "separate"]
    answers.answer()
    assert "Cohen's d +" not in words(part)
    assert "needs codes with labels" in words(part)


@pytest.mark.parametrize("page", ["Travel", "Arithmetic", "Directions"])
def test_it_fits_into_a_narrow_column(directions: JourneyPane, page: str) -> None:
    directions.pages.open_page(page)
    assert directions.minimumSizeHint().width() <= 283


# Other models --------------------------------------------------------------------------


@pytest.mark.parametrize("output", [CURVE, COLOUR])
def test_models_without_codes(output: object, put_up: Callable[[QWidget, int, int], None]) -> None:
    session = Session(subject_of(output), seed=3)  # type: ignore[arg-type]  # either kind
    answers = AnswerHere(None)
    pane = JourneyPane(session, answers.analysis)
    put_up(pane, 560, 560)
    session.edit(add_bookmark())
    session.set_value(0, 2.0)
    session.edit(add_bookmark())
    assert len(pane.travel.film.frames) == 9
    pane.pages.open_page("Arithmetic")
    assert [item.name for item in pane.arithmetic.shelf.items] == ["z"]
    session.edit(add_direction(np.ones(16, np.float32), "up", "a − b"))
    pane.pages.open_page("Directions")
    assert "needs codes with labels" in words(pane.directions)
    pane.directions.rows[0].slider.setValue(900)
    assert session.state.latent.source is Source.DIRECTION
    assert not answers.asked
