"""A bar for a share of all, with a mark up to where it is usual."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import theme_of

HEIGHT_PX = 12
BAR_PX = 4
LEAST_PX = 60
MARK_PX = 2
KNOB_PX = 10


class GaugeBar(QWidget):
    """Shows a share of all.

    Parameters
    ----------
    name : str
        For the screen reader.
    usual : float
        The share up to which it is nothing unusual.
    """

    def __init__(self, name: str, usual: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual = usual
        self._share: float | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None) -> None:
        """Show a share from 0 to 1, or none."""
        self._share = share
        self.setAccessibleDescription("" if share is None else f"{100 * share:.0f} %")
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(2 * LEAST_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """A short line."""
        return QSize(LEAST_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the bar, the mark and a knob."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room, middle = self.width() - KNOB_PX, self.height() / 2
        left = KNOB_PX / 2
        painter.fillRect(QRectF(left, middle - BAR_PX / 2, room, BAR_PX), QColor(theme.line))
        mark = left + self._usual * room - MARK_PX / 2
        painter.fillRect(QRectF(mark, 0, MARK_PX, self.height()), QColor(theme.muted))
        if self._share is not None:
            length = self._share * room
            bar = QRectF(left, middle - BAR_PX / 2, length, BAR_PX)
            painter.fillRect(bar, QColor(theme.live))
            painter.setBrush(QColor(theme.live))
            painter.drawEllipse(QRectF(length, middle - KNOB_PX / 2, KNOB_PX, KNOB_PX))
        painter.end()
