"""Pictures of codes that stay for a while, such as those of bookmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from explorer.panes.tile_questions import TileQuestions, thumbnails
from explorer.state.frame import Floats, Frame
from explorer.state.record import CHANGES_PICTURE, Change
from explorer.state.session import Session
from explorer.widgets.pixels import to_image

MOST_KEPT = 1000


class CodePictures(QObject):
    """Has small pictures of the codes that are wanted, and asks for those that are missing.

    Attributes
    ----------
    arrived : signal
        More of them are there, or they are to be forgotten.
    failed : signal of str
        Why there are no more.
    """

    arrived = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles = TileQuestions(session, self)
        self._images: dict[bytes, QImage] = {}  # the oldest first
        self._wanted: dict[bytes, Floats] = {}
        self._asked: list[bytes] = []
        self._failed = False
        self._tiles.arrived.connect(self._take)
        self._tiles.failed.connect(self._give_up)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    def image(self, z: Floats) -> QImage | None:
        """The picture of a code (latent_dim,), if it is there."""
        return self._images.get(_key(z))

    def want(self, codes: Sequence[Floats]) -> None:
        """Want pictures of these codes and no others, the first one first.

        Without any, nothing is asked for.
        """
        self._wanted = {_key(code): code for code in codes[:MOST_KEPT]}
        self._ask()

    def _ask(self) -> None:
        if self._tiles.is_busy or self._failed:
            return
        missing = [key for key in self._wanted if key not in self._images][: self._tiles.at_most]
        if missing:
            self._asked = missing
            self._tiles.ask(np.stack([self._wanted[key] for key in missing]))

    def _take(self, pictures: Floats) -> None:
        for key, small in zip(self._asked, thumbnails(pictures), strict=True):
            self._images[key] = to_image(small)
        for key in list(self._images)[: max(0, len(self._images) - MOST_KEPT)]:
            if key not in self._wanted:
                del self._images[key]
        self._ask()  # first, so that the engine works while these are painted
        self.arrived.emit()

    def _give_up(self, sentence: str) -> None:
        self._failed = True
        self.failed.emit(sentence)

    def _on_change(self, change: Change) -> None:
        if change.fields & CHANGES_PICTURE:
            self._tiles.forget()
            self._images.clear()
            self._ask()
            self.arrived.emit()

    def _on_frame(self, frame: Frame) -> None:
        if self._failed:  # another engine answers, maybe
            self._failed = False
            self._ask()


def _key(z: Floats) -> bytes:
    return hashlib.blake2b(z.tobytes(), digest_size=16).digest()
