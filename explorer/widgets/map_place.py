"""Which part of a map is shown, and how places on it become places on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 on the map, y upwards
Size = tuple[float, float]  # width and height in pixels
Place = tuple[float, float]

MARGIN_SHARE = 0.05
DEEPEST_ZOOM, WIDEST_ZOOM = 1e4, 8.0  # against the view that shows everything
LEAST_SPAN = 1e-6  # of codes that all lie in one place
CELL_PX = 52.0  # a cell's side lies between this and twice as much


@dataclass(frozen=True)
class Viewport:
    """The middle of what is shown, and its scale, which is the same both ways.

    Attributes
    ----------
    x, y : float
        Place on the map in the middle of the screen.
    per_px : float
        Units of the map in one pixel.
    """

    x: float
    y: float
    per_px: float

    @classmethod
    def fitted(cls, extent: Box, size: Size) -> Viewport:
        """Everything in ``extent`` with a margin around it."""
        x0, y0, x1, y1 = extent
        room = 1 - 2 * MARGIN_SHARE
        across, down = (x1 - x0) / max(size[0], 1), (y1 - y0) / max(size[1], 1)
        per_px = max(across, down) / room
        if per_px * max(size) < LEAST_SPAN * max(1.0, abs(x0), abs(y0)):
            per_px = 1 / max(min(size), 1)
        return cls((x0 + x1) / 2, (y0 + y1) / 2, per_px)

    def box(self, size: Size) -> Box:
        """What of the map lies within a widget of this size."""
        across, up = size[0] / 2 * self.per_px, size[1] / 2 * self.per_px
        return self.x - across, self.y - up, self.x + across, self.y + up

    def to_screen(self, place: Place, size: Size) -> Place:
        """Where a place of the map is, in pixels from the upper left corner."""
        return (
            size[0] / 2 + (place[0] - self.x) / self.per_px,
            size[1] / 2 - (place[1] - self.y) / self.per_px,
        )

    def to_map(self, point_px: Place, size: Size) -> Place:
        """The place of the map under a pixel."""
        return (
            self.x + (point_px[0] - size[0] / 2) * self.per_px,
            self.y - (point_px[1] - size[1] / 2) * self.per_px,
        )

    def rect(self, box: Box, size: Size) -> tuple[float, float, float, float]:
        """Left, top, width and height on the screen of a box of the map."""
        left, top = self.to_screen((box[0], box[3]), size)
        return left, top, (box[2] - box[0]) / self.per_px, (box[3] - box[1]) / self.per_px

    def panned(self, across_px: float, down_px: float) -> Viewport:
        """Moved as a hand moves paper."""
        return replace(self, x=self.x - across_px * self.per_px, y=self.y + down_px * self.per_px)

    def zoomed(self, factor: float, point_px: Place, size: Size, whole: Viewport) -> Viewport:
        """Magnified about a pixel, within limits that the view of everything gives."""
        least, most = whole.per_px / DEEPEST_ZOOM, whole.per_px * WIDEST_ZOOM
        per_px = min(max(self.per_px / factor, least), most)
        x, y = self.to_map(point_px, size)
        share = per_px / self.per_px
        return Viewport(x + (self.x - x) * share, y + (self.y - y) * share, per_px)


@dataclass(frozen=True)
class Cell:
    """A square of a lattice that lies still on the map while the view moves.

    Attributes
    ----------
    level : int
        Its side is two to this power.
    column, row : int
        Counted from the map's origin.
    """

    level: int
    column: int
    row: int

    @property
    def box(self) -> Box:
        """Where it lies."""
        side = math.ldexp(1.0, self.level)
        x, y = self.column * side, self.row * side
        return x, y, x + side, y + side

    @property
    def middle(self) -> Place:
        """Its middle on the map."""
        side = math.ldexp(1.0, self.level)
        return (self.column + 0.5) * side, (self.row + 0.5) * side


@dataclass(frozen=True)
class Lattice:
    """Cells that cover a box: which level, the first of them, and how many each way."""

    level: int
    column: int
    row: int
    columns: int
    rows: int

    @classmethod
    def over(cls, view: Viewport, size: Size) -> Lattice:
        """Cells of a comfortable size all over the view."""
        level = math.ceil(math.log2(view.per_px * CELL_PX))
        side = math.ldexp(1.0, level)
        x0, y0, x1, y1 = view.box(size)
        column, row = math.floor(x0 / side), math.floor(y0 / side)
        columns = math.ceil(x1 / side) - column
        rows = math.ceil(y1 / side) - row
        return cls(level, column, row, max(columns, 1), max(rows, 1))

    @property
    def box(self) -> Box:
        """What its cells cover."""
        side = math.ldexp(1.0, self.level)
        x, y = self.column * side, self.row * side
        return x, y, x + self.columns * side, y + self.rows * side

    def __iter__(self) -> Iterator[Cell]:
        """Row by row, from the lowest up."""
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                yield Cell(self.level, column, row)

    def from_the_middle(self) -> list[Cell]:
        """Its cells, those nearest to the middle first."""
        column = self.column + (self.columns - 1) / 2
        row = self.row + (self.rows - 1) / 2
        return sorted(self, key=lambda cell: (cell.column - column) ** 2 + (cell.row - row) ** 2)


def extent_of(points: npt.NDArray[np.floating]) -> Box:
    """The least box around points (n, 2), n at least 1."""
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return x0, y0, x1, y1
