"""Directions along which the codes of a data set vary most, to move ``z`` along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread

MAX_DIRECTIONS = 16
MIN_CODES, MAX_CODES = 256, 512  # fewer of them where each is long
COMPARED_VALUES = 2**24  # unless that were too few codes
BLOCK_VALUES = 2**21  # worked on at once: 16 MiB as float64
# A direction with a smaller share of the largest variance is rounding, not variation.
NEGLIGIBLE = 1e-6

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Directions:
    """Principal directions of codes; rows are in standard deviations from their mean.

    Attributes
    ----------
    mean : ndarray of float32, shape (latent_dim,)
    units : ndarray of float32, shape (rows, latent_dim)
        Orthogonal directions of length 1, the one of the largest variance first.
    deviations : ndarray of float32, shape (rows,)
        Standard deviations of the codes along them; above 0.
    coordinates : ndarray of float32, shape (n, rows)
        Where some of the codes lie.
    """

    mean: Floats
    units: Floats
    deviations: Floats
    coordinates: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """What the rows are called: "direction 0" and so on."""
        return tuple(f"direction {row}" for row in range(len(self.units)))

    def values(self, z: Floats) -> Floats:
        """Where ``z`` lies, float32 of shape (rows,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            values = (self.units @ (z - self.mean)) / self.deviations
        finite: Floats = np.nan_to_num(values).astype(np.float32, copy=False)
        return finite

    def moved(self, z: Floats, row: int, value: float) -> Floats:
        """``z`` moved along one direction until it lies at ``value``.

        A value that it has already moves it by exactly nothing.
        """
        step = np.float32(value) - self.values(z)[row]
        with np.errstate(over="ignore", invalid="ignore"):
            moved: Floats = z + self.units[row] * (step * self.deviations[row])
        return moved


def find_directions(codes: Floats, mean: Floats) -> Directions:
    """Find the directions of the largest variance.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Of many, evenly spaced ones are compared, so that time and memory are bounded.
    mean : ndarray of float32, shape (latent_dim,)
        Of the codes.

    Returns
    -------
    Directions
        At most 16; none where the codes do not vary.
    """
    latent_dim = codes.shape[1]
    count = min(len(codes), max(COMPARED_VALUES // latent_dim, MIN_CODES), MAX_CODES)
    width = max(1, BLOCK_VALUES // count)
    blocks = [slice(start, start + width) for start in range(0, latent_dim, width)]
    products = np.zeros((count, count))
    for block in blocks:
        centred = _centred(codes, mean, block, count)
        products += centred @ centred.T
    # The products of the codes have the same variances as their covariance has.
    variances, vectors = np.linalg.eigh(products)
    kept = np.argsort(variances)[::-1][:MAX_DIRECTIONS]
    kept = kept[variances[kept] > NEGLIGIBLE * max(variances[-1], 0.0)]
    lengths, weights = np.sqrt(variances[kept]), vectors[:, kept]  # (rows,), (n, rows)
    units = np.empty((len(kept), latent_dim), np.float32)
    for block in blocks:
        units[:, block] = weights.T @ _centred(codes, mean, block, count) / lengths[:, np.newaxis]
    signs = _signs(units)
    degrees = np.sqrt(max(1, count - 1))
    return Directions(
        mean,
        units * signs[:, np.newaxis],
        (lengths / degrees).astype(np.float32),
        (weights * degrees * signs).astype(np.float32),
    )


def _centred(codes: Floats, mean: Floats, block: slice, count: int) -> Doubles:
    return spread(codes[:, block], count).astype(np.float64) - mean[block]


# The same codes give the same directions: their largest part points upwards.
def _signs(units: Floats) -> Floats:
    largest = np.abs(units).argmax(axis=1) if len(units) else np.zeros(0, np.intp)
    signs: Floats = np.sign(units[np.arange(len(units)), largest])
    return signs
