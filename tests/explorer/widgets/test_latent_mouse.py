"""What mouse and wheel do to the latent table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt

from explorer.widgets.latent_row import Part

if TYPE_CHECKING:
    from tests.explorer.widgets.conftest import Desk

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
Modifier = Qt.KeyboardModifier
PLAIN, SHIFT, CTRL = Modifier.NoModifier, Modifier.ShiftModifier, Modifier.ControlModifier


# Dragging --------------------------------------------------------------------------


def test_a_press_on_the_track_sets_the_value_under_the_pointer(desk: Desk) -> None:
    desk.press(desk.table.track_at(5, 0.731))
    (dim, value, _) = desk.values[-1]
    assert dim == 5
    assert value == pytest.approx(desk.LO + 0.731 * desk.SPAN, abs=1e-9)
    assert desk.table.currentIndex().row() == 5


def test_a_drag_follows_the_hand_as_one_gesture(desk: Desk) -> None:
    desk.press(desk.table.track_at(2, 0.2))
    for share in (0.3, 0.45, 0.9):
        desk.move(desk.table.track_at(2, share))
        assert desk.z[2] == pytest.approx(desk.LO + share * desk.SPAN, abs=1e-6)
    desk.release(desk.table.track_at(2, 0.9))
    desk.move(desk.table.track_at(2, 0.1))
    assert len(desk.values) == 4
    assert len(set(desk.gestures)) == 1
    desk.press(desk.table.track_at(2, 0.5))
    assert desk.gestures[-1] != desk.gestures[0]


@pytest.mark.parametrize(
    ("place", "value"), [(QPointF(9000, -500), 3.0), (QPointF(-9000, 9000), -2.0)]
)
def test_a_drag_goes_on_outside_of_the_table(desk: Desk, place: QPointF, value: float) -> None:
    desk.press(desk.table.track_at(2, 0.2))
    desk.move(place)
    assert desk.z[2] == value
    desk.move(desk.table.track_at(2, 0.6))
    assert desk.z[2] == pytest.approx(desk.LO + 0.6 * desk.SPAN, abs=1e-6)


def test_taking_hold_of_the_knob_keeps_the_value(desk: Desk) -> None:
    desk.set_value(4, 0.123, 0)
    place = desk.table.knob_at(4) + QPointF(4, 0)
    desk.press(place)
    assert desk.values[-1][:2] == (4, float(np.float32(0.123)))
    desk.move(place + QPointF(1, 0))
    assert desk.z[4] == pytest.approx(
        0.123 + desk.SPAN / (desk.table.track_at(4, 1) - desk.table.track_at(4, 0)).x()
    )


def test_shift_moves_by_a_tenth_without_a_jump(desk: Desk) -> None:
    start = desk.table.track_at(2, 0.5)
    per_px = desk.SPAN / (desk.table.track_at(2, 1) - desk.table.track_at(2, 0)).x()
    desk.press(start)
    middle = desk.z[2]
    desk.move(start + QPointF(10, 0), SHIFT)
    assert desk.z[2] == pytest.approx(middle + per_px, abs=1e-6)
    desk.move(start + QPointF(10, 3))
    assert desk.z[2] == pytest.approx(middle + per_px, abs=1e-6)
    desk.move(start + QPointF(12, 0))
    assert desk.z[2] == pytest.approx(middle + 3 * per_px, abs=1e-6)


def test_a_press_with_shift_does_not_jump_to_the_pointer(desk: Desk) -> None:
    desk.press(desk.table.track_at(2, 0.9), SHIFT)
    assert desk.z[2] == 0


def test_escape_takes_a_drag_back(desk: Desk) -> None:
    desk.set_value(4, 0.123, 0)
    desk.press(desk.table.track_at(4, 0.9))
    desk.move(desk.table.track_at(4, 0.8))
    desk.key(Key.Key_Escape)
    desk.move(desk.table.track_at(4, 0.1))
    assert desk.z[4] == np.float32(0.123)
    assert len(set(desk.gestures[1:])) == 1


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_move_nothing(desk: Desk, button: Qt.MouseButton) -> None:
    desk.press(desk.table.track_at(4, 0.9), button=button)
    assert desk.values == []


@pytest.mark.parametrize("part", [Part.LABEL, Part.NUMBER])
def test_beside_the_track_a_click_only_chooses_the_row(desk: Desk, part: Part) -> None:
    desk.click(desk.place_of(6, part))
    assert desk.table.currentIndex().row() == 6
    assert desk.values == []


# Double clicks ----------------------------------------------------------------------


def test_a_double_click_on_the_track_resets_as_one_gesture(desk: Desk) -> None:
    desk.double_click(desk.table.track_at(7, 0.9).toPoint())
    assert desk.z[7] == desk.MEAN
    assert [dim for dim, _ in desk.resets] == [7]
    assert {*desk.gestures, desk.resets[0][1]} == {desk.gestures[0]}


def test_a_double_click_on_the_label_resets(desk: Desk) -> None:
    desk.double_click(desk.place_of(7, Part.LABEL))
    assert [dim for dim, _ in desk.resets] == [7]


def test_a_double_click_on_the_number_edits_it(desk: Desk) -> None:
    desk.double_click(desk.place_of(7, Part.NUMBER))
    assert desk.editor().row == 7
    assert desk.is_untouched


# Locks ------------------------------------------------------------------------------


def test_a_click_on_the_lock_toggles_it_and_so_does_l(desk: Desk) -> None:
    place = desk.place_of(1, Part.LOCK)
    desk.click(place)
    assert desk.locks.tolist() == [False, True] + [False] * 14
    desk.double_click(place)
    assert desk.locks[1]
    desk.key(Key.Key_L)
    assert not desk.locks.any()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda desk: desk.press(desk.table.track_at(3, 0.9)),
        lambda desk: desk.roll(desk.table.track_at(3, 0.5)),
        lambda desk: desk.double_click(desk.place_of(3, Part.LABEL)),
        lambda desk: desk.double_click(desk.place_of(3, Part.NUMBER)),
        lambda desk: desk.key(Key.Key_Right),
        lambda desk: desk.key(Key.Key_Home),
        lambda desk: desk.key(Key.Key_F2),
        lambda desk: desk.key(Key.Key_1),
    ],
    ids=["drag", "wheel", "label", "number", "key", "home", "edit", "digit"],
)
def test_a_locked_row_refuses_and_says_why(desk: Desk, attempt: Callable[[Desk], object]) -> None:
    desk.set_lock(3, True)
    attempt(desk)
    assert desk.is_untouched
    assert not desk.is_editing()
    assert desk.refusals == ["z 3 is locked; click its lock or press L to free it."]


# Wheel ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notches", "modifiers", "share"),
    [(1, PLAIN, 0.01), (-2, PLAIN, -0.02), (0.25, PLAIN, 0.0025), (1, SHIFT, 0.001)],
)
def test_the_wheel_over_a_track_changes_its_value(
    desk: Desk, notches: float, modifiers: Qt.KeyboardModifier, share: float
) -> None:
    assert desk.roll(desk.table.track_at(5, 0.8), notches, modifiers)
    assert desk.z[5] == pytest.approx(share * desk.SPAN)


def test_a_burst_of_wheel_steps_is_one_gesture_for_each_row(desk: Desk) -> None:
    for row in (5, 5, 5, 6):
        desk.roll(desk.table.track_at(row, 0.8))
    assert desk.gestures[0] == desk.gestures[1] == desk.gestures[2]
    assert desk.gestures[3] != desk.gestures[2]


def test_the_wheel_beside_the_track_belongs_to_whatever_is_around(desk: Desk) -> None:
    assert not desk.roll(desk.place_of(5, Part.NUMBER))
    assert desk.values == []


def test_the_wheel_scrolls_a_long_table(long_desk: Desk) -> None:
    long_desk.roll(long_desk.table.track_at(3, 0.5), -1)
    assert long_desk.scroll_bar.value() > 0
    # The current row comes under the pointer while the table scrolls: it goes on.
    before = long_desk.scroll_bar.value()
    long_desk.roll(long_desk.table.track_at(8, 0.5), -1)
    assert long_desk.scroll_bar.value() > before
    assert long_desk.values == []


@pytest.mark.parametrize(("row", "modifiers"), [(8, PLAIN), (2, CTRL)])
def test_in_a_long_table_the_wheel_changes_the_current_row_or_any_with_ctrl(
    long_desk: Desk, row: int, modifiers: Qt.KeyboardModifier
) -> None:
    long_desk.roll(long_desk.table.track_at(row, 0.5), 1, modifiers)
    assert [dim for dim, _, _ in long_desk.values] == [row]
    assert long_desk.scroll_bar.value() == 0
