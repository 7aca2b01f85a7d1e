"""The pictures of a journey in rows, each above the picture of the code nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.theme import SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.shelf_painter import paint_ring, paint_tile

SMALL_TILE_PX, TILE_PX, GAP_PX, NEAR_GAP_PX = 56, 84, 8, 2
WIDE_PX = 800  # from which on there is room for the larger tiles
MARK_PX, LINE_PX, ROW_GAP_PX = 4, 15, 8


@dataclass(frozen=True, eq=False)
class FilmFrame:
    """One step of a journey.

    Attributes
    ----------
    image, near : QImage or None
        The step's picture and that of the nearest code; None where it has not come.
    line : str
        Below them.
    is_stop : bool
        Whether a bookmark is here.
    tip : str
    """

    image: QImage | None
    near: QImage | None = None
    line: str = ""
    is_stop: bool = False
    tip: str = ""


class FilmGrid(QWidget):
    """Shows the frames it is given.

    Attributes
    ----------
    chosen : signal of int
        A frame was clicked.
    """

    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: tuple[FilmFrame, ...] = ()
        self._has_near = True
        self._current = -1
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Steps of the journey")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_frames(self, frames: Sequence[FilmFrame], has_near: bool) -> None:
        """Show these, with room for nearest codes or without."""
        if (len(frames), has_near) != (len(self._frames), self._has_near):
            self._hovered = None
            self.updateGeometry()
        self._frames, self._has_near = tuple(frames), has_near
        self.update()

    @property
    def frames(self) -> tuple[FilmFrame, ...]:
        """What is shown."""
        return self._frames

    def set_current(self, index: int) -> None:
        """Mark the frame that the traveller is at; -1 for none."""
        if index != self._current:
            before, self._current = self._current, index
            for changed in (before, index):
                if 0 <= changed < len(self._frames):
                    self.update(self._mark(changed).toAlignedRect())

    def frame_rect(self, index: int) -> QRect:
        """Where a frame lies."""
        return self._place(index).toAlignedRect()

    # Input -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to the frame under the pointer."""
        assert event is not None
        index = self._index_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Ring what lies under the pointer."""
        assert event is not None
        self._hover(self._index_at(event.position()))

    def leaveEvent(self, event: QEvent | None) -> None:
        """Ring nothing."""
        self._hover(None)
        super().leaveEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()))
            if index is not None:
                QToolTip.showText(event.globalPos(), self._frames[index].tip, self)
                return True
        return super().event(event)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            pointing = Qt.CursorShape.PointingHandCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if index is None else pointing)
            self.update()

    def _index_at(self, place: QPointF) -> int | None:
        columns = self._columns(self.width())
        column = int(place.x() // (_tile_px(self.width()) + GAP_PX))
        index = int(place.y() // self._row_px(self.width())) * columns + column
        return index if 0 <= column < columns and 0 <= index < len(self._frames) else None

    # Painting --------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Six in a row."""
        width = 6 * (SMALL_TILE_PX + GAP_PX) - GAP_PX
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """One row of two."""
        return QSize(2 * SMALL_TILE_PX + GAP_PX, self._row_px(0))

    def heightForWidth(self, width_px: int) -> int:
        """What all rows need."""
        return -(-len(self._frames) // self._columns(width_px)) * self._row_px(width_px)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the frames that are to be painted."""
        assert event is not None
        theme, painter, due = theme_of(self.palette()), QPainter(self), QRectF(event.rect())
        painter.setFont(text_font(SMALL_PX))
        for index, frame in enumerate(self._frames):
            if self._place(index).intersects(due):
                self._paint(painter, index, frame, theme)
        painter.end()

    def _paint(self, painter: QPainter, index: int, frame: FilmFrame, theme: Theme) -> None:
        place = self._place(index)
        side = place.width()
        tile = QRectF(place.left(), place.top() + MARK_PX, side, side)
        if index == self._current:
            painter.fillRect(self._mark(index), QColor(theme.live))
        elif frame.is_stop:
            painter.fillRect(self._mark(index), QColor(theme.muted))
        paint_tile(painter, tile, frame.image, theme)
        below = tile.bottom()
        if self._has_near:
            near = tile.translated(0, side + NEAR_GAP_PX)
            paint_tile(painter, near, frame.near, theme)
            below = near.bottom()
        painter.setPen(QColor(theme.text if frame.is_stop else theme.muted))
        words = QRectF(place.left(), below, side, LINE_PX)
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(frame.line, Qt.TextElideMode.ElideRight, side)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        if index == self._hovered:
            paint_ring(painter, tile, theme.text)

    def _mark(self, index: int) -> QRectF:
        place = self._place(index)
        return QRectF(place.left(), place.top() + 1, place.width(), 2)

    def _place(self, index: int) -> QRectF:
        row, column = divmod(index, self._columns(self.width()))
        side, row_px = _tile_px(self.width()), self._row_px(self.width())
        return QRectF(column * (side + GAP_PX), row * row_px, side, row_px - ROW_GAP_PX)

    def _columns(self, width_px: int) -> int:
        return max(1, (width_px + GAP_PX) // (_tile_px(width_px) + GAP_PX))

    def _row_px(self, width_px: int) -> int:
        side = _tile_px(width_px)
        near = side + NEAR_GAP_PX if self._has_near else 0
        return MARK_PX + side + near + LINE_PX + ROW_GAP_PX


def _tile_px(width_px: int) -> int:
    return SMALL_TILE_PX if width_px < WIDE_PX else TILE_PX
