"""A hand at an open window, and what several tests compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QUndoStack
from PyQt6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.main_window import MainWindow
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from explorer.widgets.hot_spot import HotSpot
from explorer.workspace import Workspace
from models.first_picture import FIRST_NOISE_SEED
from models.stroke_digits import draw_digit
from tests.explorer.finding import button, on_canvas
from tests.patience import TIMEOUT_MS

Drag = Callable[[QWidget, Sequence[QPointF]], None]
Floats = npt.NDArray[np.float32]
LEFT = Qt.MouseButton.LeftButton


class Play:
    """An open window, its session and its engine, and patience."""

    def __init__(self, qtbot: QtBot, application: Application) -> None:
        assert application.window is not None
        assert application.session is not None
        assert application.engine is not None
        self.qtbot = qtbot
        self.window: MainWindow = application.window
        self.session: Session = application.session
        self.engine: Engine = application.engine
        self.space: Workspace = self.window.workspace
        self.asked_seq = 1  # what a session asks for when it is opened
        self.frames: list[Frame] = []
        self.statuses: list[EngineStatus] = []
        self.session.requested.connect(self._note_request)
        self.session.frame_shown.connect(self.frames.append)
        self.engine.status_changed.connect(self.statuses.append)

    def shown(self, act: Callable[[], object]) -> Frame:
        """Do something and wait for the picture of the newest request."""
        with self.qtbot.waitSignal(
            self.session.frame_shown,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda frame: frame.seq >= self.asked_seq,
        ):
            act()
        return self.session.frame

    def until(self, phase: Phase, act: Callable[[], object]) -> None:
        """Do something and wait for the engine to get there."""
        with self.qtbot.waitSignal(
            self.engine.status_changed,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda status: status.phase is phase,
        ):
            act()

    def start_over(self) -> None:
        """Undo everything."""
        self.session.undo_stack.setIndex(0)
        self.session.undo_stack.clear()
        self.session.set_noise_seed(FIRST_NOISE_SEED)  # live noise leaves its own behind
        self.session.undo_stack.clear()
        self.space.tabs.open_page("Sliders")
        self.window.status.set_sentence("")
        self.session.ask()

    def told(self, act: Callable[[], object]) -> str:
        """Do something and wait for a sentence in the status line."""
        with self.qtbot.waitSignal(self.session.told, timeout=TIMEOUT_MS):
            act()
        return self.window.status.sentence()

    def button(self, text: str) -> QAbstractButton:
        return button(self.window, text)

    def click(self, text: str) -> None:
        self.qtbot.mouseClick(self.button(text), LEFT)

    def helps(self) -> list[str]:
        """Buttons that the status line shows."""
        buttons = self.window.status.findChildren(QPushButton)
        return [button.text() for button in buttons if button.isVisible()]

    def switch(self) -> None:
        """Click the switch of the wiring strip."""
        spots = self.window.findChildren(HotSpot)
        (found,) = (spot for spot in spots if spot.accessibleName().startswith("Switch"))
        self.qtbot.mouseClick(found, LEFT)

    def track(self, dim: int, *shares: float) -> tuple[QWidget, list[QPointF]]:
        """The table's viewport, and places on the track of a row."""
        table = self.space.latent.table
        viewport = table.viewport()
        assert viewport is not None
        return viewport, [table.track_at(dim, share) for share in shares]

    def on_canvas(self, points: Sequence[tuple[float, float]]) -> tuple[QWidget, list[QPointF]]:
        """The canvas, and places on it given in the unit square."""
        canvas = self.space.input.canvas
        return canvas, on_canvas(canvas, points)

    def output(self) -> list[list[int]]:
        """Grey levels of the picture in the output pane."""
        image = self.space.output.view.image()
        assert image is not None
        return [
            [QColor(image.pixel(x, y)).lightness() for x in range(image.width())]
            for y in range(image.height())
        ]

    def figures(self) -> dict[str, str]:
        labels = self.space.output.findChildren(QLabel)
        return {w.accessibleName(): w.text() for w in labels if w.accessibleName()}

    def process(self) -> psutil.Process:
        """The engine process, youngest of this process's descendants."""
        family = psutil.Process().children(recursive=True)
        return max(family, key=lambda process: (process.create_time(), process.pid))

    def _note_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self.asked_seq = request.seq


def levels(picture: Floats) -> list[list[int]]:
    """Of a picture (height, width, 1), as a screen shows it."""
    rows: list[list[int]] = (np.clip(picture[:, :, 0], 0, 1) * 255 + 0.5).astype(int).tolist()
    return rows


def drawn_four() -> list[Sequence[tuple[float, float]]]:
    return [stroke.points for stroke in draw_digit(4, 3)]


def made_by_hand(play: Play, drag: Drag) -> tuple[Any, ...]:
    """Make something worth keeping, and what there is to compare."""
    play.shown(lambda: drag(*play.on_canvas([(0.1, 0.9), (0.9, 0.9)])))
    play.shown(lambda: drag(*play.track(7, 0.3, 0.8)))
    return what_is_kept(play)


def what_is_kept(play: Play) -> tuple[Any, ...]:
    state, stack = play.session.state, play.session.undo_stack
    return state, steps(stack), stack.index(), play.output()


def steps(stack: QUndoStack) -> list[str]:
    return [stack.text(index) for index in range(stack.count())]
