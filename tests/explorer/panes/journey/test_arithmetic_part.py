"""Arithmetic with bookmarks, z and means of labels."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.panes.journey_pane import JourneyPane
from explorer.state.formula_edits import formula_code, formula_text
from explorer.state.latent import Source
from explorer.state.session import Session
from models.bundle import Codes
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import Painter

LEFT = Qt.MouseButton.LeftButton


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


def test_a_result_is_not_decoded_while_the_window_is_minimised(
    arithmetic: JourneyPane, session: Session, painter: Painter
) -> None:
    arithmetic.arithmetic.formula.dropped.emit("z", -1)
    painter.paint()
    arithmetic.showMinimized()
    session.set_value(0, 2.25)
    assert not [request for request in painter.asked if request.kind == "tiles"]
    arithmetic.showNormal()
    assert [request for request in painter.asked if request.kind == "tiles"]


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
