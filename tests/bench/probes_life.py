"""Memory of all processes of the app, and the way back after its engine was killed."""

from __future__ import annotations

import sys
import time
from typing import Any

import psutil

from tests.bench.clocks import Steps, report
from tests.bench.memory import weigh
from tests.bench.stage import Stage, play

KILLS = 2  # a third within a minute would be the last one that the app mends
SETTLE_MS = 500


def main(what: str, argument: int) -> None:
    """Measure ``memory``, so many seconds after the first picture, or ``kill``."""
    if what == "memory":
        _measure_memory(argument)
    else:
        _measure_kills()


def _measure_memory(wait_s: int) -> None:
    parts: list[dict[str, Any]] = []

    def script(stage: Stage) -> Steps:
        yield from stage.until_live()
        yield wait_s * 1000
        parts.extend(weigh(process, name) for name, process in _processes())

    play(script)
    report({"mb": sum(part["mb"] for part in parts), "processes": parts})


def _measure_kills() -> None:
    times_ms: list[float] = []

    def script(stage: Stage) -> Steps:
        yield from stage.until_live()
        for _ in range(KILLS):
            yield SETTLE_MS
            before = stage.session.frame.model_id
            engine = _processes()[-1][1]
            killed_s = time.perf_counter()
            engine.kill()
            while stage.session.frame.model_id == before:
                yield stage.painted
            times_ms.append((time.perf_counter() - killed_s) * 1000)

    play(script)
    report({"times_ms": times_ms})


def _processes() -> list[tuple[str, psutil.Process]]:
    """The window, the template where there is one, and its child, the engine."""
    window = psutil.Process()
    below = window.children(recursive=True)
    names = ["template", "engine"] if len(below) == 2 else ["engine"]
    return [("window", window), *zip(names, below, strict=True)]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
