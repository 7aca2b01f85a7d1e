"""What probes and baselines measure with; nothing of the app is imported here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

TICK_MS = 5
Steps = Generator[pyqtBoundSignal | int, None, None]


class GapWatch(QObject):
    """A 5 ms timer on the window's thread, and the times between its ticks.

    Each gap comes with the time that the thread itself was at work in it: a long
    gap with little work is the system's scheduler or another thread that holds
    Python's lock, not the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self._gaps_ms: list[tuple[float, float]] = []
        self._last_s = self._last_work_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Forget all gaps and watch from now on."""
        self._gaps_ms = []
        self._last_s, self._last_work_s = time.perf_counter(), time.thread_time()
        self._timer.start()

    def end(self) -> dict[str, float]:
        """The gaps since :meth:`begin`."""
        self._timer.stop()
        self._tick()
        longest_ms, work_ms = max(self._gaps_ms)
        return {
            "longest_ms": longest_ms,
            "work_in_longest_ms": work_ms,
            "most_work_ms": max(work_ms for _, work_ms in self._gaps_ms),
            "p99_ms": float(np.percentile([gap_ms for gap_ms, _ in self._gaps_ms], 99)),
            "ticks": len(self._gaps_ms),
        }

    def _tick(self) -> None:
        now_s, work_s = time.perf_counter(), time.thread_time()
        self._gaps_ms.append(((now_s - self._last_s) * 1000, (work_s - self._last_work_s) * 1000))
        self._last_s, self._last_work_s = now_s, work_s


class PaintClock(QObject):
    """Times from an event to the end of the repaint that shows what it asked for.

    An event is answered by a picture once the repaint is done, when the whole
    window is up to date. A picture that was asked for later answers an event
    too: it shows all that was done until then.

    Attributes
    ----------
    answered : signal
        At least one event has got its picture.
    latencies_ms : list of float
        One for each event that has.
    pictures : int
        How many pictures that took.
    """

    answered = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[int, float]] = []
        self.latencies_ms: list[float] = []
        self.pictures = 0

    def begin(self) -> None:
        """Forget what was measured so far."""
        self.latencies_ms.clear()
        self.pictures = 0

    def expect(self, number: int, sent_s: float) -> None:
        """Wait for the picture of a question that an event at ``sent_s`` led to."""
        self._waiting.append((number, sent_s))

    def note_painted(self, number: int) -> None:
        """The picture of a question is being painted."""
        if any(asked <= number for asked, _ in self._waiting):
            QTimer.singleShot(0, lambda: self._on_repainted(number))

    def until_painted(self) -> Steps:
        """Wait until every event has its picture."""
        while self._waiting:
            yield self.answered

    def _on_repainted(self, number: int) -> None:
        now_s = time.perf_counter()
        answered = [sent_s for asked, sent_s in self._waiting if asked <= number]
        if answered:
            self.pictures += 1
            self.latencies_ms += [(now_s - sent_s) * 1000 for sent_s in answered]
            self._waiting = [(asked, sent_s) for asked, sent_s in self._waiting if asked > number]
            self.answered.emit()


class PaintWatch(QObject):
    """Calls at every paint of a widget."""

    def __init__(self, widget: QWidget, run: Callable[[], None]) -> None:
        super().__init__(widget)
        self._run = run
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Call where it is a paint."""
        if event is not None and event.type() is QEvent.Type.Paint:
            self._run()
        return False


def after_paint(widget: QWidget, run: Callable[[], None]) -> None:
    """Call once, after the first repaint of the window that paints this widget."""
    _FirstPaint(widget, run)


class _FirstPaint(QObject):
    def __init__(self, widget: QWidget, run: Callable[[], None]) -> None:
        super().__init__(widget)
        self._run = run
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() is QEvent.Type.Paint and watched is not None:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._run)
        return False


def send_pointer(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPointF,
    hand: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Send a press, move or release of a button to a widget; with none a pointer just moves."""
    released = kind == QEvent.Type.MouseButtonRelease
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else hand
    held = Qt.MouseButton.NoButton if released else hand
    on_screen = place + widget.mapToGlobal(QPoint(0, 0)).toPointF()
    modifiers = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, place, on_screen, button, held, modifiers))


def send_wheel(widget: QWidget, place: QPointF, eighths: int) -> None:
    """Turn the wheel over a place, by so many eighths of a degree."""
    on_screen = place + widget.mapToGlobal(QPoint(0, 0)).toPointF()
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase, turn = Qt.ScrollPhase.NoScrollPhase, QPoint(0, eighths)
    QApplication.sendEvent(
        widget, QWheelEvent(place, on_screen, QPoint(), turn, buttons, keys, phase, False)
    )


def summary_ms(values_ms: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile, longest and count."""
    return {
        "median_ms": float(np.median(values_ms)),
        "p99_ms": float(np.percentile(values_ms, 99)),
        "longest_ms": max(values_ms),
        "events": len(values_ms),
    }


def report(result: Mapping[str, Any]) -> None:
    """Hand the result to whoever started this process: the last line it prints."""
    print(json.dumps(result), flush=True)
