"""The latent vector as a table of sliders: mouse, wheel, keyboard, menu and editing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QInputEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QMenu, QWidget

from explorer.widgets.latent_editors import NumberEditor, RangeEditor
from explorer.widgets.latent_gesture import BURST_PAUSE_MS, Bursts, Drag
from explorer.widgets.latent_row import KNOB_RADIUS_PX, MINUS, Part
from explorer.widgets.latent_view import LatentView
from models.errors import LatentError
from models.latent import format_z, parse_z

STEP = 1 / 100
FINE_STEP = 1 / 1000
PAGE_STEP = 1 / 10
NOTCH = 120  # of a wheel, in Qt's eighths of a degree
NUMBER_EDITOR_PX = 116
NUMBER_SIGNS = f"0123456789+-.{MINUS}"

Key = Qt.Key
Modifier = Qt.KeyboardModifier
STEP_KEYS = {
    Key.Key_Left: -STEP,
    Key.Key_Right: STEP,
    Key.Key_PageDown: -PAGE_STEP,
    Key.Key_PageUp: PAGE_STEP,
}
EDIT_KEYS = (Key.Key_Return, Key.Key_Enter, Key.Key_F2)
OTHER_KEYS = (Key.Key_Home, Key.Key_L)
ROW_KEYS = (Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End)
CLIPBOARD_KEYS = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste)
BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class LatentTable(LatentView):
    """Sliders for a latent vector of any length.

    It changes nothing itself: it says what is requested and shows what
    :meth:`set_z`, :meth:`set_statistics` and :meth:`set_locks` tell it, also
    after a request of its own. A gesture number stands for what the hand did
    in one go: one drag, one burst of wheel steps, one run of a key.

    Parameters
    ----------
    parent : QWidget, optional
    new_gesture : callable, optional
        Gives numbers for gestures; they count from 1 without it.

    Attributes
    ----------
    value_requested : signal of int, float, int
        A dimension, its exact value, the gesture.
    values_requested : signal of ndarray of float32 (latent_dim,), int, str
        All values, the gesture, what was done.
    reset_requested : signal of int, int
        A dimension that is to go to its mean, the gesture (a double-click's first
        press has requested a value with the same number).
    lock_requested : signal of int, bool
    range_requested : signal of int, float, float
    base_range_requested : signal of int
        A dimension that is to get back the range of the codes.
    refused : signal of str
        One sentence: why nothing was requested.
    """

    value_requested = pyqtSignal(int, float, int)
    values_requested = pyqtSignal(object, int, str)
    reset_requested = pyqtSignal(int, int)
    lock_requested = pyqtSignal(int, bool)
    range_requested = pyqtSignal(int, float, float)
    base_range_requested = pyqtSignal(int)
    refused = pyqtSignal(str)

    def __init__(
        self, parent: QWidget | None = None, new_gesture: Callable[[], int] | None = None
    ) -> None:
        super().__init__(parent)
        self._new_gesture = new_gesture or itertools.count(1).__next__
        self._bursts = Bursts(self._new_gesture)
        self._drag: Drag | None = None
        self._press_gesture = 0
        self._by_keyboard = False
        self._scrolled_ms = -BURST_PAUSE_MS - 1
        self._number_editor = NumberEditor(self._port)
        self._range_editor = RangeEditor(self)
        selection = self.selectionModel()
        assert selection is not None
        selection.currentChanged.connect(self._mark_focus)
        self._number_editor.committed.connect(self._request_typed)
        self._number_editor.refused.connect(self.refused)
        self._number_editor.left.connect(self.setFocus)
        self._range_editor.committed.connect(self.range_requested)
        self._range_editor.refused.connect(self.refused)

    def _start_anew(self) -> None:
        self._drag = None
        self._number_editor.close_editor()
        super()._start_anew()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Qt: a number that is being edited does not stay behind."""
        self._number_editor.close_editor()
        super().scrollContentsBy(dx, dy)

    # Mouse ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: take hold of a track, click a lock, make a row the current one."""
        if event is None:
            return
        row, part = self._at(event.position().toPoint())
        self._by_keyboard = False
        if row >= 0:
            self.setCurrentIndex(self.latent.index(row, 0))
        self._mark_focus()
        if row < 0 or event.button() is not Qt.MouseButton.LeftButton:
            return
        if part is Part.LOCK:
            self._toggle_lock(row)
        elif part is Part.TRACK and self._is_free(row):
            self._start_drag(row, event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: drag, or hover."""
        if event is None:
            return
        if self._drag is None:
            self._hover(event.position().toPoint())
            return
        before, fine = self._drag.value, _has_shift(event)
        value = self._drag.move(event.position().x(), fine)
        if value != before:
            self.value_requested.emit(self._drag.row, value, self._drag.gesture)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: let go."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._end_drag()
            self._hover(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: edit a number, reset anything else; a lock takes it as another click."""
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        row, part = self._at(event.position().toPoint())
        if row < 0:
            return
        if part is Part.LOCK:
            self._toggle_lock(row)
        elif part is Part.NUMBER:
            self._edit_number(row)
        else:
            gesture = self._press_gesture if part is Part.TRACK else self._new_gesture()
            self._reset(row, gesture)

    def _start_drag(self, row: int, event: QMouseEvent) -> None:
        model, layout = self.latent, self._layout
        lo, hi, value = float(model.lo[row]), float(model.hi[row]), float(model.z[row])
        x, fine = event.position().x(), _has_shift(event)
        self._stop_returning()
        self._press_gesture = self._new_gesture()
        start = value
        on_knob = abs(x - layout.x_of(model.share(row, value))) <= KNOB_RADIUS_PX + 2
        if not (on_knob or fine):
            value = lo + min(max(layout.share_of(x), 0.0), 1.0) * (hi - lo)
        per_px = (hi - lo) / layout.track_width
        self._drag = Drag(row, self._press_gesture, start, value, lo, hi, per_px, x, fine)
        self._mark(drag_row=row)
        # Also where the hand only holds the knob: from now on the sliders have the say.
        self.value_requested.emit(row, value, self._press_gesture)

    def _end_drag(self) -> None:
        self._drag = None
        self._mark(drag_row=-1)

    def _cancel_drag(self) -> None:
        drag = self._drag
        self._end_drag()
        if drag is not None:
            self.value_requested.emit(drag.row, drag.start, drag.gesture)

    # Wheel ---------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: change the value under the pointer, or scroll a table that is too long."""
        if event is None:
            return
        row, part = self._at(event.position().toPoint())
        if row >= 0 and part is Part.TRACK and self._wheel_moves_value(row, event):
            angle = event.angleDelta().y() or event.angleDelta().x()  # Shift may turn it
            if angle and self._is_free(row):
                fraction = FINE_STEP if _has_shift(event) else STEP
                self._step("wheel", row, fraction * angle / NOTCH, event.timestamp())
            event.accept()
            return
        self._scrolled_ms = event.timestamp()
        if self._scrolls():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _wheel_moves_value(self, row: int, event: QWheelEvent) -> bool:
        if event.modifiers() & Modifier.ControlModifier or not self._scrolls():
            return True
        # A scroll that is under way is not caught by the current row passing by.
        scrolling = event.timestamp() - self._scrolled_ms <= BURST_PAUSE_MS
        return self.hasFocus() and row == self.currentIndex().row() and not scrolling

    def _scrolls(self) -> bool:
        bar = self.verticalScrollBar()
        return bar is not None and bar.maximum() > bar.minimum()

    # Keyboard ------------------------------------------------------------------------

    def event(self, event: QEvent | None) -> bool:
        """Qt: keys that mean something here are no shortcuts of the window."""
        if (
            event is not None
            and event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_own_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: steps, reset, lock, edit, copy and paste, other rows."""
        if event is None:
            return
        self._by_keyboard = True
        row = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.key() == Key.Key_Escape and self._drag is not None:
            self._cancel_drag()
        elif row >= 0 and self._is_own_key(event):
            self._act_on_key(row, event)
        elif event.key() in ROW_KEYS:
            super().keyPressEvent(event)
        else:
            event.ignore()
        self._mark_focus()

    def _is_own_key(self, event: QKeyEvent) -> bool:
        if any(map(event.matches, CLIPBOARD_KEYS)):
            return True
        if event.modifiers() & ~(Modifier.ShiftModifier | Modifier.KeypadModifier):
            return False
        key = event.key()
        known = key in STEP_KEYS or key in EDIT_KEYS or key in OTHER_KEYS
        return known or _is_start_of_number(event.text())

    def _act_on_key(self, row: int, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key == Key.Key_L:
            self._toggle_lock(row)
        elif key in EDIT_KEYS:
            self._edit_number(row)
        elif not self._is_free(row):
            return
        elif key == Key.Key_Home:
            self._reset(row, self._new_gesture())
        elif key in STEP_KEYS:
            fraction = STEP_KEYS[key] * (FINE_STEP / STEP if _has_shift(event) else 1)
            self._step("keys", row, fraction, event.timestamp())
        else:
            self._edit_number(row, event.text())

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: show where the keyboard is, if it came by keyboard."""
        super().focusInEvent(event)
        if event is not None and event.reason() in BY_KEYBOARD:
            self._by_keyboard = True
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: a burst of keys or wheel steps ends here."""
        super().focusOutEvent(event)
        self._bursts.end()
        self._mark_focus()

    # Requests ------------------------------------------------------------------------

    def _is_free(self, row: int) -> bool:
        locked = bool(self.latent.locks[row])
        if locked:
            self.refused.emit(f"z {row} is locked; click its lock or press L to free it.")
        return not locked

    def _step(self, kind: str, row: int, fraction: float, time_ms: int) -> None:
        model = self.latent
        lo, hi, value = float(model.lo[row]), float(model.hi[row]), float(model.z[row])
        wanted = value + fraction * (hi - lo)
        wanted = min(max(wanted, min(lo, value)), max(hi, value))
        gesture = self._bursts.step(kind, row, time_ms)
        self._stop_returning()
        if wanted != value:
            self.value_requested.emit(row, wanted, gesture)

    def _reset(self, row: int, gesture: int) -> None:
        if not self._is_free(row):
            return
        self._end_drag()
        self._return_knob(row)
        self.reset_requested.emit(row, gesture)

    def _toggle_lock(self, row: int) -> None:
        self.lock_requested.emit(row, not self.latent.locks[row])

    def _edit_number(self, row: int, typed: str = "") -> None:
        if not self._is_free(row):
            return
        self._end_drag()
        rect = self._row_rect(row)
        right = rect.x() + self._layout.number_right + 8
        width = min(NUMBER_EDITOR_PX, right)
        self._number_editor.setGeometry(
            right - width, rect.y() + 2, width, min(rect.height() - 4, 28)
        )
        self._number_editor.open(row, float(self.latent.z[row]), typed)

    def _request_typed(self, row: int, value: float) -> None:
        self.value_requested.emit(row, value, self._new_gesture())

    def _edit_range(self, row: int) -> None:
        rect = self._row_rect(row)
        corner = self._port.mapToGlobal(QPoint(self._layout.track_left, rect.bottom()))
        lo, hi = float(self.latent.lo[row]), float(self.latent.hi[row])
        self._range_editor.open(row, lo, hi, corner)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(format_z(self.latent.z))

    def _paste(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            return
        try:
            z = parse_z(clipboard.text(), self.latent.rowCount())
        except LatentError as error:
            self.refused.emit(str(error))
        else:
            self.values_requested.emit(z, self._new_gesture(), "paste z")

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: what can be done with a row."""
        if event is None:
            return
        by_keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        row = self.currentIndex().row() if by_keyboard else self._at(event.pos())[0]
        if row >= 0:
            place = self._row_rect(row).center() if by_keyboard else event.pos()
            self.menu_of(row).popup(self._port.mapToGlobal(place))

    def menu_of(self, row: int) -> QMenu:
        """The context menu of a row; it deletes itself once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lock = "Unlock" if self.latent.locks[row] else "Lock"
        entries: list[tuple[str, Callable[[], object]] | None] = [
            ("Edit value\tEnter", lambda: self._edit_number(row)),
            ("Reset to mean\tHome", lambda: self._reset(row, self._new_gesture())),
            (f"{lock}\tL", lambda: self._toggle_lock(row)),
            None,
            ("Set range…", lambda: self._edit_range(row)),
            ("Use the codes' range", lambda: self.base_range_requested.emit(row)),
            None,
            ("Copy z\tCtrl+C", self._copy),
            ("Paste z\tCtrl+V", self._paste),
        ]
        for entry in entries:
            action = menu.addSeparator() if entry is None else menu.addAction(entry[0])
            if entry is not None and action is not None:
                action.triggered.connect(lambda _=False, act=entry[1]: act())
        return menu

    def _mark_focus(self) -> None:
        shown = self._by_keyboard and self.hasFocus()
        self._mark(focus_row=self.currentIndex().row() if shown else -1)


def _has_shift(event: QInputEvent) -> bool:
    return bool(event.modifiers() & Modifier.ShiftModifier)


def _is_start_of_number(text: str) -> bool:
    return len(text) == 1 and text in NUMBER_SIGNS
