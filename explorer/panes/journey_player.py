"""Travelling: moves ``z`` along a way at the screen's pace, as one step that can be undone."""

from __future__ import annotations

from PyQt6.QtCore import QElapsedTimer, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication

from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from models.journey import Path

USUAL_HZ = 60.0
# What a hand can do that another than the traveller then answers for.
BY_HAND = frozenset({"latent", "route", "drawing"})


class JourneyPlayer(QObject):
    """Is at a place of a way, and plays on from there.

    The place follows the clock, not the number of pictures: where a decoder is slow,
    there are fewer of them on the way.

    Attributes
    ----------
    moved : signal of float
        To another place.
    playing_changed : signal of bool
    """

    moved = pyqtSignal(float)
    playing_changed = pyqtSignal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path: Path | None = None
        self._leg_s = 1.0
        self._place = 0.0
        self._gesture: int | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        session.changed.connect(self._on_change)

    @property
    def is_playing(self) -> bool:
        """Whether it is under way."""
        return self._timer.isActive()

    @property
    def place(self) -> float:
        """Where it is, from 0 to the number of legs."""
        return self._place

    def set_way(self, path: Path | None, leg_s: float) -> None:
        """Travel on this way from now on; without one there is nothing to play.

        Parameters
        ----------
        path : Path or None
        leg_s : float
            Seconds for a leg.
        """
        self._path, self._leg_s = path, leg_s
        self._go(min(self._place, path.legs) if path is not None else 0.0)
        if path is None:
            self.stop()

    def play(self) -> None:
        """Start from here; from the end of an open way, start over."""
        if self._path is None or self.is_playing:
            return
        if self._place >= self._path.legs:
            self._go(0.0)
        self._gesture = self._session.new_gesture()
        screen = QGuiApplication.primaryScreen()
        hz = screen.refreshRate() if screen is not None else USUAL_HZ
        self._timer.setInterval(max(1, int(1000 / max(hz, 1.0))))
        self._clock.start()
        self._timer.start()
        self._write("play the journey")
        self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stay here."""
        if self.is_playing:
            self._timer.stop()
            self._gesture = None
            self.playing_changed.emit(False)

    def grab(self) -> None:
        """A hand takes the knob: all until :meth:`release` is one step."""
        self.stop()
        self._gesture = self._session.new_gesture()

    def release(self) -> None:
        """The hand leaves the knob."""
        self._gesture = None

    def go_to(self, place: float) -> None:
        """Set ``z`` to what lies at a place."""
        if self._path is None:
            return
        self.stop()
        self._go(min(max(place, 0.0), float(self._path.legs)))
        self._write("go along the journey")

    def _tick(self) -> None:
        assert self._path is not None
        place = self._place + self._clock.restart() / 1000 / self._leg_s
        at_end = not self._path.closed and place >= self._path.legs
        self._go(float(self._path.legs) if at_end else place % max(self._path.legs, 1e-9))
        self._write("play the journey")
        if at_end:
            self.stop()

    def _go(self, place: float) -> None:
        if place != self._place:
            self._place = place
            self.moved.emit(place)

    def _write(self, text: str) -> None:
        assert self._path is not None
        code = self._path.at(self._place)
        self._session.set_latent(code, Source.JOURNEY, self, self._gesture, text)

    def _on_change(self, change: Change) -> None:
        if change.initiator is not self and change.fields & BY_HAND:
            self.stop()
