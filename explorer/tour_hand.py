"""A hand at widgets: pointer, wheel and keys as real events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QAction, QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QComboBox, QWidget

NOTCH = 120  # of a wheel, in eighths of a degree
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier

Part = TypeVar("Part", bound=QWidget)


class Hand:
    """Does to widgets what a user's hand does, and waits for nothing."""

    def stroke(self, widget: QWidget, points: Sequence[QPointF]) -> None:
        """Press, move and release the left button."""
        send_mouse(widget, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
        for point in points[1:]:
            send_mouse(widget, QEvent.Type.MouseMove, point, NO_BUTTON, LEFT)
        send_mouse(widget, QEvent.Type.MouseButtonRelease, points[-1], LEFT, NO_BUTTON)

    def click(self, widget: QWidget, point: QPointF | None = None) -> None:
        """Click somewhere on a widget, or in its middle."""
        self.stroke(widget, [point or QPointF(widget.rect().center())])

    def point_at(self, widget: QWidget, point: QPointF) -> None:
        """Move the pointer without a button."""
        send_mouse(widget, QEvent.Type.MouseMove, point, NO_BUTTON, NO_BUTTON)

    def leave(self, widget: QWidget) -> None:
        """Take the pointer away."""
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))

    def roll(self, widget: QWidget, point: QPointF, notches: float) -> None:
        """Turn the wheel, away from the hand where ``notches`` is above 0."""
        turned = QPoint(0, round(NOTCH * notches))
        phase = Qt.ScrollPhase.NoScrollPhase
        place = widget.mapToGlobal(point)
        event = QWheelEvent(point, place, QPoint(), turned, NO_BUTTON, NO_KEYS, phase, False)
        QApplication.sendEvent(widget, event)

    def press(self, widget: QWidget, key: Qt.Key, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(widget, QKeyEvent(kind, key, NO_KEYS))

    def choose(self, choice: QComboBox, text: str) -> None:
        """Choose a line of a list."""
        index = choice.findText(text)
        choice.setCurrentIndex(index)
        choice.activated.emit(index)

    def choose_action(self, parent: QWidget, text: str) -> None:
        """Choose a line of a menu."""
        next(action for action in parent.findChildren(QAction) if action.text() == text).trigger()


def part(parent: QWidget, kind: type[Part], name: str) -> Part:
    """A widget by its kind and accessible name."""
    return next(w for w in parent.findChildren(kind) if w.accessibleName() == name)


def send_mouse(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPointF,
    button: Qt.MouseButton,
    held: Qt.MouseButton,
) -> None:
    """Send one event of the pointer to a widget."""
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, NO_KEYS)
    QApplication.sendEvent(widget, event)
