"""The latent vector as a table of sliders: what mouse, wheel and keyboard mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QInputEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from explorer.widgets.latent_gesture import BURST_PAUSE_MS
from explorer.widgets.latent_requests import LatentRequests
from explorer.widgets.latent_row import MINUS, Part

STEP = 1 / 100
FINE_STEP = 1 / 1000
PAGE_STEP = 1 / 10
NOTCH = 120  # of a wheel, in Qt's eighths of a degree
NUMBER_SIGNS = f"0123456789+-.{MINUS}"

Modifier = Qt.KeyboardModifier
CONTROL_KEYS = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.Find,
)
BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class LatentTable(LatentRequests):
    """Sliders for a latent vector of any length.

    It changes nothing itself: it says what is requested by the signals of
    :class:`LatentRequests` and shows what :meth:`set_z`, :meth:`set_statistics`
    and :meth:`set_locks` tell it, also after a request of its own.

    Parameters
    ----------
    parent : QWidget, optional
    new_gesture : callable, optional
        Gives numbers for gestures; they count from 1 without it.
    """

    def __init__(
        self, parent: QWidget | None = None, new_gesture: Callable[[], int] | None = None
    ) -> None:
        super().__init__(parent, new_gesture)
        self._by_keyboard = False
        self._scrolled_ms = -BURST_PAUSE_MS - 1
        selection = self.selectionModel()
        assert selection is not None
        selection.currentChanged.connect(self._mark_focus)

    # Mouse ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
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
        elif part is Part.PIN:
            self._toggle_pin(row)
        elif part is Part.TRACK and self._is_free(row):
            self._start_drag(row, event.position().x(), _has_shift(event))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Qt: drag, or hover."""
        if event is None:
            return
        if self._drag is None:
            self._hover(event.position().toPoint())
            return
        before, fine = self._drag.place, _has_shift(event)
        if self._drag.move(event.position().x(), fine) != before:
            self._request_dragged(self._drag)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Qt: let go."""
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._end_drag()
            self._hover(event.position().toPoint())
            self.let_go.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Qt: edit a number, reset a value; lock and pin take it as another click."""
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        row, part = self._at(event.position().toPoint())
        if row < 0:
            return
        if part is Part.LOCK:
            self._toggle_lock(row)
        elif part is Part.PIN:
            self._toggle_pin(row)
        elif part is Part.NUMBER:
            self._edit_number(row)
        elif part is not Part.EFFECT:
            pressed, gesture = self._pressed
            same = part is Part.TRACK and pressed == row
            self._reset(row, gesture if same else self._new_gesture())

    # Wheel ---------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent | None) -> None:
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

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Qt: steps, reset, lock, edit, copy and paste, other rows."""
        if event is None:
            return
        self._by_keyboard = True
        row = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.find_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._cancel_drag()
        elif row >= 0 and self._is_own_key(event):
            self._act_on_key(row, event)
        elif event.key() in _keys().rows:
            super().keyPressEvent(event)
        else:
            event.ignore()
        self._mark_focus()

    def _is_own_key(self, event: QKeyEvent) -> bool:
        if any(map(event.matches, CONTROL_KEYS)):
            return True
        if event.modifiers() & ~(Modifier.ShiftModifier | Modifier.KeypadModifier):
            return False
        key = event.key()
        known = key in _keys().steps or key in _keys().edit or key in _keys().other
        return known or _is_start_of_number(event.text())

    def _act_on_key(self, row: int, event: QKeyEvent) -> None:
        key = event.key()
        self.scrollTo(self.currentIndex())
        if key == Qt.Key.Key_L:
            self._toggle_lock(row)
        elif key == Qt.Key.Key_T:
            self._toggle_pin(row)
        elif key in _keys().edit:
            self._edit_number(row)
        elif not self._is_free(row):
            return
        elif key == Qt.Key.Key_Home:
            self._reset(row, self._new_gesture())
        elif key in _keys().steps:
            fraction = _keys().steps[key] * (FINE_STEP / STEP if _has_shift(event) else 1)
            self._step("keys", row, fraction, event.timestamp())
        else:
            self._edit_number(row, event.text())

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Qt: show where the keyboard is, if it came by keyboard."""
        super().focusInEvent(event)
        if event is not None and event.reason() in BY_KEYBOARD:
            self._by_keyboard = True
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Qt: a burst of keys or wheel steps ends here."""
        super().focusOutEvent(event)
        self._bursts.end()
        self._mark_focus()
        self.let_go.emit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Qt: what can be done with a row."""
        if event is None:
            return
        by_keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        row = self.currentIndex().row() if by_keyboard else self._at(event.pos())[0]
        if row >= 0:
            self.scrollTo(self.latent.index(row, 0))
            place = self._row_rect(row).center() if by_keyboard else event.pos()
            self.menu_of(row).popup(self._port.mapToGlobal(place))

    def _mark_focus(self) -> None:
        shown = self._by_keyboard and self.hasFocus()
        self._mark(focus_row=self.currentIndex().row() if shown else -1)


def _has_shift(event: QInputEvent) -> bool:
    return bool(event.modifiers() & Modifier.ShiftModifier)


def _is_start_of_number(text: str) -> bool:
    return len(text) == 1 and text in NUMBER_SIGNS


class _Keys(NamedTuple):
    steps: dict[int, float]
    edit: tuple[int, ...]
    other: tuple[int, ...]
    rows: tuple[int, ...]


@cache  # not at import: making Qt's list of all keys takes longer than painting a window
def _keys() -> _Keys:
    key = Qt.Key
    return _Keys(
        steps={
            key.Key_Left: -STEP,
            key.Key_Right: STEP,
            key.Key_PageDown: -PAGE_STEP,
            key.Key_PageUp: PAGE_STEP,
        },
        edit=(key.Key_Return, key.Key_Enter, key.Key_F2),
        other=(key.Key_Home, key.Key_L, key.Key_T),
        rows=(key.Key_Up, key.Key_Down, key.Key_Home, key.Key_End),
    )
