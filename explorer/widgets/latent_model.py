"""A latent vector, or what is shown of it, as a Qt table model."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from explorer.widgets.latent_row import exact_text, number_text, range_text, spoken_text
from models.effects import Effects
from models.latent import histograms
from models.quantile_scale import QuantileScale

BINS = 40  # of a histogram of the prior, as one of codes has
# More codes would not change so many bins that anyone can see.
MAX_HISTOGRAM_CODES = 10_000
TICKS_TEXT = "ticks at 5, 25, 50, 75 and 95 %"

Floats = npt.NDArray[np.float32]
Locks = npt.NDArray[np.bool_]
Columns = npt.NDArray[np.intp]
Bands = tuple[Floats, Floats]
Role = Qt.ItemDataRole
Index = QModelIndex


class LatentModel(QAbstractTableModel):
    """Shows ``z``, its statistics and its locks; it is told, it decides nothing.

    A setter that is given another length than before starts anew with that many
    rows. Each change is announced once, for the rows from the first changed one
    to the last, however many dimensions there are.

    Attributes
    ----------
    z, mean, lo, hi : ndarray of float32, shape (latent_dim,)
    locks : ndarray of bool, shape (latent_dim,)
    names : sequence of str
        What rows are called; a number at the end is drawn as an index.
    starts : set of int
        Rows above which there is a line.
    lockable : bool
    pins : ndarray of bool, shape (latent_dim,)
    effects : Effects or None
        None leaves no place for them.
    bands : (lo, hi) of ndarray of float32, shape (latent_dim,), or None
    prior : bool
        Whether ranges and histograms are those of the prior N(0, 1).
    scale : QuantileScale or None
        What equal ways of a slider hold equal shares of; None for equal steps of the value.
    codes_version : int
        Changes whenever other codes or scales, or rows of other names, are set.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.z: Floats = np.zeros(0, np.float32)
        self.mean: Floats = self.z
        self.lo: Floats = self.z
        self.hi: Floats = self.z
        self.locks: Locks = np.zeros(0, np.bool_)
        self.names: Sequence[str] = ()
        self.starts: Set[int] = frozenset()
        self.lockable = True
        self.pins: Locks = self.locks
        self.effects: Effects | None = None
        self.bands: Bands | None = None
        self.prior = False
        self.scale: QuantileScale | None = None
        self.codes_version = 0
        self._ends: dict[int, tuple[float, float]] = {}  # of rows, on the scale
        self._given_codes: Floats | None = None
        self._codes: Floats | None = None  # no more of them than a histogram needs
        self._columns: Columns | None = None

    def set_rows(
        self, names: Sequence[str], starts: Set[int] = frozenset(), lockable: bool = True
    ) -> None:
        """Start anew with rows of these names."""
        self.beginResetModel()
        self.names, self.starts, self.lockable = names, starts, lockable
        self.z = np.zeros(len(names), np.float32)
        self.mean = self.z.copy()
        self.lo = np.full_like(self.z, -3)
        self.hi = np.full_like(self.z, 3)
        self.locks = np.zeros(len(names), np.bool_)
        self.pins = self.locks.copy()
        self.effects = self.bands = self.scale = None
        self.prior = False
        self._ends.clear()
        self._given_codes = self._codes = self._columns = None
        self.codes_version += 1
        self.endResetModel()

    def set_z(self, z: Floats) -> None:
        """Show ``z``, float32 of shape (latent_dim,)."""
        self._fit(z.size)
        changed = z != self.z
        self.z = z.copy()
        self._announce(changed)

    def set_statistics(
        self,
        mean: Floats | None,
        lo: Floats,
        hi: Floats,
        codes: Floats | None,
        columns: Columns | None = None,
        prior: bool = False,
    ) -> None:
        """Show ranges and, where there are codes, their mean and histograms.

        Parameters
        ----------
        mean : ndarray of float32, shape (latent_dim,), or None
            None stands for zero.
        lo, hi : ndarray of float32, shape (latent_dim,)
        codes : ndarray of float32, shape (n, columns), or None
        columns : ndarray of intp, shape (latent_dim,), optional
            Which column of the codes belongs to each row; their own without it.
        prior : bool, optional
            Whether all of it is that of the prior N(0, 1), whose density is the histogram.
        """
        self._fit(lo.size)
        self._columns = columns
        self._ends.clear()
        mean = np.zeros_like(lo) if mean is None else mean
        changed = (lo != self.lo) | (hi != self.hi) | (mean != self.mean)
        if codes is not self._given_codes or prior is not self.prior:
            self._given_codes, self.prior = codes, prior
            step = 1 if codes is None else -(-len(codes) // MAX_HISTOGRAM_CODES)
            self._codes = None if codes is None else codes[:: max(step, 1)]
            self.codes_version += 1
            changed[:] = True
        self.mean, self.lo, self.hi = mean.copy(), lo.copy(), hi.copy()
        self._announce(changed)

    def set_scale(self, scale: QuantileScale | None) -> None:
        """Let equal ways hold equal shares of what the scale is of, or be equal steps of z."""
        if scale is not self.scale:
            self.scale = scale
            self._ends.clear()
            self.codes_version += 1
            self._announce(np.ones(self.z.size, np.bool_))

    def set_locks(self, locks: Locks) -> None:
        """Show which dimensions are locked, bool of shape (latent_dim,)."""
        self._fit(locks.size)
        changed = locks != self.locks
        self.locks = locks.copy()
        self._announce(changed)

    def set_pins(self, pins: Locks) -> None:
        """Show which rows are pinned, bool of shape (latent_dim,)."""
        self._fit(pins.size)
        changed = pins != self.pins
        self.pins = pins.copy()
        self._announce(changed)

    def set_effects(self, effects: Effects | None) -> None:
        """Show what each row does to the picture."""
        self.effects = effects
        self._announce(np.ones(self.z.size, np.bool_))

    def set_bands(self, bands: Bands | None) -> None:
        """Show where each value may as well lie, or stop doing so."""
        if bands is not None or self.bands is not None:
            self.bands = bands
            self._announce(np.ones(self.z.size, np.bool_))

    def is_dead(self, row: int) -> bool:
        """Whether a row is known to change hardly anything."""
        return self.effects is not None and bool(self.effects.dead[row])

    def histogram(self, row: int) -> Floats | None:
        """The row's histogram, float32 of shape (bins,) up to 1; None without codes or prior."""
        if self.prior:
            return _density(float(self.lo[row]), float(self.hi[row]))
        if self._codes is None:
            return None
        one = slice(row, row + 1)
        column = self._column(row)
        codes = self._codes[:, column : column + 1]
        bins: Floats = histograms(codes, self.lo[one], self.hi[one])[0]
        return bins

    @property
    def has_codes(self) -> bool:
        """Whether ranges and histograms are of codes."""
        return self._codes is not None and not self.prior

    @property
    def middle(self) -> str:
        """What to call ``mean``, which is one only where there are codes or a prior."""
        if self.prior:
            return "prior's mean"
        return "mean" if self.has_codes else "middle"

    def share(self, row: int, value: float) -> float:
        """Where a value lies in the row's range: 0 at its lower end, 1 at its upper."""
        lo, hi = self.ends(row)
        return (self.place(row, value) - lo) / (hi - lo)

    def place(self, row: int, value: float) -> float:
        """Where a value lies on the row's scale: the value itself, or the share below it."""
        return value if self.scale is None else self.scale.level(self._column(row), value)

    def value_at(self, row: int, place: float) -> float:
        """The value at a place of the row's scale; with a scale of shares, one in the range."""
        if self.scale is None:
            return place
        value = self.scale.value(self._column(row), place)
        return min(max(value, float(self.lo[row])), float(self.hi[row]))

    def ends(self, row: int) -> tuple[float, float]:
        """The places of both ends of the row's range, never the same."""
        if row not in self._ends:
            lo, hi = (self.place(row, float(end[row])) for end in (self.lo, self.hi))
            self._ends[row] = lo, max(hi, math.nextafter(lo, math.inf))
        return self._ends[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Qt: the latent dimension."""
        return 0 if parent.isValid() else self.z.size

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        """Qt: one; a row is drawn as a whole."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Qt: the value in figures, exactly, in words, or as a tooltip."""
        row = index.row()
        if not 0 <= row < self.z.size:
            return None
        value, lo, hi = float(self.z[row]), float(self.lo[row]), float(self.hi[row])
        name = self.names[row]
        match role:
            case Role.DisplayRole:
                return number_text(value)
            case Role.EditRole:
                return value
            case Role.AccessibleTextRole:
                return spoken_text(name, value, lo, hi, *self._states(row))
            case Role.ToolTipRole:
                return "\n".join(self._tip(row, exact_text(value), range_text(lo, hi)))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Qt: the name of a dimension."""
        if role != Role.DisplayRole or not 0 <= section < max(1, len(self.names)):
            return None
        return self.names[section] if orientation is Qt.Orientation.Vertical else "latent vector"

    def _states(self, row: int) -> list[str]:
        lock = "locked" if self.locks[row] else "unlocked"
        return [
            lock if self.lockable else "",
            "pinned" if self.pins[row] else "",
            "hardly changes the picture" if self.is_dead(row) else "",
        ]

    def _tip(self, row: int, value: str, ends: str) -> list[str]:
        lines = [
            f"{self.names[row]} = {value}",
            f"{self.middle} {float(self.mean[row]):.3f}, range {ends}",
        ]
        if self.scale is not None:
            share = min(max(self.place(row, float(self.z[row])), 0.0), 1.0)
            lines.append(f"{100 * share:.1f} % of the {self.scale.whose} below; {TICKS_TEXT}")
        if self.bands is not None:
            lo, hi = (float(end[row]) for end in self.bands)
            lines.append(f"the encoder's ±2 standard deviations: {lo:.3f} to {hi:.3f}")
        if self.effects is not None:
            lines.append(self.effects.text(row))
        drag = f"Drag; with Shift in fine steps; double-click for the {self.middle}"
        return [*lines, drag]

    def _column(self, row: int) -> int:
        return row if self._columns is None else int(self._columns[row])

    def _fit(self, latent_dim: int) -> None:
        if latent_dim != self.z.size:
            self.set_rows([f"z {row}" for row in range(latent_dim)])

    def _announce(self, changed: Locks) -> None:
        rows = np.flatnonzero(changed)
        if rows.size:
            self.dataChanged.emit(self.index(int(rows[0]), 0), self.index(int(rows[-1]), 0))


def _density(lo: float, hi: float) -> Floats:
    """That of N(0, 1) in each part of a range, float32 (bins,); 1 at its highest there."""
    middles = lo + (np.arange(BINS) + 0.5) * ((hi - lo) / BINS)
    exponents = middles**2 / 2
    density: Floats = np.exp(exponents.min() - exponents).astype(np.float32)
    return density
