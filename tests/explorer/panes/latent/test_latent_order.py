"""Which sliders stand where: sorted by what was measured, grouped, found, pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.latent import Source
from explorer.state.session import Session
from models.ports import LatentPort
from tests.explorer.panes.latent.measuring import (
    DEAD,
    SORT_BY_EFFECT,
    Engine,
    choose,
    entry,
    names,
    port,
    rest,
    words,
)
from tests.explorer.subjects import COLOUR, subject_of

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]


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
