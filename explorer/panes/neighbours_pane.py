"""Neighbours: the codes nearest to z, how far out it lies, and what a round trip makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.panes.round_trip import RoundTrip
from explorer.panes.tile_questions import TileQuestions, thumbnails
from explorer.state.frame import Floats, Frame
from explorer.state.latent import Source
from explorer.state.record import CHANGES_PICTURE, Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.activation_grid import BARS_PX, ActivationGrid
from explorer.widgets.gauge_bar import GaugeBar
from explorer.widgets.line import Line
from explorer.widgets.neighbour_tiles import Neighbour, NeighbourTiles
from explorer.widgets.parts import button, heading, row
from explorer.widgets.pixels import to_image
from explorer.widgets.seen import SeenWidget
from models.neighbours import USUAL
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

COUNT = 12
LANE = "neighbours"
SLACK = 1e-3  # where it was pulled back to, float32 may lie beyond some codes
MOST_KEPT = 512  # pictures of codes that were near
NO_CODES = "Neighbours are found among codes; open data for this model in the menu File."
NO_ANSWER_YET = "The neighbours come as soon as all codes are measured."


class NeighboursPane(SeenWidget):
    """Three answers about ``z``, live while it moves.

    Parameters
    ----------
    session : Session
    analysis : Analysis
        Has the session's codes, or is given them by its owner.
    """

    def __init__(self, session: Session, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._tiles = TileQuestions(session, self)
        self._trip = RoundTrip(session, self)
        self.near = NeighbourTiles("Nearest codes")
        self.gauge = GaugeBar("How far out z lies among the codes", USUAL)
        self.trip = ActivationGrid()
        self._pull = button(
            "Pull back",
            "Move z towards the middle of the codes, until 5 % of them lie farther out",
            self._pull_back,
        )
        self._found: Message | None = None
        self._pulled: Floats | None = None
        self._images: dict[int, QImage] = {}  # by number of the code; the oldest first
        self._asked: list[int] = []
        self._awaited: dict[str, int] = {}  # numbers of the newest questions
        self._is_measured = True  # until other codes come; then once all of them have arrived
        self._failed = False
        self._build()
        self._connect()
        self._forget_answers()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._ask()
        self._on_frame(self._session.frame)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._tiles.forget()
        self._trip.forget()

    # Asking ----------------------------------------------------------------------------

    def _ask(self) -> None:
        if not self.is_seen or self._session.subject.whereabouts.codes is None:
            return
        z = self._session.state.latent.z
        self._awaited = {
            "nearest": self._analysis.ask("nearest", {"k": COUNT}, {"z": z}, LANE),
            "gauge": self._analysis.ask("gauge", {}, {"z": z}, LANE),
        }

    def _ask_pictures(self) -> None:
        if self._tiles.is_busy or self._failed or self._found is None or not self.is_seen:
            return
        found = self._found.arrays
        missing = [
            place
            for place, index in enumerate(found["indices"].tolist())
            if index not in self._images
        ][: self._tiles.at_most]
        if missing:
            self._asked = found["indices"][missing].tolist()
            self._tiles.ask(found["codes"][missing])

    # What the others say ---------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if "codes" in change.fields:
            self._is_measured = False
            self._forget_answers()
        if change.fields & CHANGES_PICTURE:
            self._forget_pictures()
            self._ask_pictures()
        if "latent" in change.fields:
            self._ask()

    def _on_frame(self, frame: Frame) -> None:
        possible = self._trip.can_be_made(frame)
        for part in (self._trip_heading, self._trip_words, self.trip):
            part.setVisible(possible)
        if possible and self.is_seen:
            self._trip.ask(frame)
        if self._failed:  # another engine answers, maybe
            self._failed = False
            self._ask_pictures()

    def _on_answer(self, answer: Message) -> None:
        if answer.kind == "codes":
            self._is_measured = True
            self._ask()
        elif answer.fields.get("lane") == LANE and self._is_measured:
            if self._awaited.get(answer.kind) == answer.fields["seq"]:
                del self._awaited[answer.kind]
            if answer.kind == "nearest":
                self._found = answer
                self._show_neighbours()
                self._ask_pictures()
            else:
                self._show_gauge(answer)

    def _on_analysis_failure(self, seq: int, sentence: str) -> None:
        if seq in self._awaited.values():
            self._awaited.clear()
            self._words.show_text(sentence)

    def _on_pictures(self, pictures: Floats) -> None:
        for index, small in zip(self._asked, thumbnails(pictures), strict=True):
            self._images[index] = to_image(small)
        for index in list(self._images)[: max(0, len(self._images) - MOST_KEPT)]:
            del self._images[index]
        self._show_neighbours()
        self._ask_pictures()

    def _on_tiles_failure(self, sentence: str) -> None:
        self._failed = True
        self._words.show_text(sentence)

    # What a hand does ------------------------------------------------------------------

    def _go_to(self, place: int) -> None:
        assert self._found is not None
        code, name = self._found.arrays["codes"][place], self._found.arrays["indices"][place]
        self._session.set_latent(code, Source.NEIGHBOUR, self, text=f"go to code {name}")

    def _pull_back(self) -> None:
        assert self._pulled is not None
        self._session.set_latent(self._pulled, Source.NEIGHBOUR, self, text="pull z back")

    # What is shown -----------------------------------------------------------------------

    def _forget_pictures(self) -> None:
        self._tiles.forget()
        self._images.clear()
        self._show_neighbours()

    def _forget_answers(self) -> None:
        codes = self._session.subject.whereabouts.codes
        self._labelled = codes is not None and bool(np.any(codes.labels))
        self._found = self._pulled = None
        self._awaited.clear()
        self._forget_pictures()
        self.gauge.show_share(None)
        self._pull.setEnabled(False)
        for part in (self._near_heading, self.near):
            part.setVisible(codes is not None)
        self._words.show_text(NO_CODES if codes is None else NO_ANSWER_YET)

    def _show_neighbours(self) -> None:
        if self._found is None:
            self.near.set_neighbours(())
            return
        found = self._found.arrays
        each = zip(
            found["indices"].tolist(),
            found["labels"].tolist(),
            found["distances"].tolist(),
            strict=True,
        )
        self.near.set_neighbours([self._neighbour(*one) for one in each])

    def _neighbour(self, index: int, label: int, distance: float) -> Neighbour:
        title = str(label) if self._labelled else f"{index:,}"
        labelled = f", label {label}" if self._labelled else ""
        tip = f"code {index:,}{labelled}: {distance:.3f} away – click to go there"
        return Neighbour(self._images.get(index), title, f"{distance:.2f}", tip)

    def _show_gauge(self, answer: Message) -> None:
        told = answer.fields
        share = float(told["share"])
        self._pulled = answer.arrays["pulled"]
        self.gauge.show_share(share)
        self._pull.setEnabled(share > USUAL + SLACK)
        self._words.show_text(f"z lies {told['sentence']}; nearest code {told['nearest']:.2f} away")

    def _show_trip(self, difference: Floats) -> None:
        self.trip.set_activations(difference, "encoder")
        rms = float(np.sqrt(np.mean(difference.astype(np.float64) ** 2)))
        farthest = int(np.argmax(np.abs(difference)))
        self._trip_words.show_text(
            f"root mean square {rms:.3f}; farthest off is z {farthest}: "
            f"{difference[farthest]:+.3f}".replace("-", "−")
        )

    def _connect(self) -> None:
        session, analysis = self._session, self._analysis
        self.near.chosen.connect(self._go_to)
        self._tiles.arrived.connect(self._on_pictures)
        self._tiles.failed.connect(self._on_tiles_failure)
        self._trip.arrived.connect(self._show_trip)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)
        analysis.answered.connect(self._on_answer)
        analysis.failed.connect(self._on_analysis_failure)

    def _build(self) -> None:
        self._words = Line("muted")
        self._near_heading = heading("Nearest codes")
        self._trip_heading = heading("Round trip")
        self._trip_heading.setToolTip("What encode(decode(z)) − z is in each dimension")
        self._trip_words = Line("muted")
        self.trip.setAccessibleName("Round trip")
        self.trip.setFixedHeight(BARS_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        layout.addWidget(heading("How far out"))
        layout.addLayout(row(self.gauge, self._pull))
        layout.addWidget(self._words)
        layout.addSpacing(GRID_PX // 2)
        layout.addWidget(self._near_heading)
        layout.addWidget(self.near)
        layout.addSpacing(GRID_PX // 2)
        title = row()
        title.addWidget(self._trip_heading, 1)
        title.addWidget(self._trip_words, 4)
        layout.addLayout(title)
        layout.addWidget(self.trip)
        layout.addStretch(1)
