"""What the keyboard does to the latent table."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
Modifier = Qt.KeyboardModifier
PLAIN, SHIFT, CTRL = Modifier.NoModifier, Modifier.ShiftModifier, Modifier.ControlModifier


# Keys -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifiers", "share"),
    [
        (Key.Key_Right, PLAIN, 0.01),
        (Key.Key_Left, PLAIN, -0.01),
        (Key.Key_Right, SHIFT, 0.001),
        (Key.Key_Left, SHIFT, -0.001),
        (Key.Key_PageUp, PLAIN, 0.1),
        (Key.Key_PageDown, PLAIN, -0.1),
    ],
)
def test_keys_step_through_the_range(
    desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier, share: float
) -> None:
    desk.key(key, modifiers)
    assert desk.z[3] == pytest.approx(share * desk.SPAN)
    assert np.count_nonzero(desk.z) == 1


@pytest.mark.parametrize(("key", "end"), [(Key.Key_PageUp, 3.0), (Key.Key_PageDown, -2.0)])
def test_keys_stop_at_the_ends_of_the_range(desk: Desk, key: Qt.Key, end: float) -> None:
    for _ in range(12):
        desk.key(key)
    assert desk.z[3] == end


def test_keys_do_not_pull_back_a_value_that_lies_outside(desk: Desk) -> None:
    desk.set_value(3, 7, 0)
    desk.key(Key.Key_Right)
    assert desk.z[3] == 7
    desk.key(Key.Key_Left)
    assert desk.z[3] == pytest.approx(7 - desk.SPAN / 100)


def test_home_resets_and_arrows_choose_another_row(desk: Desk) -> None:
    desk.set_value(3, 2, 0)
    desk.key(Key.Key_Home)
    assert desk.z[3] == desk.MEAN
    desk.key(Key.Key_Down)
    assert desk.table.currentIndex().row() == 4
    desk.key(Key.Key_Up)
    desk.key(Key.Key_Up)
    assert desk.table.currentIndex().row() == 2
    desk.key(Key.Key_End, CTRL)
    assert desk.table.currentIndex().row() == 15
    desk.key(Key.Key_Home, CTRL)
    assert desk.table.currentIndex().row() == 0


def test_a_run_of_keys_is_one_gesture_until_row_or_focus_change(desk: Desk) -> None:
    desk.key(Key.Key_Right)
    desk.key(Key.Key_Left)
    assert len(set(desk.gestures)) == 1
    desk.table.clearFocus()
    desk.table.setFocus()
    desk.key(Key.Key_Right)
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Right)
    assert len(set(desk.gestures)) == 3


def test_tab_goes_through_the_table_and_not_through_its_rows(qtbot: QtBot, desk: Desk) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before, after = QLineEdit(window), QLineEdit(window)
    desk.table.setParent(window)
    QWidget.setTabOrder(before, desk.table)
    QWidget.setTabOrder(desk.table, after)
    with qtbot.waitActive(window):
        window.show()
        desk.table.show()
        window.activateWindow()
    before.setFocus()
    desk.key(Key.Key_Tab, on=before)
    assert desk.table.hasFocus()
    assert desk.table.currentIndex().row() == 3
    desk.key(Key.Key_Tab)
    assert after.hasFocus()
    desk.table.setParent(None)  # the table outlives the window


def test_gestures_can_be_numbered_by_someone_else(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(new_gesture=itertools.count(70).__next__)
    desk.choose_row(1)
    desk.key(Key.Key_Right)
    assert desk.gestures == [70]


# Editing ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_F2])
def test_the_editor_opens_with_the_exact_number(desk: Desk, key: Qt.Key) -> None:
    desk.set_value(3, 1 / 3, 0)
    desk.key(key)
    assert desk.editor().text() == str(np.float32(1 / 3))


@pytest.mark.parametrize(
    ("typed", "value"), [("1.25", 1.25), ("-7", -7), (".5", 0.5), ("+3e-3", 3e-3)]
)
def test_typing_a_number_sets_it_exactly(desk: Desk, typed: str, value: float) -> None:
    desk.type_text(typed[0])
    editor = desk.editor()
    desk.type_text(typed[1:], on=editor)
    desk.key(Key.Key_Return, on=editor)
    assert desk.z[3] == np.float32(value)
    assert len(desk.values) == 1
    assert not desk.is_editing()
    assert desk.table.hasFocus()


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "two", "1e39", ""])
def test_what_is_no_finite_number_is_refused_and_stays(desk: Desk, typed: str) -> None:
    desk.key(Key.Key_F2)
    editor = desk.editor()
    editor.setText(typed)
    desk.key(Key.Key_Return, on=editor)
    assert desk.values == []
    assert desk.refusals == [f"z 3 must be a finite number; received {typed!r}."]
    assert desk.editor() is editor
    desk.key(Key.Key_Escape, on=editor)
    assert not desk.is_editing()
    assert desk.table.hasFocus()
    assert desk.values == []


def test_enter_without_a_change_requests_nothing(desk: Desk) -> None:
    desk.key(Key.Key_F2)
    desk.key(Key.Key_Return, on=desk.editor())
    assert desk.values == []


@pytest.mark.parametrize(("typed", "count"), [("2.5", 1), ("two", 0)])
def test_a_click_elsewhere_takes_a_number_and_drops_a_word(
    desk: Desk, typed: str, count: int
) -> None:
    desk.key(Key.Key_F2)
    desk.editor().setText(typed)
    desk.table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not desk.is_editing()
    assert len(desk.values) == count
    assert len(desk.refusals) == 1 - count


def test_the_editor_does_not_stay_behind_when_the_table_scrolls(long_desk: Desk) -> None:
    long_desk.key(Key.Key_F2)
    long_desk.editor().setText("1")
    long_desk.scroll_bar.setValue(60)
    assert not long_desk.is_editing()
    assert long_desk.values == []


def test_a_key_brings_its_row_back_into_sight(long_desk: Desk) -> None:
    long_desk.scroll_bar.setValue(9000)
    long_desk.key(Key.Key_Right)
    assert long_desk.port.rect().contains(long_desk.table.knob_at(8).toPoint())
