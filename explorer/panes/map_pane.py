"""Latent map: all codes on the plane, and a cross-hair where z is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.panes.map_cross import MapCross
from explorer.panes.map_hand import PLANE, MapHand
from explorer.panes.map_looks import MapLooks
from explorer.panes.map_source import MapSource, Projection, labels_of
from explorer.settings import PROJECTION_CHOICES, Settings
from explorer.state.frame import Floats
from explorer.state.record import CHANGES_PICTURE, Change
from explorer.state.session import Session
from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.line import Line
from explorer.widgets.map_legend import MapLegend
from explorer.widgets.map_place import Box
from explorer.widgets.map_tools import MapTools
from explorer.widgets.map_view import MapView
from explorer.widgets.parts import button, row
from explorer.widgets.projection_chooser import (
    EMBEDDINGS,
    PROJECTIONS,
    ProjectionChooser,
    kinds_for,
)
from explorer.widgets.seen import SeenWidget
from models.errors import LatentError
from models.projection import LinearMap, by_dims
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "pane"
WORKING = "The codes are being projected…"
NO_CODES = "No codes yet: open data with the menu File. A click sets both dimensions."

TOO_FEW = "A map of a single dimension needs codes; open data with the menu File."
KEEPS = "a click keeps what the map does not show of z"
SETS = "a click sets z, all of which the map shows"
NEAREST = "a click takes the nearest code, the cross-hair shows it"
CANCELLED = "The projection was cancelled; the map stays as it was."


class MapPane(SeenWidget):
    """The map, its projections and its tools, wired to the session.

    Parameters
    ----------
    session : Session
    analysis : Analysis
        Has the session's codes, or is given them by its owner, who ends it.
    settings : Settings
        Remember the projection that was chosen last for models of this kind.
    """

    def __init__(
        self,
        session: Session,
        analysis: Analysis,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._analysis = analysis
        self.source = MapSource(analysis, self)
        self.view = MapView(session.new_gesture)
        self.chooser = ProjectionChooser(session.subject.latent_dim)
        self.tools = MapTools()
        self.legend = MapLegend()
        self._status = Line("small")
        self._isolate = QPushButton("Isolate")
        self._deselect = button("Deselect", "Select no codes", self._drop_selection)
        self._hand = MapHand(session, analysis, self.source, self.view, self)
        self._looks = MapLooks(session, analysis, self.view, self)
        self._cross = MapCross(session, analysis, self.view, self)
        self._is_started = False
        self._selected = 0  # codes
        self._selecting = 0  # number of the question
        self._ends: dict[str, Floats] = {}
        self._chosen = ""  # kind of the projection that the user asked for
        self._build()
        self._connect()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Start what works for the map, or catch up with what was missed."""
        super().showEvent(event)
        if not self._is_started:
            self._is_started = True
            self._take_codes()
        else:
            self._ask_raster()
            self._cross.catch_up()
        self._looks.wake()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._hand.rest()
        self._cross.rest()
        self._looks.rest()

    def _build(self) -> None:
        self._isolate.setCheckable(True)
        self._isolate.setAccessibleName("Show the selected codes alone")
        self._isolate.setToolTip("Show the selected codes alone, or all again")
        self._status.setMinimumHeight(CONTROL_PX)  # as the button is high, which comes and goes
        status = row(spacing_px=GRID_PX)
        status.addWidget(self._status, 1)
        for selecting in (self._deselect, self._isolate):
            status.addWidget(selecting)
            selecting.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX)
        for part in (self.chooser, self.tools):
            layout.addWidget(part)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.legend)
        layout.addLayout(status)
        self.legend.hide()

    def _connect(self) -> None:
        session, view, source = self._session, self.view, self.source
        session.changed.connect(self._on_change)
        self.chooser.wanted.connect(self._choose)
        self.chooser.end_wanted.connect(self._take_end)
        self.chooser.cancelled.connect(self._cancel)
        self.tools.tool_wanted.connect(view.set_tool)
        self.tools.fit_wanted.connect(view.fit)
        self.tools.pictures_wanted.connect(self._looks.show_pictures)
        self.tools.background_wanted.connect(self._looks.show_background)
        self.legend.hidden_changed.connect(lambda _: self._show_seen())
        self._isolate.clicked.connect(lambda _: self._show_seen())
        source.projected.connect(self._show_projection)
        source.rastered.connect(view.set_raster)
        source.refused.connect(self._refuse)
        source.progressed.connect(self.chooser.show_progress)
        self._analysis.answered.connect(self._take_answer)
        self._analysis.failed.connect(self._on_failure)
        view.moved.connect(self._ask_raster)
        view.box_drawn.connect(lambda box: self._select({"box": list(box)}, {}))
        view.lasso_drawn.connect(lambda lasso: self._select({}, {"lasso": lasso}))
        view.selection_dropped.connect(self._drop_selection)
        self._looks.failed.connect(session.told)
        self._cross.moved.connect(self._looks.follow)

    # Codes and projections -------------------------------------------------------------

    def _take_codes(self) -> None:
        subject = self._session.subject
        codes = subject.whereabouts.codes
        self._ends.clear()
        self._selecting = 0
        self.source.forget()
        self._show_nothing(WORKING)
        labels = [] if codes is None else labels_of(codes)
        self.legend.set_labels(labels)
        self._hand.hover.set_labelled(len(labels) > 1)
        if codes is None:
            self._show_without_codes()
            return
        kinds = kinds_for(subject.latent_dim, len(labels) != 1)
        self.chooser.offer(kinds)
        before = self._settings.text(self._remembered_as())
        kind = before if before in kinds else kinds[0]
        if kind in EMBEDDINGS:
            self._project(kinds[0])  # there is something to see till the other is found
        self.chooser.show_kind(kind)
        self._project(kind)

    def _remembered_as(self) -> str:
        subject = self._session.subject
        if subject.latent_dim == 2:
            return "projection_2d"
        return "projection_vae" if subject.variational else "projection"

    def _show_without_codes(self) -> None:
        latent_dim = self._session.subject.latent_dim
        self.chooser.offer(["dims"])
        self.chooser.setVisible(latent_dim > 1)
        if latent_dim < 2:
            self._show_nothing(TOO_FEW)
        else:
            self._project("dims")

    def _choose(self, kind: str) -> None:
        self._chosen = kind
        self._project(kind)

    def _project(self, kind: str) -> None:
        settings = self.chooser.settings()
        if self._session.subject.whereabouts.codes is None:
            self._show_dimensions(settings["i"], settings["j"])
            return
        if kind == "a_to_b":
            self._ends.setdefault("a", self._session.subject.whereabouts.mean)
            self._ends.setdefault("b", self._session.state.latent.z)
        self.source.project(kind, settings, self._ends if kind == "a_to_b" else {})
        if kind in EMBEDDINGS and self.source.is_waiting:
            self.chooser.show_progress(0, 0)
        elif self.source.is_waiting:
            self.chooser.show_kind(kind)

    def _take_end(self, end: str) -> None:
        self._ends[end] = self._session.state.latent.z
        self._project("a_to_b")

    def _cancel(self) -> None:
        self.source.cancel()
        self._show_chosen()
        self._session.told.emit(CANCELLED)

    def _refuse(self, sentence: str) -> None:
        self._session.told.emit(sentence)
        self._show_chosen()
        if self.source.projection is None:
            self._show_nothing(sentence)

    def _show_chosen(self) -> None:
        shown = self.source.projection
        if shown is not None and not self.source.is_waiting:
            self.chooser.show_kind(shown.kind, shown.settings)

    def _show_dimensions(self, i: int, j: int) -> None:
        """A map without codes: where the sliders reach."""
        where = self._session.subject.whereabouts
        try:
            linear = by_dims(i, j, where.mean.size)
        except LatentError as error:
            self._session.told.emit(str(error))
            return
        (x0, x1), (y0, y1) = ((float(where.lo[dim]), float(where.hi[dim])) for dim in (i, j))
        self._show_map((x0, y0, x1, y1), linear, linear.names)
        self._status.show_text(NO_CODES)

    def _show_projection(self, shown: Projection) -> None:
        if shown.kind == self._chosen and shown.kind in PROJECTION_CHOICES:
            self._settings.set(self._remembered_as(), shown.kind)
        self._show_map(shown.extent, shown.linear, shown.names)
        self._show_chosen()
        self._show_count()

    def _show_map(self, extent: Box, linear: LinearMap | None, names: tuple[str, str]) -> None:
        self._hand.set_map(linear)
        shown = self.source.projection
        self._offer_selected(0 if shown is None else shown.selected)
        self.tools.offer(points=self.source.projection is not None, places=linear is not None)
        self._looks.set_map(linear)
        self._looks.set_seen(self.source.hidden, self.source.isolated)
        self.view.set_map(extent, names)
        self._cross.set_map(linear, None if shown is None else shown.number)

    def _show_nothing(self, sentence: str) -> None:
        self._hand.set_map(None)
        self._offer_selected(0)
        self.tools.offer(points=False, places=False)
        self._looks.set_map(None)
        self.view.set_map(None)
        self._cross.set_map(None, None)
        self.view.set_sentence(sentence)
        self._status.show_text("")

    def _show_count(self) -> None:
        shown, codes = self.source.projection, self._session.subject.whereabouts.codes
        if shown is None or codes is None:
            return
        if self._selected:
            self._status.show_text(f"{self._selected:,} codes selected")
            return
        total = len(codes.codes)
        of = f" of {total:,}" if shown.count < total else ""
        how = KEEPS if codes.codes.shape[1] > PLANE else SETS
        how = NEAREST if shown.linear is None else how
        self._status.show_text(f"{shown.count:,}{of} codes · {PROJECTIONS[shown.kind]} · {how}")

    # What is seen ------------------------------------------------------------------------

    def _ask_raster(self) -> None:
        if self.is_seen:
            view = self.view
            self.source.ask_raster(view.box(), view.raster_size_px(), view.devicePixelRatioF())

    def _show_seen(self) -> None:
        self.source.hidden = sorted(self.legend.hidden)
        self.source.isolated = self._isolate.isChecked()
        self._looks.set_seen(self.source.hidden, self.source.isolated)
        self._ask_raster()

    def _select(self, settings: dict[str, list[float]], arrays: dict[str, Floats]) -> None:
        seen = {"hidden": self.source.hidden, "isolated": self.source.isolated}
        self._selecting = self._analysis.ask("select", settings | seen, arrays, LANE)

    def _drop_selection(self) -> None:
        self._select({}, {})

    def _show_selected(self, count: int) -> None:
        was_isolated = self.source.isolated
        self.source.isolated = was_isolated and count > 0
        self._offer_selected(count)
        if was_isolated:
            self._show_seen()
        if not count:
            self.view.drop_selection()
        self._show_count()

    def _offer_selected(self, count: int) -> None:
        self._selected = count
        for part in (self._deselect, self._isolate):
            part.setVisible(count > 0)
        self._isolate.setChecked(self.source.isolated)

    def _take_answer(self, answer: Message) -> None:
        if answer.fields["seq"] == self._selecting:
            self._show_selected(answer.fields["count"])

    def _on_failure(self, seq: int, sentence: str) -> None:
        if seq == self._selecting:
            self._session.told.emit(sentence)

    def _on_change(self, change: Change) -> None:
        if "codes" in change.fields:
            self._is_started = self.is_seen  # else when somebody looks again
            if self._is_started:
                self._take_codes()
        if change.fields & CHANGES_PICTURE:
            self._looks.redecode()
        if not self.is_seen:
            return
        self._cross.take(change)
        self._hand.take(change)
