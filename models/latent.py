"""Numpy over latent codes: ranges, histograms, chance, and ``z`` as text.

All pure functions and frozen records; ``z`` is float32 of shape (latent_dim,).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from models.errors import LatentError

RANGE_QUANTILES = (0.001, 0.999)
MAX_CHARACTERS_A_VALUE = 64
# A range narrower than this share of its ends is no range.
FLAT = 1e-6
# Added to a correlation matrix: more than the rounding of float32, less than anyone sees.
RIDGE = 1e-5

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Edits = Mapping[int, tuple[float, float]]

_WRAPPING = re.compile(
    r"^\s*(?:\w+\s*=)?\s*(?:[\w.]*(?:array|tensor|constant)\s*\()?(?P<values>[^=()]*?)"
    r"(?:,\s*dtype\s*=\s*[\w.'\"]+)?\s*\)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class LatentRanges:
    """The range that each dimension's slider spans.

    Attributes
    ----------
    base_lo, base_hi : ndarray of float32, shape (latent_dim,)
        From the codes; a range never becomes narrower by itself.
    lo, hi : ndarray of float32, shape (latent_dim,)
        What is shown now: the base or an edit, grown to every ``z`` seen.
    edits : mapping of int to (float, float)
        Ranges set by hand, by dimension.
    """

    base_lo: Floats
    base_hi: Floats
    lo: Floats
    hi: Floats
    edits: Edits = field(default_factory=dict)

    @classmethod
    def between(cls, lo: npt.ArrayLike, hi: npt.ArrayLike) -> LatentRanges:
        """Ranges with known ends, for instance stored quantiles of the codes.

        A dimension that does not vary gets the half-width that is usual among
        the others, or 1, on both sides.
        """
        low, high = np.asarray(lo, np.float64), np.asarray(hi, np.float64)
        size = np.maximum(np.abs(low), np.abs(high))
        flat = high - low <= FLAT * size
        # The upper median; numpy's own would import masked arrays, which a start waits for.
        widths = np.sort((high - low)[~flat])
        usual = float(widths[len(widths) // 2]) / 2 if len(widths) else 1.0
        half = np.where(flat, np.maximum(usual, size / 100), 0.0)
        limit = np.finfo(np.float32).max
        base_lo = _frozen(np.clip(low - half, -limit, limit))
        base_hi = _frozen(np.clip(high + half, -limit, limit))
        return cls(base_lo, base_hi, base_lo, base_hi)

    @classmethod
    def of(cls, codes: Floats) -> LatentRanges:
        """Ranges from the 0.1 % to the 99.9 % quantile of codes of shape (n, latent_dim)."""
        lo, hi = np.quantile(codes, RANGE_QUANTILES, axis=0)
        return cls.between(lo, hi)

    def grown(self, z: Floats) -> LatentRanges:
        """The same ranges where ``z`` lies inside, wider ones where it does not."""
        if bool(np.all(z >= self.lo) and np.all(z <= self.hi)):
            return self
        return replace(self, lo=_frozen(np.minimum(self.lo, z)), hi=_frozen(np.maximum(self.hi, z)))

    def with_edits(self, edits: Edits) -> LatentRanges:
        """Ranges set by hand instead of ``self.edits``; a dropped edit gives the base back.

        Raises
        ------
        LatentError
            If a range has no width or an end that is not finite.
        """
        lo, hi = self.lo.copy(), self.hi.copy()
        for dim in self.edits.keys() | edits.keys():
            if self.edits.get(dim) != edits.get(dim):
                ends = edits.get(dim, (float(self.base_lo[dim]), float(self.base_hi[dim])))
                lo[dim], hi[dim] = check_range(*ends, dim)
        return replace(self, lo=_frozen(lo), hi=_frozen(hi), edits=dict(edits))


def check_range(lo: float, hi: float, dim: int) -> tuple[float, float]:
    """The range of one dimension, if it is one.

    Raises
    ------
    LatentError
        If it has no width as float32, or an end that is not finite.
    """
    with np.errstate(over="ignore"):
        low, high = np.float32(lo), np.float32(hi)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise LatentError(
            f"The range of z {dim}",
            "must go from a finite number up to a larger one",
            f"{lo:g} to {hi:g}",
        )
    return float(low), float(high)


def histograms(codes: Floats, lo: Floats, hi: Floats, bins: int = 40) -> Floats:
    """How often codes fall into each part of each dimension's range.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    lo, hi : ndarray of float32, shape (latent_dim,)
        ``lo < hi``; codes outside are left out.
    bins : int, optional

    Returns
    -------
    ndarray of float32, shape (latent_dim, bins)
        The highest bin of a dimension is 1; all are 0 where no code lies inside.
    """
    dim = codes.shape[1]
    low = lo.astype(np.float64)
    scale = bins / (hi.astype(np.float64) - low)
    place = (codes - low) * scale  # (n, latent_dim), in bins
    # One bin on either side takes what lies outside and is dropped; the upper end is inside.
    place[place == bins] = bins - 1
    slot = np.clip(np.floor(place), -1, bins).astype(np.intp) + 1
    slot += np.arange(dim) * (bins + 2)
    counts = np.bincount(slot.ravel(), minlength=dim * (bins + 2)).reshape(dim, bins + 2)[:, 1:-1]
    highest = np.maximum(counts.max(axis=1, keepdims=True), 1)
    shares: Floats = (counts / highest).astype(np.float32)
    return shares


def randomise(
    mean: Floats,
    covariance: Floats,
    locks: npt.NDArray[np.bool_],
    z: Floats,
    generator: np.random.Generator,
) -> Floats:
    """Draw the unlocked dimensions from the codes' Gaussian, given the locked ones.

    Parameters
    ----------
    mean : ndarray of float32, shape (latent_dim,)
    covariance : ndarray of float32, shape (latent_dim, latent_dim)
        May be singular.
    locks : ndarray of bool, shape (latent_dim,)
    z : ndarray of float32, shape (latent_dim,)
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of float32, shape (latent_dim,)
        Locked dimensions are exactly those of ``z``.
    """
    deviation = np.sqrt(np.maximum(np.diag(covariance).astype(np.float64), 0))
    unit = np.where(deviation > 0, deviation, 1)
    correlation, root = _positive_definite(covariance / np.outer(unit, unit))
    drawn = root @ generator.standard_normal(mean.size)  # in standard deviations from the mean
    if locks.any():
        # Matheron's rule: shift an unconditional draw by what the locked values explain.
        missing = ((z - mean.astype(np.float64)) / unit - drawn)[locks]
        weights = np.linalg.solve(correlation[np.ix_(locks, locks)], missing)
        drawn = drawn + correlation[:, locks] @ weights
    drawn = mean + deviation * drawn
    return np.where(locks, z, drawn).astype(np.float32)


def check_z(z: npt.ArrayLike, latent_dim: int) -> Floats:
    """A read-only float32 copy of a latent vector.

    Raises
    ------
    LatentError
        If it is not numeric, has another shape than (latent_dim,), or has a
        value that is not finite as float32.
    """
    array = np.asarray(z)
    if array.dtype.kind not in "fiu":
        raise LatentError("z", "must be made of numbers", f"{array.dtype} values")
    if array.shape != (latent_dim,):
        raise LatentError("z", f"must have the shape ({latent_dim},)", f"{array.shape}")
    with np.errstate(over="ignore"):
        copy = _frozen(array)
    bad = np.flatnonzero(~np.isfinite(copy))
    if bad.size:
        raise LatentError(
            f"z {bad[0]}", "must be a finite number that float32 can hold", str(array[bad[0]])
        )
    return copy


def parse_value(text: str, dim: int) -> float:
    """The number that was typed for one dimension, exactly as float32 holds it.

    Raises
    ------
    LatentError
        If it is no number, or not a finite one.
    """
    value = _number(text)
    with np.errstate(over="ignore"):
        single = np.float32(math.nan if value is None else value)
    if not np.isfinite(single):
        raise LatentError(f"z {dim}", "must be a finite number", _quoted(text))
    return float(single)


def format_z(z: Floats) -> str:
    """``z`` as text, with as many digits as give the same float32 back."""
    return "[" + ", ".join(str(value) for value in z.astype(np.float32)) + "]"


def parse_z(text: str, latent_dim: int) -> Floats:
    """Read ``z`` from text: numbers parted by commas, blanks or lines, in brackets or not.

    ``array([...], dtype=float32)`` is read too.

    Returns
    -------
    ndarray of float32, shape (latent_dim,)
        Read-only.

    Raises
    ------
    LatentError
        If a part is no finite number, or if there are more or fewer than ``latent_dim``.
    """
    limit = MAX_CHARACTERS_A_VALUE * (latent_dim + 1)
    if len(text) > limit:
        raise LatentError(
            "The text", f"must be {latent_dim} numbers", f"{len(text)} characters of text"
        )
    wrapped = _WRAPPING.match(text)
    inner = wrapped["values"] if wrapped else text
    parts = re.split(r"[\s,;\[\]]+", inner)
    words = [part for part in parts if part]
    numbers: list[float] = []
    for word in words:
        number = _number(word)
        if number is None:
            raise LatentError("The text", f"must be {latent_dim} numbers", _quoted(word))
        numbers.append(number)
    if len(numbers) != latent_dim:
        raise LatentError("The text", f"must be {latent_dim} numbers", f"{len(numbers)} numbers")
    return check_z(np.array(numbers, np.float64), latent_dim)


def _number(text: str) -> float | None:
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        return None if "_" in plain else float(plain)
    except ValueError:
        return None


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:23] + "…")


def _frozen(values: npt.NDArray[np.generic]) -> Floats:
    copy = np.array(values, np.float32)
    copy.setflags(write=False)
    return copy


# Returns a matrix that can always be solved with, and a square root of it.
def _positive_definite(correlation: Doubles) -> tuple[Doubles, Doubles]:
    lifted = correlation + RIDGE * np.eye(len(correlation))
    try:
        root = np.linalg.cholesky(lifted).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:  # worse than singular: slower, but always possible
        values, vectors = np.linalg.eigh(correlation)
        root = vectors * np.sqrt(np.maximum(values, RIDGE))
        lifted = root @ root.T
    return lifted, root
