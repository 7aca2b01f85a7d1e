"""Many small pictures side by side: how large, in how many columns, with which values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
MAX_SCALE = 12
MIN_SCALE = 1 / 64


@dataclass(frozen=True)
class Tiling:
    """Equal tiles in rows.

    Attributes
    ----------
    count, columns : int
    scale : float
        Screen pixels for each pixel of a tile: a whole number or one divided by it.
    tile_px : tuple of float
        (width, height) of a tile on the screen.
    gap_px : int
        Between neighbours.
    """

    count: int
    columns: int
    scale: float
    tile_px: tuple[float, float]
    gap_px: int

    @property
    def rows(self) -> int:
        """Number of rows, the last one maybe not full."""
        return math.ceil(self.count / self.columns)

    @property
    def height_px(self) -> float:
        """Of all rows."""
        return self.rows * (self.tile_px[1] + self.gap_px) - self.gap_px

    def origin_px(self, index: int) -> tuple[float, float]:
        """Left and top of a tile."""
        row, column = divmod(index, self.columns)
        width, height = self.tile_px
        return column * (width + self.gap_px), row * (height + self.gap_px)

    def index_at(self, x: float, y: float) -> int | None:
        """The tile at a point, if there is one; a gap belongs to the tile before it."""
        width, height = self.tile_px
        column, row = int(x // (width + self.gap_px)), int(y // (height + self.gap_px))
        index = row * self.columns + column
        inside = x >= 0 and y >= 0 and column < self.columns
        return index if inside and index < self.count else None


def tile(
    count: int,
    size: tuple[int, int],
    room_px: tuple[float, float],
    gap_px: int = 0,
    least: float = 0.0,
) -> Tiling:
    """The largest tiles that fit; where they would be too small, more rows than fit.

    Parameters
    ----------
    count : int
        Number of tiles, at least 1.
    size : tuple of int
        (width, height) of a tile in its own pixels.
    room_px : tuple of float
        (width, height) on the screen.
    gap_px : int
        Between neighbours.
    least : float
        Scale below which the height of the room does not count.
    """
    columns = max(
        range(1, count + 1),
        key=lambda columns: (
            _scale(count, columns, size, room_px, gap_px),
            count % columns == 0,
            columns,
        ),
    )
    scale = _scale(count, columns, size, room_px, gap_px)
    if scale < least and size[0] * least <= room_px[0]:
        scale = least
        columns = min(count, int((room_px[0] + gap_px) // (size[0] * scale + gap_px)))
    return Tiling(count, columns, scale, (size[0] * scale, size[1] * scale), gap_px)


def least_scale(size: tuple[int, int], least_px: int, most_px: int) -> float:
    """The scale at which a tile is just large enough to be read, but no more than it needs."""
    longest = max(size)
    if longest <= most_px:
        return math.ceil(least_px / longest)
    return 1 / math.ceil(longest / most_px)


def normalise(tiles: Floats, common: bool) -> Floats:
    """Bring values into [0, 1], from the lowest to the highest.

    Parameters
    ----------
    tiles : ndarray of float32, shape (n, height, width)
    common : bool
        Whether all tiles share one scale; otherwise each has its own.

    Returns
    -------
    ndarray of float32, shape (n, height, width)
        A tile of equal values is 0.
    """
    axes = (0, 1, 2) if common else (1, 2)
    low = tiles.min(axis=axes, keepdims=True)
    span = tiles.max(axis=axes, keepdims=True) - low
    scaled: Floats = (tiles - low) / np.where(span > 0, span, np.float32(1))
    return scaled


def _scale(
    count: int,
    columns: int,
    size: tuple[int, int],
    room_px: tuple[float, float],
    gap_px: int,
) -> float:
    rows = math.ceil(count / columns)
    across = (room_px[0] - gap_px * (columns - 1)) / (columns * size[0])
    down = (room_px[1] - gap_px * (rows - 1)) / (rows * size[1])
    scale = min(across, down, MAX_SCALE)
    if scale < MIN_SCALE:
        return MIN_SCALE
    return math.floor(scale) if scale >= 1 else 1 / math.ceil(1 / scale)
