"""Linear maps from codes to the plane, and back along what the plane shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from models.code_statistics import FLOAT32_MAX, covariance, spread
from models.errors import DataError, LatentError
from models.latent_directions import MIN_CODES, find_directions

CHUNK_VALUES = 2**18  # worked on at once: 2 MiB as float64, which a cache holds
MAX_PAIRED_DIM = 512  # beyond, directions are found among some hundreds of codes
MAX_CLASSES = 1000
MAX_COMPARED_VALUES = 2**25  # of codes, to part labels by: 256 MiB as float64
SINGLE_ROUNDING = float(np.finfo(np.float32).eps)
# Of the mean variance within classes: keeps few codes of many dimensions from dividing by nothing.
RIDGE = 1e-4
# A direction with a smaller share of the variance is rounding, not variation.
NEGLIGIBLE = 1e-9

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Labels = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A linear map from codes to the plane: ``point = matrix @ z + offset``.

    Attributes
    ----------
    kind : str
        ``pca``, ``dims``, ``a_to_b`` or ``lda``.
    matrix : ndarray of float64, shape (2, latent_dim)
        The second row is 0 where codes vary along one direction only.
    offset : ndarray of float64, shape (2,)
    names : (str, str)
        What the axes are called.
    """

    kind: str
    matrix: Doubles
    offset: Doubles
    names: tuple[str, str]

    @classmethod
    def from_parts(
        cls, fields: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
    ) -> LinearMap:
        """The map that :meth:`to_json` and :meth:`arrays` have told of."""
        across, up = fields["names"]
        return cls(str(fields["kind"]), arrays["matrix"], arrays["offset"], (str(across), str(up)))

    def to_json(self) -> dict[str, Any]:
        """What is no array, in JSON values."""
        return {"kind": self.kind, "names": list(self.names)}

    def arrays(self) -> dict[str, Doubles]:
        """``matrix`` and ``offset``."""
        return {"matrix": self.matrix, "offset": self.offset}

    def project(self, codes: Floats) -> Floats:
        """Where codes of shape (n, latent_dim) lie: float32 of shape (n, 2), column by column."""
        points = np.empty((2, len(codes)), np.float32)
        rows = max(1, CHUNK_VALUES // max(1, codes.shape[1]))
        for start in range(0, len(codes), rows):
            chunk = codes[start : start + rows].astype(np.float64)
            places = chunk @ self.matrix.T + self.offset
            points[:, start : start + rows] = np.clip(places, -FLOAT32_MAX, FLOAT32_MAX).T
        return points.T

    def lift(self, point: npt.ArrayLike, z: Floats) -> Floats:
        """The code nearest to ``z`` that lies at a point.

        Parameters
        ----------
        point : array_like, shape (2,)
        z : ndarray of float32, shape (latent_dim,)
            What the map does not show of it is kept.

        Returns
        -------
        ndarray of float32, shape (latent_dim,)
        """
        missing = np.asarray(point, np.float64) - (self.matrix @ z + self.offset)
        lifted: Floats = (z + self._back @ missing).astype(np.float32)
        return lifted

    @cached_property
    def _back(self) -> Doubles:
        """The pseudo-inverse of the matrix, (latent_dim, 2)."""
        products = np.linalg.pinv(self.matrix @ self.matrix.T, hermitian=True)
        return np.asarray(self.matrix.T @ products, np.float64)


def by_dims(i: int, j: int, latent_dim: int) -> LinearMap:
    """Dimension ``i`` to the right and ``j`` upwards.

    Raises
    ------
    LatentError
        If they are not two different dimensions.
    """
    if i == j or not (0 <= i < latent_dim and 0 <= j < latent_dim):
        raise LatentError(
            "The axes of a map", f"must be two different dimensions below {latent_dim}", f"{i}, {j}"
        )
    matrix = np.zeros((2, latent_dim))
    matrix[[0, 1], [i, j]] = 1
    return LinearMap("dims", matrix, np.zeros(2), (f"z {i}", f"z {j}"))


def by_pca(codes: Floats) -> LinearMap:
    """The two orthogonal directions of the largest variance, from the mean.

    Raises
    ------
    DataError
        If the codes are all equal.
    """
    mean, matrix = _mean(codes), np.zeros((2, codes.shape[1]))
    found = _strongest(codes, mean, 2)
    matrix[: len(found)] = found
    return _centred("pca", matrix, mean, ("direction 0", "direction 1"))


def from_a_to_b(a: npt.ArrayLike, b: npt.ArrayLike, codes: Floats) -> LinearMap:
    """The difference of two codes to the right, and what varies most besides upwards.

    A lies at (0, 0), and B at the distance between them to the right.

    Parameters
    ----------
    a, b : array_like, shape (latent_dim,)
    codes : ndarray of float32, shape (n, latent_dim)

    Raises
    ------
    LatentError
        If the two are equal.
    """
    start = np.asarray(a, np.float64)
    step = np.asarray(b, np.float64) - start
    length = float(np.linalg.norm(step))
    if length == 0:
        raise LatentError("A and B", "must differ", "the same code twice", "choose another B")
    unit = step / length
    matrix = np.stack([unit, _across(codes, unit)])
    return _centred("a_to_b", matrix, start, ("A to B", "across"))


def by_lda(codes: Floats, labels: Labels) -> LinearMap:
    """The two directions that part the labels best (linear discriminant analysis).

    Codes of one label have a variance of 1 along them. Of two labels there is one
    such direction; the other is what varies most besides.

    Raises
    ------
    DataError
        If there is one label only, there are too many, or the codes are all equal.
    """
    rows = _evenly(len(codes), MAX_COMPARED_VALUES // codes.shape[1])
    chosen = codes[rows]
    values, classes = np.unique(labels[rows], return_inverse=True)
    if not 1 < len(values) <= MAX_CLASSES:
        raise DataError(
            "The labels",
            f"must be from 2 to {MAX_CLASSES} different ones for a map by label",
            f"{len(values):,}",
            "choose another projection",
        )
    mean = _mean(codes)
    basis = _strongest(chosen, mean, codes.shape[1])
    matrix = _discriminants(_along(chosen, mean, basis), classes, len(values)) @ basis
    if not matrix[1].any():
        length = np.linalg.norm(matrix[0])
        matrix[1] = _across(codes, matrix[0] / length) * length
    return _centred("lda", matrix, mean, ("discriminant 0", "discriminant 1"))


def _centred(kind: str, matrix: Doubles, middle: Doubles, names: tuple[str, str]) -> LinearMap:
    return LinearMap(kind, matrix, -(matrix @ middle), names)


def _mean(codes: Floats) -> Doubles:
    mean: Doubles = codes.mean(axis=0, dtype=np.float64)
    return mean


# Orthogonal unit directions of the largest variance, (at most count, latent_dim).
def _strongest(codes: Floats, mean: Doubles, count: int) -> Doubles:
    if codes.shape[1] > MAX_PAIRED_DIM:
        found = find_directions(codes, mean.astype(np.float32)).units[:count].astype(np.float64)
    else:
        found = _leading(covariance(codes, MAX_PAIRED_DIM).astype(np.float64), mean, count)
    if not len(found):
        raise DataError(
            "The codes",
            "must vary for a map by directions",
            f"{len(codes):,} of the same value",
            "choose two dimensions",
        )
    return found * _signs(found)


# The unit direction of the largest variance at right angles to one; 0 where there is none.
def _across(codes: Floats, unit: Doubles) -> Doubles:
    if codes.shape[1] > MAX_PAIRED_DIM:
        few = spread(codes, MIN_CODES).astype(np.float64)
        few -= np.outer(few @ unit, unit)
        rests = few.astype(np.float32)
        units = find_directions(rests, few.mean(axis=0).astype(np.float32)).units
        found = units.astype(np.float64)
    else:
        others = np.eye(len(unit)) - np.outer(unit, unit)
        pairs = others @ covariance(codes, MAX_PAIRED_DIM).astype(np.float64) @ others
        found = _leading(pairs, _mean(codes), 1)
    across: Doubles = np.zeros(len(unit))
    if len(found):
        rest = found[0] - (found[0] @ unit) * unit
        across = (rest * _signs(rest[np.newaxis]))[0]
    return across


# Eigenvectors of a covariance, the largest first, without those that are mere rounding:
# equal codes far from 0 have tiny variances, not none.
def _leading(pairs: Doubles, mean: Doubles, count: int) -> Doubles:
    variances, vectors = np.linalg.eigh(pairs)
    rounding = NEGLIGIBLE * max(variances[-1], float((mean**2).max()) * SINGLE_ROUNDING)
    kept = np.flatnonzero(variances > rounding)[::-1][:count]
    leading: Doubles = vectors[:, kept].T
    return leading


# Coordinates of codes from their mean, (n, rows).
def _along(codes: Floats, mean: Doubles, units: Doubles) -> Doubles:
    along = np.empty((len(codes), len(units)))
    rows = max(1, CHUNK_VALUES // codes.shape[1])
    for start in range(0, len(codes), rows):
        along[start : start + rows] = (codes[start : start + rows] - mean) @ units.T
    return along


# Two directions, (2, d), of coordinates (n, d); the second is 0 where there are two classes.
def _discriminants(along: Doubles, classes: npt.NDArray[np.intp], count: int) -> Doubles:
    sizes = np.bincount(classes, minlength=count)
    sums = [np.bincount(classes, column, count) for column in along.T]
    means = (np.stack(sums) / sizes).T  # (classes, d)
    total = along.T @ along
    between = (means * sizes[:, np.newaxis]).T @ means
    within = (total - between) / max(1, len(along) - count)
    mean_variance = float(np.trace(total)) / max(1, len(along) - 1) / along.shape[1]
    within[np.diag_indices_from(within)] += RIDGE * mean_variance
    root = np.linalg.cholesky(within)
    half = np.linalg.solve(root, between / max(1, len(along) - 1))
    strengths, vectors = np.linalg.eigh(np.linalg.solve(root, half.T))
    rows = np.linalg.solve(root.T, vectors[:, ::-1]).T[: min(2, count - 1)]
    kept = rows[strengths[::-1][: len(rows)] > NEGLIGIBLE]
    matrix = np.zeros((2, along.shape[1]))
    if not len(kept):  # every label has the same mean: any direction parts them as well
        kept = rows[:1]
    matrix[: len(kept)] = kept * _signs(kept)
    return matrix


# At most so many rows, evenly spaced among all.
def _evenly(count: int, most: int) -> slice | npt.NDArray[np.intp]:
    if count <= most:
        return slice(None)
    return np.linspace(0, count - 1, max(2, most)).astype(np.intp)


# The same codes give the same map: a direction's largest part points upwards.
def _signs(units: Doubles) -> Doubles:
    largest = np.abs(units).argmax(axis=1)
    signs: Doubles = np.sign(units[np.arange(len(units)), largest])[:, np.newaxis]
    return signs
