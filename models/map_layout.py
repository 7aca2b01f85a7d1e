"""Where codes lie on a map, which of them are seen, and which are selected."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.code_table import CodeTable
from models.neighbours import Neighbours
from models.projection import LinearMap

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


class MapLayout:
    """Codes on the plane.

    Parameters
    ----------
    number : int
        Tells one layout from another.
    table : CodeTable
    points : ndarray of float32, shape (m, 2)
    rows : ndarray of int, shape (m,)
        The code that each point is of.
    linear : LinearMap or None
        None where there is no way back from a place but the nearest code.
    """

    def __init__(
        self, number: int, table: CodeTable, points: Floats, rows: Rows, linear: LinearMap | None
    ) -> None:
        self.number = number
        self.table = table
        self.linear = linear
        self._points = points
        self._rows = rows
        self._colours = table.colours[rows]
        self._selected = np.zeros(len(rows), np.bool_)
        self._seen: tuple[frozenset[int], bool] = (frozenset(), False)
        self._seen_parts = (self._points, self._colours, self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def selected(self) -> int:
        """How many of its points are selected."""
        return int(self._selected.sum())

    @classmethod
    def of(cls, number: int, table: CodeTable, linear: LinearMap) -> MapLayout:
        """All codes by a linear map."""
        points, rows = linear.project(table.codes), table.order
        mixed = np.stack([column[rows] for column in points.T]).T  # column by column
        return cls(number, table, mixed, rows, linear)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(x0, y0, x1, y1) that holds all points and has an area."""
        (x0, y0), (x1, y1) = self._points.min(axis=0), self._points.max(axis=0)
        wide, high = float(x1 - x0), float(y1 - y0)
        # A line or a single point gets room: as wide as it is long, or 1.
        x = 0.0 if wide > 0 else (high or 1.0) / 2
        y = 0.0 if high > 0 else (wide or 1.0) / 2
        return float(x0) - x, float(y0) - y, float(x1) + x, float(y1) + y

    def locate(self, zs: Sequence[Floats]) -> tuple[Rows, Floats]:
        """Where vectors lie that need not be codes of the map: with their nearest codes.

        Parameters
        ----------
        zs : sequence of ndarray, float32 of shape (latent_dim,)

        Returns
        -------
        rows : ndarray of int, shape (m,)
            The code nearest to each, among those that are on the map.
        places : ndarray of float32, shape (m, 2)
        """
        nearest = np.array([self._neighbours.nearest(z, 1)[0][0] for z in zs], np.intp)
        return self._rows[nearest], self._points[nearest]

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self.table.codes[self._rows])

    def seen(
        self, hidden: Collection[int], isolated: bool
    ) -> tuple[Floats, npt.NDArray[np.int16], Rows]:
        """Points, their labels as colours, and the codes that they are of.

        Parameters
        ----------
        hidden : collection of int
            Labels that are left out.
        isolated : bool
            Whether only selected points are seen.
        """
        key = (frozenset(hidden), isolated)
        if key != self._seen:
            mask = ~np.isin(self._colours, list(key[0]))
            if isolated:
                mask &= self._selected
            # Kept, so that panning and zooming need not choose again.
            columns = np.stack([column[mask] for column in self._points.T]).T
            self._seen_parts = (columns, self._colours[mask], self._rows[mask])
            self._seen = key
        return self._seen_parts

    def select(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Select the points of some codes and no others.

        Returns
        -------
        ndarray of bool, shape (n,)
            By code.
        """
        codes = np.zeros(len(self.table.labels), np.bool_)
        codes[rows] = True
        self._selected = codes[self._rows]
        if self._seen[1]:
            self._seen = (frozenset(), False)
            self._seen_parts = (self._points, self._colours, self._rows)
        return codes
