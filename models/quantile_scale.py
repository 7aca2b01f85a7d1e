"""A scale for sliders on which equal ways hold equal shares of the codes, or of the prior."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread
from models.latent import RANGE_QUANTILES
from models.subject import Whereabouts

MEASURED_CODES = 10_000
# Dense at both ends, where a quantile lies far from the next one.
LEVELS = (
    *(RANGE_QUANTILES[0], 0.002, 0.005, 0.01, 0.02),
    *np.linspace(0.04, 0.96, 47).tolist(),
    *(0.98, 0.99, 0.995, 0.998, RANGE_QUANTILES[1]),
)
TICKS = (0.05, 0.25, 0.5, 0.75, 0.95)  # told on the scale
# Between quantiles that are alike, as those of dead dimensions or of rounded codes are:
# of the way from the least to the largest, of the largest, and where all are 0.
LEAST_STEPS = (1e-6, 2e-7, 1e-12)

Floats = npt.NDArray[np.float32]
Line = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class QuantileScale:
    """Which share of the codes lies below a value, and which value lies above a share.

    Both are straight lines between the values known, and go on straight beyond the last
    ones, so that every finite value has a level of its own, then below 0 or above 1.
    A dimension is measured when it is first asked for.

    Attributes
    ----------
    codes : ndarray of float32, shape (n, latent_dim), or None
        What shares are of; None for the prior N(0, 1).

    Examples
    --------
    >>> scale = QuantileScale.of(Whereabouts.of_prior(2))
    >>> round(scale.level(0, 1.0), 2)
    0.84
    """

    codes: Floats | None
    _known: dict[int, Line] = field(default_factory=dict)

    @classmethod
    def of(cls, where: Whereabouts) -> QuantileScale | None:
        """Of the prior or the codes; None where neither is known."""
        if where.prior:
            return cls(None)
        return None if where.codes is None else cls(where.codes.codes)

    @property
    def whose(self) -> str:
        """What shares are of: "codes" or "prior"."""
        return "prior" if self.codes is None else "codes"

    def quantiles(self, dim: int) -> Line:
        """The values of one dimension at :data:`LEVELS`, rising."""
        if self.codes is None:
            return _of_prior()
        if dim not in self._known:
            self._known[dim] = _measured(self.codes[:, dim])
        return self._known[dim]

    def level(self, dim: int, value: float) -> float:
        """The share of the codes that lies below a value of one dimension."""
        return _along(value, self.quantiles(dim), LEVELS)

    def value(self, dim: int, level: float) -> float:
        """The value of one dimension that lies above a share of the codes."""
        return _along(level, LEVELS, self.quantiles(dim))


@cache
def _of_prior() -> Line:
    from statistics import NormalDist  # which no start has to wait for

    return tuple(map(NormalDist().inv_cdf, LEVELS))


def _along(x: float, xs: Line, ys: Line) -> float:
    """On the straight lines through the points, and on beyond both ends."""
    place = min(max(bisect_left(xs, x), 1), len(xs) - 1)
    left, right = xs[place - 1], xs[place]
    share = (x - left) / (right - left)
    return ys[place - 1] + share * (ys[place] - ys[place - 1])


def _measured(codes: Floats) -> Line:
    """Quantiles of codes (n,), no two alike."""
    ordered = np.sort(spread(codes, MEASURED_CODES).astype(np.float64))
    # numpy's own would import masked arrays, which a start waits for.
    places = np.asarray(LEVELS) * (len(ordered) - 1)
    values = np.interp(places, np.arange(len(ordered)), ordered)
    sizes = (ordered[-1] - ordered[0], np.abs(ordered[[0, -1]]).max(), 1)
    step = float(np.dot(LEAST_STEPS, sizes))
    return tuple((values + step * np.arange(len(values))).tolist())
