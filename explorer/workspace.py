"""The panes of one open model: the strip on top and the three columns below."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QByteArray, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from explorer.log import log_path
from explorer.panes.input_pane import InputPane, wants_drawing
from explorer.panes.latent_pane import LatentPane
from explorer.panes.noise_pane import NoisePane
from explorer.panes.output_pane import OutputPane
from explorer.panes.telling import edit_or_tell
from explorer.panes.wiring_pane import WiringPane
from explorer.sessions.layouts import Layout
from explorer.settings import Settings
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from explorer.theme import MARGIN_PX
from explorer.widgets.parts import rule
from explorer.widgets.tear_tabs import TearTabs

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis
    from explorer.panes.journey_pane import JourneyPane
    from explorer.panes.layers_pane import LayersPane
    from explorer.panes.map_pane import MapPane
    from explorer.panes.neighbours_pane import NeighboursPane
    from explorer.panes.training_pane import TrainingPane
    from explorer.panes.traversal_pane import TraversalPane
    from explorer.panes.why_pane import WhyPane
    from explorer.training_desk import TrainingDesk

NARROW_PX = 1100
LEFT_PX, RIGHT_PX = 320, 377
LEFT_NARROW_PX, RIGHT_NARROW_PX = 280, 300


class Workspace(QWidget):
    """Composition of panes, and the clock between a request and its painted picture.

    Parameters
    ----------
    session : Session
    settings : Settings
    desk : callable, optional
        Gives what has the training that all windows look at; without it there is no such tab.

    Attributes
    ----------
    painted_ms : float
        From the last live request to its picture on the screen.
    film_wanted : signal
        The journey is to be taken away as a film.
    """

    film_wanted = pyqtSignal()

    def __init__(
        self,
        session: Session,
        settings: Settings,
        parent: QWidget | None = None,
        desk: Callable[[], TrainingDesk] | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._settings = settings
        self._desk = desk
        self._asked: dict[int, float] = {}
        self._to_paint: tuple[int, float] | None = None
        self.painted_ms = 0.0
        self._description: Mapping[str, Any] | None = None
        self.wiring = WiringPane(session)
        self.input = InputPane(session, settings)
        self.noise = NoisePane(session)
        self.latent = LatentPane(session, settings)
        self.output = OutputPane(session, settings)
        self.tabs = TearTabs()
        self.tabs.add_page("Sliders", self.latent, "One slider for every latent dimension")
        self.tabs.add_page(
            "Map", LaterPage(lambda: self.map), "Where the codes lie, and z among them"
        )
        self.tabs.add_page(
            "Traversal",
            LaterPage(lambda: self.traversal),
            "What each dimension does to the picture",
        )
        self.tabs.add_page(
            "Neighbours",
            LaterPage(lambda: self.neighbours),
            "The codes nearest to z, how far out it lies, and its round trip",
        )
        self.tabs.add_page(
            "Journey",
            LaterPage(lambda: self.journey),
            "Bookmarks: travel between them, add and subtract them",
        )
        self.tabs.add_page(
            "Why two inputs?", LaterPage(lambda: self.why), "Why decoder_input is its own Input"
        )
        if desk is not None:
            self.tabs.add_page(
                "Training",
                LaterPage(lambda: self.training),
                "Train a model, and go through its epochs",
            )
        self.tabs.add_page(
            "Layers", LaterPage(lambda: self.layers), "What each layer makes of the current input"
        )
        self._compose()
        self.wiring.layers_wanted.connect(self._show_layer)
        self.wiring.noise_wanted.connect(self.noise.focus_kind)
        session.requested.connect(self._note_request)
        session.frame_shown.connect(self._note_frame)
        self.output.view.painted.connect(self._note_paint)
        self._restore()

    @cached_property
    def map(self) -> MapPane:
        """All codes on the plane, drawn once they are first wanted."""
        from explorer.panes.map_pane import MapPane

        return MapPane(self.session, self.analysis, self._settings)

    @cached_property
    def traversal(self) -> TraversalPane:
        """The grid of dimensions and quantiles, made when it is first wanted."""
        from explorer.panes.traversal_pane import TraversalPane

        return TraversalPane(self.session)

    @cached_property
    def neighbours(self) -> NeighboursPane:
        """The codes around z, looked for once they are first wanted."""
        from explorer.panes.neighbours_pane import NeighboursPane

        return NeighboursPane(self.session, self.analysis)

    @cached_property
    def journey(self) -> JourneyPane:
        """Bookmarks and what can be done with them, made when it is first wanted."""
        from explorer.panes.journey_pane import JourneyPane

        pane = JourneyPane(self.session, self.analysis)
        pane.travel.export_wanted.connect(self.film_wanted)
        return pane

    @cached_property
    def analysis(self) -> Analysis:
        """What works over all codes, for every pane that needs it."""
        from explorer.analysing import analyse_codes

        return analyse_codes(self.session, log_path(), self)

    @cached_property
    def layers(self) -> LayersPane:
        """The pane of layers, made when it is first wanted."""
        from explorer.panes.layers_pane import LayersPane

        pane = LayersPane(self.session)
        pane.set_description(self._description)
        return pane

    @cached_property
    def training(self) -> TrainingPane:
        """The training that goes on, or what to train, made when it is first wanted."""
        from explorer.panes.training_pane import TrainingPane

        assert self._desk is not None
        return TrainingPane(self.session, self._desk(), self._settings)

    @cached_property
    def why(self) -> WhyPane:
        """The page of words, made when it is first wanted."""
        from explorer.panes.why_pane import WhyPane

        pane = WhyPane(self.session)
        pane.lit.connect(self.wiring.highlight)
        self.wiring.pointed.connect(pane.light)
        pane.set_description(self._description)
        return pane

    def set_description(self, description: Mapping[str, Any]) -> None:
        """Show the layers that an engine describes."""
        self.wiring.set_description(description)
        self._description = description
        for name in ("layers", "why"):
            if name in self.__dict__:
                getattr(self, name).set_description(description)
        self._asked.clear()  # who asked before the engine was ready waited for it, not for us

    def bookmark_z(self) -> None:
        """Keep the z that is set now."""
        if edit_or_tell(self.session, add_bookmark()):
            self.session.told.emit(f"z is kept as {self.session.state.bookmarks[-1].name}.")

    def close_analysis(self) -> None:
        """End the work over all codes, where there is any."""
        if "analysis" in self.__dict__:
            self.analysis.close()

    def rest(self) -> None:
        """Let nothing that plays by itself go on, for nobody sees it."""
        if "journey" in self.__dict__:
            self.journey.travel.player.stop()

    def layout_now(self) -> Layout:
        """Where things stand, for a session's file."""
        return Layout(
            tuple(self._columns.sizes()), self.tabs.current_title(), tuple(self.tabs.torn_off())
        )

    def lay_out(self, layout: Layout) -> None:
        """Put things where a session's file has them; what this version lacks stays."""
        if len(layout.columns_px) == self._columns.count() and any(layout.columns_px):
            self._columns.setSizes(layout.columns_px)
        for title in layout.torn_off:
            if title in self.tabs.titles() and title not in self.tabs.torn_off():
                self.tabs.tear_off(title)
        if layout.tab not in self.tabs.torn_off():
            self.tabs.open_page(layout.tab)

    def remember(self) -> None:
        """Put the layout into the settings."""
        self._settings.set("columns", bytes(self._columns.saveState().data()))
        self._settings.set("tab", self.tabs.current_title())
        self._settings.set("torn_off", ",".join(self.tabs.torn_off()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Narrow the outer columns before anything is cut."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_PX
        for column, wide, small in (
            (self._left, LEFT_PX, LEFT_NARROW_PX),
            (self._right, RIGHT_PX, RIGHT_NARROW_PX),
        ):
            body = column.widget()
            assert body is not None
            least = body.minimumSizeHint().width()  # of this font and style
            column.setMinimumWidth(max(small if narrow else wide, least))

    def _compose(self) -> None:
        # From the outside in: whatever moves below another parent is styled anew, with all
        # that it holds.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.wiring)
        layout.addWidget(rule())
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        layout.addWidget(self._columns, 1)
        self._columns.setHandleWidth(1)
        self._columns.setChildrenCollapsible(False)
        self._left, middle, self._right = (_column(self._columns) for _ in range(3))
        _fill(self._left, self.input, self.noise)
        _fill(middle, self.tabs)
        _fill(self._right, self.output)
        if not self.session.subject.has_encoder:
            self.noise.hide()
        if not wants_drawing(self.session.subject):
            self._left.hide()
        self._columns.setStretchFactor(0, 2)
        self._columns.setStretchFactor(1, 5)
        self._columns.setStretchFactor(2, 4)
        self._columns.setSizes([LEFT_PX, 592, RIGHT_PX])

    def _restore(self) -> None:
        columns = self._settings.blob("columns")
        if columns:
            self._columns.restoreState(QByteArray(columns))
        self.tabs.open_page(self._settings.text("tab"))

    def restore_torn_off(self) -> None:
        """Open the windows of torn-off tabs again; the main window must be up."""
        for title in self._settings.text("torn_off").split(","):
            if title in self.tabs.titles():
                self.tabs.tear_off(title)

    def _show_layer(self, model: str, layer: str) -> None:
        self.tabs.open_page("Layers")
        self.layers.choose(model, layer)

    def _note_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self._asked[request.seq] = time.perf_counter()

    def _note_frame(self, frame: Frame) -> None:
        asked = self._asked.pop(frame.seq, None)
        self._asked = {seq: when for seq, when in self._asked.items() if seq > frame.seq}
        self._to_paint = None if asked is None else (frame.seq, asked)

    def _note_paint(self) -> None:
        if self._to_paint is not None:
            self.painted_ms = (time.perf_counter() - self._to_paint[1]) * 1000
            self._to_paint = None


def _column(columns: QSplitter) -> QScrollArea:
    """A column that scrolls when the window is too low for it."""
    area = QScrollArea(columns)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(QWidget())
    return area


def _fill(column: QScrollArea, *parts: QWidget) -> None:
    layout = QVBoxLayout(column.widget())
    layout.setContentsMargins(MARGIN_PX, MARGIN_PX - 8, MARGIN_PX, MARGIN_PX - 8)
    layout.setSpacing(MARGIN_PX - 4)
    for index, part in enumerate(parts):
        layout.addWidget(part, 1000 if index == 0 else 0)
    layout.addStretch(1)  # takes what the first part cannot use


class LaterPage(QWidget):
    """A tab's page that is made when it is first shown."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make: Callable[[], QWidget] | None = make
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Make the page."""
        if self._make is not None:
            page, self._make = self._make(), None
            self._layout.addWidget(page)
            page.show()  # at once, for what is asked of it next may depend on it
        super().showEvent(event)
