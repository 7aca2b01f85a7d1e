"""A journey as a film: its pictures from the engine, chunk by chunk, to the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.export.film import Film
from explorer.export.reel import Reel
from explorer.panes.tile_questions import TileQuestions
from explorer.state.asking import ask_codes
from explorer.state.frame import Floats, Lane
from explorer.state.journey_edits import journey_path
from explorer.state.record import State
from explorer.state.session import Session
from explorer.widgets.curves import CURVE_AXES
from models.errors import SessionError

MOST_WAITING = 2  # chunks that are decoded and not yet written


class FilmJob(QObject):
    """Makes a film of the journey as it is set now, whatever is changed meanwhile.

    Parameters
    ----------
    session : Session
    film : Film
    colours : ndarray of uint8, shape (256, 3), or None
        Of the grey values of pictures with one channel.
    target : Path
        See :class:`Reel`.
    log_path : Path

    Attributes
    ----------
    progressed : signal of (int, int)
        Frames written, and frames in all.
    ended : signal of str
        A sentence: that the film is there, or why it is not. Nothing comes after it.

    Raises
    ------
    LatentError
        If there is no journey.
    """

    progressed = pyqtSignal(int, int)
    ended = pyqtSignal(str)
    _taken = pyqtSignal(int)
    _stopped = pyqtSignal(str)

    def __init__(
        self,
        session: Session,
        film: Film,
        colours: npt.NDArray[np.uint8] | None,
        target: Path,
        log_path: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._film = film
        self._target = target
        self._state = session.state
        self._path = journey_path(self._state)
        self._places = film.places(self._path.legs)
        self._asked = 0
        self._decoded = 0
        self._waiting = 0
        self._questions = TileQuestions(session, self, lambda _, zs: self._send(session, zs))
        self._questions.arrived.connect(self._take)
        self._questions.failed.connect(self._give_up)
        self._reel = Reel(
            film,
            colours,
            target,
            log_path,
            on_taken=self._taken.emit,
            on_ended=self._stopped.emit,
        )
        self._taken.connect(self._on_taken)
        self._stopped.connect(self._on_stop)
        self._is_over = False
        self._sentence = ""

    def start(self) -> None:
        """Begin."""
        self._reel.start()
        self._go_on()

    def cancel(self) -> None:
        """Give up; what was written is removed, and then that is told."""
        self._give_up("")

    def close(self) -> None:
        """Give up, and wait until nothing is left of it; nothing is told any more."""
        self.blockSignals(True)
        self._give_up("")
        self._reel.join()

    def _send(self, session: Session, zs: Floats) -> int:
        state: State = self._state
        return session.send(lambda _, __, seq: ask_codes(state, zs, seq, "tiles", Lane.EXPORT))

    def _go_on(self) -> None:
        if self._is_over or self._questions.is_busy or self._waiting >= MOST_WAITING:
            return
        places = self._places[self._asked : self._asked + self._questions.at_most]
        if len(places):
            self._asked += len(places)
            self._questions.ask(self._path.codes(places))

    def _take(self, pictures: Floats) -> None:
        if pictures.ndim == CURVE_AXES:
            advice = "save its codes"
            self._give_up(str(SessionError("A film", "must be of pictures", "curves", advice)))
            return
        self._decoded += len(pictures)
        self._waiting += 1
        self._reel.put(pictures)
        if self._decoded == len(self._places):
            self._reel.end()
        self._go_on()

    def _on_taken(self, written: int) -> None:
        self._waiting -= 1
        self.progressed.emit(written, len(self._places))
        self._go_on()

    def _give_up(self, sentence: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._sentence = sentence
            self._questions.forget()
            self._reel.cancel()

    def _on_stop(self, sentence: str) -> None:
        self._is_over = True
        self._questions.forget()
        self._reel.join()
        frames, seconds = len(self._places), len(self._places) / self._film.fps
        whole = f"Saved {self._target}: {frames:,} frames, {seconds:.1f} s."
        self.ended.emit((self._sentence or sentence) if sentence else whole)
