"""What each slider does to the picture: measured while no hand needs the engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.latent import Route
from explorer.state.session import Session
from models.ports import ClassPort
from tests.explorer.panes.latent.measuring import (
    DEAD,
    SORT_BY_EFFECT,
    Engine,
    choose,
    names,
    port,
    rest,
)
from tests.explorer.subjects import COLOUR, subject_of

PutUp = Callable[[QWidget, int, int], None]


def test_nothing_is_measured_before_the_engine_has_drawn(pane: LatentPane, engine: Engine) -> None:
    rest(pane)
    assert engine.asked == 0
    engine.show_picture()
    rest(pane)
    assert len(engine.waiting) == 1


def test_what_would_take_long_is_measured_only_if_it_is_wanted(
    pane: LatentPane, engine: Engine
) -> None:
    engine.show_picture(seconds=0.5)
    rest(pane)
    assert engine.asked == 0
    choose(pane, SORT_BY_EFFECT)
    assert len(engine.waiting) == 1
    (progress,) = pane.findChildren(QProgressBar)
    assert progress.isVisible()
    engine.answer_all()
    assert not progress.isVisible()


def test_rows_tell_their_effects_and_a_dead_one_says_why(pane: LatentPane, engine: Engine) -> None:
    engine.show_picture()
    tip = Qt.ItemDataRole.ToolTipRole
    assert "not measured yet" in pane.table.latent.index(5, 0).data(tip)
    rest(pane)
    engine.answer_all()
    assert "over the codes" in pane.table.latent.index(5, 0).data(tip)
    assert "around this z" in pane.table.latent.index(5, 0).data(tip)
    assert "hardly anything" in pane.table.latent.index(DEAD, 0).data(tip)
    spoken = pane.table.latent.index(DEAD, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("hardly changes the picture")
    assert np.flatnonzero([pane.table.latent.is_dead(row) for row in range(16)]).tolist() == [DEAD]


def test_rows_are_sorted_by_effect_once_it_is_known(pane: LatentPane, engine: Engine) -> None:
    choose(pane, SORT_BY_EFFECT)
    assert names(pane) == [f"z {row}" for row in range(16)]
    engine.answer_all()
    effects = pane.table.latent.effects
    assert effects is not None
    assert (np.diff(effects.over_codes) <= 0).all()
    assert names(pane)[-1] == f"z {DEAD}"


def test_a_hand_has_the_engine_for_itself(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    engine.answer_one()
    asked = engine.asked
    session.set_value(0, 1.0)
    engine.answer_all()
    assert engine.asked == asked
    engine.show_picture()
    rest(pane)
    engine.answer_all()
    assert engine.asked > asked
    assert np.isfinite(pane._survey.effects().over_codes).all()
    assert np.isfinite(pane._survey.effects().around_z).all()


def test_another_class_is_measured_anew(put_up: PutUp, settings: Settings) -> None:
    label = ClassPort("label", 3, "one_hot", (3,))
    session = Session(subject_of(COLOUR, classes=[label]))
    engine = Engine(session)
    pane = LatentPane(session, settings)
    put_up(pane, 600, 580)
    choose(pane, SORT_BY_EFFECT)
    engine.answer_all()
    assert np.isfinite(pane._survey.effects().over_codes).all()
    session.set_class("label", 2)
    assert not np.isfinite(pane._survey.effects().over_codes).any()


def train(session: Session, engine: Engine, gain: float) -> None:
    engine.gain = gain
    session.take_new_weights()


def strongest(pane: LatentPane) -> float:
    effects = pane.table.latent.effects
    assert effects is not None
    return effects.strongest


def test_other_weights_are_measured_anew_and_the_old_effects_stand_until_then(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    engine.show_picture(seconds=1e-4)
    choose(pane, SORT_BY_EFFECT)
    engine.answer_all()
    before, order = strongest(pane), names(pane)
    train(session, engine, 0.2)
    assert strongest(pane) == before
    rest(pane)
    engine.answer_one()
    assert strongest(pane) == before
    assert names(pane) == order
    engine.answer_all()
    assert strongest(pane) > 1.5 * before


def test_a_training_is_not_held_up_by_what_takes_long(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    engine.show_picture(seconds=0.008)  # which is measured unasked where nothing is trained
    rest(pane)
    engine.answer_all()
    tip = Qt.ItemDataRole.ToolTipRole
    assert "over the codes" in pane.table.latent.index(5, 0).data(tip)
    asked = engine.asked
    train(session, engine, 0.2)
    rest(pane)
    assert engine.asked == asked
    assert "not measured yet" in pane.table.latent.index(5, 0).data(tip)


def test_other_weights_wait_for_a_hand(
    pane: LatentPane, session: Session, engine: Engine, qtbot: QtBot
) -> None:
    engine.show_picture(seconds=1e-4)
    rest(pane)
    engine.answer_all()
    place = pane.table.track_at(2, 0.5).toPoint()
    qtbot.mousePress(port(pane), Qt.MouseButton.LeftButton, pos=place)
    pane._rest.stop()
    train(session, engine, 0.2)
    assert not pane._rest.isActive()
    qtbot.mouseRelease(port(pane), Qt.MouseButton.LeftButton, pos=place)
    assert pane._rest.isActive()


def test_a_hidden_table_asks_for_nothing(pane: LatentPane, engine: Engine) -> None:
    choose(pane, SORT_BY_EFFECT)
    pane.hide()
    engine.answer_all()
    asked = engine.asked
    engine.show_picture()
    rest(pane)
    assert engine.asked == asked


def test_nothing_is_measured_while_the_window_is_minimised(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    engine.show_picture()
    pane.showMinimized()
    session.set_value(0, 1.0)
    rest(pane)
    assert engine.asked == 0
    pane.showNormal()
    rest(pane)
    assert engine.asked == 1


def test_a_failed_question_is_asked_again_later(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    session.failed.emit(engine.waiting.pop().seq, "The engine ended.")
    engine.show_picture()
    rest(pane)
    engine.answer_all()
    assert np.isfinite(pane._survey.effects().over_codes).all()


def test_after_a_failure_effects_can_be_asked_for_again(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    session.failed.emit(engine.waiting.pop().seq, "The engine ended.")
    choose(pane, SORT_BY_EFFECT)
    engine.answer_all()
    assert names(pane)[-1] == f"z {DEAD}"


def test_after_a_failure_nobody_awaits_other_rows_any_more(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    session.plug(Route.HELD)
    choose(pane, SORT_BY_EFFECT)
    session.failed.emit(engine.waiting.pop().seq, "The engine ended.")
    before = names(pane)
    pane.table._hover(pane.table.track_at(2, 0.5).toPoint())
    engine.show_picture()  # of the next engine
    rest(pane)
    engine.answer_all()
    assert names(pane) == before
    pane.table.leaveEvent(None)
    assert names(pane)[-1] == f"z {DEAD}"


def test_what_failed_is_measured_again_once_an_engine_draws(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    session.plug(Route.HELD)
    choose(pane, SORT_BY_EFFECT)
    session.failed.emit(engine.waiting.pop().seq, "The engine ended.")
    pane._rest.stop()
    engine.show_picture()
    assert pane._rest.isActive()
