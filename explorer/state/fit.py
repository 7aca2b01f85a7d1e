"""The search for a drawing's ``z`` where a model has no encoder."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.frame import Frame
from explorer.state.latent import Source
from explorer.state.looking import search
from explorer.state.record import Change
from explorer.state.session import Session

MAX_ROUNDS = 24
WRITTEN_BY_HAND = frozenset({"latent", "drawing", "classes", "shown", "port"})


class Fit(QObject):
    """Asks for steps until the picture comes no closer; a hand on anything ends it.

    The whole search is one undo step.

    Attributes
    ----------
    running_changed : signal of bool
    """

    running_changed = pyqtSignal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seq: int | None = None
        self._gesture = 0
        self._rounds = 0
        session.answered.connect(self._on_answer)
        session.failed.connect(self._on_failure)
        session.changed.connect(self._on_change)

    @property
    def is_running(self) -> bool:
        """Whether a search is under way."""
        return self._seq is not None

    def start(self) -> None:
        """Search from where ``z`` is now; locked dimensions stay."""
        if self._session.lock_mask().all():
            self._session.told.emit("Every dimension is locked; unlock one to search.")
            return
        self._gesture, self._rounds = self._session.new_gesture(), 0
        self._seq = search(self._session)
        self.running_changed.emit(True)

    def stop(self) -> None:
        """Leave ``z`` where the search has got to."""
        if self._seq is not None:
            self._seq = None
            self.running_changed.emit(False)

    def _on_answer(self, frame: Frame) -> None:
        if frame.request != "fit" or frame.seq != self._seq or frame.z is None:
            return
        self._session.set_latent(
            frame.z[0], Source.FIT, self, self._gesture, "find z for the drawing"
        )
        self._rounds += 1
        measures = frame.metrics.get("fit", {})
        if measures.get("done") or self._rounds == MAX_ROUNDS:
            self.stop()
            self._session.told.emit(
                f"The closest z found leaves a mean squared error of {measures['mse']:.4f}."
            )
        else:
            self._seq = search(self._session)

    def _on_failure(self, seq: int) -> None:
        if seq == self._seq:
            self.stop()

    def _on_change(self, change: Change) -> None:
        if change.source is not Source.FIT and change.fields & WRITTEN_BY_HAND:
            self.stop()
