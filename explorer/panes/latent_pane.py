"""Latent sliders: one row a dimension."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.latent_table import LatentTable
from explorer.widgets.parts import button, heading, row
from models.errors import LatentError
from models.latent import format_z, parse_z

FOLLOW_INTERVAL_MS = 33


class LatentPane(QWidget):
    """The table of sliders, wired to the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ranges = session.subject.whereabouts.ranges()
        self._heading = heading("")
        self.table = LatentTable(new_gesture=session.new_gesture)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_INTERVAL_MS)
        self._follow.timeout.connect(self._catch_up)
        self._behind = False
        self._build()
        self.table.value_requested.connect(self._set_value)
        self.table.values_requested.connect(self._set_values)
        self.table.lock_requested.connect(session.set_lock)
        self.table.range_requested.connect(self._set_range)
        self.table.base_range_requested.connect(lambda dim: session.set_range(dim, None))
        self.table.reset_requested.connect(session.reset)
        self.table.refused.connect(session.told)
        session.changed.connect(self._on_change)
        self._show_statistics()
        self._show_z()
        self._show_heading()

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
        layout.addWidget(self.table, 1)

    def _set_value(self, dim: int, value: float, gesture: int) -> None:
        try:
            self._session.set_value(dim, value, self, gesture)
        except LatentError as error:
            self._session.told.emit(str(error))

    def _set_values(self, z: npt.NDArray[np.float32], gesture: int, text: str) -> None:
        self._session.set_latent(z, Source.TEXT, self, gesture, text)

    def _set_range(self, dim: int, lo: float, hi: float) -> None:
        try:
            self._session.set_range(dim, (lo, hi))
        except LatentError as error:
            self._session.told.emit(str(error))

    def _on_change(self, change: Change) -> None:
        if "locks" in change.fields:
            self.table.set_locks(self._session.lock_mask())
        if "codes" in change.fields:
            self._ranges = self._session.subject.whereabouts.ranges()
            self._ranges = self._ranges.with_edits(self._session.state.ranges)
            self._show_statistics()
            self._show_z()
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

    def _catch_up(self) -> None:
        if self._behind:
            self._behind = False
            self._show_z()
            self._follow.start()

    def _show_statistics(self) -> None:
        where = self._session.subject.whereabouts
        codes = np.empty((0, where.mean.size), np.float32)
        if where.codes is not None:
            codes = where.codes.codes
        self.table.set_statistics(where.mean, self._ranges.lo, self._ranges.hi, codes)

    def _show_z(self) -> None:
        z = self._session.state.latent.z
        grown = self._ranges.grown(z)
        if grown is not self._ranges:
            self._ranges = grown
            self._show_statistics()
        self.table.set_z(z)

    def _show_heading(self) -> None:
        dims = self._session.subject.latent_dim
        where = self._session.wiring.heading
        self._heading.setText(f"Latent vector  ·  {dims} dimensions  ·  {where}")
