"""The figures of work on models: keeping it safe, changing between them, painting."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.figure import Effort, Figure, Goal, apart
from tests.bench.probe import Probes


def measure_autosave(probes: Probes, effort: Effort) -> list[Figure]:
    """The longest time without an answer during a drag while the session is saved."""
    phases = probes.run("probes_sessions")["phases"]
    saved = {name: seen for name, seen in phases.items() if name.endswith(", saved")}
    baselines = {name: seen for name, seen in phases.items() if name not in saved}
    longest_ms = {name: seen["longest_ms"] for name, seen in saved.items()}
    return [
        Figure(
            "autosave",
            "longest UI gap during a drag with autosave, session …",
            {f"{name}_ms": value for name, value in longest_ms.items()},
            [Goal(name, value, 25, " ms") for name, value in longest_ms.items()],
            {name: {"longest_ms": seen["longest_ms"]} for name, seen in baselines.items()},
            details=phases,
        )
    ]


def measure_switch(probes: Probes, effort: Effort) -> list[Figure]:
    """From the choice of another open model to its picture."""
    result = probes.run("probes_switch")
    goals = [Goal("median", result["median_ms"], 100, " ms")]
    return [Figure("switch", "switch between two open models to the first picture", result, goals)]


def measure_paint(probes: Probes, effort: Effort) -> list[Figure]:
    """A brush on the decoded picture to the painted picture of a z that has followed."""
    result = probes.run("probes_painting", effort.events)
    goals = [Goal("median", result["median_ms"], 25, " ms")]
    measured, details = apart(result, "engine")
    title = "brush event to painted picture with z moved"
    return [Figure("paint", title, measured, goals, details=details)]


def measure_export(probes: Probes, effort: Effort) -> list[Figure]:
    """A journey of 600 frames to a film, and what it costs the window meanwhile."""
    result = probes.run("probes_export")
    shown = ("frames_per_s", "growth_mb", "longest_ms")
    measured = {name: result[name] for name in shown}
    goals = [
        Goal("", measured["frames_per_s"], 200, " frames/s", at_least=True),
        Goal("memory", measured["growth_mb"], 100, " MB"),
        Goal("gap", measured["longest_ms"], 25, " ms"),
    ]
    title = "journey of 600 frames to an MP4 of 280 px, libx264 medium"
    return [Figure("export", title, measured, goals, details=result)]


WORKING: dict[str, Callable[[Probes, Effort], list[Figure]]] = {
    "autosave": measure_autosave,
    "switch": measure_switch,
    "paint": measure_paint,
    "export": measure_export,
}
