"""The figures of the panes that explore the latent space, and of very long latent vectors."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.figure import Effort, Figure, Goal, apart
from tests.bench.probe import Probes
from tests.bench.wide_bundle import LATENT_DIM, write_wide_bundle

FRAME_MS = 16.7
SCATTER = "pyqtgraph scatter, one repaint"


def measure_map(probes: Probes, effort: Effort) -> list[Figure]:
    """Steps of a pan or zoom to painted points, of 70,000 and of a million codes."""
    figures = []
    for codes, median_ms, p99_ms in ((70_000, 8.0, None), (1_000_000, FRAME_MS, 2 * FRAME_MS)):
        result = probes.run("probes_map", "move", effort.map_steps, codes)
        scatter = probes.run("baselines", "scatter", codes)
        goals = [Goal("median", result["median_ms"], median_ms, " ms")]
        if p99_ms is not None:
            goals.append(Goal("99 %", result["p99_ms"], round(p99_ms), " ms"))
        figures.append(
            Figure(
                f"map {codes}",
                f"map of {codes:,} codes: pan or zoom step to painted",
                result,
                goals,
                {SCATTER: scatter},
                {SCATTER: result["median_ms"] / scatter["median_ms"]},
            )
        )
    return figures


def measure_hover(probes: Probes, effort: Effort) -> list[Figure]:
    """A pointer over the map to the decoded picture beside it."""
    result = probes.run("probes_map", "hover", effort.events)
    goals = [Goal("median", result["median_ms"], 8, " ms")]
    return [Figure("hover", "map: hover to decoded thumbnail", result, goals)]


def measure_neighbours(probes: Probes, effort: Effort) -> list[Figure]:
    """A slider event to the nearest codes, painted."""
    result = probes.run("probes_beside", "neighbours", effort.events)
    goals = [Goal("median", result["median_ms"], 10, " ms")]
    measured, details = apart(result, "drag")
    title = "slider event to painted neighbours of z among 1,000,000 × 16 codes"
    return [Figure("neighbours", title, measured, goals, details=details)]


def measure_traversal(probes: Probes, effort: Effort) -> list[Figure]:
    """A new z to its painted grid, and a hand on a slider while the grid follows."""
    result = probes.run("probes_beside", "traversal", effort.events, effort.grids)
    alone = probes.run("probes_pictures", "slider", effort.events)
    measured, details = apart(result, "drag")
    baseline = "without the grid"
    return [
        Figure(
            "traversal",
            "new z to painted traversal grid of 16 × 11 pictures",
            measured,
            [Goal("median", measured["median_ms"], 60, " ms")],
        ),
        Figure(
            "traversal drag",
            "slider event to painted picture while the grid follows",
            details["drag"],
            [Goal("99 %", details["drag"]["p99_ms"], FRAME_MS, " ms")],
            {baseline: {name: alone[name] for name in ("median_ms", "p99_ms")}},
            {baseline: details["drag"]["median_ms"] / alone["median_ms"]},
        ),
    ]


def measure_wide(probes: Probes, effort: Effort) -> list[Figure]:
    """A latent vector of thousands of dimensions against the bundle's, same decoder body."""
    baseline = "16 dimensions"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "wide"
        write_wide_bundle(folder)
        starts_ms: dict[str, list[float]] = {"wide": [], baseline: []}
        for turn in range(effort.wide_starts + 1):
            for model, arguments in (("wide", [folder]), (baseline, [])):
                window_ms = probes.run_timed("probes_start", *arguments)["window_ms"]
                if turn:  # the first fills the disk's cache
                    starts_ms[model].append(window_ms)
        slider = {
            "wide": probes.run("probes_pictures", "slider", effort.events, folder),
            baseline: probes.run("probes_pictures", "slider", effort.events),
        }
    medians_ms = {model: statistics.median(times) for model, times in starts_ms.items()}
    start_ratio = medians_ms["wide"] / medians_ms[baseline]
    slider_ratio = slider["wide"]["median_ms"] / slider[baseline]["median_ms"]
    return [
        Figure(
            "wide start",
            f"{LATENT_DIM:,} dimensions: start to painted window",
            {"median_ms": medians_ms["wide"], "longest_ms": max(starts_ms["wide"])},
            [Goal("", start_ratio, 1.2, " × the baseline")],
            {baseline: {"median_ms": medians_ms[baseline]}},
            {baseline: start_ratio},
            {"times_ms": starts_ms},
        ),
        Figure(
            "wide slider",
            f"{LATENT_DIM:,} dimensions: slider event to painted picture",
            apart(slider["wide"], "engine")[0],
            [Goal("", slider_ratio, 1.5, " × the baseline")],
            {baseline: apart(slider[baseline], "engine")[0]},
            {baseline: slider_ratio},
            {name: result["engine"] for name, result in slider.items()},
        ),
    ]


EXPLORING: dict[str, Callable[[Probes, Effort], list[Figure]]] = {
    "map": measure_map,
    "hover": measure_hover,
    "neighbours": measure_neighbours,
    "traversal": measure_traversal,
    "wide": measure_wide,
}
