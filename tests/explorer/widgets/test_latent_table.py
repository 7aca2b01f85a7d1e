"""What hands and keys do to the latent table; a plain session grants every request."""

import itertools

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.widgets.latent_editors import NumberEditor, RangeEditor
from explorer.widgets.latent_row import Part
from explorer.widgets.latent_table import LatentTable
from models.latent import format_z

# Said by Qt's screenless platform whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
Modifier = Qt.KeyboardModifier
PLAIN, SHIFT, CTRL = Modifier.NoModifier, Modifier.ShiftModifier, Modifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
LO, HI = -2.0, 3.0
SPAN = HI - LO
MEAN = 0.5


class PlainSession:
    """Grants what the table requests, and remembers it."""

    def __init__(self, table, latent_dim):
        self.table = table
        self.z = np.zeros(latent_dim, np.float32)
        self.locks = np.zeros(latent_dim, np.bool_)
        self.values, self.resets, self.ranges, self.base_ranges = [], [], [], []
        self.pasted, self.refusals = [], []
        table.value_requested.connect(self.set_value)
        table.lock_requested.connect(self.set_lock)
        table.reset_requested.connect(self.reset)
        table.values_requested.connect(lambda *asked: self.pasted.append(asked))
        table.range_requested.connect(lambda *asked: self.ranges.append(asked))
        table.base_range_requested.connect(self.base_ranges.append)
        table.refused.connect(self.refusals.append)
        codes = np.random.default_rng(3).standard_normal((200, latent_dim)).astype(np.float32)
        table.set_statistics(
            np.full(latent_dim, MEAN, np.float32),
            np.full(latent_dim, LO, np.float32),
            np.full(latent_dim, HI, np.float32),
            codes,
        )
        table.set_z(self.z)

    @property
    def gestures(self):
        return [gesture for _, _, gesture in self.values]

    def set_value(self, dim, value, gesture):
        self.values.append((dim, value, gesture))
        self.z[dim] = value
        self.table.set_z(self.z)

    def set_lock(self, dim, locked):
        self.locks[dim] = locked
        self.table.set_locks(self.locks)

    def reset(self, dim, gesture):
        self.resets.append((dim, gesture))
        self.z[dim] = MEAN
        self.table.set_z(self.z)


def shown(qtbot, latent_dim):
    table = LatentTable()
    qtbot.addWidget(table)
    session = PlainSession(table, latent_dim)
    table.resize(580, 528)
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    return table, session


@pytest.fixture
def short(qtbot):
    return shown(qtbot, 16)


@pytest.fixture
def table(short):
    return short[0]


@pytest.fixture
def session(short):
    return short[1]


@pytest.fixture
def row_3(table):
    table.setCurrentIndex(table.latent.index(3, 0))
    return 3


def place_of(table, row, part):
    layout = table.row_layout
    x = {
        Part.LABEL: layout.label_right - 4,
        Part.NUMBER: layout.number_right - 10,
        Part.LOCK: layout.lock_x,
    }[part]
    return QPoint(x, round(table.track_at(row, 0).y()))


def mouse(table, kind, place, modifiers=PLAIN, button=LEFT):
    port = table.viewport()
    place = QPointF(place)
    moving = kind is QEvent.Type.MouseMove
    released = kind is QEvent.Type.MouseButtonRelease
    QApplication.sendEvent(
        port,
        QMouseEvent(
            kind,
            place,
            QPointF(port.mapToGlobal(place)),
            Qt.MouseButton.NoButton if moving else button,
            Qt.MouseButton.NoButton if released else button,
            modifiers,
        ),
    )


def press(table, place, modifiers=PLAIN, button=LEFT):
    mouse(table, QEvent.Type.MouseButtonPress, place, modifiers, button)


def move(table, place, modifiers=PLAIN):
    mouse(table, QEvent.Type.MouseMove, place, modifiers)


def release(table, place):
    mouse(table, QEvent.Type.MouseButtonRelease, place)


def double_click(table, place):
    QTest.mouseClick(table.viewport(), LEFT, PLAIN, place)
    QTest.mouseDClick(table.viewport(), LEFT, PLAIN, place)


def roll(table, place, notches=1.0, modifiers=PLAIN):
    port = table.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(port.mapToGlobal(QPointF(place))),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)
    return event.isAccepted()


def open_editor(table):
    editor = table.findChild(NumberEditor)
    return editor if editor.isVisible() else None


# Dragging --------------------------------------------------------------------------


def test_a_press_on_the_track_sets_the_value_under_the_pointer(table, session):
    press(table, table.track_at(5, 0.731))
    (dim, value, _) = session.values[-1]
    assert dim == 5
    assert value == pytest.approx(LO + 0.731 * SPAN, abs=1e-9)
    assert table.currentIndex().row() == 5


def test_a_drag_follows_the_hand_as_one_gesture(table, session):
    press(table, table.track_at(2, 0.2))
    for share in (0.3, 0.45, 0.9):
        move(table, table.track_at(2, share))
        assert session.z[2] == pytest.approx(LO + share * SPAN, abs=1e-6)
    release(table, table.track_at(2, 0.9))
    move(table, table.track_at(2, 0.1))
    assert len(session.values) == 4
    assert len(set(session.gestures)) == 1
    press(table, table.track_at(2, 0.5))
    assert session.gestures[-1] != session.gestures[0]


@pytest.mark.parametrize(
    ("place", "value"), [(QPointF(9000, -500), HI), (QPointF(-9000, 9000), LO)]
)
def test_a_drag_goes_on_outside_of_the_table(table, session, place, value):
    press(table, table.track_at(2, 0.2))
    move(table, place)
    assert session.z[2] == value
    move(table, table.track_at(2, 0.6))
    assert session.z[2] == pytest.approx(LO + 0.6 * SPAN, abs=1e-6)


def test_taking_hold_of_the_knob_keeps_the_value(table, session):
    session.set_value(4, 0.123, 0)
    place = table.knob_at(4) + QPointF(4, 0)
    press(table, place)
    assert session.values[-1][:2] == (4, float(np.float32(0.123)))
    move(table, place + QPointF(1, 0))
    assert session.z[4] == pytest.approx(
        0.123 + SPAN / (table.track_at(4, 1) - table.track_at(4, 0)).x()
    )


def test_shift_moves_by_a_tenth_without_a_jump(table, session):
    start = table.track_at(2, 0.5)
    per_px = SPAN / (table.track_at(2, 1) - table.track_at(2, 0)).x()
    press(table, start)
    middle = session.z[2]
    move(table, start + QPointF(10, 0), SHIFT)
    assert session.z[2] == pytest.approx(middle + per_px, abs=1e-6)
    move(table, start + QPointF(10, 3))
    assert session.z[2] == pytest.approx(middle + per_px, abs=1e-6)
    move(table, start + QPointF(12, 0))
    assert session.z[2] == pytest.approx(middle + 3 * per_px, abs=1e-6)


def test_a_press_with_shift_does_not_jump_to_the_pointer(table, session):
    press(table, table.track_at(2, 0.9), SHIFT)
    assert session.z[2] == 0


def test_escape_takes_a_drag_back(table, session):
    session.set_value(4, 0.123, 0)
    press(table, table.track_at(4, 0.9))
    move(table, table.track_at(4, 0.8))
    QTest.keyClick(table, Key.Key_Escape)
    move(table, table.track_at(4, 0.1))
    assert session.z[4] == np.float32(0.123)
    assert len(set(session.gestures[1:])) == 1


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_move_nothing(table, session, button):
    press(table, table.track_at(4, 0.9), button=button)
    assert session.values == []


@pytest.mark.parametrize("part", [Part.LABEL, Part.NUMBER])
def test_beside_the_track_a_click_only_chooses_the_row(table, session, part):
    QTest.mouseClick(table.viewport(), LEFT, PLAIN, place_of(table, 6, part))
    assert table.currentIndex().row() == 6
    assert session.values == []


# Double clicks ----------------------------------------------------------------------


def test_a_double_click_on_the_track_resets_as_one_gesture(table, session):
    double_click(table, table.track_at(7, 0.9).toPoint())
    assert session.z[7] == MEAN
    assert [dim for dim, _ in session.resets] == [7]
    assert {*session.gestures, session.resets[0][1]} == {session.gestures[0]}


def test_a_double_click_on_the_label_resets(table, session):
    double_click(table, place_of(table, 7, Part.LABEL))
    assert [dim for dim, _ in session.resets] == [7]


def test_a_double_click_on_the_number_edits_it(table, session):
    double_click(table, place_of(table, 7, Part.NUMBER))
    assert open_editor(table).dim == 7
    assert session.values == session.resets == []


# Locks ------------------------------------------------------------------------------


def test_a_click_on_the_lock_toggles_it_and_so_does_l(table, session):
    place = place_of(table, 1, Part.LOCK)
    QTest.mouseClick(table.viewport(), LEFT, PLAIN, place)
    assert session.locks.tolist() == [False, True] + [False] * 14
    double_click(table, place)
    assert session.locks[1]
    QTest.keyClick(table, Key.Key_L)
    assert not session.locks.any()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda table: press(table, table.track_at(3, 0.9)),
        lambda table: roll(table, table.track_at(3, 0.5)),
        lambda table: double_click(table, place_of(table, 3, Part.LABEL)),
        lambda table: double_click(table, place_of(table, 3, Part.NUMBER)),
        lambda table: QTest.keyClick(table, Key.Key_Right),
        lambda table: QTest.keyClick(table, Key.Key_Home),
        lambda table: QTest.keyClick(table, Key.Key_F2),
        lambda table: QTest.keyClick(table, Key.Key_1),
    ],
    ids=["drag", "wheel", "label", "number", "key", "home", "edit", "digit"],
)
def test_a_locked_row_refuses_and_says_why(table, session, row_3, attempt):
    session.set_lock(row_3, True)
    attempt(table)
    assert session.values == session.resets == []
    assert open_editor(table) is None
    assert session.refusals == ["z 3 is locked; click its lock or press L to free it."]


# Wheel ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notches", "modifiers", "share"),
    [(1, PLAIN, 0.01), (-2, PLAIN, -0.02), (0.25, PLAIN, 0.0025), (1, SHIFT, 0.001)],
)
def test_the_wheel_over_a_track_changes_its_value(table, session, notches, modifiers, share):
    assert roll(table, table.track_at(5, 0.8), notches, modifiers)
    assert session.z[5] == pytest.approx(share * SPAN)


def test_a_burst_of_wheel_steps_is_one_gesture_for_each_row(table, session):
    for row in (5, 5, 5, 6):
        roll(table, table.track_at(row, 0.8))
    assert session.gestures[0] == session.gestures[1] == session.gestures[2]
    assert session.gestures[3] != session.gestures[2]


def test_the_wheel_beside_the_track_belongs_to_whatever_is_around(table, session):
    assert not roll(table, place_of(table, 5, Part.NUMBER))
    assert session.values == []


def test_the_wheel_scrolls_a_long_table(qtbot):
    table, session = shown(qtbot, 4096)
    table.setCurrentIndex(table.latent.index(8, 0))
    bar = table.verticalScrollBar()
    roll(table, table.track_at(3, 0.5), -1)
    assert bar.value() > 0
    # The current row comes under the pointer while the table scrolls: it goes on.
    before = bar.value()
    roll(table, table.track_at(8, 0.5), -1)
    assert bar.value() > before
    assert session.values == []


@pytest.mark.parametrize(("row", "modifiers"), [(8, PLAIN), (2, CTRL)])
def test_in_a_long_table_the_wheel_changes_the_current_row_or_any_with_ctrl(qtbot, row, modifiers):
    table, session = shown(qtbot, 4096)
    table.setCurrentIndex(table.latent.index(8, 0))
    roll(table, table.track_at(row, 0.5), 1, modifiers)
    assert [dim for dim, _, _ in session.values] == [row]
    assert table.verticalScrollBar().value() == 0


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
def test_keys_step_through_the_range(table, session, row_3, key, modifiers, share):
    QTest.keyClick(table, key, modifiers)
    assert session.z[row_3] == pytest.approx(share * SPAN)
    assert np.count_nonzero(session.z) == 1


@pytest.mark.parametrize(("key", "end"), [(Key.Key_PageUp, HI), (Key.Key_PageDown, LO)])
def test_keys_stop_at_the_ends_of_the_range(table, session, row_3, key, end):
    for _ in range(12):
        QTest.keyClick(table, key)
    assert session.z[row_3] == end


def test_keys_do_not_pull_back_a_value_that_lies_outside(table, session, row_3):
    session.set_value(row_3, 7, 0)
    QTest.keyClick(table, Key.Key_Right)
    assert session.z[row_3] == 7
    QTest.keyClick(table, Key.Key_Left)
    assert session.z[row_3] == pytest.approx(7 - SPAN / 100)


def test_home_resets_and_arrows_choose_another_row(table, session, row_3):
    session.set_value(row_3, 2, 0)
    QTest.keyClick(table, Key.Key_Home)
    assert session.z[row_3] == MEAN
    QTest.keyClick(table, Key.Key_Down)
    assert table.currentIndex().row() == 4
    QTest.keyClick(table, Key.Key_Up)
    QTest.keyClick(table, Key.Key_Up)
    assert table.currentIndex().row() == 2
    QTest.keyClick(table, Key.Key_End, CTRL)
    assert table.currentIndex().row() == 15
    QTest.keyClick(table, Key.Key_Home, CTRL)
    assert table.currentIndex().row() == 0


def test_a_run_of_keys_is_one_gesture_until_row_or_focus_change(table, session, row_3):
    QTest.keyClick(table, Key.Key_Right)
    QTest.keyClick(table, Key.Key_Left)
    assert len(set(session.gestures)) == 1
    table.clearFocus()
    table.setFocus()
    QTest.keyClick(table, Key.Key_Right)
    QTest.keyClick(table, Key.Key_Down)
    QTest.keyClick(table, Key.Key_Right)
    assert len(set(session.gestures)) == 3


def test_tab_goes_through_the_table_and_not_through_its_rows(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    before, table, after = QLineEdit(window), LatentTable(window), QLineEdit(window)
    table.set_z(np.zeros(16, np.float32))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    before.setFocus()
    QTest.keyClick(before, Key.Key_Tab)
    assert table.hasFocus()
    assert table.currentIndex().row() == 0
    QTest.keyClick(table, Key.Key_Tab)
    assert after.hasFocus()


def test_gestures_can_be_numbered_by_someone_else(qtbot):
    table = LatentTable(new_gesture=itertools.count(70).__next__)
    qtbot.addWidget(table)
    session = PlainSession(table, 4)
    table.setCurrentIndex(table.latent.index(1, 0))
    QTest.keyClick(table, Key.Key_Right)
    assert session.gestures == [70]


# Editing ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_F2])
def test_the_editor_opens_with_the_exact_number(table, session, row_3, key):
    session.set_value(row_3, 1 / 3, 0)
    QTest.keyClick(table, key)
    assert open_editor(table).text() == str(np.float32(1 / 3))


@pytest.mark.parametrize(
    ("typed", "value"), [("1.25", 1.25), ("-7", -7), (".5", 0.5), ("+3e-3", 3e-3)]
)
def test_typing_a_number_sets_it_exactly(table, session, row_3, typed, value):
    QTest.keyClicks(table, typed[0])
    editor = open_editor(table)
    QTest.keyClicks(editor, typed[1:])
    QTest.keyClick(editor, Key.Key_Return)
    assert session.z[row_3] == np.float32(value)
    assert len(session.values) == 1
    assert open_editor(table) is None
    assert table.hasFocus()


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "two", "1e39", ""])
def test_what_is_no_finite_number_is_refused_and_stays(table, session, row_3, typed):
    QTest.keyClick(table, Key.Key_F2)
    editor = open_editor(table)
    editor.setText(typed)
    QTest.keyClick(editor, Key.Key_Return)
    assert session.values == []
    assert session.refusals == [f"z 3 must be a finite number; received {typed!r}."]
    assert open_editor(table) is editor
    QTest.keyClick(editor, Key.Key_Escape)
    assert open_editor(table) is None
    assert table.hasFocus()
    assert session.values == []


def test_enter_without_a_change_requests_nothing(table, session, row_3):
    QTest.keyClick(table, Key.Key_F2)
    QTest.keyClick(open_editor(table), Key.Key_Return)
    assert session.values == []


@pytest.mark.parametrize(("typed", "count"), [("2.5", 1), ("two", 0)])
def test_a_click_elsewhere_takes_a_number_and_drops_a_word(table, session, row_3, typed, count):
    QTest.keyClick(table, Key.Key_F2)
    open_editor(table).setText(typed)
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert open_editor(table) is None
    assert len(session.values) == count
    assert len(session.refusals) == 1 - count


def test_the_editor_does_not_stay_behind_when_the_table_scrolls(qtbot):
    table, session = shown(qtbot, 4096)
    table.setCurrentIndex(table.latent.index(3, 0))
    QTest.keyClick(table, Key.Key_F2)
    open_editor(table).setText("1")
    table.verticalScrollBar().setValue(60)
    assert open_editor(table) is None
    assert session.values == []


def test_a_key_brings_its_row_back_into_sight(qtbot):
    table, _ = shown(qtbot, 4096)
    table.setCurrentIndex(table.latent.index(3, 0))
    table.verticalScrollBar().setValue(9000)
    QTest.keyClick(table, Key.Key_Right)
    assert table.viewport().rect().contains(table.knob_at(3).toPoint())


# Menu, ranges, clipboard ------------------------------------------------------------


def choose(table, row, label):
    menu = table.menu_of(row)
    action = next(a for a in menu.actions() if a.text().split("\t")[0] == label)
    action.trigger()


def test_the_menu_resets_locks_edits_and_gives_the_range_back(table, session):
    choose(table, 2, "Reset to mean")
    choose(table, 2, "Lock")
    choose(table, 2, "Unlock")
    choose(table, 2, "Use the codes' range")
    choose(table, 2, "Edit value")
    assert session.z[2] == MEAN
    assert not session.locks.any()
    assert session.base_ranges == [2]
    assert open_editor(table).dim == 2


def range_fields(table, row):
    choose(table, row, "Set range…")
    popup = table.findChild(RangeEditor)
    assert popup.isVisible()
    lo, hi = popup.findChildren(QLineEdit)
    return popup, lo, hi


def test_a_range_is_set_by_its_two_ends(table, session):
    popup, lo, hi = range_fields(table, 2)
    assert (lo.text(), hi.text()) == ("-2.0", "3.0")
    lo.setText("-0.5")
    hi.setText("0.25")
    QTest.keyClick(hi, Key.Key_Return)
    assert session.ranges == [(2, -0.5, 0.25)]
    assert not popup.isVisible()


@pytest.mark.parametrize("ends", [("1", "1"), ("2", "1"), ("nan", "1"), ("", "1"), ("0", "inf")])
def test_a_range_that_is_none_is_refused(table, session, ends):
    popup, lo, hi = range_fields(table, 2)
    lo.setText(ends[0])
    hi.setText(ends[1])
    QTest.keyClick(lo, Key.Key_Return)
    assert session.ranges == []
    assert len(session.refusals) == 1
    assert popup.isVisible()
    QTest.keyClick(lo, Key.Key_Escape)
    assert not popup.isVisible()


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_the_menu_belongs_to_the_row_that_was_asked(table, session, row_3, by_keyboard):
    reason = QContextMenuEvent.Reason.Keyboard if by_keyboard else QContextMenuEvent.Reason.Mouse
    place = table.track_at(5, 0.5).toPoint()
    where = table.viewport() if not by_keyboard else table
    QApplication.sendEvent(where, QContextMenuEvent(reason, place, where.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    next(a for a in menu.actions() if a.text().startswith("Lock")).trigger()
    menu.close()
    assert np.flatnonzero(session.locks).tolist() == [3 if by_keyboard else 5]


def test_z_is_copied_and_pasted_as_text(table, session):
    session.set_value(2, 1 / 3, 0)
    QTest.keyClick(table, Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == format_z(session.z)
    QTest.keyClick(table, Key.Key_V, CTRL)
    z, gesture, text = session.pasted[0]
    assert np.array_equal(z, session.z)
    assert gesture not in session.gestures
    assert text == "paste z"


def test_text_that_is_no_z_is_not_pasted(table, session):
    QGuiApplication.clipboard().setText("one, two")
    QTest.keyClick(table, Key.Key_V, CTRL)
    assert session.pasted == []
    assert session.refusals == ["The text must be 16 numbers; received 'one'."]


def test_another_model_ends_drag_and_editing(table, session):
    press(table, table.track_at(2, 0.2))
    table.set_z(np.zeros(3, np.float32))
    move(table, table.track_at(2, 0.9))
    assert len(session.values) == 1


def test_hiding_the_table_lets_go(table, session):
    press(table, table.track_at(2, 0.2))
    table.hide()
    table.show()
    move(table, table.track_at(2, 0.9))
    assert len(session.values) == 1
