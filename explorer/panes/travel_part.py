"""Travelling through bookmarks: the way, the timeline, and a film of its steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QDoubleSpinBox, QScrollArea, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from explorer.panes.code_pictures import CodePictures
from explorer.panes.journey_player import JourneyPlayer
from explorer.panes.nearest_codes import NearestCodes
from explorer.panes.telling import edit_or_tell
from explorer.state.frame import Floats
from explorer.state.journey import MAX_LEG_S, MAX_STEPS, MIN_LEG_S, MIN_STEPS, Through
from explorer.state.journey_edits import journey_path, journey_stops, set_journey
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.film_grid import FilmFrame, FilmGrid
from explorer.widgets.line import Line
from explorer.widgets.parts import Check, Choice, button, row
from explorer.widgets.scrolling import scroll_down
from explorer.widgets.seen import SeenWidget
from explorer.widgets.timeline import Timeline
from models.errors import LatentError
from models.journey import Interpolation, Path

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "journey"
MOST_FRAMES, LEAST_FRAMES = 360, 24
MOST_VALUES = 2**19  # of all codes of a film
CHOICE_PX, NUMBER_PX = 140, 76
PLAY, STOP = "Play", "Stop"
EXPORT, EXPORT_TIP = "Export…", "Take the journey away as a film (Ctrl+Shift+F)"
FIELDS = frozenset({"bookmarks", "slots", "journey"})
PAINT_MS = 30  # answers that come one by one are painted together
KIND_TIPS = {
    Interpolation.LINEAR: "straight from bookmark to bookmark",
    Interpolation.SPHERICAL: "round the origin, direction and length change evenly",
    Interpolation.CATMULL_ROM: "a smooth curve through all bookmarks (centripetal)",
}


class TravelPart(SeenWidget):
    """The journey, wired to the session.

    Parameters
    ----------
    session : Session
    analysis : Analysis
        Has the session's codes, or is given them by its owner.

    Attributes
    ----------
    export_wanted : signal
        The journey is to be taken away as a film.
    """

    export_wanted = pyqtSignal()

    def __init__(self, session: Session, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pictures = CodePictures(session, self)
        self._near = NearestCodes(analysis, LANE, self)
        self._analysis = analysis
        self.player = JourneyPlayer(session, self)
        self.kind = Choice("How to get from bookmark to bookmark")
        self.through = Choice("Which bookmarks to go through")
        self.closed = Check("Loop", "Loop", "From the last bookmark on to the first, over and over")
        self.steps = QSpinBox()
        self.leg_s = QDoubleSpinBox()
        self.play = button(PLAY, "Play the journey, or stop (Space on the timeline)", self._toggle)
        self.export = button(EXPORT, EXPORT_TIP, self.export_wanted.emit)
        self.timeline = Timeline()
        self.film = FilmGrid()
        self._film_area = QScrollArea()
        self._words = Line("muted")
        self._paint = QTimer(self)
        self._paint.setSingleShot(True)
        self._paint.setInterval(PAINT_MS)
        self._path: Path | None = None
        self._places = np.zeros(0)
        self._codes: list[Floats] = []
        self._build()
        self._connect()
        self._renew()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks; a journey that is played goes on."""
        super().hideEvent(event)
        self._pictures.want([])
        self._near.pause()

    # The way -----------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change.fields & FIELDS:
            self._renew()
        elif "codes" in change.fields:
            self._near.set_codes(self._codes)
            self._show_film()
            self._ask()

    def _renew(self) -> None:
        state = self._session.state
        self._show_journey()
        try:
            path, sentence = journey_path(state), ""
        except LatentError as error:
            path, sentence = None, str(error)
        changed = _differ(path, self._path)
        self._path = path if changed else self._path
        self.player.set_way(self._path, state.journey.leg_s)
        names = [stop.name for stop in journey_stops(state)] if path is not None else []
        self.timeline.set_stops(names + names[:1] if state.journey.closed else names)
        self._refusal = sentence
        self._find_steps(changed)
        for part in (
            self.play,
            self.timeline,
            self.export,
            self.steps,
            self.leg_s,
            self._film_area,
        ):
            part.setVisible(path is not None)

    def _find_steps(self, changed: bool) -> None:
        path = self._path
        steps, latent_dim = self._session.state.journey.steps, self._session.subject.latent_dim
        places = np.zeros(0) if path is None else path.places(steps)
        most = min(MOST_FRAMES, max(LEAST_FRAMES, MOST_VALUES // latent_dim))
        every = 1 + max(0, len(places) - 1) // most
        if every > steps:  # bookmarks alone
            every = -(-every // steps) * steps
        places = places[::every]
        if changed or not np.array_equal(places, self._places):
            self._places = places
            self._codes = [] if path is None else list(path.codes(places))
            self._near.set_codes(self._codes)
        self._show_film()
        self._ask()

    def _ask(self) -> None:
        if not self.is_seen:
            return
        near = [self._near.nearest(place) for place in range(len(self._codes))]
        self._pictures.want([*self._codes, *(one.code for one in near if one is not None)])
        if self._has_codes:
            self._near.go_on()

    @property
    def _has_codes(self) -> bool:
        return self._session.subject.whereabouts.codes is not None

    # What a hand does --------------------------------------------------------------------

    def _toggle(self) -> None:
        if self.player.is_playing:
            self.player.stop()
        else:
            self.player.play()

    def _change(self, **fields: Any) -> None:
        journey = replace(self._session.state.journey, **fields)
        edit_or_tell(self._session, set_journey(journey))

    def _step(self, steps: int) -> None:
        every = self._session.state.journey.steps
        self.player.go_to((round(self.player.place * every) + steps) / every)

    def _go_to_frame(self, index: int) -> None:
        self.player.go_to(float(self._places[index]))

    # What is shown -----------------------------------------------------------------------

    def _show_journey(self) -> None:
        journey = self._session.state.journey
        boxes = (self.kind, self.through, self.closed, self.steps, self.leg_s)
        blockers = [QSignalBlocker(box) for box in boxes]
        self.kind.setCurrentText(journey.kind.value)
        self.kind.setToolTip(KIND_TIPS[journey.kind])
        self.through.setCurrentText(journey.through.value)
        self.closed.setChecked(journey.closed)
        self.steps.setValue(journey.steps)
        self.leg_s.setValue(journey.leg_s)
        del blockers

    def _show_film(self) -> None:
        stops = [] if self._path is None else journey_stops(self._session.state)
        labelled = self._is_labelled()
        frames = []
        for number, (place, code) in enumerate(zip(self._places, self._codes, strict=True)):
            stop = stops[int(place) % len(stops)].name if place == int(place) else ""
            frames.append(self._frame(number, code, stop, labelled))
        self.film.set_frames(frames, self._has_codes)
        self._show_place(self.player.place)
        self._words.show_text(self._refusal or self._sentence())

    def _frame(self, number: int, code: Floats, stop: str, labelled: bool) -> FilmFrame:
        near = self._near.nearest(number)
        tip = f"step {number}" + (f", {stop}" if stop else "")
        if near is None:
            return FilmFrame(self._pictures.image(code), None, stop, bool(stop), tip)
        name = f"{near.label}" if labelled else f"{near.index:,}"
        label = f", label {near.label}" if labelled else ""
        tip += f"; nearest is code {near.index:,}{label}, {near.distance:.2f} away"
        line = f"{name} · {near.distance:.1f}"
        image = self._pictures.image(near.code)
        return FilmFrame(self._pictures.image(code), image, line, bool(stop), tip)

    def _is_labelled(self) -> bool:
        codes = self._session.subject.whereabouts.codes
        return codes is not None and bool(np.any(codes.labels))

    def _sentence(self) -> str:
        path, journey = self._path, self._session.state.journey
        if path is None:
            return ""
        seconds = path.legs * journey.leg_s
        near = "; below each step the code nearest to it" if self._has_codes else ""
        chosen = self._session.state.classes.items()
        stops = journey_stops(self._session.state)
        others = any(not stop.classes.items() <= chosen for stop in stops)
        drawn = ", all in the class that is chosen now" if others else ""
        return f"{len(self._places)} steps, {seconds:.1f} s{drawn}{near}"

    def _show_place(self, place: float) -> None:
        self.timeline.set_place(place)
        if len(self._places):
            current = int(np.abs(self._places - place).argmin())
            self.film.set_current(current)
            if self.player.is_playing:
                frame = self.film.frame_rect(current)
                self._film_area.ensureVisible(0, frame.center().y(), 0, frame.height() // 2)

    def _show_playing(self, playing: bool) -> None:
        self.play.setText(STOP if playing else PLAY)

    def _paint_soon(self) -> None:
        if not self._paint.isActive():
            self._paint.start()

    def _paint_news(self) -> None:
        self._ask()
        self._show_film()

    def _connect(self) -> None:
        player, timeline = self.player, self.timeline
        self.kind.activated.connect(
            lambda _: self._change(kind=Interpolation(self.kind.currentText()))
        )
        self.through.activated.connect(
            lambda _: self._change(through=Through(self.through.currentText()))
        )
        self.closed.clicked.connect(lambda on: self._change(closed=on))
        self.steps.valueChanged.connect(lambda steps: self._change(steps=steps))
        self.leg_s.valueChanged.connect(lambda leg_s: self._change(leg_s=leg_s))
        timeline.grabbed.connect(player.grab)
        timeline.released.connect(player.release)
        timeline.place_wanted.connect(player.go_to)
        timeline.steps_wanted.connect(self._step)
        timeline.play_wanted.connect(self._toggle)
        self.film.chosen.connect(self._go_to_frame)
        player.moved.connect(self._show_place)
        player.playing_changed.connect(self._show_playing)
        self._near.found.connect(self._paint_soon)
        self._near.failed.connect(self._words.show_text)
        self._pictures.arrived.connect(self._paint_soon)
        self._pictures.failed.connect(self._words.show_text)
        self._paint.timeout.connect(self._paint_news)
        self._session.changed.connect(self._on_change)

    def _build(self) -> None:
        self.kind.addItems([kind.value for kind in Interpolation])
        self.through.addItems([through.value for through in Through])
        for choice in (self.kind, self.through):
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            choice.setMaximumWidth(CHOICE_PX)
        for box, name in (
            (self.steps, "Steps from one bookmark to the next"),
            (self.leg_s, "Seconds from one bookmark to the next"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setKeyboardTracking(False)
            box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            box.setFixedWidth(NUMBER_PX)
        self.steps.setRange(MIN_STEPS, MAX_STEPS)
        self.steps.setSuffix(" steps")
        self.leg_s.setRange(MIN_LEG_S, MAX_LEG_S)
        self.leg_s.setSingleStep(0.1)
        self.leg_s.setDecimals(1)
        self.leg_s.setSuffix(" s")
        scroll_down(self._film_area, self.film)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        choices = row()
        choices.addWidget(self.kind, 1)
        choices.addWidget(self.through, 1)
        choices.addWidget(self.closed)
        choices.addStretch()
        layout.addLayout(choices)
        travel = row(spacing_px=GRID_PX)
        travel.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        travel.addWidget(self.timeline, 1)
        travel.addWidget(self.export, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(travel)
        words = row()
        words.addWidget(self._words, 1)
        words.addWidget(self.steps)
        words.addWidget(self.leg_s)
        layout.addLayout(words)
        layout.addWidget(self._film_area, 1)
        layout.addStretch(0)


def _differ(first: Path | None, second: Path | None) -> bool:
    if first is None or second is None:
        return first is not second
    same_way = (first.kind, first.closed) == (second.kind, second.closed)
    return not (same_way and np.array_equal(first.points, second.points))
