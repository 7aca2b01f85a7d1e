"""How much each dimension or direction of the latent changes the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread
from models.latent_directions import Directions
from models.subject import Whereabouts
from models.traversal import FIRST_LEVEL, LAST_LEVEL, Rows, Traversal

ENDS = (FIRST_LEVEL, LAST_LEVEL)
SAMPLE_CODES = 8
MAX_RANKED = 256  # more rows would be decoded for seconds
MAX_COMPARED_VALUES = 2**16  # of a picture; evenly spaced ones have the same mean
DEAD_SHARE = 0.02  # of the largest effect
SEED = 0
THE_CODES, THE_PRIOR = "the codes", "the prior"

Floats = npt.NDArray[np.float32]
Dims = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Effects:
    """What is known of how much each row changes the picture.

    Attributes
    ----------
    over_codes, around_z : ndarray of float32, shape (rows,)
        Mean change from the 5 % to the 95 % quantile; NaN where it is not known.
    dead : ndarray of bool, shape (rows,)
        Rows that hardly change it.
    strongest : float
        The largest effect that is known, above 0.
    over : str
        What quantiles and codes were taken from, in words.
    """

    over_codes: Floats
    around_z: Floats
    dead: npt.NDArray[np.bool_]
    strongest: float = 1.0
    over: str = THE_CODES

    def picked(self, rows: Dims) -> Effects:
        """Of some of the rows, in another order."""
        over, around, dead = self.over_codes[rows], self.around_z[rows], self.dead[rows]
        return Effects(over, around, dead, self.strongest, self.over)

    def text(self, row: int) -> str:
        """What a row does, in words."""
        over, around = float(self.over_codes[row]), float(self.around_z[row])
        return effect_text(over, around, bool(self.dead[row]), self.over)


class Survey:
    """Codes at both ends of each row, around one or more codes, and what their pictures say.

    Parameters
    ----------
    rows : Section or Directions
    chosen : array_like of int, shape (n,)
        Which rows are measured.
    bases : ndarray of float32, shape (bases, latent_dim)
        The codes around which they are.
    whereabouts : Whereabouts
        Tells the 5 % and the 95 % quantile.
    locks : ndarray of bool, shape (latent_dim,)
        Dimensions that a direction leaves alone.
    """

    def __init__(
        self,
        rows: Rows,
        chosen: npt.ArrayLike,
        bases: Floats,
        whereabouts: Whereabouts,
        locks: npt.NDArray[np.bool_],
    ) -> None:
        self._ends = Traversal.through(rows, chosen, whereabouts, locks, ENDS)
        self._bases = bases
        self._changes = np.zeros((len(bases), len(self.chosen)), np.float32)
        self._measured = 0

    @property
    def chosen(self) -> Dims:
        """Which rows are measured."""
        return self._ends.chosen

    @property
    def total(self) -> int:
        """How many pairs of pictures are compared in all."""
        return self._changes.size

    @property
    def measured(self) -> int:
        """How many have been."""
        return self._measured

    @property
    def is_done(self) -> bool:
        """Whether :meth:`effects` says all."""
        return self._measured == self.total

    def next_codes(self, at_most: int) -> Floats:
        """The codes to decode next: one pair after the other, at least one pair.

        Returns
        -------
        ndarray of float32, shape (2 pairs, latent_dim)
        """
        last = min(self.total, self._measured + max(1, at_most // 2))
        pairs = range(self._measured, last)
        codes = [
            self._ends.codes(self._bases[base], (2 * row, 2 * row + 1))
            for base, row in (divmod(pair, len(self.chosen)) for pair in pairs)
        ]
        return np.concatenate(codes)

    def take(self, pictures: Floats) -> None:
        """Compare the decoded pictures, (2 pairs, …), of the codes given last."""
        changes = mean_change(pictures[0::2], pictures[1::2])
        self._changes.ravel()[self._measured : self._measured + len(changes)] = changes
        self._measured += len(changes)

    def effects(self) -> Floats:
        """The mean change over the bases, float32 of shape (n,)."""
        effects: Floats = self._changes.mean(axis=0)
        return effects


def mean_change(low: Floats, high: Floats) -> Floats:
    """Mean absolute difference of each pair of pictures.

    Parameters
    ----------
    low, high : ndarray of float32, shape (n, …)
        A value that is not finite in one of them counts as no difference.

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.abs(thin(high).astype(np.float64) - thin(low))
    mean: Floats = np.nan_to_num(difference, nan=0, posinf=0).mean(axis=1).astype(np.float32)
    return mean


def thin(pictures: Floats) -> Floats:
    """Evenly spaced values of each picture (n, …), as many as a comparison needs: (n, values)."""
    flat = pictures.reshape(len(pictures), -1)
    return flat[:, :: -(-flat.shape[1] // MAX_COMPARED_VALUES)]


def widest(rows: Rows, whereabouts: Whereabouts) -> Dims:
    """The rows worth ranking, in their order: all, or the 256 along which codes reach farthest."""
    every = np.arange(len(rows.names))
    if len(every) <= MAX_RANKED or isinstance(rows, Directions):
        return every
    reach = (whereabouts.hi - whereabouts.lo)[rows.dims]
    return np.sort(np.argsort(-reach, kind="stable")[:MAX_RANKED])


def rank(effects: Floats) -> Dims:
    """Indices, the one of the largest effect first; equal ones stay in their order."""
    return np.argsort(-effects, kind="stable")


def find_dead(effects: Floats) -> npt.NDArray[np.bool_]:
    """Which rows hardly change the picture: less than 2 % of what the strongest one does.

    What is not known, NaN, is not dead.
    """
    known = effects[np.isfinite(effects)]
    strongest = float(known.max()) if known.size else 0.0
    dead: npt.NDArray[np.bool_] = effects <= DEAD_SHARE * strongest
    return dead


def effect_text(over_codes: float, around_z: float, is_dead: bool, over: str = THE_CODES) -> str:
    """An effect in words; NaN is what is not measured yet."""
    said = []
    if np.isfinite(over_codes):
        said.append(f"{over_codes:.4f} over {over}")
    if np.isfinite(around_z):
        said.append(f"{around_z:.4f} around this z")
    if not said:
        return "its effect is not measured yet"
    dead = ", which is hardly anything" if is_dead else ""
    return f"changes each value of the picture by {', '.join(said)}, on average{dead}"


def sample_codes(whereabouts: Whereabouts, count: int = SAMPLE_CODES) -> Floats:
    """Some codes of the data; drawn at random where there are none, or from the prior.

    Returns
    -------
    ndarray of float32, shape (at most count, latent_dim)
    """
    if whereabouts.codes is not None and not whereabouts.prior:
        return spread(whereabouts.codes.codes, count)
    generator = np.random.default_rng(SEED)
    free = np.zeros(len(whereabouts.mean), np.bool_)
    drawn = [whereabouts.draw(free, whereabouts.mean, generator) for _ in range(count)]
    return np.stack(drawn)
