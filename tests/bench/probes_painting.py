"""Painting on the output: from a brush event to the painted picture of a z that has moved."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QPointF
from PyQt6.QtWidgets import QWidget

from explorer.state.frame import Frame, Request
from explorer.state.latent import Source
from models.bundle import DEFAULT
from tests.bench.clocks import PaintClock, Steps, report, send_pointer, summary_ms
from tests.bench.stage import EVENT_INTERVAL_MS, STROKE_EVENTS, Stage, play

WARM_UP_EVENTS = 30
PRESS, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
MOVE = QEvent.Type.MouseMove


def main(events: int, bundle: Path = DEFAULT) -> None:
    """Measure over a number of moves of the brush."""
    latencies_ms: list[float] = []
    rounds_ms: list[float] = []
    counts: dict[str, int] = {}

    def script(stage: Stage) -> Steps:
        yield from stage.until_live()
        stage.window.workspace.output.paint.choose("Light")
        stage.session.answered.connect(lambda frame: _note_round(frame, rounds_ms))
        clock = BrushClock(stage)
        yield from paint(stage, clock, WARM_UP_EVENTS)
        clock.begin()
        clock.unmoved = 0
        rounds_ms.clear()
        yield from paint(stage, clock, events)
        latencies_ms.extend(clock.latencies_ms)
        counts.update(pictures=clock.pictures, unmoved=clock.unmoved)
        assert stage.session.state.latent.source is Source.PAINT

    play(script, bundle)
    report(summary_ms(latencies_ms) | counts | {"engine": summary_ms(rounds_ms)})


class BrushClock(PaintClock):
    """Times from a brush event to the first picture of a z that has followed it.

    An event is followed by the first round that is asked for after it; the next
    picture of a z that a round has moved is the one that counts. Events at the end of
    a stroke that find nothing left to move have none, and are counted alone.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._session = stage.session
        self._unfollowed: list[float] = []
        self._rounds: dict[int, list[float]] = {}
        self._followed: list[float] = []
        self._asked: list[Request] = []  # for pictures, since the last answer
        self.unmoved = 0
        stage.session.requested.connect(self._on_request)
        stage.session.answered.connect(self._on_answer)
        stage.painted.connect(lambda: self.note_painted(self._session.frame.seq))

    def send(self, widget: QWidget, kind: QEvent.Type, place: QPointF) -> None:
        """Send a brush event that is to be timed."""
        self._unfollowed.append(time.perf_counter())
        send_pointer(widget, kind, place)

    def end_stroke(self) -> None:
        """What z has not moved for until now it never will."""
        self.unmoved += len(self._followed) + len(self._unfollowed)
        self._followed, self._unfollowed = [], []

    def _on_request(self, request: Request) -> None:
        if request.kind == "paint":
            self._rounds[request.seq], self._unfollowed = self._unfollowed, []
        elif request.kind == "decode":
            self._asked.append(request)

    def _on_answer(self, frame: Frame) -> None:
        """The window has heard it before, and has asked for the picture of a z that has moved."""
        self._followed += self._rounds.pop(frame.seq, [])
        asked, self._asked = self._asked, []
        for request in asked:
            if frame.z is not None and np.array_equal(request.arrays["z"], frame.z):
                for sent_s in self._followed:
                    self.expect(request.seq, sent_s)
                self._followed = []


def paint(stage: Stage, clock: BrushClock, events: int) -> Steps:
    """Stroke after stroke in circles, each on its own part of the picture."""
    view = stage.window.workspace.output.view
    room = view.picture_rect()
    painting = stage.window.workspace.output.paint.painting
    done = 0
    while done < events:
        count = min(events - done, STROKE_EVENTS)
        angles = np.linspace(0, 1.5 * np.pi, count + 1) + done
        places = [
            QPointF(room.width() * (0.5 + 0.25 * np.sin(angle)),
                    room.height() * (0.5 + 0.3 * np.cos(angle))) for angle in angles
        ]  # fmt: skip
        yield from _stroke(view, places, clock)
        while painting.is_painting:
            yield EVENT_INTERVAL_MS
        clock.end_stroke()
        yield from clock.until_painted()
        done += count


def _stroke(view: QWidget, places: Sequence[QPointF], clock: BrushClock) -> Steps:
    """Press, move and release; only the moves are timed."""
    send_pointer(view, PRESS, places[0])
    yield EVENT_INTERVAL_MS
    for place in places[1:]:
        clock.send(view, MOVE, place)
        yield EVENT_INTERVAL_MS
    send_pointer(view, RELEASE, places[-1])
    yield EVENT_INTERVAL_MS


def _note_round(frame: Frame, rounds_ms: list[float]) -> None:
    if frame.request == "paint":
        rounds_ms.append(frame.seconds * 1000)


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(Path, sys.argv[2:]))
