"""Finding parts of a window as a user does: by what is written on them, by where they are."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QMenu, QWidget

from explorer.widgets.drawing_canvas import DrawingCanvas


def button(window: QWidget, text: str) -> QAbstractButton:
    (found,) = (b for b in window.findChildren(QAbstractButton) if b.text() == text)
    return found


def action(entries: QMenu, text: str) -> QAction:
    (found,) = (a for a in entries.actions() if a.text() == text)
    return found


def menu(window: QWidget, title: str) -> QMenu:
    (found,) = (m for m in window.findChildren(QMenu) if m.title() == title)
    return found


def on_canvas(canvas: DrawingCanvas, points: Sequence[tuple[float, float]]) -> list[QPointF]:
    """Places on a canvas given in the unit square."""
    square = canvas.square()
    return [
        QPointF(square.left() + x * square.width(), square.top() + y * square.height())
        for x, y in points
    ]
