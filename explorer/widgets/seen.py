"""A widget that knows whether anybody can see it."""

from __future__ import annotations

from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QWidget


class SeenWidget(QWidget):
    """Tells what is worth working for from what is not.

    To Qt a widget in a minimised window is still visible, and ``isVisible`` says so.

    Attributes
    ----------
    is_seen : bool
        Neither hidden nor in a window that is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_seen = False

    def showEvent(self, event: QShowEvent | None) -> None:
        """Qt: it comes into sight."""
        super().showEvent(event)
        self.is_seen = True

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Qt: it leaves sight."""
        super().hideEvent(event)
        self.is_seen = False
