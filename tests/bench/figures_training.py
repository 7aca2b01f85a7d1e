"""The figure of a hand on a slider beside a training."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.figure import Effort, Figure, Goal
from tests.bench.probe import Probes

FRAME_MS = 16.7
HIDDEN, SHOWN, ALONE = "behind another tab", "in a window of its own", "without a training"


def measure_training(probes: Probes, effort: Effort) -> list[Figure]:
    """A slider event to its painted picture while a training from the window goes on."""
    result = probes.run("probes_training", effort.events)
    goals = [Goal(f"{where}, 99 %", result[where]["p99_ms"], FRAME_MS, " ms")
             for where in (HIDDEN, SHOWN)]  # fmt: skip
    measured = {name: result[HIDDEN][name] for name in ("median_ms", "p99_ms", "longest_ms")}
    alone = {name: result[ALONE][name] for name in measured}
    return [
        Figure(
            "training",
            "slider event to painted picture while a training from the window goes on",
            measured,
            goals,
            {ALONE: alone},
            {ALONE: measured["median_ms"] / alone["median_ms"]},
            result,
        )
    ]


TRAINING: dict[str, Callable[[Probes, Effort], list[Figure]]] = {"training": measure_training}
