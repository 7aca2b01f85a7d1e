"""What a hand does to a row over time: one drag, one burst of keys or wheel steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BURST_PAUSE_MS = 800
FINE = 0.1


@dataclass
class Drag:
    """A hand on the track of one row; places are exact, nothing is rounded to steps.

    Attributes
    ----------
    row, gesture : int
    start : float
        The value before the drag.
    place : float
        Where the knob is now, on the row's scale.
    lo, hi : float
        Places where it stops.
    per_px : float
        Change of the place for a pixel.
    x : float
        Where the hand is.
    fine : bool
        Whether it moves the knob by a tenth only.
    """

    row: int
    gesture: int
    start: float
    place: float
    lo: float
    hi: float
    per_px: float
    x: float
    fine: bool

    def __post_init__(self) -> None:
        self._anchor_x, self._anchor = self.x, self.place

    def move(self, x: float, fine: bool) -> float:
        """The place after the hand went to ``x``; changing to fine steps makes no jump."""
        if fine is not self.fine:
            self._anchor_x, self._anchor, self.fine = self.x, self.place, fine
        self.x = x
        moved = (x - self._anchor_x) * self.per_px * (FINE if fine else 1.0)
        self.place = min(max(self._anchor + moved, self.lo), self.hi)
        return self.place


class Bursts:
    """Numbers for gestures made of many small steps.

    Steps of one kind on one row are one gesture until there is a pause, another
    row, another kind, or :meth:`end`.

    Parameters
    ----------
    new_gesture : callable
        Gives the next gesture's number.
    """

    def __init__(self, new_gesture: Callable[[], int]) -> None:
        self._new_gesture = new_gesture
        self._now: tuple[str, int] | None = None
        self._last_ms = 0
        self._gesture = 0

    def step(self, kind: str, row: int, time_ms: int) -> int:
        """The number of the gesture that a step at ``time_ms`` belongs to."""
        paused = time_ms - self._last_ms > BURST_PAUSE_MS
        if self._now != (kind, row) or paused:
            self._now, self._gesture = (kind, row), self._new_gesture()
        self._last_ms = time_ms
        return self._gesture

    def end(self) -> None:
        """Make the next step a new gesture."""
        self._now = None
