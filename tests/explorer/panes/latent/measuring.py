"""An engine for tests of the sliders, and what a user sees and chooses there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLabel, QWidget

from explorer.panes.latent_pane import LatentPane
from explorer.state.frame import Frame, Request
from explorer.state.session import Session

DEAD = 3
SORT_BY_EFFECT = "Sort by effect on the picture"


class Engine:
    """Answers about codes when it is told to: dimension k lights the kth pixel, one does not."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.waiting: list[Request] = []
        self.asked = 0
        self.gain = 0.1  # of the weights
        session.requested.connect(self._hear)

    def _hear(self, request: Request) -> None:
        if request.kind == "tiles":
            self.waiting.append(request)
            self.asked += 1

    def answer_all(self) -> None:
        while self.waiting:
            self.answer_one()

    def answer_one(self) -> None:
        request = self.waiting.pop(0)
        zs = request.arrays["z"]
        pictures = np.zeros((len(zs), 28 * 28), np.float32)
        pictures[:, : zs.shape[1]] = self.gain * zs * np.arange(1, zs.shape[1] + 1)
        pictures[:, DEAD] = 0
        outputs = {"decoder_output": pictures.reshape(-1, 28, 28, 1)}
        self._session.receive(Frame(request.seq, "", "tiles", {}, None, outputs, {}, 0.001))

    def show_picture(self, seconds: float = 0.001, **outputs: np.ndarray) -> None:
        """A live frame, which took so long."""
        z = self._session.state.latent.z[None]
        picture = np.zeros((1, *self._session.subject.picture_shape), np.float32)
        shown = {"decoder_output": picture, **outputs}
        self._session.receive(Frame(10**6, "", "denoise", {}, z, shown, {}, seconds))


def choose(pane: LatentPane, text: str) -> None:
    menu = pane.tools.order.menu()
    assert menu is not None
    entry(menu.actions(), text).trigger()


def entry(actions: Sequence[QAction], text: str) -> QAction:
    (found,) = (a for a in actions if a.text().split("\t")[0] == text)
    return found


def names(pane: LatentPane) -> list[str]:
    return list(pane.table.latent.names)


def words(pane: LatentPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]


def port(pane: LatentPane) -> QWidget:
    viewport = pane.table.viewport()
    assert viewport is not None
    return viewport


def rest(pane: LatentPane) -> None:
    """As if z had come to rest."""
    pane._rest.timeout.emit()
