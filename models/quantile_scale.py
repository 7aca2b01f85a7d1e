"""A scale for sliders on which equal ways hold equal shares of the codes, or of the prior."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread
from models.latent import RANGE_QUANTILES
from models.subject import Whereabouts

MEASURED_CODES = 10_000
# Dense at both ends, where a quantile lies far from the next one.
LEVELS = np.concatenate(
    [[0.002, 0.005, 0.01, 0.02], np.linspace(0.04, 0.96, 47), [0.98, 0.99, 0.995, 0.998]]
)

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class QuantileScale:
    """Which share of the codes lies below a value, and which value lies above a share.

    Both are straight lines between the values known, and go on straight beyond the last
    ones, so that every finite value has a level of its own, then below 0 or above 1.

    Attributes
    ----------
    levels : ndarray of float64, shape (k,)
        Rising.
    values : ndarray of float64, shape (k, latent_dim)
        Quantiles of those levels; rising along each dimension.

    Examples
    --------
    >>> scale = QuantileScale.of(Whereabouts.of_prior(2))
    >>> round(scale.level(0, 1.0), 2)
    0.84
    """

    levels: Doubles
    values: Doubles

    @classmethod
    def of(cls, where: Whereabouts) -> QuantileScale | None:
        """Of the prior or the codes; None where neither is known."""
        low, high = RANGE_QUANTILES
        levels = np.concatenate([[low], LEVELS, [high]])
        if where.prior:
            one = np.array([NormalDist().inv_cdf(level) for level in levels])
            return cls(levels, np.repeat(one[:, None], len(where.mean), axis=1))
        if where.codes is None:
            return None
        codes = spread(where.codes.codes, MEASURED_CODES)
        return cls(levels, _rising(np.quantile(codes.astype(np.float64), levels, axis=0)))

    def level(self, dim: int, value: float) -> float:
        """The share of the codes that lies below a value of one dimension."""
        return _along(value, self.values[:, dim], self.levels)

    def value(self, dim: int, level: float) -> float:
        """The value of one dimension that lies above a share of the codes."""
        return _along(level, self.levels, self.values[:, dim])


def _along(x: float, xs: Doubles, ys: Doubles) -> float:
    """On the straight lines through the points, and on beyond both ends."""
    place = min(max(int(np.searchsorted(xs, x)), 1), len(xs) - 1)
    left, right = xs[place - 1], xs[place]
    share = (x - left) / (right - left)
    return float(ys[place - 1] + share * (ys[place] - ys[place - 1]))


def _rising(values: Doubles) -> Doubles:
    """No two alike, as quantiles of dead dimensions or of rounded codes are."""
    size = np.maximum(np.abs(values).max(axis=0), 1)
    step = np.ptp(values, axis=0) * 1e-6 + size * 1e-9
    rising: Doubles = np.maximum.accumulate(values, axis=0)
    rising += step * np.arange(len(values))[:, None]
    return rising
