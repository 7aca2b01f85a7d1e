"""The longest time in which the window's thread does not answer, while others work."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from explorer.engine.status import Phase
from models.stroke_digits import draw_digits
from tests.bench.clocks import GapWatch, Steps, report, summary_ms
from tests.bench.slow_bundle import write_slow_bundle
from tests.bench.stage import (
    EVENT_INTERVAL_MS,
    PictureClock,
    Stage,
    drag_sliders,
    draw_strokes,
    play,
)

HAND_S = 3
DIGITS = 1500
HELD_OUT = 200
TRAINED_DIGITS = 300
POLL_MS = 100


def main(what: str) -> None:
    """Measure ``phases``, or ``slow`` with a decoder that takes long."""
    if what == "phases":
        with tempfile.TemporaryDirectory() as folder:
            _measure_phases(Path(folder))
    else:
        _measure_slow()


def _measure_phases(folder: Path) -> None:
    phases: dict[str, dict[str, Any]] = {}

    def script(stage: Stage) -> Steps:
        watch, clock = GapWatch(), PictureClock(stage)
        yield stage.painted
        watch.begin()
        while stage.engine.status.phase is Phase.STARTING:
            yield stage.engine.status_changed
        phases["imports TensorFlow"] = watch.end()
        watch.begin()
        yield from stage.until_live()
        phases["loads the model"] = watch.end()
        watch.begin()
        yield from drag_sliders(stage, clock, _events(HAND_S))
        yield from clock.until_painted()
        phases["decodes"] = watch.end()
        watch.begin()
        yield from draw_strokes(stage, clock, _events(HAND_S))
        yield from clock.until_painted()
        phases["denoises"] = watch.end()
        with _training(folder) as started:
            yield from started
            watch.begin()
            yield HAND_S * 1000
            yield from drag_sliders(stage, clock, _events(HAND_S))
            yield from clock.until_painted()
            phases["decodes while a training runs"] = watch.end()

    play(script)
    report({"phases": phases})


def _measure_slow() -> None:
    result: dict[str, Any] = {}

    def script(stage: Stage) -> Steps:
        watch, clock = GapWatch(), PictureClock(stage)
        yield from stage.until_live()
        decode_ms: list[float] = []
        shown: list[int] = []
        asked: list[int] = []
        stage.session.frame_shown.connect(lambda frame: decode_ms.append(frame.seconds * 1000))
        stage.session.frame_shown.connect(lambda frame: shown.append(frame.seq))
        stage.session.requested.connect(lambda request: asked.append(request.seq))
        watch.begin()
        began_s = time.perf_counter()
        yield from drag_sliders(stage, clock, _events(HAND_S))
        result["pictures_in_drag"] = clock.pictures
        result["drag_s"] = time.perf_counter() - began_s
        yield from clock.until_painted()
        result["gaps"] = watch.end()
        result["longest_ms"] = result["gaps"]["longest_ms"]
        result["pictures"] = clock.pictures
        result["last_belongs"] = shown[-1] == asked[-1]
        result["decode_ms"] = summary_ms(decode_ms)["median_ms"]

    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "slow"
        result["calls"] = write_slow_bundle(bundle)
        play(script, bundle)
    report(result)


def _events(seconds: float) -> int:
    return int(seconds * 1000 / EVENT_INTERVAL_MS)


@contextmanager
def _training(folder: Path) -> Generator[Steps, None, None]:
    """A real training; the steps given wait until it is under way."""
    data, out = folder / "strokes.npz", folder / "trained"
    pictures, labels = draw_digits(DIGITS, 1)
    pixels = np.round(pictures[..., 0] * 255).astype(np.uint8)
    np.savez(data, x_train=np.tile(pixels, (8, 1, 1)), y_train=np.tile(labels, 8),
             x_test=pixels[:TRAINED_DIGITS], y_test=labels[:TRAINED_DIGITS])  # fmt: skip
    command = ["train", "--data", str(data), "--out", str(out), "--validation", str(HELD_OUT)]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "explorer", *command, "--epochs", "1000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def until_under_way() -> Steps:
        statistics = out / "stats.jsonl"
        while not (statistics.exists() and statistics.stat().st_size > 0):
            if child.poll() is not None:
                raise RuntimeError(f"the training ended with code {child.returncode}")
            yield POLL_MS

    try:
        yield until_under_way()
        if child.poll() is not None:
            raise RuntimeError("the training ended before it was measured")
    finally:
        child.kill()
        child.wait()


if __name__ == "__main__":
    main(sys.argv[1])
