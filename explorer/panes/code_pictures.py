"""Pictures of codes that stay for a while, such as those of bookmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice, repeat

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from explorer.panes.tile_questions import TileQuestions, thumbnails
from explorer.state.frame import Floats, Frame
from explorer.state.looking import NO_CLASSES, ask_tiles
from explorer.state.record import CHANGES_PICTURE, Change
from explorer.state.session import Session
from explorer.widgets.pixels import to_image

MOST_KEPT = 1000

Classes = Mapping[str, int]


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
        self._tiles = TileQuestions(session, self, self._ask_engine)
        self._images: dict[bytes, QImage] = {}  # the oldest first
        self._wanted: dict[bytes, tuple[Floats, Classes]] = {}
        self._classes: Classes = NO_CLASSES  # of the codes that are asked for now
        self._asked: list[bytes] = []
        self._failed = False
        self._tiles.arrived.connect(self._take)
        self._tiles.failed.connect(self._give_up)
        session.changed.connect(self._on_change)
        session.frame_shown.connect(self._on_frame)

    def image(self, z: Floats, classes: Classes = NO_CLASSES) -> QImage | None:
        """The picture of a code (latent_dim,), if it is there."""
        return self._images.get(_key(z, classes))

    def want(self, codes: Sequence[Floats], classes: Sequence[Classes] = ()) -> None:
        """Want pictures of these codes and no others, the first one first.

        Parameters
        ----------
        codes : sequence of ndarray of float32, shape (latent_dim,)
            Without any, nothing is asked for.
        classes : sequence of mapping of str to int
            What a conditional decoder draws each of them in; without, the class that is chosen.
        """
        drawn = zip(codes, classes or repeat(NO_CLASSES), strict=False)
        self._wanted = {_key(*one): one for one in islice(drawn, MOST_KEPT)}
        self._ask()

    def _ask(self) -> None:
        if self._tiles.is_busy or self._failed:
            return
        missing = [key for key in self._wanted if key not in self._images]
        if missing:
            _, self._classes = self._wanted[missing[0]]
            alike = (key for key in missing if self._wanted[key][1] == self._classes)
            self._asked = list(islice(alike, self._tiles.at_most))
            self._tiles.ask(np.stack([self._wanted[key][0] for key in self._asked]))

    def _ask_engine(self, session: Session, zs: Floats) -> int:
        return ask_tiles(session, zs, self._classes)

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


def _key(z: Floats, classes: Classes) -> bytes:
    drawn = repr(sorted(classes.items())).encode()
    return hashlib.blake2b(z.tobytes() + drawn, digest_size=16).digest()
