"""Steps of a pan and of a zoom to painted points, and a hover to its decoded picture."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from PyQt6.QtCore import QEvent, QPointF, Qt

from explorer.panes.map_pane import MapPane
from explorer.state.frame import Frame, Request
from models.wire import Message
from tests.bench.clocks import PaintClock, Steps, report, send_pointer, send_wheel, summary_ms
from tests.bench.crowd import make_crowd
from tests.bench.stage import EVENT_INTERVAL_MS, SETTLE_MS, Stage, play

WARM_UP_STEPS = 30
STEP_INTERVAL_MS = 17  # as often as a screen shows it
STEPS_A_WAY = 10
PAN_PX = (7, 4)
NOTCH_EIGHTHS = 60
NOBODY, RIGHT = Qt.MouseButton.NoButton, Qt.MouseButton.RightButton
PRESS, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
MOVE = QEvent.Type.MouseMove


def main(what: str, steps: int, count: int = 0) -> None:
    """Measure ``move`` of a map of so many codes, or ``hover`` over that of the bundle."""
    codes = make_crowd(count) if count else None
    result: dict[str, Any] = {}

    def script(stage: Stage) -> Steps:
        yield from stage.until_live()
        if codes is not None:
            stage.session.set_data("a crowd", codes, None)
        yield from _open_map(stage)
        pane = stage.window.workspace.map
        clock: MoveClock | HoverClock
        clock = MoveClock(stage, pane) if what == "move" else HoverClock(stage, pane)
        for number in (WARM_UP_STEPS, steps):
            clock.begin()
            yield from clock.go(number)
            yield from clock.until_painted()
        result.update(summary_ms(clock.latencies_ms) | {"pictures": clock.pictures})

    play(script)
    report(result)


class MoveClock(PaintClock):
    """Pans and zooms; a step's points are painted once they are drawn for its very place."""

    def __init__(self, stage: Stage, pane: MapPane) -> None:
        super().__init__()
        self._pane = pane
        self._drawn = 0  # number of the question whose points are shown
        stage.window.workspace.analysis.answered.connect(self._on_answer)
        pane.view.painted.connect(lambda: self.note_painted(self._drawn))

    def go(self, steps: int) -> Steps:
        """To and fro, and in and out."""
        view = self._pane.view
        middle = QPointF(view.width() / 2, view.height() / 2)
        for number in range(steps):
            turn, step = divmod(number, STEPS_A_WAY)
            there = turn % 4 in (0, 2)
            sent_s = time.perf_counter()
            if turn % 4 < 2:
                self._pan(middle, step if there else STEPS_A_WAY - step, 1 if there else -1)
            else:
                send_wheel(view, middle, NOTCH_EIGHTHS if there else -NOTCH_EIGHTHS)
            self.expect(self._asked(), sent_s)
            yield STEP_INTERVAL_MS

    def _pan(self, middle: QPointF, at: int, way: int) -> None:
        before, after = (middle + QPointF(*PAN_PX) * place for place in (at, at + way))
        view = self._pane.view
        send_pointer(view, PRESS, before, RIGHT)
        send_pointer(view, MOVE, after, RIGHT)
        send_pointer(view, RELEASE, after, RIGHT)

    def _asked(self) -> int:
        asked = self._pane.source._drawing
        assert asked is not None
        return asked

    def _on_answer(self, answer: Message) -> None:
        if answer.kind == "raster":
            self._drawn = answer.fields["seq"]


class HoverClock(PaintClock):
    """Moves a pointer that holds nothing across the map."""

    def __init__(self, stage: Stage, pane: MapPane) -> None:
        super().__init__()
        self._view = pane.view
        self._newest = self._shown = 0
        stage.session.requested.connect(self._on_request)
        stage.session.answered.connect(self._on_answer)
        pane.view.painted.connect(lambda: self.note_painted(self._shown))

    def go(self, steps: int) -> Steps:
        """Round and round."""
        for number in range(steps):
            x = self._view.width() * (0.5 + 0.3 * math.sin(number / 20))
            y = self._view.height() * (0.5 + 0.3 * math.cos(number / 23))
            sent_s = time.perf_counter()
            send_pointer(self._view, MOVE, QPointF(x, y), NOBODY)
            self.expect(self._newest, sent_s)
            yield EVENT_INTERVAL_MS

    def _on_request(self, request: Request) -> None:
        if request.kind == "preview":
            self._newest = request.seq

    def _on_answer(self, frame: Frame) -> None:
        if frame.request == "preview":
            self._shown = frame.seq


def _open_map(stage: Stage) -> Steps:
    space = stage.window.workspace
    space.tabs.open_page("Map")
    while space.map.source.projection is None:
        yield space.map.source.projected
    space.map.view.fit()  # asks for the points, maybe once more
    yield space.map.source.rastered
    yield SETTLE_MS


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
