"""Decoded pictures on a map: instead of its points, and behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.panes.map_tiles import MapTiles
from explorer.state.frame import Floats
from explorer.state.session import Session
from explorer.widgets.map_place import Cell
from explorer.widgets.map_view import MapView
from models.projection import LinearMap
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "pictures"
SETTLED_MS = 120  # decoding a whole background anew waits until a hand rests
FRAME_MS = 16
MOST_STANDING = 2000
REACH = 1.2  # of a cell's half side: how far the code that stands for it may lie from its middle


@dataclass(frozen=True, eq=False)
class Standing:
    """The code that stands for a cell."""

    code: Floats
    label: int


class MapLooks(QObject):
    """Keeps the pictures of a map view up to date.

    Attributes
    ----------
    failed : signal of str
        Why there are no pictures.
    """

    failed = pyqtSignal(str)

    def __init__(
        self, session: Session, analysis: Analysis, view: MapView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._view = view
        self._linear: LinearMap | None = None
        self._seen: tuple[list[int], bool] = ([], False)
        self._pictures_on = self._background_on = self._is_seen = False
        self._pictures, self._background = MapTiles(session, self), MapTiles(session, self)
        self._standing: dict[Cell, Standing | None] = {}
        self._picking: tuple[int, Cell] | None = None
        self._rest: Floats | None = None  # what the map does not show of z
        self._soon = _timer(self, FRAME_MS)
        self._soon.timeout.connect(self.refresh)
        self._settled = _timer(self, SETTLED_MS)
        self._settled.timeout.connect(self._renew_background)
        view.moved.connect(self._refresh_soon)
        for tiles in (self._pictures, self._background):
            tiles.changed.connect(self._show)
            tiles.failed.connect(self.failed)
        analysis.answered.connect(self._take_pick)
        analysis.failed.connect(self._stop_picking)

    def wake(self) -> None:
        """The map is seen from now on: catch up."""
        self._is_seen = True
        self.refresh()

    def rest(self) -> None:
        """Ask for nothing more while nobody looks; what is there is kept."""
        self._is_seen = False
        for tiles in (self._pictures, self._background):
            tiles.rest()

    def show_pictures(self, on: bool) -> None:
        """Show pictures of codes instead of points."""
        self._pictures_on = on
        self.refresh()

    def show_background(self, on: bool) -> None:
        """Show what is decoded at every place behind the points."""
        self._background_on = on
        self._renew_background()

    def set_map(self, linear: LinearMap | None) -> None:
        """Another map is shown; only a linear one has a background."""
        self._linear = linear
        self._rest = None
        self._background.forget()
        self._forget_pictures()

    def set_seen(self, hidden: list[int], isolated: bool) -> None:
        """Which codes can be seen."""
        self._seen = (hidden, isolated)
        self._forget_pictures()

    def redecode(self) -> None:
        """The decoder would give other pictures of the same codes now."""
        self._pictures.age()
        self._background.age()
        self._refresh_soon()

    def follow(self) -> None:
        """``z`` has moved: what the map does not show of it may be another now."""
        if self._background_on and self._linear is not None:
            self._settled.start()

    def refresh(self) -> None:
        """Ask for what is missing, and show what is there."""
        if self._is_seen:
            cells = self._view.lattice().from_the_middle()
            if self._background_on and self._linear is not None and self._rest is not None:
                self._background.want(cells, self._code_at, lambda _: None)
            if self._pictures_on:
                self._want_pictures(cells)
        self._show()

    def _refresh_soon(self) -> None:
        if (self._pictures_on or self._background_on) and not self._soon.isActive():
            self._soon.start()

    def _renew_background(self) -> None:
        if self._linear is None:
            return
        z = self._session.state.latent.z
        rest = self._linear.lift((0.0, 0.0), z)
        if self._rest is None or not np.allclose(rest, self._rest, rtol=1e-4, atol=1e-4):
            self._rest = rest
            self._background.age()
        self.refresh()

    def _show(self) -> None:
        box = self._view.box()
        has_background = self._background_on and self._linear is not None
        self._view.set_background(self._background.shown(box) if has_background else {})
        self._view.set_pictures(self._pictures.shown(box) if self._pictures_on else None)

    def _code_at(self, cell: Cell) -> Floats:
        assert self._linear is not None
        assert self._rest is not None
        return self._linear.lift(cell.middle, self._rest)

    # Which codes stand for cells -----------------------------------------------------------

    def _want_pictures(self, cells: list[Cell]) -> None:
        filled = [cell for cell in cells if self._standing.get(cell) is not None]
        self._pictures.want(filled, self._code_of, self._label_of)
        if self._picking is None:
            self._pick(next((cell for cell in cells if cell not in self._standing), None))

    def _pick(self, cell: Cell | None) -> None:
        if cell is None:
            return
        if len(self._standing) >= MOST_STANDING:
            self._standing.clear()
        hidden, isolated = self._seen
        radius = REACH * math.ldexp(0.5, cell.level)
        settings = {
            "place": cell.middle,
            "radius": radius,
            "hidden": hidden,
            "isolated": isolated,
        }
        self._picking = self._analysis.ask("pick", settings, lane=LANE), cell

    def _take_pick(self, answer: Message) -> None:
        if self._picking is None or answer.fields["seq"] != self._picking[0]:
            return
        cell, self._picking = self._picking[1], None
        found = answer.fields["index"] >= 0
        self._standing[cell] = (
            Standing(answer.arrays["code"], answer.fields["label"]) if found else None
        )
        if self._pictures_on:
            self.refresh()

    def _stop_picking(self, seq: int, _: str) -> None:
        if self._picking is not None and seq == self._picking[0]:
            self._picking = None

    def _code_of(self, cell: Cell) -> Floats:
        standing = self._standing[cell]
        assert standing is not None
        return standing.code

    def _label_of(self, cell: Cell) -> int | None:
        standing = self._standing.get(cell)
        return None if standing is None else standing.label

    def _forget_pictures(self) -> None:
        self._picking = None
        self._standing.clear()
        self._pictures.forget()
        self._refresh_soon()


def _timer(parent: QObject, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer
