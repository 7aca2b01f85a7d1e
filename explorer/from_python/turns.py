"""Whose turn it is to call the Models: a thread of our own, or the one that trains them."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable

PATIENCE_S = 2.0

Task = Callable[[], object]


class Turns:
    """Does tasks one at a time, in order.

    A thread of its own does them, unless another one has taken over: whoever
    trains the Models calls :meth:`do_waiting` between two batches, so that no
    task sees weights that are half updated, and none is done beside a training
    step, which would slow down both. If that thread does not come by for
    :data:`PATIENCE_S`, because a batch takes long or the training was
    interrupted, tasks are done without it: to read weights that are being
    written is safe, if not exact.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()  # guards all that follows
        self._tasks: deque[Task] = deque()
        self._is_working = False
        self._is_taken_over = False
        self._came_by_s = 0.0
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="explore models", daemon=True)
        self._thread.start()

    def add(self, task: Task) -> None:
        """Leave a task; what it raises is printed."""
        with self._changed:
            if not self._ended:
                self._tasks.append(task)
                self._changed.notify_all()

    def take_over(self) -> None:
        """Have tasks done by :meth:`do_waiting` from now on; waits for the one under way."""
        with self._changed:
            self._is_taken_over, self._came_by_s = True, time.monotonic()
            if not self._is_own_thread():
                self._changed.wait_for(lambda: not self._is_working)

    def give_back(self) -> None:
        """Let the thread do the tasks again."""
        with self._changed:
            self._is_taken_over = False
            self._changed.notify_all()

    def do_waiting(self) -> None:
        """Do what waits now, on this thread."""
        while (task := self._next()) is not None:
            _do(task)

    @property
    def is_wanted_elsewhere(self) -> bool:
        """Whether a long task has to stop: all is over, or another thread has taken over."""
        return self._ended or (self._is_own_thread() and self._others_come_by())

    def end(self) -> None:
        """Do nothing any more."""
        with self._changed:
            self._ended = True
            self._tasks.clear()
            self._changed.notify_all()

    def _is_own_thread(self) -> bool:
        return threading.current_thread() is self._thread

    def _others_come_by(self) -> bool:
        return self._is_taken_over and time.monotonic() - self._came_by_s < PATIENCE_S

    def _next(self) -> Task | None:
        with self._changed:
            if not self._is_own_thread():
                self._came_by_s = time.monotonic()
                if self._is_working:  # patience was at an end
                    return None
            return self._tasks.popleft() if self._tasks else None

    def _work(self) -> None:
        while (task := self._wait_for_task()) is not None:
            _do(task)
            with self._changed:
                self._is_working = False
                self._changed.notify_all()

    def _wait_for_task(self) -> Task | None:
        with self._changed:
            while not self._ended:
                if self._tasks and not self._others_come_by():
                    self._is_working = True
                    return self._tasks.popleft()
                self._changed.wait(PATIENCE_S if self._tasks else None)
        return None


def _do(task: Task) -> None:
    try:
        task()
    except Exception:  # noqa: BLE001  # a user's callback may raise anything; pictures go on
        traceback.print_exc()
