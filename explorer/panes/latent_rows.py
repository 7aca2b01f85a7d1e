"""The rows of the latent table, wired to the session: what they show, what a hand wants of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QObject

from explorer.state.edit import Edit
from explorer.state.latent import Latent, Source
from explorer.state.record import State
from explorer.state.session import Session
from explorer.widgets.latent_table import LatentTable
from models.arrangement import Arrangement, Facts, Wish, arrange, distances
from models.effects import Effects
from models.errors import LatentError
from models.latent import LatentRanges
from models.latent_directions import Directions
from models.quantile_scale import QuantileScale
from models.subject import Whereabouts
from models.traversal import Rows

Floats = npt.NDArray[np.float32]
Bands = tuple[Floats, Floats]


class LatentRows(QObject):
    """Shows some of ``z`` in the table, row by row in an order of its own.

    Parameters
    ----------
    session : Session
    table : LatentTable
    initiator : QObject
        In whose name ``z`` is set.
    """

    def __init__(self, session: Session, table: LatentTable, initiator: QObject) -> None:
        super().__init__(initiator)
        self._session = session
        self._table = table
        self._initiator = initiator
        self._ranges = session.whereabouts.ranges()
        self._has_quantiles = False
        self._scale: QuantileScale | None = None
        self._direction_ranges = LatentRanges.between([], [])
        # Where a gesture along a direction began, so that its way back ends there exactly.
        self._began: tuple[int, int, Latent] | None = None
        self._made: Latent | None = None
        self._bands: Bands | None = None
        self._current = ""  # name of the row that was current last
        self._connect()

    def show_all(self, rows: Rows, wish: Wish, effects: Effects) -> None:
        """Show other rows from now on."""
        self._all = rows
        if isinstance(rows, Directions):
            ends = rows.coordinates.min(axis=0), rows.coordinates.max(axis=0)
            self._direction_ranges = LatentRanges.between(*ends)
        self._scale = self._new_scale()
        self._show(self.arranged(wish, effects), effects)

    def arranged(self, wish: Wish, effects: Effects) -> Arrangement:
        """How rows would stand now."""
        rows, z = self._all, self._session.state.latent.z
        pins = self._session.state.pins
        facts = Facts(
            rows.values(z),
            distances(rows, z, _spread(self._session.whereabouts)),
            effects.over_codes,
            effects.around_z,
            effects.dead,
            np.array([name in pins for name in rows.names], np.bool_),
        )
        return arrange(rows.names, rows.starts, wish, facts)

    def is_arranged(self, arrangement: Arrangement) -> bool:
        """Whether rows stand like this already."""
        return arrangement.is_like(self._arrangement)

    def rearrange(self, arrangement: Arrangement, effects: Effects) -> None:
        """Let rows stand in another way; the current row stays the current one, if it is found."""
        table = self._table
        current = table.currentIndex().row()
        if 0 <= current < len(self._rows.names):
            self._current = self._rows.names[current]
        self._show(arrangement, effects)
        if self._current in self._rows.names:
            table.setCurrentIndex(table.latent.index(self._rows.names.index(self._current), 0))

    def take_ranges(self) -> None:
        """Show the ranges that were set by hand."""
        self._ranges = self._ranges.with_edits(self._session.state.ranges)
        self._show_statistics()

    def take_codes(self) -> None:
        """Show ranges and histograms of other codes, or of the prior."""
        self._ranges = self._session.whereabouts.ranges()
        self._scale = self._new_scale()
        self.take_ranges()
        self.show_z()

    def set_quantiles(self, on: bool) -> None:
        """Let equal ways of a slider hold equal shares, where it is known what of."""
        self._has_quantiles = on
        self._scale = self._new_scale()
        self._table.set_scale(self._scale)

    def show_effects(self, effects: Effects) -> None:
        """Show what each row does to the picture."""
        self._table.set_effects(effects.picked(self._arrangement.rows))

    def show_bands(self, bands: Bands | None) -> None:
        """Show how sure an encoder is of each value; of directions it says nothing."""
        self._bands = bands
        if bands is None or isinstance(self._rows, Directions):
            self._table.set_bands(None)
        else:
            lo, hi = bands
            self._table.set_bands((lo[self._rows.dims], hi[self._rows.dims]))

    def show_locks(self) -> None:
        """Show which values are locked."""
        if not isinstance(self._rows, Directions):
            self._table.set_locks(self._session.lock_mask()[self._rows.dims])

    def show_pins(self) -> None:
        """Show which rows are pinned."""
        pins = self._session.state.pins
        self._table.set_pins(np.array([name in pins for name in self._rows.names], np.bool_))

    def show_z(self) -> None:
        """Show where ``z`` is."""
        z = self._session.state.latent.z
        values = self._rows.values(z)
        grown, grown_directions = self._ranges.grown(z), self._direction_ranges
        if isinstance(self._all, Directions):
            grown_directions = grown_directions.grown(self._all.values(z))
        if grown is not self._ranges or grown_directions is not self._direction_ranges:
            self._ranges, self._direction_ranges = grown, grown_directions
            self._show_statistics()
        self._table.set_z(values)

    # What the table asks for -------------------------------------------------------------

    def _connect(self) -> None:
        session, table = self._session, self._table
        table.value_requested.connect(self._set_value)
        table.lock_requested.connect(lambda row, on: session.set_lock(self._dim(row), on))
        table.pin_requested.connect(self._pin)
        table.range_requested.connect(self._set_range)
        table.base_range_requested.connect(lambda row: session.set_range(self._dim(row), None))
        table.reset_requested.connect(self._reset)
        table.refused.connect(session.told)

    def _dim(self, row: int) -> int:
        assert not isinstance(self._rows, Directions), "a direction is no dimension"
        return int(self._rows.dims[row])

    def _set_value(self, row: int, value: float, gesture: int) -> None:
        self._move(row, value, gesture, Source.SLIDERS, f"change {self._rows.names[row]}")

    def _reset(self, row: int, gesture: int) -> None:
        middle = 0.0
        if not isinstance(self._rows, Directions):
            middle = float(self._session.whereabouts.mean[self._dim(row)])
        self._move(row, middle, gesture, Source.MEAN, f"reset {self._rows.names[row]}")

    def _move(self, row: int, value: float, gesture: int, source: Source, text: str) -> None:
        z = self._session.state.latent.z
        try:
            if isinstance(self._rows, Directions):
                start = self._start_of(gesture, row)
                moved = self._rows.moved(start, row, value, self._session.lock_mask())
            else:
                moved = self._rows.moved(z, row, value)
            self._session.set_latent(moved, source, self._initiator, gesture, text)
        except LatentError as error:
            self._session.told.emit(str(error))
        self._made = self._session.state.latent

    def _start_of(self, gesture: int, row: int) -> Floats:
        now = self._session.state.latent
        if self._began is None or self._began[:2] != (gesture, row) or now is not self._made:
            self._began = gesture, row, now
        return self._began[2].z

    def _set_range(self, row: int, lo: float, hi: float) -> None:
        try:
            self._session.set_range(self._dim(row), (lo, hi))
        except LatentError as error:
            self._session.told.emit(str(error))

    def _pin(self, row: int, on: bool) -> None:
        name = self._rows.names[row]

        def make(state: State) -> Edit:
            pins = state.pins | {name} if on else state.pins - {name}
            text = f"pin {name}" if on else f"let go of {name}"
            return Edit(text, {"pins": pins}, Source.SLIDERS)

        self._session.edit(make, self._initiator)

    # What is shown -----------------------------------------------------------------------

    def _show(self, arrangement: Arrangement, effects: Effects) -> None:
        self._arrangement = arrangement
        self._rows = self._all.picked(arrangement.rows, arrangement.starts)
        self._began = None
        is_lockable = not isinstance(self._rows, Directions)
        self._table.set_rows(self._rows.names, self._rows.starts, is_lockable)
        self.show_effects(effects)
        self._show_statistics()
        self.show_locks()
        self.show_pins()
        self.show_z()
        self.show_bands(self._bands)

    def _show_statistics(self) -> None:
        where = self._session.whereabouts
        ranges, table = self._ranges, self._table
        if isinstance(self._all, Directions):
            ends, shown = self._direction_ranges, self._arrangement.rows
            table.set_statistics(None, ends.lo[shown], ends.hi[shown], self._all.coordinates, shown)
        else:
            dims = self._all.dims[self._arrangement.rows]
            codes = None if where.codes is None else where.codes.codes
            table.set_statistics(
                where.mean[dims], ranges.lo[dims], ranges.hi[dims], codes, dims, where.prior
            )
        table.set_scale(self._scale)

    def _new_scale(self) -> QuantileScale | None:
        if not self._has_quantiles:
            return None
        if isinstance(self._all, Directions):
            return QuantileScale(self._all.coordinates)
        return QuantileScale.of(self._session.whereabouts)


def _spread(where: Whereabouts) -> Whereabouts:
    """The prior without the codes beside it, for it is as wide as its ranges say."""
    return replace(where, codes=None) if where.prior else where
