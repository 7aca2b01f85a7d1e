"""Directions along which the codes of a data set vary most, to move ``z`` along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.code_statistics import covariance, spread
from models.errors import LatentError

SHORT_DIM = 64  # up to which there are as many directions as dimensions
SHORT_CODES = 10_000  # of which coordinates are kept: more would not change a histogram
MAX_DIRECTIONS = 16  # of longer ones
MIN_CODES, MAX_CODES = 256, 512  # fewer of them where each is long
COMPARED_VALUES = 2**24  # unless that were too few codes
BLOCK_VALUES = 2**21  # worked on at once: 16 MiB as float64
# A direction with a smaller share of the largest variance is rounding, not variation.
NEGLIGIBLE = 1e-6
# A direction that locks leave less of than this would throw the free values far out.
LEAST_FREE_SHARE = 0.01

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Locks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Directions:
    """Principal directions of codes; rows are in standard deviations from their mean.

    Attributes
    ----------
    mean : ndarray of float32, shape (latent_dim,)
    units : ndarray of float32 or, for short vectors, float64, shape (rows, latent_dim)
        Orthogonal directions of length 1, the one of the largest variance first.
    deviations : ndarray like units, shape (rows,)
        Standard deviations of the codes along them; above 0.
    coordinates : ndarray of float32, shape (n, rows)
        Where some of the codes lie.
    names : tuple of str
        What the rows are called: "direction 0" and so on.
    starts : frozenset of int
        Rows where another group begins.
    """

    mean: Floats
    units: Floats | Doubles
    deviations: Floats | Doubles
    coordinates: Floats
    names: tuple[str, ...]
    starts: frozenset[int] = frozenset()

    def values(self, z: Floats) -> Floats:
        """Where ``z`` lies, float32 of shape (rows,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            values = (self.units @ (z - self.mean)) / self.deviations
            finite: Floats = np.nan_to_num(values.astype(np.float32, copy=False))
        return finite

    def moved(self, z: Floats, row: int, value: float, locks: Locks | None = None) -> Floats:
        """``z`` moved along one direction until it lies at ``value``.

        A value that it has already moves it by exactly nothing.

        Parameters
        ----------
        z : ndarray of float32, shape (latent_dim,)
        row : int
        value : float
            In standard deviations.
        locks : ndarray of bool, shape (latent_dim,), optional
            Values that stay. The free ones go as far as it takes, by the shortest way,
            which has a part along other directions too.

        Raises
        ------
        LatentError
            If nearly all of the direction lies in locked values.
        """
        unit = self.units[row]
        if locks is not None and locks.any():
            unit = np.where(locks, 0, unit)
            share = float(unit @ unit)
            if share < LEAST_FREE_SHARE:
                count = int(np.count_nonzero(locks))
                locked = f"{count:,} locked value{'s' if count > 1 else ''}"
                raise LatentError(
                    self.names[row], "must change values that are free", locked, "unlock some"
                )
            unit = unit / share
        step = np.float32(value) - self.values(z)[row]
        with np.errstate(over="ignore", invalid="ignore"):
            moved: Floats = (z + unit * (step * self.deviations[row])).astype(np.float32)
        return moved

    def picked(self, rows: npt.NDArray[np.intp], starts: frozenset[int]) -> Directions:
        """Some of the rows, in another order; ``starts`` are counted among these."""
        return Directions(
            self.mean,
            self.units[rows],
            self.deviations[rows],
            self.coordinates[:, rows],
            tuple(self.names[row] for row in rows),
            starts,
        )


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
        All along which the codes vary, or of vectors longer than 64 at most 16.
    """
    latent_dim = codes.shape[1]
    if latent_dim <= SHORT_DIM:
        return _find_all(codes, mean)
    count = min(len(codes), max(COMPARED_VALUES // latent_dim, MIN_CODES), MAX_CODES)
    width = max(1, BLOCK_VALUES // count)
    blocks = [slice(start, start + width) for start in range(0, latent_dim, width)]
    products = np.zeros((count, count))
    for block in blocks:
        centred = _centred(codes, mean, block, count)
        products += centred @ centred.T
    # The products of the codes have the same variances as their covariance has.
    variances, vectors = np.linalg.eigh(products)
    kept = _worth(variances)[:MAX_DIRECTIONS]
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
        _names(len(kept)),
    )


# With float64, so that a move along one of them leaves the others where they are.
def _find_all(codes: Floats, mean: Floats) -> Directions:
    variances, vectors = np.linalg.eigh(covariance(codes, SHORT_DIM).astype(np.float64))
    kept = _worth(variances)
    units = vectors.T[kept]
    units *= _signs(units)[:, np.newaxis]
    deviations = np.sqrt(variances[kept])
    some = spread(codes, SHORT_CODES).astype(np.float64) - mean
    coordinates = ((some @ units.T) / deviations).astype(np.float32)
    return Directions(mean, units, deviations, coordinates, _names(len(kept)))


def _worth(variances: Doubles) -> npt.NDArray[np.intp]:
    falling = np.argsort(variances)[::-1]
    kept: npt.NDArray[np.intp] = falling[variances[falling] > NEGLIGIBLE * max(variances[-1], 0)]
    return kept


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"direction {row}" for row in range(count))


def _centred(codes: Floats, mean: Floats, block: slice, count: int) -> Doubles:
    return spread(codes[:, block], count).astype(np.float64) - mean[block]


# The same codes give the same directions: their largest part points upwards.
def _signs(units: Floats | Doubles) -> Floats | Doubles:
    largest = np.abs(units).argmax(axis=1) if len(units) else np.zeros(0, np.intp)
    signs: Floats | Doubles = np.sign(units[np.arange(len(units)), largest])
    return signs
