"""Ways from code to code: linear, spherical and Catmull-Rom."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.code_statistics import FLOAT32_MAX
from models.errors import LatentError

# Directions that are closer than this, in radians, to the same or to opposite ones.
SAME_ANGLE = 1e-6

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


class Interpolation(enum.Enum):
    """How a journey gets from one code to the next."""

    LINEAR = "linear"
    SPHERICAL = "spherical"
    CATMULL_ROM = "Catmull-Rom"


@dataclass(frozen=True, eq=False)
class Path:
    """A way through codes; every leg from one code to the next is 1 long.

    Attributes
    ----------
    kind : Interpolation
    points : ndarray of float32, shape (n, latent_dim)
        ``n >= 2``; finite.
    closed : bool
        Whether a leg leads from the last code back to the first.

    Raises
    ------
    LatentError
        If there are fewer than two codes, or all are equal.
    """

    kind: Interpolation
    points: Floats
    closed: bool = False

    def __post_init__(self) -> None:
        count = len(self.points)
        if count < 2:
            received = "one" if count else "none"
            raise LatentError("A journey", "must have two codes at least", received, "add a code")
        if not np.ptp(self.points.astype(np.float64), axis=0).any():
            received = f"{count} equal ones"
            raise LatentError("A journey", "must lead from code to code", received, "change one")

    @property
    def legs(self) -> int:
        """How many legs there are, which is how long the way is."""
        return len(self.points) if self.closed else len(self.points) - 1

    def at(self, place: float) -> Floats:
        """The code at a place from 0 to :attr:`legs`, float32 of shape (latent_dim,).

        Whole numbers are exactly the codes themselves. A place beyond the ends of an
        open way is that end; a closed one goes on.
        """
        code: Floats = self.codes(place)[0]
        return code

    def places(self, steps: int) -> Doubles:
        """Places ``steps`` to a leg, from the first code on; a closed way ends before it."""
        count = self.legs * steps + (0 if self.closed else 1)
        return np.arange(count) / steps

    def codes(self, places: npt.ArrayLike) -> Floats:
        """The codes at some places, see :meth:`at`; float32 of shape (n, latent_dim)."""
        along: Doubles = np.atleast_1d(np.asarray(places, np.float64))
        along = along % self.legs if self.closed else np.clip(along, 0, self.legs)
        legs = np.minimum(along.astype(np.intp), self.legs - 1)
        shares = along - legs
        codes = np.empty((len(along), self.points.shape[1]), np.float32)
        at_stop = (shares == 0) | (shares == 1)
        for leg in np.unique(legs[~at_stop]).tolist():
            rows = (legs == leg) & ~at_stop
            found = self._on_leg(leg, shares[rows, np.newaxis])
            codes[rows] = np.clip(found, -FLOAT32_MAX, FLOAT32_MAX)
        stops = (legs + shares.astype(np.intp))[at_stop] % len(self.points)
        codes[at_stop] = self.points[stops]
        return codes

    def _on_leg(self, leg: int, shares: Doubles) -> Doubles:
        start, end = self._point(leg), self._point(leg + 1)
        if self.kind is Interpolation.SPHERICAL:
            return slerp(start, end, shares)
        if self.kind is Interpolation.CATMULL_ROM:
            return catmull_rom(self._before(leg), start, end, self._after(leg), shares)
        return lerp(start, end, shares)

    def _point(self, number: int) -> Doubles:
        point: Doubles = self.points[number % len(self.points)].astype(np.float64)
        return point

    def _before(self, leg: int) -> Doubles:
        if leg == 0 and not self.closed:
            return 2 * self._point(0) - self._point(1)
        return self._point(leg - 1)

    def _after(self, leg: int) -> Doubles:
        if leg == self.legs - 1 and not self.closed:
            return 2 * self._point(leg + 1) - self._point(leg)
        return self._point(leg + 2)


def lerp(start: Doubles, end: Doubles, share: Doubles) -> Doubles:
    """On the straight line, ``share`` of the way from ``start`` to ``end``."""
    return (1 - share) * start + share * end


def slerp(start: Doubles, end: Doubles, share: Doubles) -> Doubles:
    """Round the origin, ``share`` of the way from ``start`` to ``end``.

    The direction turns at one speed (Shoemake, 1985; for codes: White, "Sampling
    Generative Networks", 2016) and the length changes at one speed, so that codes of
    different lengths are reached as well. Where the ends have the same direction or one
    has no length it is the straight line. Opposite ends have no way round of their own:
    it leads over the axis along which ``start`` reaches least.

    Parameters
    ----------
    start, end : ndarray of float64, shape (latent_dim,)
    share : ndarray of float64, shape (n, 1)
        From 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n, latent_dim)
    """
    lengths = float(np.linalg.norm(start)), float(np.linalg.norm(end))
    if min(lengths) == 0:
        return lerp(start, end, share)
    first, last = start / lengths[0], end / lengths[1]
    # Kahan's angle: exact where the cosine's arc loses half of the digits.
    angle = 2 * np.arctan2(np.linalg.norm(first - last), np.linalg.norm(first + last))
    if angle < SAME_ANGLE or (angle > np.pi - SAME_ANGLE and len(start) == 1):
        return lerp(start, end, share)
    if angle > np.pi - SAME_ANGLE:
        across = _perpendicular(first)
        direction = np.cos(np.pi * share) * first + np.sin(np.pi * share) * across
    else:
        weights = np.sin((1 - share) * angle), np.sin(share * angle)
        direction = (weights[0] * first + weights[1] * last) / np.sin(angle)
    turned: Doubles = direction * ((1 - share) * lengths[0] + share * lengths[1])
    return turned


def catmull_rom(
    before: Doubles, start: Doubles, end: Doubles, after: Doubles, share: Doubles
) -> Doubles:
    """On the centripetal Catmull-Rom curve, ``share`` of the way from ``start`` to ``end``.

    The curve goes through all its codes without cusps or loops between them: knots are
    as far apart as the square roots of the distances (Yuksel, Schaefer and Keyser,
    "Parameterization and applications of Catmull-Rom curves", 2011), and the code is
    found by Barry and Goldman's pyramid (1988). Where a neighbour lies on an end,
    the other end's mirror image takes its place; equal ends are a rest.

    Parameters
    ----------
    before, start, end, after : ndarray of float64, shape (latent_dim,)
    share : ndarray of float64, shape (n, 1)
        From 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n, latent_dim)
    """
    if np.array_equal(start, end):
        return lerp(start, end, share)
    if np.array_equal(before, start):
        before = 2 * start - end
    if np.array_equal(after, end):
        after = 2 * end - start
    t0 = 0.0
    t1 = t0 + _knot_gap(before, start)
    t2 = t1 + _knot_gap(start, end)
    t3 = t2 + _knot_gap(end, after)
    t = t1 + share * (t2 - t1)
    first = lerp(before, start, (t - t0) / (t1 - t0))
    second = lerp(start, end, share)
    third = lerp(end, after, (t - t2) / (t3 - t2))
    left = lerp(first, second, (t - t0) / (t2 - t0))
    right = lerp(second, third, (t - t1) / (t3 - t1))
    return lerp(left, right, share)


def _knot_gap(start: Doubles, end: Doubles) -> float:
    return float(np.sqrt(np.linalg.norm(end - start)))


def _perpendicular(unit: Doubles) -> Doubles:
    axis = np.zeros_like(unit)
    axis[np.argmin(np.abs(unit))] = 1
    across = axis - (axis @ unit) * unit
    perpendicular: Doubles = across / np.linalg.norm(across)
    return perpendicular
