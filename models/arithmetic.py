"""Sums of codes, means of labels, and directions: where codes lie on one, whom it parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread
from models.errors import DataError
from models.latent import RANGE_QUANTILES, check_z

MAX_MEANS = 64
RANDOM_PAIRS = 500
COMPARED_CODES = 4096  # of each label, fewer where each is long
COMPARED_VALUES = 2**24
MAX_D = 1e6
SPAN_CODES, SPAN_VALUES = 2048, 2**20
MIN_CODES = 256
TINY = float(np.finfo(np.float64).tiny)

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Labels = npt.NDArray[np.integer[Any]]


def combine(weights: Sequence[float], codes: Floats) -> Floats:
    """The weighted sum of codes.

    Parameters
    ----------
    weights : sequence of float
        One for each code.
    codes : ndarray of float32, shape (n, latent_dim)

    Returns
    -------
    ndarray of float32, shape (latent_dim,)

    Raises
    ------
    LatentError
        If a value is more than float32 can hold.
    """
    total = np.asarray(weights, np.float64) @ codes.astype(np.float64)
    return check_z(total, codes.shape[1])


@dataclass(frozen=True, eq=False)
class LabelMeans:
    """Mean codes of labels.

    Attributes
    ----------
    labels : ndarray of int64, shape (m,)
        Rising.
    counts : ndarray of int64, shape (m,)
    means : ndarray of float32, shape (m, latent_dim)
    """

    labels: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    means: Floats


def label_means(codes: Floats, labels: Labels) -> LabelMeans:
    """Means of the 64 labels that most codes have, or of all where there are fewer.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    labels : ndarray of int, shape (n,)
    """
    found, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:MAX_MEANS])
    means = np.empty((len(kept), codes.shape[1]), np.float32)
    for dim in range(codes.shape[1]):
        sums = np.bincount(inverse.reshape(-1), codes[:, dim], len(found))
        means[:, dim] = sums[kept] / counts[kept]
    return LabelMeans(found[kept].astype(np.int64), counts[kept].astype(np.int64), means)


@dataclass(frozen=True, eq=False)
class Separation:
    """How far a direction parts two labels, and how far chance does.

    Attributes
    ----------
    d : float
        Cohen's d along the direction; above 0 where the first label lies farther on.
    random : ndarray of float64, shape (pairs,)
        Sizes of d along directions of random pairs, the smallest first.
    """

    d: float
    random: Doubles

    @property
    def share(self) -> float:
        """Share of the random pairs whose d is smaller in size, from 0 to 1."""
        return float(np.searchsorted(self.random, abs(self.d))) / max(1, len(self.random))


def separate(
    codes: Floats, labels: Labels, first: int, second: int, direction: Floats
) -> Separation:
    """Cohen's d between the codes of two labels along a direction, against random pairs.

    Codes of each label are projected on the direction. d is the difference of the two
    means over the pooled standard deviation, ``s² = ((n₁-1) s₁² + (n₂-1) s₂²) / (n₁+n₂-2)``
    (Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988, chapter 2).

    A random pair is two different codes taken by chance from all of the codes; the way
    from one to the other is a direction as much as any, and the same d between the same
    two labels is measured along it. 500 pairs tell what chance would give. The same
    data give the same pairs. Where the direction was itself made of these labels' means,
    d tells how well they can be parted, not that the direction holds for new data.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Of very many of a label, evenly spaced ones are compared.
    labels : ndarray of int, shape (n,)
    first, second : int
        Two labels.
    direction : ndarray of float32, shape (latent_dim,)
        Its length does not matter, unless it is 0.

    Raises
    ------
    DataError
        If the labels are the same, or one has fewer than two codes.
    """
    if first == second:
        raise DataError("Two labels", "must differ", f"{first} twice", "choose another")
    groups = [_codes_of(codes, labels, label) for label in (first, second)]
    pairs = _random_differences(codes)
    towards = np.concatenate([direction[np.newaxis].astype(np.float64), pairs])
    # Lengths do not matter to d, but to what float64 can hold.
    towards /= np.maximum(np.abs(towards).max(axis=1, keepdims=True), TINY)
    ds = cohens_d(*(group.astype(np.float64) @ towards.T for group in groups))
    return Separation(float(ds[0]), np.sort(np.abs(ds[1:])))


def cohens_d(first: Doubles, second: Doubles) -> Doubles:
    """Cohen's d with the pooled standard deviation, column by column.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n, columns) and (m, columns)
        ``n, m >= 2``.

    Returns
    -------
    ndarray of float64, shape (columns,)
        At most a million in size; 0 where means are equal.
    """
    n, m = len(first), len(second)
    squares = first.var(axis=0, ddof=1) * (n - 1) + second.var(axis=0, ddof=1) * (m - 1)
    deviation = np.sqrt(squares / (n + m - 2))
    step = first.mean(axis=0) - second.mean(axis=0)
    least = np.maximum(np.abs(step) / MAX_D, TINY)
    ds: Doubles = step / np.maximum(deviation, least)
    return ds


def _codes_of(codes: Floats, labels: Labels, label: int) -> Floats:
    rows = np.flatnonzero(labels == label)
    if len(rows) < 2:
        raise DataError(f"Label {label}", "must have two codes at least", f"{len(rows)}")
    count = min(COMPARED_CODES, max(MIN_CODES, COMPARED_VALUES // codes.shape[1]))
    if len(rows) > count:
        rows = rows[np.linspace(0, len(rows) - 1, count).astype(np.intp)]
    chosen: Floats = codes[rows]
    return chosen


def _random_differences(codes: Floats) -> Doubles:
    generator = np.random.default_rng(0)
    starts = generator.integers(len(codes), size=RANDOM_PAIRS)
    ends = (starts + generator.integers(1, len(codes), size=RANDOM_PAIRS)) % len(codes)
    differences: Doubles = codes[ends].astype(np.float64) - codes[starts]
    return differences


@dataclass(frozen=True, eq=False)
class Axis:
    """A direction through the middle of the codes, to tell and to set where ``z`` lies on it.

    Attributes
    ----------
    mean : ndarray of float32, shape (latent_dim,)
        Where the value is 0.
    vector : ndarray of float32, shape (latent_dim,)
        A value of 1 is so far away. Dimensions that must not move are 0.
    """

    mean: Floats
    vector: Floats

    @property
    def leads_anywhere(self) -> bool:
        """Whether a dimension is left that may move."""
        return bool(self.vector.any())

    def value(self, z: Floats) -> float:
        """Where ``z`` lies, in lengths of the direction."""
        unit, length = self._unit()
        return float((z.astype(np.float64) - self.mean) @ unit / length) if length else 0.0

    def moved(self, z: Floats, value: float) -> Floats:
        """``z`` moved along the direction until it lies at ``value``; float32 (latent_dim,)."""
        step = (value - self.value(z)) * self.vector.astype(np.float64)
        return check_z(z + step, z.size)

    def span(self, codes: Floats) -> tuple[float, float]:
        """From where to where nearly all codes lie; from -1 to 1 at least.

        Parameters
        ----------
        codes : ndarray of float32, shape (n, latent_dim)
            Of very many, evenly spaced ones are taken.
        """
        unit, length = self._unit()
        chosen = spread(codes, min(SPAN_CODES, max(MIN_CODES, SPAN_VALUES // codes.shape[1])))
        values = (chosen @ unit - self.mean @ unit) / max(length, TINY)
        lo, hi = np.quantile(values, RANGE_QUANTILES)
        return min(float(lo), -1.0), max(float(hi), 1.0)

    def _unit(self) -> tuple[Doubles, float]:
        # Scaled first: squares of very small or large numbers are more than float64 holds.
        size = float(np.abs(self.vector).max())
        scaled: Doubles = self.vector.astype(np.float64) / max(size, TINY)
        length = float(np.linalg.norm(scaled))
        return scaled / max(length, TINY), length * size
