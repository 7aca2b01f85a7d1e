"""Pictures in rows: each row runs through one dimension, each column is a quantile."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of
from explorer.widgets.pixels import to_image
from explorer.widgets.traversal_layout import HEAD_PX, PAD_PX, GridLayout
from explorer.widgets.traversal_painter import (
    Effect,
    RowLook,
    around,
    mark_rect,
    paint_head,
    paint_row,
)

Floats = npt.NDArray[np.float32]
Cell = tuple[int, int]
LEAST_LABEL_PX, MOST_LABEL_PX = 32, 110
LEAST_PX = 120
LARGEST_HINT_PX = 480


class TraversalGrid(QWidget):
    """Shows the rows it is given.

    Attributes
    ----------
    cell_chosen : signal of (int, int)
        The user wants to go to the code of a cell: row and column.
    pointed : signal of int
        The row under the pointer or of the keyboard's cell; -1 for none.
    current_changed : signal
        The keyboard went to another cell.
    """

    cell_chosen = pyqtSignal(int, int)
    pointed = pyqtSignal(int)
    current_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._values = np.zeros((0, 0), np.float32)
        self._places: list[float] = []
        self._effects: dict[int, Effect] = {}
        self._images: dict[Cell, QImage] = {}
        self._picture_px = (1, 1)
        self._layout: GridLayout | None = None
        self._room_px = math.inf  # of the height that is seen at once
        self._hovered: Cell | None = None
        self._current: Cell | None = None
        self._step: Cell | None = None
        self._pointed = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Traversal grid")

    # What is shown -------------------------------------------------------------------

    def set_rows(self, names: Sequence[str], titles: Sequence[str], values: Floats) -> None:
        """Show other rows, still without pictures.

        Parameters
        ----------
        names : sequence of str
            Of the rows.
        titles : sequence of str
            Of the columns.
        values : ndarray of float32, shape (rows, columns)
            What each cell stands for.
        """
        self._names, self._titles, self._values = tuple(names), tuple(titles), values
        self._images, self._effects, self._places = {}, {}, []
        self._hovered = self._current = self._step = None
        self._point_at(-1)
        self._lay_out()

    def set_picture(self, row: int, column: int, picture: Floats) -> None:
        """Show a picture of float32 (h, w) or (h, w, channels) in a cell."""
        image = to_image(picture)
        self._images[row, column] = image
        size = (image.width(), image.height())
        if size != self._picture_px:
            self._picture_px = size
            self._lay_out()
        else:
            self.update(around(self._cells().cell(row, column)))

    def set_room(self, height_px: int) -> None:
        """Have all rows in sight where so much height is seen, and pictures still are large."""
        if height_px != self._room_px:
            self._room_px = height_px
            self._lay_out()

    def set_places(self, places: Floats) -> None:
        """Mark where ``z`` lies in each row, in columns from 0 on."""
        before, self._places = self._places, places.tolist()
        for row, place in enumerate(self._places):
            if before[row : row + 1] != [place]:
                for each in (*before[row : row + 1], place):  # the pictures stay as they are
                    self.update(mark_rect(self._cells(), row, each))

    def set_effects(self, effects: Sequence[Effect]) -> None:
        """Show what each row does."""
        before, self._effects = self._effects, dict(enumerate(effects))
        for row, effect in self._effects.items():
            if before.get(row) != effect:
                self.update(around(self._cells().effect(row)))

    def show_step(self, cell: Cell | None) -> None:
        """Ring the cell that is played now."""
        before, self._step = self._step, cell
        for changed in (before, cell):
            if changed is not None:
                self.update(around(self._cells().cell(*changed)))

    def describe(self, row: int, column: int) -> str:
        """A cell in words."""
        return f"{self._names[row]} = {self._values[row, column]:+.3f} ({self._titles[column]})"

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        return self._cells().cell(row, column)

    def current_rect(self) -> QRect:
        """Where the keyboard's cell lies; empty where there is none."""
        if self._current is None:
            return QRect()
        return self._cells().cell(*self._current).toAlignedRect()

    # Input ---------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Tell which row lies under the pointer."""
        assert event is not None
        self._hover(event.position())

    def leaveEvent(self, event: QEvent | None) -> None:
        """Fall back to the keyboard's row."""
        self._hovered = None
        self._point_at(-1 if self._current is None else self._current[0])
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to the cell under the pointer."""
        assert event is not None
        self._hover(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self._hovered is not None:
            self._current = self._hovered
            self.cell_chosen.emit(*self._hovered)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows go from cell to cell, Enter and the space bar go to its code."""
        assert event is not None
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current:
            self.cell_chosen.emit(*self._current)
        elif key in steps and self._names:
            row, column = self._current or (0, 0)
            down, right = steps[key] if self._current else (0, 0)
            if 0 <= row + down < len(self._names) and 0 <= column + right < len(self._titles):
                self._set_current((row + down, column + right))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Whoever comes by keyboard sees where the arrows start."""
        assert event is not None
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_tab and self._current is None and self._names:
            self._set_current((0, len(self._titles) // 2))
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Stop playing the keyboard's row."""
        super().focusOutEvent(event)
        if self._hovered is None:
            self._point_at(-1)
        self.update()

    def event(self, event: QEvent | None) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self._tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    def _hover(self, place: QPointF) -> None:
        row, column = self._row_at(place), self._cells().column_at(place.x())
        hovered = None if row is None or column is None else (row, column)
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(
                Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor
            )
            self.update()
        self._point_at(-1 if row is None else row)

    def _row_at(self, place: QPointF) -> int | None:
        return self._cells().row_at(place.y()) if self._names else None

    def _point_at(self, row: int) -> None:
        if row != self._pointed:
            self._pointed = row
            self.pointed.emit(row)

    def _set_current(self, cell: Cell) -> None:
        self._current = cell
        self.setAccessibleDescription(self.describe(*cell))
        self._point_at(cell[0])
        self.current_changed.emit()
        self.update()

    def _tip_at(self, place: QPointF) -> str:
        row = self._row_at(place)
        if row is None:
            return ""
        column = self._cells().column_at(place.x())
        if column is not None:
            return f"{self.describe(row, column)} – click to go there"
        effect = self._effects.get(row)
        return self._names[row] if effect is None else f"{self._names[row]}: {effect.tip}"

    # Painting ------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """What the rows take at this width."""
        return QSize(LARGEST_HINT_PX, self.heightForWidth(max(self.width(), LARGEST_HINT_PX)))

    def minimumSizeHint(self) -> QSize:
        """Small, so that the column can be narrow."""
        return QSize(LEAST_PX, LEAST_PX)

    def heightForWidth(self, width_px: int) -> int:
        """What all rows need."""
        return round(self._fit(width_px).height_px) + 1

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Find the largest cells anew."""
        self._layout = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint what is to be painted of the rows."""
        assert event is not None
        if not self._names:
            return
        painter, cells = QPainter(self), self._cells()
        theme, due = theme_of(self.palette()), event.region()
        painter.setFont(text_font(SMALL_PX))
        if due.boundingRect().top() < HEAD_PX:
            paint_head(painter, cells, self._titles, theme)
        for row in range(len(self._names)):
            if due.intersects(cells.row(row, self.width()).toAlignedRect()):
                paint_row(painter, cells, row, self._look(row), theme, due)
        painter.end()

    def _look(self, row: int) -> RowLook:
        columns = range(len(self._titles))
        under_hand = [cell for cell in (self._hovered, self._keyboard_cell()) if cell is not None]
        return RowLook(
            name=self._names[row],
            images=[self._images.get((row, column)) for column in columns],
            is_pointed=row == self._pointed,
            ringed=next((column for at, column in under_hand if at == row), None),
            step=self._step[1] if self._step is not None and self._step[0] == row else None,
            place=self._places[row] if row < len(self._places) else None,
            effect=self._effects.get(row),
        )

    def _keyboard_cell(self) -> Cell | None:
        return self._current if self.hasFocus() else None

    def _lay_out(self) -> None:
        self._layout = None
        self.updateGeometry()
        self.update()

    def _cells(self) -> GridLayout:
        if self._layout is None:
            self._layout = self._fit(self.width())
        return self._layout

    def _fit(self, width_px: int) -> GridLayout:
        metrics = QFontMetricsF(text_font(SMALL_PX))
        widest = max(map(metrics.horizontalAdvance, self._names), default=0.0)
        label_px = min(max(widest + 1, LEAST_LABEL_PX), MOST_LABEL_PX)
        shape = (len(self._names), max(1, len(self._titles)))
        ratio = self.devicePixelRatioF()
        room_px = (width_px - PAD_PX, self._room_px)
        return GridLayout.fit(shape, self._picture_px, label_px, room_px, ratio)
