"""A hand on the map: where it goes z goes, and what lies under it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject

from explorer.panes.map_hover import MapHover
from explorer.panes.map_source import MapSource
from explorer.state.frame import Floats
from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.widgets.map_place import Place
from explorer.widgets.map_view import MapView
from models.errors import LatentError
from models.projection import LinearMap
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "hand"
REACH_PX = 24  # of a pointer among codes that alone have places
KEPT = "z moved on the map; what the map does not show of it is kept."
MOVED = "z moved on the map, which shows all of it."
PLANE = 2  # dimensions that a map shows


class MapHand(QObject):
    """Moves ``z`` to where the hand is, and tells once for each gesture how.

    A linear map keeps what it does not show of ``z``; on others the nearest code is taken.
    """

    def __init__(
        self,
        session: Session,
        analysis: Analysis,
        source: MapSource,
        view: MapView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._source = source
        self._view = view
        self.hover = MapHover(session, analysis, self)
        self._linear: LinearMap | None = None
        self._going: tuple[int, int] | None = None  # a question to the analysis, its gesture
        self._told_gesture = 0
        self._said = ""  # while it is the last that was said
        view.place_wanted.connect(self._go)
        view.hovered.connect(self._point)
        view.left.connect(self.hover.end)
        self.hover.changed.connect(view.set_hover)
        analysis.answered.connect(self._take_answer)
        analysis.failed.connect(self._on_failure)
        session.told.connect(self._note_told)

    def set_map(self, linear: LinearMap | None) -> None:
        """Another map is shown."""
        self._linear = linear
        self._going = None

    def take(self, change: Change) -> None:
        """What was said of ``z``, and what is awaited for it, hold until somebody else moves it."""
        if "latent" in change.fields and change.initiator is not self:
            self._unsay()
            if change.source is not Source.ENCODER:  # which the hand has just unplugged
                self._going = None

    def rest(self) -> None:
        """Nobody looks any more."""
        self.hover.end()
        self._unsay()

    def _go(self, x: float, y: float, gesture: int) -> None:
        if self._linear is None:
            settings = {"place": [x, y], "radius": self._everywhere(), **self._seen()}
            self._going = self._analysis.ask("pick", settings, lane=LANE), gesture
            return
        sentence = KEPT if self._session.subject.latent_dim > PLANE else MOVED
        self._set(self._code_at(self._linear, (x, y)), gesture, sentence)

    def _point(self, x: float, y: float) -> None:
        if self._linear is None:
            reach = REACH_PX * self._view.viewport.per_px
            self.hover.at_place((x, y), reach, self._source.hidden, self._source.isolated)
        else:
            z = self._code_at(self._linear, (x, y))
            self.hover.at_code(z, self._source.projection is not None)

    def _set(self, z: Floats, gesture: int, sentence: str) -> None:
        try:
            self._session.set_latent(z, Source.MAP, self, gesture, "move on the map")
        except LatentError as error:
            sentence = str(error)
        if gesture != self._told_gesture:
            self._told_gesture = gesture
            self._session.told.emit(sentence)
            self._said = sentence

    def _code_at(self, linear: LinearMap, place: Place) -> Floats:
        z = self._session.state.latent.z
        return np.where(self._session.lock_mask(), z, linear.lift(place, z))

    def _seen(self) -> dict[str, object]:
        return {"hidden": self._source.hidden, "isolated": self._source.isolated}

    def _everywhere(self) -> float:
        """So far that some code is always near enough."""
        box = self._view.box()
        return 4.0 * max(box[2] - box[0], box[3] - box[1])

    def _take_answer(self, answer: Message) -> None:
        fields = answer.fields
        if fields.get("lane") != LANE or self._going is None:
            return
        seq, gesture = self._going
        if fields["seq"] == seq and fields["index"] >= 0:
            sentence = f"z is the nearest code now, number {fields['index']:,}."
            self._set(answer.arrays["code"], gesture, sentence)

    def _on_failure(self, seq: int, sentence: str) -> None:
        if self._going is not None and seq == self._going[0]:
            self._session.told.emit(sentence)

    def _note_told(self, _: str) -> None:
        self._said = ""

    def _unsay(self) -> None:
        if self._said:
            self._session.told.emit("")
