"""Where the parts of a traversal grid lie: names, cells and effects."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtCore import QRectF

GAP_PX = 2
HEAD_PX = 18
MARK_PX = 6  # below the cells of a row, where z is marked
EFFECT_PX = 60
PAD_PX = 8
MAX_SCALE = 4
LEAST_CELL_PX = 12
LARGE_CELL_PX = 56  # no smaller for the sake of all rows in sight


@dataclass(frozen=True)
class GridLayout:
    """Places in the widget's coordinates.

    Attributes
    ----------
    rows, columns : int
    label_px : float
        Width of the names.
    cell_px : tuple of float
        (width, height) of a cell.
    """

    rows: int
    columns: int
    label_px: float
    cell_px: tuple[float, float]

    @classmethod
    def fit(
        cls,
        shape: tuple[int, int],
        picture_px: tuple[int, int],
        label_px: float,
        room_px: tuple[float, float],
        ratio: float,
    ) -> GridLayout:
        """The largest cells that fit into a width; into the height only if they stay large.

        Parameters
        ----------
        shape : tuple of int
            (rows, columns).
        picture_px : tuple of int
            (width, height) of a picture in its own pixels.
        label_px : float
        room_px : tuple of float
            (width, height).
        ratio : float
            Of the screen's pixels to Qt's: from the picture's own size on, a cell is
            a whole multiple of it on the screen.
        """
        rows, columns = shape
        across = room_px[0] - label_px - EFFECT_PX - 2 * PAD_PX - GAP_PX * (columns - 1)
        down = (room_px[1] - HEAD_PX) / max(1, rows) - MARK_PX - GAP_PX
        scale = max(across / columns, LEAST_CELL_PX) * ratio / picture_px[0]
        if scale >= 1:
            in_sight = max(down, LARGE_CELL_PX) * ratio / picture_px[1]
            most = min(math.floor(scale), round(MAX_SCALE * ratio))
            scale = max(1, math.floor(min(most, in_sight)))
        width, height = (max(1, math.floor(side * scale)) / ratio for side in picture_px)
        return cls(rows, columns, label_px, (width, height))

    @property
    def height_px(self) -> float:
        """Of the head and all rows."""
        return HEAD_PX + self.rows * self.row_px

    @property
    def row_px(self) -> float:
        """From one row to the next."""
        return self.cell_px[1] + MARK_PX + GAP_PX

    @property
    def cells_right(self) -> float:
        """Where the last column ends."""
        return self._cells_left + self.columns * (self.cell_px[0] + GAP_PX) - GAP_PX

    @property
    def _cells_left(self) -> float:
        return self.label_px + PAD_PX

    def row(self, row: int, width_px: float) -> QRectF:
        """All of a row."""
        return QRectF(0, HEAD_PX + row * self.row_px, width_px, self.row_px)

    def label(self, row: int) -> QRectF:
        """Of a row's name."""
        return QRectF(0, HEAD_PX + row * self.row_px, self.label_px, self.cell_px[1])

    def cell(self, row: int, column: int) -> QRectF:
        """Of a picture; above row 0 lie the titles, in row -1."""
        left = self._cells_left + column * (self.cell_px[0] + GAP_PX)
        if row < 0:
            return QRectF(left, 0, self.cell_px[0], HEAD_PX)
        return QRectF(left, HEAD_PX + row * self.row_px, *self.cell_px)

    def pictures(self, row: int) -> QRectF:
        """Of all pictures of a row."""
        return self.cell(row, 0).united(self.cell(row, self.columns - 1))

    def effect(self, row: int) -> QRectF:
        """Of what a row does; row -1 is the title's."""
        top = 0 if row < 0 else HEAD_PX + row * self.row_px
        height = HEAD_PX if row < 0 else self.cell_px[1]
        return QRectF(self.cells_right + PAD_PX, top, EFFECT_PX, height)

    def mark(self, row: int, place: float) -> tuple[float, float]:
        """Where ``z`` is marked: middle and top of the mark, ``place`` in columns."""
        x = self._cells_left + self.cell_px[0] / 2 + place * (self.cell_px[0] + GAP_PX)
        return x, HEAD_PX + row * self.row_px + self.cell_px[1] + 1

    def row_at(self, y: float) -> int | None:
        """The row at a height."""
        row = math.floor((y - HEAD_PX) / self.row_px)
        return row if 0 <= row < self.rows else None

    def column_at(self, x: float) -> int | None:
        """The column at a place; a gap belongs to the cell before it."""
        column = math.floor((x - self._cells_left) / (self.cell_px[0] + GAP_PX))
        return column if 0 <= column < self.columns else None
