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
    count: int, size: tuple[int, int], room_px: tuple[float, float], gap_px: int = 0
) -> Tiling:
    """The largest tiles that fit.

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
    """
    best = max(
        range(1, count + 1),
        key=lambda columns: (
            _scale(count, columns, size, room_px, gap_px),
            count % columns == 0,
            columns,
        ),
    )
    scale = _scale(count, best, size, room_px, gap_px)
    return Tiling(count, best, scale, (size[0] * scale, size[1] * scale), gap_px)


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
