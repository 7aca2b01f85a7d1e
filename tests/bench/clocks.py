"""What probes and baselines measure with; nothing of the app is imported here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

TICK_MS = 5


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


def after_paint(widget: QWidget, run: Callable[[], None]) -> None:
    """Call once, after the first repaint of the window that paints this widget."""
    _FirstPaint(widget, run)


class _FirstPaint(QObject):
    def __init__(self, widget: QWidget, run: Callable[[], None]) -> None:
        super().__init__(widget)
        self._run = run
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is not None and event.type() is QEvent.Type.Paint and watched is not None:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._run)
        return False


def send_pointer(widget: QWidget, kind: QEvent.Type, place: QPointF) -> None:
    """Send a press, move or release of the left button to a widget."""
    released = kind == QEvent.Type.MouseButtonRelease
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if released else Qt.MouseButton.LeftButton
    on_screen = place + widget.mapToGlobal(QPoint(0, 0)).toPointF()
    modifiers = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, place, on_screen, button, held, modifiers))


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
