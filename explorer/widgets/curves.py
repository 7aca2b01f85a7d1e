"""Curves as numbers: what of them is drawn in how many columns, between which limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
CURVE_AXES = 3  # (n, length, channels), where pictures have one more
THUMBNAIL_PX = 56
PEN_PX = 1.4
MOST_STEPS = 4
MOST_DIGITS = 6  # before or after the point; other numbers are written with an exponent
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Ends of an axis at round numbers, and the numbers between them that are named."""

    low: float
    high: float
    step: float

    def ticks(self) -> list[float]:
        """From the lower end to the upper one."""
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]

    def label(self, value: float) -> str:
        """A tick's number, with no more digits than tell it from the next."""
        digits = -math.floor(math.log10(self.step))
        plain = -MOST_DIGITS < digits < MOST_DIGITS
        return f"{value:.{max(0, digits)}f}" if plain else f"{value:.3g}"


def scale_around(low: float, high: float) -> Scale:
    """The narrowest scale of a few round steps that holds both ends.

    Parameters
    ----------
    low, high : float
        Finite; they may be equal.
    """
    if high <= low:
        reach = max(abs(low), 1.0) / 2
        low, high = low - reach, high + reach
    rough = (high - low) / MOST_STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(share * power for share in ROUND_STEPS if share * power >= rough * (1 - 1e-9))
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, step)


def limits(values: Floats) -> tuple[float, float]:
    """Least and greatest of the finite values; 0 and 1 where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def envelope(values: Floats, columns: int) -> tuple[Floats, Floats]:
    """Least and greatest value in each column, for a curve with more values than columns.

    Parameters
    ----------
    values : ndarray of float32, shape (n,)
        With n >= columns; NaN counts only where a column has nothing else.
    columns : int

    Returns
    -------
    low, high : ndarray of float32, shape (columns,)
    """
    starts = np.arange(columns) * len(values) // columns
    return np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)


def curve_thumbnail(curves: Floats) -> Floats:
    """Curves as a small picture, light on dark.

    Parameters
    ----------
    curves : ndarray of float32, shape (length, channels)

    Returns
    -------
    ndarray of float32, shape (56, 56)
        In [0, 1].
    """
    low, high = limits(curves)
    span = (high - low) or 1.0
    picture = np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.float32)
    room = THUMBNAIL_PX - 8  # keeps clear of the edge
    for values in curves.T:
        least, most = _columns(np.where(np.isfinite(values), values, np.nan))
        bottom = 4 + room * (high - least) / span  # rows count downwards
        top = 4 + room * (high - most) / span
        rows = np.arange(THUMBNAIL_PX)[:, None]
        covered = np.minimum(bottom + PEN_PX / 2, rows + 1) - np.maximum(top - PEN_PX / 2, rows)
        np.fmax(picture, np.clip(covered, 0, 1), out=picture)
    return picture


def _columns(values: Floats) -> tuple[Floats, Floats]:
    """The stretch that a curve covers in each column of a thumbnail."""
    if len(values) > THUMBNAIL_PX:
        low, high = envelope(values, THUMBNAIL_PX)
    else:
        at = np.linspace(0, len(values) - 1, THUMBNAIL_PX)
        low = high = np.interp(at, np.arange(len(values)), values).astype(np.float32)
    # Half way to the neighbours, so that a steep curve has no holes.
    centre = (low + high) / 2
    steps = np.diff(centre) / 2
    before = centre - np.concatenate([[0], steps]).astype(np.float32)
    after = centre + np.concatenate([steps, [0]]).astype(np.float32)
    return np.fmin(low, np.fmin(before, after)), np.fmax(high, np.fmax(before, after))
