"""Codes near a latent vector, and how far out it lies among them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.code_statistics import FLOAT32_MAX, MAX_MAGNITUDE, covariance

CHUNK_VALUES = 2**18  # worked on at once: 1 MiB, which a cache holds
CHUNK_CODES = 2**16  # compared at once: so many results a cache holds
SAMPLE, NEAR_SAMPLES = 4096, 128  # codes by chance; as near as so many of them are surroundings
ROUNDING = 5e-7  # of a score's parts, for each dimension: eight times what float32 rounds off
MAX_PAIRED_DIM = 512  # beyond, dimensions are taken for independent
# Compared exactly: float32 products may put close ones into another order.
CANDIDATES = 64
LEAST_FOUND = 32  # at once, which takes no longer than to find one
# Of the mean variance: what is added to dimensions along which codes hardly vary.
RIDGE = 1e-6
TINY = float(np.finfo(np.float32).tiny)
USUAL = 0.95  # codes that are not farther out than this share of all are nothing unusual

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Neighbours:
    """Finds the nearest of many codes.

    All of them are looked at, and those around ``z`` remembered. While ``z`` moves so little
    that none of the others can have come among the nearest, only these are compared.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Kept, not copied. In Fortran's order they are compared in the shortest time.
    """

    def __init__(self, codes: Floats) -> None:
        self._codes = codes
        self._squares = np.empty(len(codes), np.float32)
        rows = max(1, CHUNK_VALUES // codes.shape[1])
        for start in range(0, len(codes), rows):
            chunk = codes[start : start + rows]
            np.einsum("ij,ij->i", chunk, chunk, out=self._squares[start : start + rows])
        chosen = np.random.default_rng(0).integers(len(codes), size=SAMPLE)
        self._sample = codes[chosen], self._squares[chosen]
        self._around: Surroundings | None = None
        self._last_asked: tuple[bytes, int] = (b"", 0)
        self._last_found = np.empty(0, np.int64), np.empty(0, np.float32)

    def nearest(self, z: Floats, count: int) -> tuple[Indices, Floats]:
        """The codes nearest to ``z``, the nearest first.

        Parameters
        ----------
        z : ndarray of float32, shape (latent_dim,)
        count : int
            At least 1; fewer are found where there are fewer.

        Returns
        -------
        indices : ndarray of int64, shape (k,)
        distances : ndarray of float32, shape (k,)
        """
        # Of one z several questions are asked, in any order.
        asked, known = self._last_asked
        if asked != z.tobytes() or known < count:
            known = max(count, LEAST_FOUND)
            rows, distances = self._search(z, min(known, len(self._codes)))
            self._last_found = rows, np.minimum(distances, FLOAT32_MAX).astype(np.float32)
            self._last_asked = z.tobytes(), known
        indices, found = self._last_found
        return indices[:count], found[:count]

    def _search(self, z: Floats, count: int) -> tuple[Indices, Doubles]:
        if self._around is not None:
            rows, distances = self._around.part.nearest(z, count)
            if len(rows) == count and self._around.hold(z, float(distances[-1])):
                return rows, distances
        self._around = self._look_around(z, count + CANDIDATES)
        return self._around.part.nearest(z, count)

    def _look_around(self, z: Floats, least: int) -> Surroundings:
        query = Query.of(z)
        limit = np.partition(query.scores(*self._sample), NEAR_SAMPLES)[NEAR_SAMPLES]
        found = [
            start + np.flatnonzero(query.scores(*self._chunk(start)) <= limit)
            for start in range(0, len(self._codes), CHUNK_CODES)
        ]
        rows = np.concatenate(found)
        if len(rows) < min(least, len(self._codes)):
            rows, limit = np.arange(len(self._codes)), np.float32(np.inf)
        part = Part(rows, self._codes[rows], self._squares[rows])
        return Surroundings(part, z.copy(), query.radius(float(limit)))

    def _chunk(self, start: int) -> tuple[Floats, Floats]:
        chunk = slice(start, start + CHUNK_CODES)
        return self._codes[chunk], self._squares[chunk]


@dataclass(frozen=True, eq=False)
class Query:
    """``z`` as codes are compared with it: by ``|c - z|²`` without ``|z|²``.

    Attributes
    ----------
    z, towards : ndarray of float32, shape (latent_dim,)
    share : float32
        Of all that is compared, where products would have no end: z lies so far out.
    """

    z: Floats
    towards: Floats
    share: np.float32

    @classmethod
    def of(cls, z: Floats) -> Query:
        """What is compared with ``z``."""
        share = np.float32(min(1.0, MAX_MAGNITUDE / max(float(np.abs(z).max()), 1.0)))
        return cls(z, -2 * (z * share), share)

    def scores(self, codes: Floats, squares: Floats) -> Floats:
        """Of codes (m, latent_dim) with these squares of their lengths: the smaller, the nearer."""
        scores: Floats = codes @ self.towards
        scores += squares if self.share == 1 else squares * self.share
        return scores

    def radius(self, limit: float) -> float:
        """How far away all codes with a score above ``limit`` are at least."""
        length = float(np.linalg.norm(self.z.astype(np.float64)))
        if self.share < 1:
            return 0.0
        reach = math.sqrt(max(0.0, limit + length**2))
        rounded = ROUNDING * len(self.z) * (length + reach) ** 2
        return math.sqrt(max(0.0, reach**2 - rounded)) if math.isfinite(reach) else math.inf


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the codes.

    Attributes
    ----------
    rows : ndarray of int64, shape (m,)
        Their numbers.
    codes : ndarray of float32, shape (m, latent_dim)
    squares : ndarray of float32, shape (m,)
        Of their lengths.
    """

    rows: Indices
    codes: Floats
    squares: Floats

    def nearest(self, z: Floats, count: int) -> tuple[Indices, Doubles]:
        """Numbers and distances of those nearest to ``z``, the nearest first."""
        scores = Query.of(z).scores(self.codes, self.squares)
        chosen = np.arange(len(scores))
        if len(scores) > count + CANDIDATES:
            chosen = np.argpartition(scores, count + CANDIDATES)[: count + CANDIDATES]
        rows, steps = self.rows[chosen], self.codes[chosen].astype(np.float64) - z
        distances = np.sqrt(np.einsum("ij,ij->i", steps, steps))
        order = np.lexsort((rows, distances))[:count]
        return rows[order], distances[order]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """All codes that lie less than ``radius`` away from ``middle``, and maybe others."""

    part: Part
    middle: Floats
    radius: float

    def hold(self, z: Floats, distance: float) -> bool:
        """Whether all codes are in it that are no farther from ``z`` than that."""
        moved = float(np.linalg.norm(z.astype(np.float64) - self.middle))
        return moved + distance < self.radius


def nearest(codes: Floats, z: Floats, k: int) -> tuple[Indices, Floats]:
    """The ``k`` codes nearest to ``z``, see :meth:`Neighbours.nearest`."""
    return Neighbours(codes).nearest(z, k)


@dataclass(frozen=True, eq=False)
class Gauge:
    """How far out a latent vector lies among codes: its Mahalanobis distance among theirs.

    Attributes
    ----------
    mean : ndarray of float64, shape (latent_dim,)
    whitening : ndarray of float64, shape (latent_dim, latent_dim) or (latent_dim,)
        Times a difference from the mean: its parts in standard deviations. Of very
        many dimensions each for itself.
    distances : ndarray of float64, shape (n,)
        Mahalanobis distances of the codes, the smallest first.
    """

    mean: Doubles
    whitening: Doubles
    distances: Doubles

    @classmethod
    def of(cls, codes: Floats) -> Gauge:
        """Measure codes of shape (n, latent_dim)."""
        mean = codes.mean(axis=0, dtype=np.float64)
        spread: Doubles = covariance(codes, MAX_PAIRED_DIM).astype(np.float64)
        variances: Doubles = np.diag(spread) if spread.ndim == 2 else spread
        ridge = RIDGE * max(float(variances.mean()), TINY)
        if spread.ndim == 1:
            whitening = 1 / np.sqrt(spread + ridge)
        else:
            values, vectors = np.linalg.eigh(spread)
            whitening = vectors.T / np.sqrt(np.maximum(values, 0) + ridge)[:, np.newaxis]
        distances = np.empty(len(codes))
        rows = max(1, CHUNK_VALUES // codes.shape[1])
        for start in range(0, len(codes), rows):
            steps = codes[start : start + rows] - mean
            distances[start : start + rows] = _lengths(steps, whitening)
        return cls(mean, whitening, np.sort(distances))

    @cached_property
    def usual(self) -> float:
        """The distance beyond which 5 % of the codes lie."""
        return float(np.quantile(self.distances, USUAL))

    def distance(self, z: Floats) -> float:
        """Mahalanobis distance of ``z`` (latent_dim,) from the codes' mean."""
        return float(_lengths((z - self.mean)[np.newaxis], self.whitening)[0])

    def share(self, z: Floats) -> float:
        """Share of the codes that lie less far out than ``z``, from 0 to 1."""
        below = np.searchsorted(self.distances, self.distance(z))
        return float(below) / len(self.distances)

    def sentence(self, z: Floats) -> str:
        """Where ``z`` lies: "farther out than 99 % of the encoded pictures"."""
        share = self.share(z)
        if share >= 1:
            return "farther out than all of the encoded pictures"
        if share <= 0:
            return "nearer to the middle than all of the encoded pictures"
        return f"farther out than {int(100 * share)} % of the encoded pictures"

    def pull_back(self, z: Floats) -> Floats:
        """``z`` on its way to the mean, as far out as 95 % of the codes lie at most.

        Returns
        -------
        ndarray of float32, shape (latent_dim,)
            ``z`` itself where it is not farther out than that.
        """
        distance = self.distance(z)
        if distance <= self.usual:
            return z
        pulled: Floats = (self.mean + (z - self.mean) * (self.usual / distance)).astype(np.float32)
        return pulled


def _lengths(steps: Doubles, whitening: Doubles) -> Doubles:
    white = steps * whitening if whitening.ndim == 1 else steps @ whitening.T
    lengths: Doubles = np.sqrt(np.einsum("ij,ij->i", white, white))
    return lengths
