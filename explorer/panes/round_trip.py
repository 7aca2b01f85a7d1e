"""What a code has become once its picture is encoded again."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.asking import ask_denoise
from explorer.state.frame import Floats, Frame, Lane, Request
from explorer.state.record import State
from explorer.state.session import Session


class RoundTrip(QObject):
    """Asks for encode(decode(z)) − z of shown frames, with at most one question under way.

    Attributes
    ----------
    arrived : signal of ndarray
        The difference, float32 of shape (latent_dim,).
    """

    arrived = pyqtSignal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[int, Floats] | None = None  # number of the question, and z
        self._next: Frame | None = None
        session.answered.connect(self._take)
        session.failed.connect(self._give_up)

    def can_be_made(self, frame: Frame) -> bool:
        """Whether the encoder takes what the decoder gave."""
        picture = self._session.subject.picture
        fits = picture is not None and (
            frame.outputs["decoder_output"].shape[1:] == picture.picture_shape
        )
        return fits and frame.z is not None

    def ask(self, frame: Frame) -> None:
        """Ask about a frame; of those that come meanwhile about the newest."""
        if self._asked is not None:
            self._next = frame
            return
        assert frame.z is not None
        picture = frame.outputs["decoder_output"]

        def make(state: State, _: Floats, seq: int) -> Request:
            # A lane that keeps what is asked for: a preview must not displace it.
            return replace(ask_denoise(state, picture, seq, Lane.GRID), kind="encode")

        self._asked = self._session.send(make), frame.z[0]

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._asked = self._next = None

    def _take(self, frame: Frame) -> None:
        if self._asked is None or frame.seq != self._asked[0] or frame.z is None:
            return
        difference = frame.z[0] - self._asked[1]
        following = self._next
        self.forget()
        if following is not None:
            self.ask(following)
        self.arrived.emit(difference)

    def _give_up(self, seq: int, sentence: str) -> None:
        if self._asked is not None and seq == self._asked[0]:
            self.forget()
