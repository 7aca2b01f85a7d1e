"""Small pictures with two lines of text each, to go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of
from explorer.widgets.image_view import fitting_scale

TILE_PX, LINE_PX, GAP_PX = 64, 15, 8
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


@dataclass(frozen=True, eq=False)
class Neighbour:
    """What is shown of a code.

    Attributes
    ----------
    image : QImage or None
        None where its picture has not come yet.
    title, line : str
        Below the picture: what it is, and how far away.
    tip : str
        The same as a sentence.
    """

    image: QImage | None
    title: str
    line: str
    tip: str


class NeighbourTiles(QWidget):
    """Shows the codes it is given, in rows.

    Attributes
    ----------
    chosen : signal of int
        The user wants to go to a code.
    """

    chosen = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours: tuple[Neighbour, ...] = ()
        self._hovered: int | None = None
        self._current: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_neighbours(self, neighbours: Sequence[Neighbour]) -> None:
        """Show these."""
        if len(neighbours) != len(self._neighbours):
            self._hovered = self._current = None
            self._neighbours = tuple(neighbours)
            self.updateGeometry()
        self._neighbours = tuple(neighbours)
        self._describe()
        self.update()

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """What is shown."""
        return self._neighbours

    def tile_rect(self, index: int) -> QRectF:
        """Where a picture lies."""
        row, column = divmod(index, self._columns(self.width()))
        return QRectF(column * (TILE_PX + GAP_PX), row * self._row_px(), TILE_PX, TILE_PX)

    # Input -----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Ring what lies under the pointer."""
        assert event is not None
        self._hover(self._index_at(event.position()))

    def leaveEvent(self, event: QEvent | None) -> None:
        """Ring nothing."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to what lies under the pointer."""
        assert event is not None
        index = self._index_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = index
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows go from one to the next, Enter and the space bar go there."""
        assert event is not None
        columns = self._columns(self.width())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._current is not None:
                self.chosen.emit(self._current)
        elif key in steps and self._neighbours:
            wanted = 0 if self._current is None else self._current + steps[key]
            if 0 <= wanted < len(self._neighbours):
                self._current = wanted
                self._describe()
                self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Whoever comes by keyboard sees where the arrows start."""
        assert event is not None
        if event.reason() in KEYBOARD and self._current is None and self._neighbours:
            self._current = 0
            self._describe()
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent | None) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()))
            if index is not None:
                QToolTip.showText(event.globalPos(), self._neighbours[index].tip, self)
                return True
        return super().event(event)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            pointing = Qt.CursorShape.PointingHandCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if index is None else pointing)
            self.update()

    def _index_at(self, place: QPointF) -> int | None:
        column = int(place.x() // (TILE_PX + GAP_PX))
        row = int(place.y() // self._row_px())
        columns = self._columns(self.width())
        index = row * columns + column
        inside = 0 <= column < columns and 0 <= index < len(self._neighbours)
        return index if inside else None

    def _describe(self) -> None:
        tip = "" if self._current is None else self._neighbours[self._current].tip
        self.setAccessibleDescription(tip)

    # Painting ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Six in a row."""
        width = 6 * (TILE_PX + GAP_PX) - GAP_PX
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Two in a row."""
        return QSize(2 * TILE_PX + GAP_PX, self._row_px())

    def heightForWidth(self, width_px: int) -> int:
        """What all rows need."""
        rows = -(-len(self._neighbours) // self._columns(width_px))
        return max(1, rows) * self._row_px()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint pictures, what is written below them, and rings."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setFont(text_font(SMALL_PX))
        for index, neighbour in enumerate(self._neighbours):
            place = self.tile_rect(index)
            painter.fillRect(place, QColor(theme.raised))
            if neighbour.image is not None:
                self._paint_picture(painter, place, neighbour.image)
            for line, (text, colour) in enumerate(
                ((neighbour.title, theme.text), (neighbour.line, theme.muted))
            ):
                below = QRectF(place.left(), place.bottom() + line * LINE_PX, TILE_PX, LINE_PX)
                painter.setPen(QColor(colour))
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
            if index == self._hovered or (index == self._current and self.hasFocus()):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(theme.text), 1.5))
                painter.drawRect(place.adjusted(0.75, 0.75, -0.75, -0.75))
        painter.end()

    def _paint_picture(self, painter: QPainter, place: QRectF, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        side = round(TILE_PX * ratio)
        scale = fitting_scale((image.width(), image.height()), (side, side))
        target = QRectF(0, 0, image.width() * scale / ratio, image.height() * scale / ratio)
        target.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(target, image)

    def _columns(self, width_px: int) -> int:
        # As few rows as there can be, and these as long as one another.
        most = max(1, (width_px + GAP_PX) // (TILE_PX + GAP_PX))
        rows = max(1, -(-len(self._neighbours) // most))
        return max(1, -(-len(self._neighbours) // rows))

    def _row_px(self) -> int:
        return TILE_PX + 2 * LINE_PX + GAP_PX
