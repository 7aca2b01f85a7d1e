"""The figures of the main window: what is measured, beside what, and what is to be reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from tests.bench.figure import Effort, Figure, Goal, apart
from tests.bench.figures_exploring import EXPLORING
from tests.bench.figures_training import TRAINING
from tests.bench.figures_working import WORKING
from tests.bench.probe import Probes


def measure_start(probes: Probes, effort: Effort) -> list[Figure]:
    """From the start of the process to the window, and to the first live picture."""
    window_ms: list[float] = []
    picture_ms: list[float] = []
    bare_ms: list[float] = []
    load_ms: list[float] = []
    # In turns, for a machine's speed changes; the first turn fills the disk's cache.
    for turn in range(effort.starts + 1):
        start = probes.run_timed("probes_start")
        bare = probes.run_timed("baselines", "window")
        load = probes.run_timed("baselines", "load")
        if turn:
            window_ms.append(start["window_ms"])
            picture_ms.append(start["picture_ms"])
            bare_ms.append(bare["window_ms"])
            load_ms.append(load["picture_ms"])
    return [
        _start_figure("window", "start to painted window", window_ms,
                      "bare PyQt6 + pyqtgraph window", bare_ms, 1.5),
        _start_figure("picture", "start to first live picture", picture_ms,
                      "import tensorflow + load + first call", load_ms, 1.2),
    ]  # fmt: skip


def _start_figure(
    name: str,
    title: str,
    times_ms: Sequence[float],
    baseline: str,
    baseline_ms: Sequence[float],
    limit: float,
) -> Figure:
    median_ms, bare_ms = statistics.median(times_ms), statistics.median(baseline_ms)
    ratio = median_ms / bare_ms
    return Figure(
        name,
        title,
        {"median_ms": median_ms, "longest_ms": max(times_ms)},
        [Goal("", ratio, limit, " × the baseline")],
        {baseline: {"median_ms": bare_ms, "longest_ms": max(baseline_ms)}},
        {baseline: ratio},
        {"times_ms": list(times_ms), "baseline_times_ms": list(baseline_ms)},
    )


def measure_slider(probes: Probes, effort: Effort) -> list[Figure]:
    """From a mouse event on a slider to its painted picture."""
    result = probes.run("probes_pictures", "slider", effort.events)
    baselines = {
        f"matplotlib slider + {name}": probes.run("baselines", what, effort.matplotlib_events)
        for name, what in (("decoder.predict", "predict"), ("decoder(z)", "call"))
    }
    ratios = {
        name: result["median_ms"] / baseline["median_ms"] for name, baseline in baselines.items()
    }
    goals = [
        Goal("median", result["median_ms"], 5, " ms"),
        Goal("99 %", result["p99_ms"], 16.7, " ms"),
        Goal("faster than predict", 1 / next(iter(ratios.values())), 20, " ×", at_least=True),
    ]
    measured, details = apart(result, "engine")
    title = "slider event to painted picture"
    return [Figure("slider", title, measured, goals, baselines, ratios, details)]


def measure_pen(probes: Probes, effort: Effort) -> list[Figure]:
    """From a pen event on the canvas to the painted, denoised picture."""
    result = probes.run("probes_pictures", "pen", effort.events)
    goals = [
        Goal("median", result["median_ms"], 8, " ms"),
        Goal("99 %", result["p99_ms"], 16.7, " ms"),
    ]
    measured, details = apart(result, "engine")
    title = "pen event to painted denoised picture"
    return [Figure("pen", title, measured, goals, details=details)]


def measure_gaps(probes: Probes, effort: Effort) -> list[Figure]:
    """The longest time without an answer while the engine works and a training runs."""
    result = probes.run("probes_gaps", "phases")
    inside = probes.run("baselines", "thread", 0)
    baseline = "TensorFlow in a thread of the same process"
    goals = [Goal(phase, seen["longest_ms"], 25, " ms") for phase, seen in result["phases"].items()]
    measured = {f"{phase}_ms": seen["longest_ms"] for phase, seen in result["phases"].items()}
    ratios = {baseline: max(measured.values()) / inside["longest_ms"]}
    title = "longest UI gap (5 ms timer) while the engine …"
    return [Figure("gaps", title, measured, goals, {baseline: inside}, ratios, result)]


def measure_slow(probes: Probes, effort: Effort) -> list[Figure]:
    """The same with a decoder that takes 300 ms a call."""
    result = probes.run("probes_gaps", "slow")
    goals = [
        Goal("gap", result["longest_ms"], 25, " ms"),
        Goal("pictures", result["pictures"], 6, "", at_least=True),
        Goal("last is of last request", result["last_belongs"], 1, "", at_least=True),
    ]
    measured = {name: result[name] for name in ("longest_ms", "decode_ms", "pictures")}
    title = "longest UI gap, 3 s drag, decoder of 300 ms"
    return [Figure("slow", title, measured, goals, details=result)]


def measure_memory(probes: Probes, effort: Effort) -> list[Figure]:
    """Memory of all processes together."""
    wait_s = effort.memory_after_s
    result = probes.run("probes_life", "memory", wait_s)
    inside = probes.run("baselines", "memory", 1)
    baseline = "window, TensorFlow and models in one process"
    parts = {f"{part['name']}_mb": part["mb"] for part in result["processes"]}
    return [
        Figure(
            "memory",
            f"memory of all processes, {wait_s} s after ready",
            {"mb": result["mb"], **parts},
            [Goal("", result["mb"], 800, " MB")],
            {baseline: {"mb": inside["mb"]}},
            {baseline: result["mb"] / inside["mb"]},
            result,
        )
    ]


def measure_opening(probes: Probes, effort: Effort) -> list[Figure]:
    """Models of a user's own: opened, refused, and what the window keeps of them."""
    result = probes.run("probes_opening")
    opened_ms = result.pop("opened_ms")
    refused = result["refused_ms"]
    refusal_ms = max(took_ms for took_ms, _ in refused.values())
    gap_ms = max(gap_ms for _, gap_ms in refused.values())
    grown_mb = result["grown_mb"][-1]
    median_ms = statistics.median(opened_ms)
    return [
        Figure(
            "opened",
            "1 MB decoder: opened to painted picture, engine warm",
            {"median_ms": median_ms, "longest_ms": max(opened_ms)},
            [Goal("median", median_ms, 400, " ms")],
            details={"times_ms": opened_ms, "gaps": result["gaps_opening"]},
        ),
        Figure(
            "refused",
            f"{len(refused)} hostile or broken files refused",
            {"longest_ms": refusal_ms, "UI gap_ms": gap_ms},
            [
                Goal("longest", refusal_ms, 2000, " ms"),
                Goal("UI gap", gap_ms, 25, " ms"),
                Goal("wrong verdicts", len(result["wrong"]), 0, ""),
            ],
            details=refused | {"wrong": result["wrong"]},
        ),
        Figure(
            "kept",
            f"window's memory, {result['files']} files opened twice",
            {"grown_mb": grown_mb},
            [Goal("grown", grown_mb, 50, " MB")],
            details={"grown_mb": result["grown_mb"]},
        ),
    ]


def measure_rebuild(probes: Probes, effort: Effort) -> list[Figure]:
    """Inspecting and rebuilding a decoder, beside Keras' own loading."""
    result = probes.run("rebuild")
    rebuilt, keras = result["rebuild"], result["keras"]
    beyond_ms = rebuilt["median_ms"] - keras["median_ms"]
    return [
        Figure(
            "rebuild",
            f"decoder of {result['file_mb']:.1f} MB inspected and rebuilt",
            rebuilt,
            [Goal("beyond Keras' own load", beyond_ms, 50, " ms")],
            {"keras.models.load_model": keras},
            {"keras.models.load_model": rebuilt["median_ms"] / keras["median_ms"]},
        )
    ]


def measure_kill(probes: Probes, effort: Effort) -> list[Figure]:
    """From the death of the engine to the next live picture."""
    runs = [probes.run("probes_life", "kill", 0) for _ in range(effort.kill_runs)]
    times_ms = [time_ms for run in runs for time_ms in run["times_ms"]]
    anew_ms = [
        probes.run_timed("baselines", "load")["picture_ms"] for _ in range(effort.kill_runs + 1)
    ]
    baseline = "import tensorflow + load + first call"
    median_ms, fresh_ms = statistics.median(times_ms), statistics.median(anew_ms)
    return [
        Figure(
            "kill",
            "engine killed to live picture again",
            {"median_ms": median_ms, "longest_ms": max(times_ms)},
            [Goal("median", median_ms, 1000, " ms")],
            {baseline: {"median_ms": fresh_ms}},
            {baseline: median_ms / fresh_ms},
            {"times_ms": times_ms},
        )
    ]


MEASURES: dict[str, Callable[[Probes, Effort], list[Figure]]] = {
    "start": measure_start,
    "slider": measure_slider,
    "pen": measure_pen,
    "gaps": measure_gaps,
    "slow": measure_slow,
    "memory": measure_memory,
    "kill": measure_kill,
    "opening": measure_opening,
    "rebuild": measure_rebuild,
    **EXPLORING,
    **WORKING,
    **TRAINING,
}
