"""Keeping a session safe while it is worked on."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

from explorer.state.latent import Source
from explorer.state.record import Change, State
from explorer.state.session import Session

SAVE_AFTER_MS = 3000  # of the first change that is not saved; the hand may go on meanwhile
SAVE_AFTER_STEPS = 5

Save = Callable[[State, Callable[[], object]], object]


class Autosave(QObject):
    """Saves after some steps, or some time, whichever is first.

    Parameters
    ----------
    session : Session
    save : callable of (State, callable)
        Writes a state beside the window, and calls the other once that is done,
        however it has ended.
    """

    def __init__(self, session: Session, save: Save, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._save = save
        self._steps = 0
        self._index = session.undo_stack.index()
        self._is_saving = False
        self._is_stopped = False
        self._is_wanted = False  # once more, when the saving that goes on has ended
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)
        session.changed.connect(self._on_change)
        session.undo_stack.indexChanged.connect(self._on_step)

    def save_now(self) -> None:
        """Save what is set now; while an earlier saving goes on, as soon as it has ended."""
        self._timer.stop()
        self._is_wanted = self._is_saving
        if self._is_saving:
            return
        self._steps = 0
        self._is_saving = True
        self._save(self._session.state, self._on_saved)

    def stop(self) -> None:
        """Save no more."""
        self._is_stopped = True
        self._timer.stop()
        self._session.changed.disconnect(self._on_change)
        self._session.undo_stack.indexChanged.disconnect(self._on_step)

    def _on_change(self, change: Change) -> None:
        # What the encoder gives and noise that rolls by itself are nobody's work.
        by_itself = change.source is Source.ENCODER or (
            change.fields == {"noise_seed"} and self._session.state.live_noise
        )
        if not by_itself and not self._timer.isActive():
            self._timer.start(SAVE_AFTER_MS)

    def _on_step(self, index: int) -> None:
        if index == self._index:
            return  # a gesture goes on
        self._index = index
        self._steps += 1
        if self._steps >= SAVE_AFTER_STEPS:
            self.save_now()

    def _on_saved(self) -> None:
        self._is_saving = False
        if self._is_wanted and not self._is_stopped:
            self.save_now()
