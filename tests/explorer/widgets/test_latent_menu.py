"""Menu, ranges and clipboard of the latent table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication, QLineEdit

from explorer.widgets.latent_editors import RangeEditor

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
Modifier = Qt.KeyboardModifier
PLAIN, SHIFT, CTRL = Modifier.NoModifier, Modifier.ShiftModifier, Modifier.ControlModifier


# Menu, ranges, clipboard ------------------------------------------------------------


def choose(desk: Desk, row: int, label: str) -> None:
    menu = desk.table.menu_of(row)
    action = next(a for a in menu.actions() if a.text().split("\t")[0] == label)
    action.trigger()


def test_the_menu_resets_locks_edits_and_gives_the_range_back(desk: Desk) -> None:
    choose(desk, 2, "Reset to mean")
    choose(desk, 2, "Lock")
    choose(desk, 2, "Unlock")
    choose(desk, 2, "Use the codes' range")
    choose(desk, 2, "Edit value")
    assert desk.z[2] == desk.MEAN
    assert not desk.locks.any()
    assert desk.base_ranges == [2]
    assert desk.editor().row == 2


def range_fields(desk: Desk, row: int) -> tuple[RangeEditor, QLineEdit, QLineEdit]:
    choose(desk, row, "Set range…")
    popup = desk.table.findChild(RangeEditor)
    assert popup.isVisible()
    lo, hi = popup.findChildren(QLineEdit)
    return popup, lo, hi


def test_a_range_is_set_by_its_two_ends(desk: Desk) -> None:
    popup, lo, hi = range_fields(desk, 2)
    assert (lo.text(), hi.text()) == ("-2.0", "3.0")
    lo.setText("-0.5")
    hi.setText("0.25")
    desk.key(Key.Key_Return, on=hi)
    assert desk.ranges == [(2, -0.5, 0.25)]
    assert not popup.isVisible()


@pytest.mark.parametrize("ends", [("1", "1"), ("2", "1"), ("nan", "1"), ("", "1"), ("0", "inf")])
def test_a_range_that_is_none_is_refused(desk: Desk, ends: tuple[str, str]) -> None:
    popup, lo, hi = range_fields(desk, 2)
    lo.setText(ends[0])
    hi.setText(ends[1])
    desk.key(Key.Key_Return, on=lo)
    assert desk.ranges == []
    assert len(desk.refusals) == 1
    assert popup.isVisible()
    desk.key(Key.Key_Escape, on=lo)
    assert not popup.isVisible()


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_the_menu_belongs_to_the_row_that_was_asked(desk: Desk, by_keyboard: bool) -> None:
    reason = QContextMenuEvent.Reason.Keyboard if by_keyboard else QContextMenuEvent.Reason.Mouse
    place = desk.table.track_at(5, 0.5).toPoint()
    where = desk.port if not by_keyboard else desk.table
    QApplication.sendEvent(where, QContextMenuEvent(reason, place, where.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    next(a for a in menu.actions() if a.text().startswith("Lock")).trigger()
    menu.close()
    assert np.flatnonzero(desk.locks).tolist() == [3 if by_keyboard else 5]


def test_keys_and_menu_ask_for_z_as_text(desk: Desk) -> None:
    desk.key(Key.Key_C, CTRL)
    desk.key(Key.Key_V, CTRL)
    choose(desk, 5, "Copy z")
    choose(desk, 5, "Paste z")
    assert desk.clipboard == ["copy", "paste"] * 2


def test_another_model_ends_drag_and_editing(desk: Desk) -> None:
    desk.press(desk.table.track_at(2, 0.2))
    desk.table.set_z(np.zeros(3, np.float32))
    desk.move(desk.table.track_at(2, 0.9))
    assert len(desk.values) == 1


def test_hiding_the_table_lets_go(desk: Desk) -> None:
    desk.press(desk.table.track_at(2, 0.2))
    desk.table.hide()
    desk.table.show()
    desk.move(desk.table.track_at(2, 0.9))
    assert len(desk.values) == 1
