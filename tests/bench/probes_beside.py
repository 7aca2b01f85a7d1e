"""What follows a drag of the sliders in a window beside it: neighbours, traversal grid."""

from __future__ import annotations

import sys
import time
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.panes.neighbours_pane import NeighboursPane
from explorer.panes.traversal_pane import TraversalPane
from explorer.state.frame import Frame, Request
from explorer.state.latent import Source
from explorer.state.session import Session
from models.traversal import COLUMNS
from models.wire import Message
from tests.bench.clocks import PaintClock, PaintWatch, Steps, report, summary_ms
from tests.bench.crowd import make_crowd
from tests.bench.stage import PictureClock, Stage, drag_sliders, play

WARM_UP_EVENTS = 30
REST_MS = 700  # effects are measured meanwhile
CODES = 1_000_000
GRID_WINDOW_PX = (700, 1000)  # all rows are seen


def main(what: str, events: int, grids: int = 0) -> None:
    """Measure ``neighbours`` among a million codes, or the ``traversal`` grid."""
    result: dict[str, Any] = {}
    if what == "neighbours":
        codes = make_crowd(CODES)

        def script(stage: Stage) -> Steps:
            yield from stage.until_live()
            stage.session.set_data("a crowd", codes, None)
            yield from _measure_neighbours(stage, events, result)
    else:

        def script(stage: Stage) -> Steps:
            yield from stage.until_live()
            yield from _measure_traversal(stage, events, grids, result)

    play(script)
    report(result)


def _measure_neighbours(stage: Stage, events: int, result: dict[str, Any]) -> Steps:
    space = stage.window.workspace
    space.tabs.tear_off("Neighbours")
    space.tabs.open_page("Sliders")
    while not space.neighbours.near.neighbours:
        yield space.analysis.answered
    pictures = PictureClock(stage)
    clock = NeighboursClock(stage, space.neighbours)
    for number in (WARM_UP_EVENTS, events):
        clock.begin()
        pictures.begin()
        yield from drag_sliders(stage, pictures, number)
        yield from clock.until_painted()
        yield from pictures.until_painted()
    result.update(summary_ms(clock.latencies_ms))
    result["drag"] = summary_ms(pictures.latencies_ms)


def _measure_traversal(stage: Stage, events: int, grids: int, result: dict[str, Any]) -> Steps:
    space = stage.window.workspace
    space.tabs.tear_off("Traversal")
    space.tabs.open_page("Sliders")
    window = space.traversal.window()
    assert window is not None
    window.resize(*GRID_WINDOW_PX)
    clock, times_ms = GridClock(stage.session, space.traversal), list[float]()
    for number in range(grids + 1):
        yield REST_MS
        clock.begin()
        z = stage.session.subject.whereabouts.mean + 0.1 * (number + 1)
        stage.session.set_latent(z, Source.RANDOM)
        yield clock.finished
        times_ms.append(clock.took_ms)
    result.update(summary_ms(times_ms[1:]))
    pictures = PictureClock(stage)
    for number in (WARM_UP_EVENTS, events):
        pictures.begin()
        yield from drag_sliders(stage, pictures, number)
        yield from pictures.until_painted()
    result["drag"] = summary_ms(pictures.latencies_ms)


class NeighboursClock(PaintClock):
    """From every change of z to the repaint that shows the codes nearest to it."""

    def __init__(self, stage: Stage, pane: NeighboursPane) -> None:
        super().__init__()
        self._pane = pane
        self._shown = 0
        # Both come after the pane's own: it has asked and shown by then.
        stage.session.changed.connect(lambda _: self._expect())
        stage.window.workspace.analysis.answered.connect(self._on_answer)
        PaintWatch(pane.near, lambda: self.note_painted(self._shown))

    def _expect(self) -> None:
        self.expect(self._pane._awaited["nearest"], time.perf_counter())

    def _on_answer(self, answer: Message) -> None:
        if answer.kind == "nearest":
            self._shown = answer.fields["seq"]


class GridClock(QObject):
    """From a new z at rest to the repaint that shows the last picture of its grid.

    Attributes
    ----------
    finished : signal
    took_ms : float
    """

    finished = pyqtSignal()

    def __init__(self, session: Session, pane: TraversalPane) -> None:
        super().__init__()
        self._cells = len(session.state.latent.z) * COLUMNS
        self._began_s = self.took_ms = 0.0
        self._asked: dict[int, int] = {}
        self._missing = 0
        self._all_there = False
        session.requested.connect(self._on_request)
        session.answered.connect(self._on_answer)  # after the pane, which shows it
        PaintWatch(pane.grid, self._on_paint)

    def begin(self) -> None:
        """From now on."""
        self._asked.clear()
        self._missing, self._all_there = self._cells, False
        self._began_s = time.perf_counter()

    def _on_request(self, request: Request) -> None:
        if request.kind == "tiles":
            self._asked[request.seq] = len(request.arrays["z"])

    def _on_answer(self, frame: Frame) -> None:
        if self._missing > 0:
            self._missing -= self._asked.pop(frame.seq, 0)  # of an earlier z are none
            self._all_there = self._missing <= 0

    def _on_paint(self) -> None:
        if self._all_there:
            self._all_there = False
            QTimer.singleShot(0, self._end)

    def _end(self) -> None:
        self.took_ms = (time.perf_counter() - self._began_s) * 1000
        self.finished.emit()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
