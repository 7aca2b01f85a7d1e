"""How far a direction parts two labels: a mark above what chance gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of

HEIGHT_PX, BARS_PX, LEAST_PX = 64, 40, 120
BINS, MARK_PX = 48, 2
ROOM = 1.05  # beyond the largest value
TIP = (
    "Cohen's d: how many standard deviations the means of the two labels are apart along "
    "the direction. Grey: the same along the ways between random pairs of codes."
)


class SeparationView(QWidget):
    """Grey bars: how often sizes of d come by chance; the amber mark: the direction's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = 0.0
        self._random: npt.NDArray[np.float64] = np.zeros(0)
        self.setAccessibleName("Cohen's d against random pairs")
        self.setToolTip(TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_separation(self, d: float, random: npt.NDArray[np.float64]) -> None:
        """Show a d among those of random pairs; none where there are no pairs."""
        self._size, self._random = abs(d), random
        self.setAccessibleDescription(f"{d:.2f}" if len(random) else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Low bars with figures below them."""
        return QSize(3 * LEAST_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Narrow bars."""
        return QSize(LEAST_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint bars, the mark and figures."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.fillRect(QRectF(0, BARS_PX, self.width(), 1), QColor(theme.line))
        if len(self._random):
            end = ROOM * max(self._size, float(self._random[-1]), 1e-9)
            counts, _ = np.histogram(self._random, BINS, (0.0, end))
            wide = self.width() / BINS
            for number, share in enumerate(counts / counts.max()):
                high = float(share) * (BARS_PX - 6)
                bar = QRectF(number * wide, BARS_PX - high, max(1.0, wide - 1), high)
                painter.fillRect(bar, QColor(theme.histogram))
            mark = self._size / end * self.width()
            painter.fillRect(QRectF(mark - MARK_PX / 2, 0, MARK_PX, BARS_PX), QColor(theme.live))
            self._paint_figures(painter, mark, end)
        painter.end()

    def _paint_figures(self, painter: QPainter, mark: float, end: float) -> None:
        theme = theme_of(self.palette())
        painter.setFont(text_font(SMALL_PX))
        metrics = QFontMetricsF(painter.font())
        median = float(np.median(self._random))
        taken = QRectF()
        for x, colour, word in (
            (mark, theme.live_text, f"|d| {self._size:.2f}"),
            (median / end * self.width(), theme.muted, f"by chance {median:.2f}"),
        ):
            wide = metrics.horizontalAdvance(word) + 1
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            place = QRectF(left, BARS_PX + 3, wide, HEIGHT_PX - BARS_PX - 4)
            if not place.intersects(taken):
                painter.setPen(QColor(colour))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, word)
                taken = place.adjusted(-8, 0, 8, 0)
