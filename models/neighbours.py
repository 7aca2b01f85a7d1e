"""Codes near a latent vector, and how far out it lies among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.code_statistics import FLOAT32_MAX, MAX_MAGNITUDE, covariance

CHUNK_VALUES = 2**18  # worked on at once: 1 MiB, which a cache holds
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
    """Finds the nearest of many codes by looking at all of them.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Kept, not copied.
    """

    def __init__(self, codes: Floats) -> None:
        self._codes = codes
        self._rows = max(1, CHUNK_VALUES // codes.shape[1])
        self._squares = np.empty(len(codes), np.float32)
        for start in range(0, len(codes), self._rows):
            chunk = codes[start : start + self._rows]
            np.einsum("ij,ij->i", chunk, chunk, out=self._squares[start : start + self._rows])
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
            self._last_found = self._search(z, known)
            self._last_asked = z.tobytes(), known
        indices, distances = self._last_found
        return indices[:count], distances[:count]

    def _search(self, z: Floats, count: int) -> tuple[Indices, Floats]:
        candidates = self._candidates(z, count + CANDIDATES)
        steps = self._codes[candidates].astype(np.float64) - z
        distances = np.sqrt(np.einsum("ij,ij->i", steps, steps))
        order = np.lexsort((candidates, distances))[:count]
        told = np.minimum(distances[order], FLOAT32_MAX)
        return candidates[order], told.astype(np.float32)

    def _candidates(self, z: Floats, count: int) -> Indices:
        # |c - z|² without |z|²; only those are kept that may be among the nearest so far.
        found, scores, limit = np.empty(0, np.int64), np.empty(0, np.float32), np.float32(np.inf)
        # Of a z so far out that products would have no end, a share of all that is compared.
        share = np.float32(min(1.0, MAX_MAGNITUDE / max(float(np.abs(z).max()), 1.0)))
        towards = -2 * (z * share)
        for start in range(0, len(self._codes), self._rows):
            chunk = self._codes[start : start + self._rows] @ towards
            chunk += self._squares[start : start + self._rows] * share
            better = np.flatnonzero(chunk < limit)
            if not len(better):
                continue
            found = np.concatenate([found, better + start])
            scores = np.concatenate([scores, chunk[better]])
            if len(found) > count:
                kept = np.argpartition(scores, count - 1)[:count]
                found, scores = found[kept], scores[kept]
                limit = scores.max()
        return found


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
