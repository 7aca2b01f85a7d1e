"""Which sliders stand where: sorted by what was measured, grouped, found, pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.frame import Frame, Request
from explorer.state.latent import Source
from explorer.state.session import Session
from models.ports import ClassPort, LatentPort
from tests.explorer.subjects import COLOUR, subject_of

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
DEAD = 3
SORT_BY_EFFECT = "Sort by effect on the picture"


class Engine:
    """Answers about codes when it is told to: dimension k lights the kth pixel, one does not."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.waiting: list[Request] = []
        self.asked = 0
        self.gain = 0.1  # of the weights
        session.requested.connect(self._hear)

    def _hear(self, request: Request) -> None:
        if request.kind == "tiles":
            self.waiting.append(request)
            self.asked += 1

    def answer_all(self) -> None:
        while self.waiting:
            self.answer_one()

    def answer_one(self) -> None:
        request = self.waiting.pop(0)
        zs = request.arrays["z"]
        pictures = np.zeros((len(zs), 28 * 28), np.float32)
        pictures[:, : zs.shape[1]] = self.gain * zs * np.arange(1, zs.shape[1] + 1)
        pictures[:, DEAD] = 0
        outputs = {"decoder_output": pictures.reshape(-1, 28, 28, 1)}
        self._session.receive(Frame(request.seq, "", "tiles", {}, None, outputs, {}, 0.001))

    def show_picture(self, seconds: float = 0.001, **outputs: np.ndarray) -> None:
        """A live frame, which took so long."""
        z = self._session.state.latent.z[None]
        picture = np.zeros((1, *self._session.subject.picture_shape), np.float32)
        shown = {"decoder_output": picture, **outputs}
        self._session.receive(Frame(10**6, "", "denoise", {}, z, shown, {}, seconds))


@pytest.fixture
def engine(session: Session) -> Engine:
    return Engine(session)


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings, engine: Engine) -> LatentPane:
    made = LatentPane(session, settings)
    put_up(made, 600, 580)
    return made


def choose(pane: LatentPane, text: str) -> None:
    menu = pane.tools.order.menu()
    assert menu is not None
    entry(menu.actions(), text).trigger()


def entry(actions: Sequence[QAction], text: str) -> QAction:
    (found,) = (a for a in actions if a.text().split("\t")[0] == text)
    return found


def names(pane: LatentPane) -> list[str]:
    return list(pane.table.latent.names)


def words(pane: LatentPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]


def port(pane: LatentPane) -> QWidget:
    viewport = pane.table.viewport()
    assert viewport is not None
    return viewport


def rest(pane: LatentPane) -> None:
    """As if z had come to rest."""
    pane._rest.timeout.emit()


# Effects ------------------------------------------------------------------------------


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


def test_a_failed_question_is_asked_again_later(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    session.failed.emit(engine.waiting.pop().seq, "The engine ended.")
    engine.show_picture()
    rest(pane)
    engine.answer_all()
    assert np.isfinite(pane._survey.effects().over_codes).all()


# Order --------------------------------------------------------------------------------


def test_rows_are_sorted_by_how_far_out_they_are(pane: LatentPane, session: Session) -> None:
    session.reset()
    session.set_value(11, float(session.subject.whereabouts.hi[11]))
    choose(pane, "Sort by distance from the mean")
    assert names(pane)[0] == "z 11"
    assert pane.tools.order.text() == "farthest out ▾"
    choose(pane, "Sort by number")
    assert names(pane)[0] == "z 0"


def test_a_sorted_row_moves_its_own_value(pane: LatentPane, session: Session, drag: Drag) -> None:
    choose(pane, "Sort by value")
    dim = int(names(pane)[2].split()[1])
    before = session.state.latent.z
    drag(port(pane), [pane.table.track_at(2, share) for share in (0.2, 0.9)])
    assert np.flatnonzero(session.state.latent.z != before).tolist() == [dim]
    assert session.undo_stack.undoText() == f"change z {dim}"
    pane.table.lock_requested.emit(2, True)
    assert session.state.locks == {dim}
    pane.table.range_requested.emit(2, -50.0, 50.0)
    assert session.state.ranges == {dim: (-50.0, 50.0)}
    assert pane.table.latent.hi[2] == 50


def test_rows_do_not_jump_under_a_hand(pane: LatentPane, session: Session) -> None:
    session.reset()
    choose(pane, "Sort by value")
    before = names(pane)
    pane.table._hover(pane.table.track_at(15, 0.5).toPoint())
    session.set_value(int(before[15].split()[1]), 50.0)
    rest(pane)
    assert names(pane) == before
    pane.table.leaveEvent(None)
    assert names(pane) == [before[15], *before[:15]]


def test_what_was_wished_is_shown_once_it_is_known_wherever_the_pointer_is(
    pane: LatentPane, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    pane.table._hover(pane.table.track_at(2, 0.5).toPoint())  # where the menu was
    engine.answer_all()
    assert names(pane)[-1] == f"z {DEAD}"


def test_a_hand_that_moved_since_keeps_rows_in_place(
    pane: LatentPane, session: Session, engine: Engine
) -> None:
    choose(pane, SORT_BY_EFFECT)
    pane.table._hover(pane.table.track_at(2, 0.5).toPoint())
    session.set_value(0, 1.0)
    before = names(pane)
    engine.show_picture()
    rest(pane)
    engine.answer_all()
    assert names(pane) == before
    pane.table.leaveEvent(None)
    assert names(pane)[-1] == f"z {DEAD}"


def test_rows_do_not_jump_under_the_keyboard(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    session.reset()
    choose(pane, "Sort by value")
    before = names(pane)
    pane.table.setFocus()
    pane.table.setCurrentIndex(pane.table.latent.index(15, 0))
    for _ in range(12):
        qtbot.keyClick(pane.table, Qt.Key.Key_PageUp)
    rest(pane)
    assert names(pane) == before
    pane.tools.search.setFocus()
    assert names(pane) == [before[15], *before[:15]]
    assert pane.table.currentIndex().row() == 0  # still the one that was worked at


def test_a_code_from_elsewhere_sorts_the_rows_once_it_rests(
    pane: LatentPane, session: Session
) -> None:
    choose(pane, "Sort by value")
    before = names(pane)
    session.set_latent(-session.state.latent.z, Source.MAP)
    assert names(pane) == before
    rest(pane)
    assert names(pane) != before
    assert (np.diff(pane.table.latent.z) <= 0).all()


# Search -------------------------------------------------------------------------------


def test_rows_are_found_while_a_user_types(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    pane.table.setFocus()
    pane.table.setCurrentIndex(pane.table.latent.index(4, 0))
    qtbot.keyClick(pane.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert pane.tools.search.hasFocus()
    qtbot.keyClicks(pane.tools.search, "3-7")
    assert names(pane) == ["z 3", "z 4", "z 5", "z 6", "z 7"]
    assert pane.table.currentIndex().row() == 1
    np.testing.assert_array_equal(pane.table.latent.z, session.state.latent.z[3:8])
    qtbot.keyClick(pane.tools.search, Qt.Key.Key_Return)
    assert pane.table.hasFocus()
    pane.tools.search.setText("12")
    qtbot.keyClick(pane.tools.search, Qt.Key.Key_Down)
    assert pane.table.currentIndex().row() == 0
    qtbot.keyClick(pane.tools.search, Qt.Key.Key_Escape)
    assert len(names(pane)) == 16


def test_where_nothing_is_found_a_sentence_says_so(qtbot: QtBot, pane: LatentPane) -> None:
    pane.tools.search.setText("99")
    assert names(pane) == []
    assert "No slider is found by “99”; press Esc to see all" in words(pane)
    pane.tools.search.clear()
    assert len(names(pane)) == 16
    assert not [word for word in words(pane) if "is found" in word]


# Pins and groups ----------------------------------------------------------------------


def test_a_pinned_row_stands_on_top_until_it_is_let_go(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    pane.table.setFocus()
    pane.table.setCurrentIndex(pane.table.latent.index(9, 0))
    qtbot.keyClick(pane.table, Qt.Key.Key_T)
    assert names(pane)[:2] == ["z 9", "z 0"]
    assert pane.table.latent.starts == {1}
    assert pane.table.latent.pins[0]
    assert pane.table.currentIndex().row() == 0
    spoken = pane.table.latent.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("pinned")
    choose(pane, "Sort by value")
    assert names(pane)[0] == "z 9"
    choose(pane, "Sort by number")
    assert session.undo_stack.undoText() == "pin z 9"
    session.undo_stack.undo()
    assert names(pane)[0] == "z 0"
    session.undo_stack.redo()
    entry(pane.table.menu_of(0).actions(), "Let go from the top").trigger()
    assert session.state.pins == frozenset()
    assert names(pane) == [f"z {row}" for row in range(16)]


def test_values_and_directions_have_their_own_pins(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    pane.table.pin_requested.emit(5, True)
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    assert names(pane)[0] == "direction 0"
    pane.table.pin_requested.emit(2, True)
    assert names(pane)[:2] == ["direction 2", "direction 0"]
    pane.tools.values.click()
    assert names(pane)[:2] == ["z 5", "z 0"]


def test_the_dead_are_grouped_at_the_end(pane: LatentPane, engine: Engine) -> None:
    choose(pane, "Group the dead at the end")
    engine.answer_all()
    assert names(pane)[14:] == ["z 15", f"z {DEAD}"]
    assert pane.table.latent.starts == {15}
    assert pane.tools.order.text() == "by number ≡ ▾"


def test_rows_of_a_channel_stay_together(put_up: PutUp, settings: Settings) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (2, 2, 3))]))
    session.set_latent(np.arange(12), Source.TEXT)
    pane = LatentPane(session, settings)
    put_up(pane, 600, 580)
    choose(pane, "Sort by value")
    assert names(pane)[:3] == ["c 2 · 1,1", "c 1 · 1,1", "c 0 · 1,1"]
    choose(pane, "Group by channel")
    assert names(pane)[:5] == ["c 0 · 1,1", "c 0 · 1,0", "c 0 · 0,1", "c 0 · 0,0", "c 1 · 1,1"]
    assert pane.table.latent.starts == {4, 8}


def test_a_vector_has_no_parts_to_group_by(pane: LatentPane) -> None:
    menu = pane.tools.order.menu()
    assert menu is not None
    assert not [action.text() for action in menu.actions() if action.text().startswith("Group by")]


# Directions ---------------------------------------------------------------------------


def test_sliders_along_directions_and_raw_ones_move_each_other(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    before = session.state.latent.z
    pane.table.value_requested.emit(3, 1.5, session.new_gesture())
    assert pane.table.latent.z[3] == pytest.approx(1.5, abs=1e-5)
    assert session.undo_stack.undoText() == "change direction 3"
    pane.tools.values.click()
    assert np.count_nonzero(session.state.latent.z != before) == 16
    np.testing.assert_array_equal(pane.table.latent.z, session.state.latent.z)
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.state.latent.z, before)


def test_a_direction_of_locked_values_is_refused_in_a_sentence(
    qtbot: QtBot, pane: LatentPane, session: Session, told: list[str]
) -> None:
    for dim in range(16):
        session.set_lock(dim, True)
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    before = session.state
    pane.table.value_requested.emit(3, 1.5, session.new_gesture())
    assert session.state is before
    assert told == [
        "direction 3 must change values that are free; received 16 locked values; unlock some."
    ]


# How sure an encoder is ---------------------------------------------------------------


def test_a_variational_encoder_shows_how_sure_it_is(
    qtbot: QtBot, pane: LatentPane, session: Session, engine: Engine
) -> None:
    logarithms = np.linspace(-4, 0, 16, dtype=np.float32)[None]
    engine.show_picture(z_log_var=logarithms)
    bands = pane.table.latent.bands
    assert bands is not None
    np.testing.assert_allclose(bands[1] - bands[0], 4 * np.exp(logarithms[0] / 2), rtol=1e-4)
    choose(pane, "Sort by value")
    bands = pane.table.latent.bands
    assert bands is not None
    np.testing.assert_allclose((bands[0] + bands[1]) / 2, pane.table.latent.z, atol=1e-4)
    with qtbot.waitSignal(pane._search.found):
        pane.tools.directions.click()
    assert pane.table.latent.bands is None
    pane.tools.values.click()
    assert pane.table.latent.bands is not None
    engine.show_picture()
    assert pane.table.latent.bands is None
