"""How fast the machine itself is: a neighbour on its cores slows it down, and no load tells."""

from __future__ import annotations

import time
from statistics import median

ROUNDS, STEPS = 40, 200_000


def measure_pace() -> list[float]:
    """Times in ms of one and the same loop, run again and again for a second or less."""
    times_ms = []
    for _ in range(ROUNDS):
        start_s = time.perf_counter()
        _count(STEPS)
        times_ms.append((time.perf_counter() - start_s) * 1000)
    return times_ms


def describe_pace(paces: dict[str, list[float]]) -> dict[str, float]:
    """What the loop took before each figure, as multiples of its best time in the whole run.

    Parameters
    ----------
    paces : dict of list of float
        Times in ms, by the figures they were measured before.
    """
    best_ms = min(min(times_ms) for times_ms in paces.values())
    return {name: round(median(times_ms) / best_ms, 2) for name, times_ms in paces.items()}


def _count(steps: int) -> int:
    total = 0
    for step in range(steps):
        total += step
    return total
