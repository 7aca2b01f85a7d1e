"""Asking for many decoded pictures in small portions, so that a hand never waits for them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.frame import Floats, Frame, Lane, Request
from explorer.state.looking import ask_tiles
from explorer.state.session import Session
from explorer.widgets.curves import CURVE_AXES, curve_thumbnail
from models.picture_form import resize

# A live request may have to wait for one portion, of which a frame of 60 Hz has room for a part.
PORTION_S = 0.006
MOVING_SHARE = 0.5  # of a portion, while a hand asks for one picture after the other
SUCCESSION_S = 0.06  # at most from one to the next
STILL_AFTER_S = 0.2  # without one
BESIDE_SHARE = 3  # of portions that no live request waits for, but the window that paints them
ROOM_SHARE = 0.75  # of a portion's time: below it there is room for one more code
FIRST_PORTION, MOST_AT_ONCE = 8, 96
MOST_VALUES = 2**21  # sent or received at once
THUMBNAIL_PX = 96

Ask = Callable[[Session, Floats], int]


class TileQuestions(QObject):
    """Asks for the pictures of some codes, with at most one question under way.

    How many codes make up a portion follows from how long the engine took for
    the last one, and from whether a hand is waiting for pictures meanwhile.

    Parameters
    ----------
    session : Session
    ask : callable of (Session, codes), optional
        Asks for ``tiles`` of codes (n, latent_dim), and gives the request's number.

    Attributes
    ----------
    arrived : signal of ndarray
        The pictures (n, height, width, channels), or curves (n, length, channels), of
        the codes that were asked for last.
    failed : signal of str
        Why there are none.
    """

    arrived = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(
        self, session: Session, parent: QObject | None = None, ask: Ask = ask_tiles
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._ask = ask
        self._seq = 0
        self._count = 0
        self._portion = FIRST_PORTION
        self._was_beside = False  # the last one, of the live pictures
        self._live_s = self._moved_s = -math.inf  # when somebody, and when a hand asked last
        session.requested.connect(self._on_request)
        session.answered.connect(self._on_answer)
        session.failed.connect(self._on_failure)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._seq > 0

    @property
    def at_most(self) -> int:
        """How many codes to ask for at once."""
        shown = self._session.frame.outputs["decoder_output"]
        values = max(math.prod(shown.shape[1:]), self._session.subject.latent_dim)
        portion = int(self._portion * MOVING_SHARE) if self.is_moving else self._portion
        if self._was_beside and not self.is_moving:
            portion *= BESIDE_SHARE
        return max(1, min(portion, MOST_AT_ONCE, MOST_VALUES // values))

    @property
    def is_moving(self) -> bool:
        """Whether a hand asks for one picture after the other."""
        return time.monotonic() - self._moved_s < STILL_AFTER_S

    def ask(self, zs: Floats) -> None:
        """Ask for the pictures of codes (n, latent_dim); an earlier answer is not waited for."""
        self._count = len(zs)
        self._seq = self._ask(self._session, zs)

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._seq = 0

    def _on_request(self, request: Request) -> None:
        if request.lane is Lane.LIVE:
            now_s = time.monotonic()
            if now_s - self._live_s < SUCCESSION_S:
                self._moved_s = now_s
            self._live_s = now_s

    def _on_answer(self, frame: Frame) -> None:
        if frame.request != "tiles" or frame.seq != self._seq:
            return
        self._seq = 0
        self._was_beside = frame.is_beside
        self._portion = min(self._next_portion(max(frame.seconds, 1e-6)), MOST_AT_ONCE)
        self.arrived.emit(frame.outputs["decoder_output"])

    def _next_portion(self, seconds: float) -> int:
        count = self._count
        fits = int(count * PORTION_S / seconds)
        if count > self._portion:  # made beside
            count = max(1, count // BESIDE_SHARE)
        if fits > count:  # a small one tells nothing against larger ones before it
            return max(self._portion, min(fits, 2 * count))
        if fits < count:  # maybe it only waited for a core
            return max(fits, count // 2, 1)
        # The first code of a portion takes longer than the others, so that one more may fit.
        return count + 1 if seconds <= ROOM_SHARE * PORTION_S else count

    def _on_failure(self, seq: int, sentence: str) -> None:
        if seq == self._seq:
            self._seq = 0
            self.failed.emit(sentence)


def thumbnails(pictures: Floats) -> Floats:
    """Pictures (n, height, width, channels) or curves (n, length, channels) as small pictures.

    Returns
    -------
    ndarray of float32, shape (n, height, width, channels)
        No side is longer than 96 pixels.
    """
    if pictures.ndim == CURVE_AXES:
        return np.stack([curve_thumbnail(curves) for curves in pictures])[..., np.newaxis]
    height, width = pictures.shape[1:3]
    share = THUMBNAIL_PX / max(height, width)
    if share >= 1:
        return pictures
    return resize(pictures, max(1, round(height * share)), max(1, round(width * share)))
