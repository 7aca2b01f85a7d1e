"""Work beside the window that leaves Python to the window."""

from __future__ import annotations

import time
from collections.abc import Callable

# Python's own switch comes after 5 ms, and a window that handles an event asks for
# Python many times over: against a thread that never rests it waits each time.
WORK_S = 0.0005
REST_S = 0.002

Rest = Callable[[], object]


class Resting:
    """Called now and then by a thread that works, it lets the thread rest when it is time."""

    def __init__(self) -> None:
        self._since_s = time.perf_counter()

    def __call__(self) -> None:
        """Rest if there was work enough since the last time."""
        if time.perf_counter() - self._since_s > WORK_S:
            time.sleep(REST_S)
            self._since_s = time.perf_counter()


def never() -> None:
    """For who works where nobody waits."""
