"""Rows of codes that run through what is usual along one dimension or direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from models.code_statistics import spread
from models.errors import LatentError
from models.latent_directions import Directions
from models.latent_view import Section
from models.subject import Whereabouts

COLUMNS = 11
FIRST_LEVEL, LAST_LEVEL = 0.05, 0.95
LEVELS = tuple(float(level) for level in np.linspace(FIRST_LEVEL, LAST_LEVEL, COLUMNS))
# Enough for a quantile to be within one part in a hundred; all of them would take seconds.
COMPARED_CODES = 2048

Floats = npt.NDArray[np.float32]
Dims = npt.NDArray[np.intp]
Rows = Section | Directions


@dataclass(frozen=True, eq=False)
class Traversal:
    """A grid of codes: a row for each dimension or direction, a column for each quantile.

    Attributes
    ----------
    rows : Section or Directions
        What there is to run through.
    chosen : ndarray of intp, shape (n,)
        Which of its rows the grid has.
    values : ndarray of float32, shape (n, columns)
        Rising in each row.
    locks : ndarray of bool, shape (latent_dim,)
        Dimensions that a direction leaves alone.
    """

    rows: Rows
    chosen: Dims
    values: Floats
    locks: npt.NDArray[np.bool_]

    @classmethod
    def through(
        cls,
        rows: Rows,
        chosen: npt.ArrayLike,
        whereabouts: Whereabouts,
        locks: npt.NDArray[np.bool_],
        levels: Sequence[float] = LEVELS,
    ) -> Traversal:
        """The grid from the first to the last of these quantiles of the codes, or of the prior.

        Where there is neither, the levels are shares of the way along a slider.
        """
        indices = np.asarray(chosen, np.intp)
        values = _quantiles(rows, indices, whereabouts, levels)
        return cls(rows, indices, values, locks)

    @property
    def names(self) -> tuple[str, ...]:
        """What the grid's rows are called."""
        return tuple(self.rows.names[row] for row in self.chosen)

    def code(self, z: Floats, row: int, column: int) -> Floats:
        """``z`` as it is in one cell, float32 of shape (latent_dim,).

        A direction that locks leave hardly anything of leaves ``z`` as it is.
        """
        chosen, value = int(self.chosen[row]), float(self.values[row, column])
        if not isinstance(self.rows, Directions):
            return self.rows.moved(z, chosen, value)
        try:
            return self.rows.moved(z, chosen, value, self.locks)
        except LatentError:
            return z

    def codes(self, z: Floats, cells: npt.ArrayLike) -> Floats:
        """``z`` as it is in some cells, which are counted row by row.

        Returns
        -------
        ndarray of float32, shape (len(cells), latent_dim)
        """
        places = np.asarray(cells, np.intp)
        codes = np.empty((len(places), len(z)), np.float32)
        for code, cell in zip(codes, places.tolist(), strict=True):
            code[:] = self.code(z, *divmod(cell, self.values.shape[1]))
        return codes

    def places(self, z: Floats) -> Floats:
        """Where ``z`` lies in each row, in columns from 0 on; float32 of shape (n,)."""
        now = self.rows.values(z)[self.chosen]
        columns = np.arange(self.values.shape[1])
        places = [
            np.interp(value, row, columns) for value, row in zip(now, self.values, strict=True)
        ]
        return np.array(places, np.float32)


def _quantiles(
    rows: Rows, chosen: Dims, whereabouts: Whereabouts, levels: Sequence[float]
) -> Floats:
    if isinstance(rows, Directions):
        found = np.quantile(rows.coordinates[:, chosen], levels, axis=0)
    elif whereabouts.prior:
        of_each = np.array([NormalDist().inv_cdf(level) for level in levels])
        found = np.repeat(of_each[:, np.newaxis], len(chosen), axis=1)
    elif whereabouts.codes is not None:
        codes = spread(whereabouts.codes.codes, COMPARED_CODES)[:, rows.dims[chosen]]
        found = np.quantile(codes, levels, axis=0)
    else:
        ranges = whereabouts.ranges()
        lo, hi = (ends[rows.dims[chosen]].astype(np.float64) for ends in (ranges.lo, ranges.hi))
        found = lo + np.multiply.outer(np.asarray(levels), hi - lo)
    return found.T.astype(np.float32)
