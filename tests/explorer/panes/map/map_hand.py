"""A hand at a map pane, and what it sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.map_pane import MapPane
from explorer.panes.map_source import Projection
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from explorer.widgets.line import Line
from models.bundle import Codes
from models.point_raster import CROWDS
from models.wire import Message
from tests.patience import TIMEOUT_MS

Floats = npt.NDArray[np.float32]
Drag = Callable[[QWidget, list[QPointF]], None]
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A map pane, and what a hand does with it."""

    def __init__(self, qtbot: QtBot, session: Session, pane: MapPane, window: QWidget) -> None:
        self.qtbot, self.session, self.pane, self.window = qtbot, session, pane, window
        self.view, self.source = pane.view, pane.source
        self.requests: list[Request] = []
        self.told: list[str] = []
        session.requested.connect(self.requests.append)
        session.told.connect(self.told.append)

    @property
    def z(self) -> Floats:
        return self.session.state.latent.z

    @property
    def shown(self) -> Projection:
        assert self.source.projection is not None
        return self.source.projection

    @property
    def status(self) -> str:
        line = self.pane.findChild(Line)
        assert line is not None
        return line.text()

    def projected(self, act: Callable[[], object]) -> Projection:
        with self.qtbot.waitSignal(self.source.projected, timeout=TIMEOUT_MS):
            act()
        return self.shown

    def raster(
        self, act: Callable[[], object], wanted: Callable[[Message], object] = lambda _: True
    ) -> Message:
        """The next image of points that is as wanted."""
        with self.qtbot.waitSignal(
            self.pane._analysis.answered,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda answer: answer.kind == "raster" and bool(wanted(answer)),
        ) as signal:
            act()
        assert isinstance(signal.args[0], Message)
        return signal.args[0]

    def refused(self, act: Callable[[], object]) -> str:
        with self.qtbot.waitSignal(self.source.refused, timeout=TIMEOUT_MS) as signal:
            act()
        return str(signal.args[0])

    def choose(self, kind: str) -> None:
        box = self.part(QComboBox, "Projection of the map")
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())

    def kinds(self) -> list[str]:
        box = self.part(QComboBox, "Projection of the map")
        return [box.itemData(index) for index in range(box.count())]

    def part(self, kind: type[Any], name: str) -> Any:
        return next(w for w in self.pane.findChildren(kind) if w.accessibleName() == name)

    def point_of(self, place: tuple[float, float]) -> QPointF:
        size = (float(self.view.width()), float(self.view.height()))
        return QPointF(*self.view.viewport.to_screen(place, size))

    def click(self, place: tuple[float, float]) -> None:
        self.qtbot.mouseClick(self.view, LEFT, pos=self.point_of(place).toPoint())

    def press(self, name: str) -> None:
        self.part(QPushButton, name).click()

    def asked(self, kind: str) -> list[Request]:
        return [request for request in self.requests if request.kind == kind]

    def answer(self, request: Request, z: Floats | None = None) -> None:
        """What an engine would say: pictures that are as grey as z's first value."""
        zs = request.arrays.get("z")
        outputs = {}
        if zs is not None:
            grey = 1 / (1 + np.exp(-zs[:, 0]))
            pictures = np.broadcast_to(grey[:, None, None, None], (len(zs), 28, 28, 1))
            outputs = {"decoder_output": pictures.astype(np.float32)}
        frame = Frame(request.seq, "", request.kind, {}, z, outputs, {}, 0.001)
        self.session.receive(frame)

    def wait_for_cross(self, place: Any) -> None:
        """Until the cross-hair is there."""
        wanted = pytest.approx(place, abs=1e-5)
        self.qtbot.waitUntil(lambda: self.view.cross == wanted, timeout=TIMEOUT_MS)

    def answer_tiles(self, at_least: int = 1) -> list[Request]:
        """Answer questions for pictures of so many codes, until none is left."""
        done: list[Request] = []

        def step() -> bool:
            for request in self.asked("tiles")[len(done) :]:
                done.append(request)
                self.answer(request)
            codes = sum(len(request.arrays["z"]) for request in done)
            return codes >= at_least and len(done) == len(self.asked("tiles"))

        self.qtbot.waitUntil(step, timeout=TIMEOUT_MS)
        return done


def codes_of(values: Any, labels: Any = None) -> Codes:
    codes = np.asarray(values, np.float32)
    numbers = np.zeros(len(codes)) if labels is None else labels
    return Codes.measure(codes, np.asarray(numbers, np.int64))


def labels_in(seen: Message) -> set[int]:
    """Labels, below the first that comes again, in an image of points."""
    shades = np.unique(seen.arrays["shades"])
    return {int(shade - 1) // CROWDS for shade in shades if shade}
