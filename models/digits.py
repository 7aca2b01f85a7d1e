"""From a drawing to a picture as MNIST makes it.

A drawing is a list of strokes in the unit square (x to the right, y down),
rasterised with antialiasing by the distance to each segment. MNIST's makers
scaled each digit into a 20×20 box and centred it by its centre of mass
(LeCun, Cortes, Burges); :func:`normalise_digit` does the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from models.errors import PictureError
from models.lighting import ink_is_dark

Picture = npt.NDArray[np.float32]  # (height, width), ink 1 on ground 0

INK_THRESHOLD = 0.1
BOX_PX = 20
SIDE_PX = 28
SMALL_PX = 64


@dataclass(frozen=True)
class Stroke:
    """A line drawn without lifting the pen.

    Attributes
    ----------
    points : tuple of (x, y)
        In the unit square; one point makes a dot.
    width : float
        Thickness as a share of the canvas side.
    erase : bool
        Takes ink away instead of leaving it.
    """

    points: tuple[tuple[float, float], ...]
    width: float = 0.08
    erase: bool = False

    def __post_init__(self) -> None:
        numbers = [self.width, *(value for point in self.points for value in point)]
        if not self.points or not all(map(math.isfinite, numbers)) or self.width <= 0:
            raise PictureError(
                "A stroke",
                "needs at least one point, finite numbers and a width above 0",
                f"{len(self.points)} points, width {self.width!r}",
            )


def stamp_segment(
    canvas: Picture,
    start: tuple[float, float],
    end: tuple[float, float],
    width: float,
    erase: bool = False,
) -> None:
    """Draw one round-ended segment into ``canvas`` in place.

    Parameters
    ----------
    canvas : ndarray of float32, shape (side, side)
        Changed in place, stays in [0, 1].
    start, end : (x, y)
        In the unit square; parts outside are cut off.
    width : float
        Thickness as a share of the side.
    """
    side = canvas.shape[0]
    radius = max(width * side / 2, 0.5)
    x0, y0, x1, y1 = (float(np.clip(v, -1, 2)) * side - 0.5 for v in (*start, *end))
    left = max(0, math.floor(min(x0, x1) - radius - 1))
    right = min(side, math.ceil(max(x0, x1) + radius + 2))
    top = max(0, math.floor(min(y0, y1) - radius - 1))
    bottom = min(side, math.ceil(max(y0, y1) + radius + 2))
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right, dtype=np.float32)[None, :]
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    dx, dy = x1 - x0, y1 - y0
    length_squared = dx * dx + dy * dy
    if length_squared > 0:
        along = np.clip(((x - x0) * dx + (y - y0) * dy) / length_squared, 0, 1)
        distance = np.hypot(x - (x0 + along * dx), y - (y0 + along * dy))
    else:
        distance = np.hypot(x - x0, y - y0)
    cover = np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
    patch = canvas[top:bottom, left:right]
    if erase:
        np.minimum(patch, 1 - cover, out=patch)
    else:
        np.maximum(patch, cover, out=patch)


def stamp_stroke(canvas: Picture, stroke: Stroke) -> None:
    """Draw a whole stroke into ``canvas`` in place."""
    ends = stroke.points[1:] or stroke.points
    for start, end in zip(stroke.points, ends, strict=False):
        stamp_segment(canvas, start, end, stroke.width, stroke.erase)


def rasterise(
    strokes: Iterable[Stroke], side_px: int = 280, base: Picture | None = None
) -> Picture:
    """Draw strokes, in order, over ``base`` or an empty canvas.

    Returns
    -------
    ndarray of float32, shape (side_px, side_px)
        Ink 1 on ground 0.
    """
    canvas: Picture
    if base is None:
        canvas = np.zeros((side_px, side_px), np.float32)
    else:
        canvas = resize_picture(base, side_px, side_px).copy()
    for stroke in strokes:
        stamp_stroke(canvas, stroke)
    return canvas


def resize_picture(picture: Picture, height: int, width: int) -> Picture:
    """Resize with antialiasing; the picture is stretched to the new shape."""
    if picture.shape == (height, width):
        return picture
    enlarging = height > picture.shape[0] and width > picture.shape[1]
    method = Image.Resampling.NEAREST if enlarging else Image.Resampling.BOX
    resized = Image.fromarray(picture).resize((width, height), method)
    return np.asarray(resized, np.float32)


def normalise_digit(picture: Picture, side_px: int = SIDE_PX, box_px: int = BOX_PX) -> Picture:
    """Make a picture of one digit as MNIST does.

    The ink's longest side is scaled to ``box_px`` with antialiasing, its
    brightest pixel to 1, and the result centred by centre of mass as far as
    nothing is cut off.

    Parameters
    ----------
    picture : ndarray of float32, shape (height, width)
        Ink 1 on ground 0, of any size.

    Returns
    -------
    ndarray of float32, shape (side_px, side_px)
        In [0, 1]; all zeros where there is no ink.
    """
    result = np.zeros((side_px, side_px), np.float32)
    rows = np.flatnonzero((picture > INK_THRESHOLD).any(axis=1))
    columns = np.flatnonzero((picture > INK_THRESHOLD).any(axis=0))
    if rows.size == 0:
        return result
    ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = box_px / max(ink.shape)
    height, width = (max(1, round(scale * length)) for length in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
    small = np.clip(np.asarray(scaled, np.float32), 0, 1)
    small /= small.max()  # a thin line loses its white when it is scaled down
    top = _start(small.sum(axis=1), side_px)
    left = _start(small.sum(axis=0), side_px)
    result[top : top + height, left : left + width] = small
    return result


def fit_digit(picture: Picture, side_px: int = SIDE_PX) -> Picture:
    """The picture as it stands, resized to ``side_px`` without moving the ink."""
    return np.clip(resize_picture(picture, side_px, side_px), 0, 1)


def is_dark_on_light(picture: Picture) -> bool:
    """Whether a picture shows dark ink on light paper.

    Of a small picture, which may be noisy, two thirds of the rim have to be
    light; of a larger one, the ink has to be darker than what surrounds it.
    """
    if min(picture.shape) > SMALL_PX:
        return ink_is_dark(picture)
    rim = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    return bool(np.quantile(rim, 1 / 3) > 0.5)


def invert_to_ink(picture: Picture) -> Picture:
    """Dark on light paper -> ink 1 on ground 0; grey paper becomes 0, the darkest ink 1."""
    paper = float(np.median(np.concatenate([picture[0], picture[-1]])))
    ink = np.clip(paper - picture, 0, 1)
    strongest = float(np.quantile(ink, 0.995)) or float(ink.max())
    if strongest > INK_THRESHOLD:  # else the paper is blank, and its grain would become ink
        ink = np.clip(ink / strongest, 0, 1)
    return np.asarray(ink, np.float32)


def _start(profile: npt.NDArray[np.float32], side_px: int) -> int:
    """Where to put a profile so that its centre of mass lies in the middle of the side."""
    centre = float((profile * np.arange(profile.size)).sum() / profile.sum()) + 0.5
    return int(np.clip(round(side_px / 2 - centre), 0, side_px - profile.size))
