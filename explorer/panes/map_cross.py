"""The cross-hair on a map: where z is, and the arrow that noise makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.panes.clean_code import CleanCode
from explorer.state.frame import Floats
from explorer.state.latent import Route
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.widgets.map_view import MapView
from models.projection import LinearMap
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "cross"
FOLLOW_INTERVAL_MS = 16


class MapCross(QObject):
    """Keeps the cross-hair where ``z`` is, at most once a frame of the screen.

    On a map where only codes have places, that is where the nearest code is.

    Attributes
    ----------
    moved : signal
    """

    moved = pyqtSignal()

    def __init__(
        self, session: Session, analysis: Analysis, view: MapView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._view = view
        self._linear: LinearMap | None = None
        self._layout: int | None = None
        self._clean_z: Floats | None = None
        self._clean = CleanCode(session, self)
        self._clean.arrived.connect(self._take_clean)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(FOLLOW_INTERVAL_MS)
        self._follow.timeout.connect(self._show)
        analysis.answered.connect(self._take_places)

    def set_map(self, linear: LinearMap | None, layout: int | None) -> None:
        """Another map is shown.

        Parameters
        ----------
        linear : LinearMap or None
        layout : int or None
            Number of the analysis' own map, which is asked where the map is not linear.
        """
        self._linear, self._layout = linear, layout
        self.catch_up()

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
        zs = [self._session.state.latent.z]
        if self._clean_z is not None:
            zs.append(self._clean_z)
        if self._linear is not None:
            self._set_places(self._linear.project(np.stack(zs)))
        elif self._layout is not None:
            self._analysis.ask("locate", arrays={"z": np.stack(zs)}, lane=LANE)

    def _take_places(self, answer: Message) -> None:
        fields = answer.fields
        if fields.get("lane") == LANE and fields["layout"] == self._layout:
            self._set_places(answer.arrays["places"])

    def _set_places(self, places: Floats) -> None:
        cross, *clean = [(float(x), float(y)) for x, y in places]
        self._view.set_cross(cross)
        self._view.set_clean(clean[0] if clean and self._clean_z is not None else None)
        self.moved.emit()

    def _ask_clean(self) -> None:
        has_map = self._linear is not None or self._layout is not None
        if self._session.state.route is Route.ENCODER and has_map:
            self._clean.ask()
        else:
            self._clean.forget()
            self._clean_z = None
            self._view.set_clean(None)

    def _take_clean(self, z: Floats) -> None:
        self._clean_z = z
        self._show()
