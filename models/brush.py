"""Where a brush goes over a picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MIN_RADIUS_PX = 0.5

Floats = npt.NDArray[np.float32]
Place = tuple[float, float]


def dab(mask: Floats, begin: Place, end: Place, width: float) -> None:
    """Draw a brush over a mask, from one place to another.

    Parameters
    ----------
    mask : ndarray of float32, shape (height, width)
        In [0, 1]; is changed, and only grows.
    begin, end : (x, y)
        In the unit square.
    width : float
        Of the brush, as a share of the picture's shorter side; at least a pixel is painted.
    """
    size = np.array(mask.shape[::-1])
    radius = max(width * float(size.min()) / 2, MIN_RADIUS_PX)
    first, last = np.array(begin) * size, np.array(end) * size
    low = np.clip(np.floor(np.minimum(first, last) - radius - 1), 0, size).astype(int)
    high = np.clip(np.ceil(np.maximum(first, last) + radius + 1), 0, size).astype(int)
    part = mask[low[1] : high[1], low[0] : high[0]]
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]] + 0.5
    along = last - first
    length = float(along @ along)
    share = ((x - first[0]) * along[0] + (y - first[1]) * along[1]) / (length or 1)
    share = np.clip(share, 0, 1)
    off = np.hypot(x - first[0] - share * along[0], y - first[1] - share * along[1])
    np.maximum(part, np.clip(radius + 0.5 - off, 0, 1), out=part, casting="same_kind")
