"""Rows of a latent in the order of what they do to the picture, as far as that is measured."""

from __future__ import annotations

import enum

import numpy as np
import numpy.typing as npt

from models.effects import (
    THE_CODES,
    THE_PRIOR,
    Dims,
    Effects,
    Floats,
    Survey,
    find_dead,
    rank,
    sample_codes,
    widest,
)
from models.subject import Whereabouts
from models.traversal import Rows


class Order(enum.Enum):
    """In which order rows stand."""

    PLAIN = "in order"
    OVER_CODES = "by effect over the codes"
    AROUND_Z = "by effect around z"


class Ranking:
    """What is known of each row's effect, and the survey that is under way.

    Parameters
    ----------
    rows : Section or Directions
    whereabouts : Whereabouts
    locks : ndarray of bool, shape (latent_dim,)
        Dimensions that a direction leaves alone.

    Attributes
    ----------
    around_z, over_codes : ndarray of float32, shape (rows,)
        Mean change of the picture from the 5 % to the 95 % quantile; NaN where it is
        not known.
    """

    def __init__(self, rows: Rows, whereabouts: Whereabouts, locks: npt.NDArray[np.bool_]) -> None:
        self._rows = rows
        self._whereabouts = whereabouts
        self._locks = locks
        self._candidates = widest(rows, whereabouts)
        self._samples: Floats | None = None
        self._survey: Survey | None = None
        self._surveyed = Order.OVER_CODES
        count = len(rows.names)
        self.around_z = np.full(count, np.nan, np.float32)
        self.over_codes = np.full(count, np.nan, np.float32)

    @property
    def progress(self) -> tuple[int, int]:
        """How much of the survey is done, and how much there is; (0, 0) without one."""
        return (0, 0) if self._survey is None else (self._survey.measured, self._survey.total)

    def start(self, order: Order, chosen: npt.ArrayLike, z: Floats) -> None:
        """Begin to measure what an order needs, in place of a survey under way.

        Parameters
        ----------
        order : Order
            ``AROUND_Z`` is measured anew; of the others only what is not known.
        chosen : array_like of int
            Rows in sight, which are measured where the order ranks nothing.
        z : ndarray of float32, shape (latent_dim,)
        """
        self._survey = None
        rows = np.asarray(chosen, np.intp) if order is Order.PLAIN else self._candidates
        if order is not Order.AROUND_Z:
            rows = rows[np.isnan(self.over_codes[rows])]
        if not len(rows):
            return
        if order is Order.AROUND_Z:
            bases = z[np.newaxis].copy()
        else:
            if self._samples is None:
                self._samples = sample_codes(self._whereabouts)
            bases = self._samples
        self._surveyed = order
        self._survey = Survey(self._rows, rows, bases, self._whereabouts, self._locks)

    def next_codes(self, at_most: int) -> Floats | None:
        """What to decode next, see :meth:`models.effects.Survey.next_codes`; None at the end."""
        return None if self._survey is None else self._survey.next_codes(at_most)

    def take(self, pictures: Floats) -> bool:
        """Compare the pictures of the codes given last; True where that ends the survey."""
        survey = self._survey
        assert survey is not None
        survey.take(pictures)
        if not survey.is_done:
            return False
        known = self.around_z if self._surveyed is Order.AROUND_Z else self.over_codes
        known[survey.chosen] = survey.effects()
        self._survey = None
        return True

    def ordered(self, order: Order) -> Dims:
        """Which row stands where; what is not known yet leaves rows in their order."""
        if order is Order.PLAIN:
            return np.arange(len(self.over_codes))
        known = self.around_z if order is Order.AROUND_Z else self.over_codes
        effects = known[self._candidates]
        if np.isnan(effects).any():
            return self._candidates
        return self._candidates[rank(effects)]

    def effects(self) -> Effects:
        """What is known by now."""
        over = THE_PRIOR if self._whereabouts.prior else THE_CODES
        known = self.over_codes.copy(), self.around_z.copy()
        return Effects(*known, self.dead(), self.strongest(), over)

    def strongest(self) -> float:
        """The largest effect that is known; 1 where none is."""
        both = np.concatenate([self.around_z, self.over_codes])
        found = both[np.isfinite(both)]
        return float(found.max()) if found.size and found.max() > 0 else 1.0

    def dead(self) -> npt.NDArray[np.bool_]:
        """Rows that hardly change the picture, neither around ``z`` nor over the codes."""
        both = np.where(np.isnan(self.over_codes), np.nan, np.fmax(self.over_codes, self.around_z))
        return find_dead(both.astype(np.float32))
