"""Latent sliders: one row a value, and the class of a conditional decoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.panes.direction_search import DirectionSearch
from explorer.state.latent import Latent, Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.class_chooser import ClassChooser
from explorer.widgets.latent_table import LatentTable
from explorer.widgets.line import Line
from explorer.widgets.parts import button, heading, row
from explorer.widgets.rows_chooser import RowsChooser
from models.errors import LatentError
from models.latent import LatentRanges, format_z, parse_z
from models.latent_directions import Directions
from models.latent_view import Section, shown_name
from models.ports import LatentPort

FOLLOW_INTERVAL_MS = 33


class LatentPane(QWidget):
    """The table of sliders, wired to the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ranges = session.subject.whereabouts.ranges()
        self._heading = heading("")
        self._origin = Line("small")
        self.classes = {
            port.name: ClassChooser(shown_name(port.name), port.classes)
            for port in session.subject.classes
        }
        self.chooser = RowsChooser(session.subject.latents)
        self.table = LatentTable(new_gesture=session.new_gesture)
        self._rows: Section | Directions = self.chooser.section()
        self._directions: Directions | None = None
        self._direction_ranges = LatentRanges.between([], [])
        self._search = DirectionSearch(self)
        # Where a gesture along a direction began, so that its way back ends there exactly.
        self._began: tuple[int, int, Latent] | None = None
        self._made: Latent | None = None
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_INTERVAL_MS)
        self._behind = False
        self._build()
        self._connect()
        self._show_origin()
        self._show_rows(self._rows)
        self._show_heading()
        self._show_classes()

    def copy_z(self) -> None:
        """Put ``z`` on the clipboard as text."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(format_z(self._session.state.latent.z))
            self._session.told.emit("z is on the clipboard as text.")

    def paste_z(self) -> None:
        """Set ``z`` from the text on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        text = clipboard.text() if clipboard is not None else ""
        try:
            z = parse_z(text, self._session.subject.latent_dim)
            self._session.set_latent(z, Source.TEXT, text="paste z")
        except LatentError as error:
            self._session.told.emit(str(error))

    def _build(self) -> None:
        copy = button("Copy z", "Copy z as text", self.copy_z)
        paste = button("Paste z", "Paste z from text", self.paste_z)
        for tool in (copy, paste):
            tool.setObjectName("quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        title = row(spacing_px=0)
        title.addWidget(self._heading, 1)
        title.addWidget(copy)
        title.addWidget(paste)
        layout.addLayout(title)
        layout.addWidget(self._origin)
        for chooser in self.classes.values():
            layout.addWidget(chooser)
        layout.addWidget(self.chooser)
        layout.addSpacing(GRID_PX // 2 if self.classes or self.chooser.is_needed else 0)
        layout.addWidget(self.table, 1)

    def _connect(self) -> None:
        session, table = self._session, self.table
        table.value_requested.connect(self._set_value)
        table.copy_requested.connect(self.copy_z)
        table.paste_requested.connect(self.paste_z)
        table.lock_requested.connect(lambda row, on: session.set_lock(self._dim(row), on))
        table.range_requested.connect(self._set_range)
        table.base_range_requested.connect(lambda row: session.set_range(self._dim(row), None))
        table.reset_requested.connect(self._reset)
        table.refused.connect(session.told)
        for name, chooser in self.classes.items():
            chooser.class_requested.connect(
                lambda chosen, name=name: session.set_class(name, chosen, self)
            )
        self.chooser.section_chosen.connect(self._show_rows)
        self.chooser.directions_wanted.connect(self._want_directions)
        self._search.found.connect(self._take_directions)
        self._search.failed.connect(self.chooser.note)
        self._follow.timeout.connect(self._catch_up)
        session.changed.connect(self._on_change)

    # What the table asks for ---------------------------------------------------------

    def _dim(self, row: int) -> int:
        assert isinstance(self._rows, Section), "a direction is no dimension"
        return int(self._rows.dims[row])

    def _set_value(self, row: int, value: float, gesture: int) -> None:
        self._move(row, value, gesture, Source.SLIDERS, f"change {self._rows.names[row]}")

    def _reset(self, row: int, gesture: int) -> None:
        middle = 0.0
        if isinstance(self._rows, Section):
            middle = float(self._session.subject.whereabouts.mean[self._dim(row)])
        self._move(row, middle, gesture, Source.MEAN, f"reset {self._rows.names[row]}")

    def _move(self, row: int, value: float, gesture: int, source: Source, text: str) -> None:
        z = self._session.state.latent.z
        if isinstance(self._rows, Section):
            moved = self._rows.moved(z, row, value)
        else:
            start = self._start_of(gesture, row)
            moved = np.where(self._session.lock_mask(), z, self._rows.moved(start, row, value))
        try:
            self._session.set_latent(moved, source, self, gesture, text)
        except LatentError as error:
            self._session.told.emit(str(error))
        self._made = self._session.state.latent

    def _start_of(self, gesture: int, row: int) -> npt.NDArray[np.float32]:
        now = self._session.state.latent
        if self._began is None or self._began[:2] != (gesture, row) or now is not self._made:
            self._began = gesture, row, now
        return self._began[2].z

    def _set_range(self, row: int, lo: float, hi: float) -> None:
        try:
            self._session.set_range(self._dim(row), (lo, hi))
        except LatentError as error:
            self._session.told.emit(str(error))

    # What the session says -------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if "locks" in change.fields:
            self._show_locks()
        if "codes" in change.fields:
            self._take_codes()
        if "ranges" in change.fields:
            self._ranges = self._ranges.with_edits(self._session.state.ranges)
            self._show_statistics()
        if change.source is Source.ENCODER and "latent" in change.fields:
            # Numbers that change faster than this nobody reads; the picture goes first.
            self._behind = True
            if not self._follow.isActive():
                self._catch_up()
        elif change.fields & {"latent", "ranges"}:
            self._show_z()
        if change.fields & {"latent", "route"}:
            self._show_heading()
        if "classes" in change.fields:
            self._show_classes()

    def _catch_up(self) -> None:
        if self._behind:
            self._behind = False
            self._show_z()
            self._follow.start()

    def _take_codes(self) -> None:
        self._ranges = self._session.subject.whereabouts.ranges()
        self._ranges = self._ranges.with_edits(self._session.state.ranges)
        self._directions = None
        self._show_origin()
        self._show_statistics()
        self._show_z()
        if self.chooser.shows_directions:
            self._want_directions()

    def _want_directions(self) -> None:
        codes = self._session.subject.whereabouts.codes
        if self._directions is not None:
            self._take_directions(self._directions)
        elif codes is not None:
            self._search.start(codes)

    def _take_directions(self, directions: Directions) -> None:
        self._directions = directions
        if self.chooser.shows_directions:
            ends = directions.coordinates.min(axis=0), directions.coordinates.max(axis=0)
            self._direction_ranges = LatentRanges.between(*ends)
            self.chooser.note_found(len(directions.names))
            self._show_rows(directions)

    # What is shown -----------------------------------------------------------------------

    def _show_rows(self, rows: Section | Directions) -> None:
        self._rows, self._began = rows, None
        if isinstance(rows, Section):
            self.table.set_rows(rows.names, rows.starts)
        else:
            self.table.set_rows(rows.names, lockable=False)
        self._show_statistics()
        self._show_locks()
        self._show_z()

    def _show_statistics(self) -> None:
        where = self._session.subject.whereabouts
        rows, ranges = self._rows, self._ranges
        if isinstance(rows, Directions):
            ends = self._direction_ranges
            self.table.set_statistics(None, ends.lo, ends.hi, rows.coordinates)
            return
        dims = rows.dims
        codes = None if where.codes is None else where.codes.codes
        self.table.set_statistics(where.mean[dims], ranges.lo[dims], ranges.hi[dims], codes, dims)

    def _show_locks(self) -> None:
        if isinstance(self._rows, Section):
            self.table.set_locks(self._session.lock_mask()[self._rows.dims])

    def _show_z(self) -> None:
        z = self._session.state.latent.z
        values = self._rows.values(z)
        grown = self._ranges.grown(z)
        grown_directions = self._direction_ranges
        if isinstance(self._rows, Directions):
            grown_directions = grown_directions.grown(values)
        if grown is not self._ranges or grown_directions is not self._direction_ranges:
            self._ranges, self._direction_ranges = grown, grown_directions
            self._show_statistics()
        self.table.set_z(values)

    def _show_classes(self) -> None:
        for name, chooser in self.classes.items():
            chooser.show_class(self._session.state.classes[name])

    def _show_origin(self) -> None:
        where = self._session.subject.whereabouts
        self._origin.show_text(f"Ranges {where.sentence}")
        self._origin.setVisible(where.codes is None)
        if where.codes is not None:
            self.chooser.offer_directions()
        self.chooser.setVisible(self.chooser.is_needed)
        inputs = (f"{shown_name(p.name)}: {_shape(p)}" for p in self._session.subject.latents)
        self._heading.setToolTip("\n".join([*inputs, f"Ranges {where.sentence}"]))

    def _show_heading(self) -> None:
        what = _told(self._session.subject.latents)
        text = f"{what}  ·  {self._session.wiring.heading}"
        if text != self._heading.text():
            self._heading.setText(text)


def _told(ports: Sequence[LatentPort]) -> str:
    if len(ports) > 1:
        return f"{len(ports)} latent inputs  ·  {sum(port.size for port in ports)} dimensions"
    (port,) = ports
    if len(port.shape) < 2:
        return f"Latent vector  ·  {port.size} dimensions"
    return f"Latent tensor  ·  {_shape(port)}"


def _shape(port: LatentPort) -> str:
    return " × ".join(map(str, port.shape)) or "1"
