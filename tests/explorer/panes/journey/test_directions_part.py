"""Named directions: sliders along them, and what they part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.panes.journey_pane import JourneyPane
from explorer.sessions.fitting import taking
from explorer.state.latent import Source
from explorer.state.session import Session
from models.bundle import Codes
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import words


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


def test_labels_are_not_compared_while_the_window_is_minimised(
    directions: JourneyPane, answers: AnswerHere
) -> None:
    answers.answer()
    directions.showMinimized()
    directions.directions.second.activated.emit(0)
    assert not answers.asked
    directions.showNormal()
    assert "separate" in [question.kind for question in answers.asked]


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
