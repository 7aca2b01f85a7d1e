"""The line of a journey: its stops, and a knob where the traveller is."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of

KNOB_PX, TRACK_PX, STOP_PX = 14, 3, 7
TRACK_Y_PX, HEIGHT_PX, LEAST_PX = 12, 40, 104
LEAST_NAME_PX = 28
LEFT = Qt.MouseButton.LeftButton


class Timeline(QWidget):
    """Shows a place on a way of some legs.

    Attributes
    ----------
    grabbed, released : signal
        A hand takes and leaves the knob.
    place_wanted : signal of float
        From 0 to the number of legs.
    steps_wanted : signal of int
        An arrow key: so many steps on, or back.
    play_wanted : signal
        The space bar.
    """

    grabbed = pyqtSignal()
    released = pyqtSignal()
    place_wanted = pyqtSignal(float)
    steps_wanted = pyqtSignal(int)
    play_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._place = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag to any place of the journey; Left and Right go step by step")

    def set_stops(self, names: Sequence[str]) -> None:
        """Name the places 0, 1, 2 and so on; none where there is no journey."""
        self._names = tuple(names)
        self._describe()
        self.update()

    def set_place(self, place: float) -> None:
        """Show where the traveller is, from 0 to the number of legs."""
        if place != self._place:
            self._place = place
            self._describe()
            self.update()

    @property
    def legs(self) -> int:
        """How long the way is."""
        return max(0, len(self._names) - 1)

    def x_at(self, place: float) -> float:
        """Where a place lies."""
        room = self.width() - KNOB_PX
        return KNOB_PX / 2 + room * place / max(1, self.legs)

    # Input -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take the knob there."""
        assert event is not None
        if event.button() == LEFT and self.legs:
            self.grabbed.emit()
            self._want(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Take the knob along."""
        assert event is not None
        if event.buttons() & LEFT and self.legs:
            self._want(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Leave the knob."""
        assert event is not None
        if event.button() == LEFT and self.legs:
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows go step by step, Home and End to the ends; the space bar plays."""
        assert event is not None
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        ends = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: float(self.legs)}
        if not self.legs:
            super().keyPressEvent(event)
        elif key in steps:
            self.steps_wanted.emit(steps[key])
        elif key in ends:
            self.place_wanted.emit(ends[key])
        elif key == Qt.Key.Key_Space:
            self.play_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _want(self, x: float) -> None:
        share = (x - KNOB_PX / 2) / max(1, self.width() - KNOB_PX)
        self.place_wanted.emit(min(max(share, 0.0), 1.0) * self.legs)

    def _describe(self) -> None:
        place = f"{self._place:.2f} of {self.legs}" if self.legs else "no journey"
        self.setAccessibleDescription(place)

    # Painting --------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A track with names below it."""
        return QSize(3 * LEAST_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Short."""
        return QSize(LEAST_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the track, what of it lies behind, the stops and the knob."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left, right = self.x_at(0), self.x_at(max(1, self.legs))
        self._paint_line(painter, left, right, theme.line)
        if self.legs:
            knob = self.x_at(min(self._place, self.legs))
            self._paint_line(painter, left, knob, theme.live)
            self._paint_stops(painter, theme.muted, theme.ground)
            painter.setBrush(QColor(theme.live))
            ring = theme.text if self.hasFocus() else theme.ground
            painter.setPen(QPen(QColor(ring), 2 if self.hasFocus() else 1))
            radius = KNOB_PX / 2 - 1
            painter.drawEllipse(QPointF(knob, TRACK_Y_PX), radius, radius)
        painter.end()

    def _paint_line(self, painter: QPainter, left: float, right: float, colour: str) -> None:
        painter.setBrush(QColor(colour))
        line = QRectF(left, TRACK_Y_PX - TRACK_PX / 2, right - left, TRACK_PX)
        painter.drawRoundedRect(line, 1, 1)

    def _paint_stops(self, painter: QPainter, colour: str, ground: str) -> None:
        """Dots, and as many names as keep apart."""
        painter.setFont(text_font(SMALL_PX))
        metrics = QFontMetricsF(painter.font())
        gap = (self.width() - KNOB_PX) / self.legs
        every = 1 + int(LEAST_NAME_PX // max(gap, 0.1)) if gap < LEAST_NAME_PX else 1
        room = every * gap - 6
        for number, name in enumerate(self._names):
            x = self.x_at(number)
            if gap > STOP_PX + 2:
                painter.setPen(QPen(QColor(ground), 1))
                painter.setBrush(QColor(colour))
                painter.drawEllipse(QPointF(x, TRACK_Y_PX), STOP_PX / 2, STOP_PX / 2)
            if number % every == 0:
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
                wide = metrics.horizontalAdvance(text)
                at = min(max(x - wide / 2, 0.0), self.width() - wide)
                painter.setPen(QColor(colour))
                below = QRectF(at, TRACK_Y_PX + KNOB_PX / 2 + 2, wide + 1, 16)
                painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, text)
