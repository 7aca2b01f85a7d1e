"""The code of the clean drawing, which no frame brings: the encoder sees the noisy one."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.asking import ask_denoise
from explorer.state.frame import Floats, Frame, Lane, Request
from explorer.state.record import State
from explorer.state.session import Session


class CleanCode(QObject):
    """Asks for the code of the clean drawing, with at most one question under way.

    Attributes
    ----------
    arrived : signal of ndarray
        float32 of shape (latent_dim,).
    """

    arrived = pyqtSignal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seq = 0
        self._ask_again = False
        session.answered.connect(self._take)
        session.failed.connect(self._give_up)

    def ask(self) -> None:
        """Ask for the code of what is drawn now."""
        self._ask_again = self._seq > 0
        if not self._ask_again:
            self._seq = self._session.send(_ask_encode)

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._seq, self._ask_again = 0, False

    def _take(self, frame: Frame) -> None:
        if frame.request != "encode" or frame.seq != self._seq:
            return
        again = self._ask_again
        self.forget()
        if again:
            self.ask()
        if frame.z is not None:
            self.arrived.emit(frame.z[0])

    def _give_up(self, seq: int, sentence: str) -> None:
        if seq == self._seq:
            self.forget()


def _ask_encode(state: State, clean: Floats, seq: int) -> Request:
    # A lane that keeps what is asked for: a picture under the pointer must not displace it.
    return replace(ask_denoise(state, clean, seq, Lane.GRID), kind="encode")
