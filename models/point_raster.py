"""Points of the plane as an image, and which of them lie at a place, in a box or in a lasso."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError

EMPTY = -1
MAX_LABEL = 2**15 - 1
MAX_SIDE_PX = 8192
MAX_DOT_PX = 9
CHUNK_POINTS = 2**15  # worked on at once: what a cache holds
COLOURS = 20  # that labels are shaded in; from there on they come again
CROWDS = 6  # shades of a colour, from one point in a pixel to many
MOST_COUNTED = 255

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Raster:
    """An image of points.

    Attributes
    ----------
    labels : ndarray of int16, shape (height, width)
        Of the point that lies topmost in each pixel, the last one; -1 where there is none.
    counts : ndarray of uint16, shape (height, width)
        Points whose middle lies in each pixel, at most 65,535.
    """

    labels: npt.NDArray[np.int16]
    counts: npt.NDArray[np.uint16]

    def shades(self) -> npt.NDArray[np.uint8]:
        """Both as a number for each pixel, which a table of colours makes a picture of.

        Returns
        -------
        ndarray of uint8, shape (height, width)
            0 where there is no point; else 1, and for the label the first of its
            colour's :data:`CROWDS` shades, and for twice as many points the next one.
        """
        # Wrapped around, the label of no point is the table's last.
        shades: npt.NDArray[np.uint8] = np.take(_FIRST_SHADES, self.labels, mode="wrap")
        shades += np.take(_CROWDS_OF, self.counts, mode="clip")
        return shades


_FIRST_SHADES = np.append(1 + np.arange(MAX_LABEL + 1) % COLOURS * CROWDS, 0).astype(np.uint8)
_CROWDS_OF = np.minimum(
    np.log2(np.maximum(np.arange(MOST_COUNTED + 1), 1)), CROWDS - 1
).astype(np.uint8)  # fmt: skip


def raster(
    points: Floats,
    labels: Labels,
    view: Sequence[float],
    size_px: Sequence[int],
    dot_px: int = 1,
    hidden: Collection[int] = (),
) -> Raster:
    """Draw points into an image.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 2)
        Fastest where each column is contiguous.
    labels : ndarray of int, shape (n,)
        From 0 to 32,767.
    view : (x0, y0, x1, y1)
        ``x0, y0`` is the corner of the image's first pixel, ``x1, y1`` the last one's:
        where ``y0`` is above ``y1``, y goes upwards.
    size_px : (width, height)
    dot_px : int, optional
        Diameter of a point, from 1 to 9.
    hidden : collection of int, optional
        Labels whose points are left out.

    Raises
    ------
    DataError
        If the view has no area or the image no sensible size.
    """
    width, height = size_px
    _check(view, width, height, dot_px)
    margin = max(1, dot_px // 2)
    columns, rows = width + 2 * margin, height + 2 * margin
    topmost = np.full((rows, columns), EMPTY, np.int16)
    counts = np.zeros((rows, columns), np.uint32)
    left_out = _left_out(hidden)
    # Chunk by chunk: new memory of the size of all points would take longer than the drawing.
    for start in range(0, len(points), CHUNK_POINTS):
        chunk = slice(start, start + CHUNK_POINTS)
        slots = _slots(points[chunk], view, (width, height), margin)
        if left_out is not None:
            slots[left_out[labels[chunk]]] = 0  # in the margin, which is not seen
        topmost.reshape(-1)[slots] = labels[chunk]
        np.add.at(counts.reshape(-1), slots, np.uint32(1))
    inside = np.s_[margin : margin + height, margin : margin + width]
    if dot_px > 1:
        for edge in (np.s_[:margin], np.s_[-margin:]):
            topmost[edge] = topmost[:, edge] = EMPTY
        _grow(topmost.reshape(-1), columns, dot_px)
    seen = counts[inside]
    np.minimum(seen, np.iinfo(np.uint16).max, out=seen)
    return Raster(topmost[inside], seen.astype(np.uint16))


def pick(points: Floats, place: npt.ArrayLike, radius: npt.ArrayLike) -> int:
    """The point nearest to a place, or -1 where none is near enough.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 2)
    place : array_like, shape (2,)
    radius : float or (float, float)
        How far a point may lie, in all directions or along either axis: what is near is
        measured in it.
    """
    x, y = (float(part) for part in np.asarray(place, np.float64))
    across, up = (float(part) for part in np.broadcast_to(np.asarray(radius, np.float64), 2))
    best, found = 1.0, -1
    for start in range(0, len(points), CHUNK_POINTS):
        chunk = points[start : start + CHUNK_POINTS]
        far: Floats = ((chunk[:, 0] - np.float32(x)) / np.float32(across)) ** 2
        far += ((chunk[:, 1] - np.float32(y)) / np.float32(up)) ** 2
        nearest = int(far.argmin())
        if far[nearest] <= best:
            best, found = float(far[nearest]), start + nearest
    return found


def inside_box(points: Floats, box: Sequence[float]) -> Mask:
    """Which points of shape (n, 2) lie between two corners (x0, y0, x1, y1), edges included."""
    x0, y0, x1, y1 = box
    x, y = points[:, 0], points[:, 1]
    mask: Mask = (x >= min(x0, x1)) & (x <= max(x0, x1)) & (y >= min(y0, y1)) & (y <= max(y0, y1))
    return mask


def inside_lasso(points: Floats, polygon: npt.NDArray[Any]) -> Mask:
    """Which points lie in a polygon, by the even-odd rule.

    Parameters
    ----------
    points : ndarray of float32, shape (n, 2)
    polygon : ndarray, shape (m, 2)
        Its corners; the last is joined to the first. Fewer than three hold nothing.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    mask = np.zeros(len(points), np.bool_)
    if len(polygon) < 3:
        return mask
    corners = np.asarray(polygon, np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(inside_box(points, (*low, *high)))
    for start in range(0, len(near), CHUNK_POINTS):
        rows = near[start : start + CHUNK_POINTS]
        mask[rows] = _is_enclosed(points[rows].astype(np.float64), corners)
    return mask


def _is_enclosed(points: npt.NDArray[np.float64], corners: npt.NDArray[np.float64]) -> Mask:
    x, y = points.T
    mask = np.zeros(len(points), np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:  # a level edge is never crossed
            mask ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return mask


def _check(view: Sequence[float], width: int, height: int, dot_px: int) -> None:
    x0, y0, x1, y1 = view
    if not np.isfinite(view).all() or x0 == x1 or y0 == y1:
        raise DataError("The view of a map", "must have an area", str(list(view))[:60])
    if not (1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX):
        raise DataError(
            "The image of a map", f"must have from 1 to {MAX_SIDE_PX} pixels a side",
            f"{width} × {height}",
        )  # fmt: skip
    if not 1 <= dot_px <= MAX_DOT_PX:
        raise DataError("A point's size", f"must be from 1 to {MAX_DOT_PX} pixels", str(dot_px))


def _left_out(hidden: Collection[int]) -> Mask | None:
    if not hidden:
        return None
    mask = np.zeros(MAX_LABEL + 1, np.bool_)
    mask[[label for label in hidden if 0 <= label <= MAX_LABEL]] = True
    return mask


# The pixel of each point in an image with margins, as an index into its rows one after the
# other; what lies outside is in the margin's outermost pixels.
def _slots(points: Floats, view: Sequence[float], size_px: tuple[int, int], margin: int) -> Slots:
    x0, y0, x1, y1 = view
    slots = _pixels(points[:, 1], y0, y1, size_px[1], margin).astype(np.intp)
    slots *= size_px[0] + 2 * margin
    slots += _pixels(points[:, 0], x0, x1, size_px[0], margin)
    return slots


def _pixels(values: Floats, start: float, end: float, count: int, margin: int) -> npt.NDArray[Any]:
    scale = count / (end - start)
    with np.errstate(over="ignore"):  # what is that far outside is clipped
        pixels = values - np.float32(start - margin / scale)
        pixels *= np.float32(scale)
    np.clip(pixels, 0, count + 2 * margin - 1, out=pixels)
    return pixels.astype(np.int32)


# Each occupied pixel becomes a round dot; the middles of dots lie on top of others' rims.
def _grow(topmost: npt.NDArray[np.int16], columns: int, dot_px: int) -> None:
    occupied = np.flatnonzero(topmost >= 0)
    labels = topmost[occupied]
    offsets = np.arange(dot_px) - (dot_px - 1) / 2  # from the dot's middle, in pixels
    for down in offsets:
        for right in offsets:
            if down**2 + right**2 <= (dot_px / 2) ** 2:
                step = int(np.ceil(down)) * columns + int(np.ceil(right))
                topmost[occupied + step] = labels
    topmost[occupied] = labels
