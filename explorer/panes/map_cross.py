"""The cross-hair on a map: where z is, and the arrow that noise makes."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.panes.clean_code import CleanCode
from explorer.state.frame import Floats
from explorer.state.latent import Route
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.widgets.map_place import Place
from explorer.widgets.map_view import MapView
from models.projection import LinearMap

FOLLOW_INTERVAL_MS = 16


class MapCross(QObject):
    """Keeps the cross-hair where ``z`` is, at most once a frame of the screen.

    Attributes
    ----------
    moved : signal
    """

    moved = pyqtSignal()

    def __init__(self, session: Session, view: MapView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._linear: LinearMap | None = None
        self._noted: tuple[Floats, Place] | None = None
        self._clean = CleanCode(session, self)
        self._clean.arrived.connect(self._take_clean)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_INTERVAL_MS)
        self._follow.timeout.connect(self._show)

    def set_map(self, linear: LinearMap | None) -> None:
        """Another map is shown; with None only codes that are noted have a place."""
        self._linear, self._noted = linear, None
        self.catch_up()

    def note(self, z: Floats, place: Place) -> None:
        """Where the map has a code."""
        self._noted = (z, place)

    def catch_up(self) -> None:
        """Show what is so now."""
        self._show()
        self._ask_clean()

    def take(self, change: Change) -> None:
        """Follow a change of the state."""
        if change.fields & {"drawing", "route"}:
            self._ask_clean()
        if change.fields & {"latent", "route"} and not self._follow.isActive():
            self._show()
            self._follow.start()

    def rest(self) -> None:
        """Ask for nothing while nobody looks."""
        self._follow.stop()
        self._clean.forget()

    def _show(self) -> None:
        self._view.set_cross(self._place_of(self._session.state.latent.z))
        self.moved.emit()

    def _place_of(self, z: Floats) -> Place | None:
        if self._linear is not None:
            x, y = self._linear.project(z[None])[0].tolist()
            return x, y
        if self._noted is not None and np.array_equal(self._noted[0], z):
            return self._noted[1]
        return None

    def _has_arrow(self) -> bool:
        return self._session.state.route is Route.ENCODER and self._linear is not None

    def _ask_clean(self) -> None:
        if self._has_arrow():
            self._clean.ask()
        else:
            self._clean.forget()
            self._view.set_clean(None)

    def _take_clean(self, z: Floats) -> None:
        if self._has_arrow():
            self._view.set_clean(self._place_of(z))
