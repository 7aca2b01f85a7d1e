"""An invisible button over something that its parent paints."""

from __future__ import annotations

from functools import cache

from PyQt6.QtCore import QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QWidget

from explorer.theme import RADIUS_PX, theme_of

HOVER_ALPHA = 18
KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class HotSpot(QAbstractButton):
    """Brings focus, keys, tooltip and accessible name to a painted box.

    Parameters
    ----------
    is_stop : bool
        Whether Tab stops here; the others are reached with the arrow keys.

    Attributes
    ----------
    step_requested : signal of int
        An arrow key: -1 or 1.
    pointed : signal of bool
        The pointer came to it, or left it.
    """

    step_requested = pyqtSignal(int)
    pointed = pyqtSignal(bool)

    def __init__(self, parent: QWidget, is_stop: bool = True, radius_px: int = RADIUS_PX) -> None:
        super().__init__(parent)
        self._radius_px = radius_px
        self._ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def describe(self, name: str, tip: str) -> None:
        """Set the accessible name and the tooltip."""
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter activates as Space does; arrows go to the neighbours."""
        assert event is not None
        key = event.key()
        if key in _steps():
            self.step_requested.emit(_steps()[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """The pointer came."""
        super().enterEvent(event)
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent | None) -> None:
        """The pointer went."""
        super().leaveEvent(event)
        self.pointed.emit(False)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Show the ring only to those who came by keyboard."""
        assert event is not None
        self._ringed = event.reason() in KEYBOARD
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint what the parent cannot know: hover and focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self.palette())
        area = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        if self.underMouse() and self.isEnabled():
            veil = QColor(theme.text)
            veil.setAlpha(2 * HOVER_ALPHA if self.isDown() else HOVER_ALPHA)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(area, self._radius_px, self._radius_px)
        if self.hasFocus() and self._ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawRoundedRect(area, self._radius_px, self._radius_px)
        painter.end()


@cache  # not at import: making Qt's list of all keys takes longer than painting a window
def _steps() -> dict[int, int]:
    key = Qt.Key
    return {key.Key_Left: -1, key.Key_Up: -1, key.Key_Right: 1, key.Key_Down: 1}
