"""A hand on a slider while a training that the window has started goes on."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from explorer.training_desk import Phase
from models.stroke_digits import draw_digits
from tests.bench.clocks import GapWatch, Steps, report, summary_ms
from tests.bench.stage import PictureClock, Stage, drag_sliders, play

DIGITS, COPIES, HELD_OUT = 1500, 8, 300
EPOCHS = 1000
AFTER_EPOCHS = 1  # by then everything that an epoch's end does has been done once


def main(events: int) -> None:
    """Drag before the training, then with it behind another tab, then beside its curves."""
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), events)


def _measure(folder: Path, events: int) -> None:
    data = folder / "strokes.npz"
    _write_digits(data)
    result: dict[str, dict[str, Any]] = {}

    def script(stage: Stage) -> Steps:
        stage.application.settings.set("trainings", str(folder))
        space = stage.window.workspace
        yield from stage.until_live()
        yield from _drag(stage, events, result, "without a training")
        space.tabs.open_page("Training")
        form = space.training.form
        form.set_data(str(data))
        form.epochs.setValue(EPOCHS)
        form.start.click()
        desk = space.training.desk
        while len(desk.epochs) < AFTER_EPOCHS:
            if desk.phase in (Phase.NONE, Phase.RESTING):
                raise RuntimeError(desk.sentence)
            yield desk.changed
        space.tabs.open_page("Sliders")
        yield from _drag(stage, events, result, "behind another tab")
        space.tabs.tear_off("Training")
        yield from _drag(stage, events, result, "in a window of its own")
        if not desk.is_busy:
            raise RuntimeError("the training ended before it was measured")
        result["in a window of its own"]["epochs"] = desk.epochs[-1]

    play(script)
    report(result)


def _drag(stage: Stage, events: int, result: dict[str, dict[str, Any]], name: str) -> Steps:
    clock, watch = PictureClock(stage), GapWatch()
    watch.begin()
    yield from drag_sliders(stage, clock, events)
    yield from clock.until_painted()
    result[name] = {**summary_ms(clock.latencies_ms), "gaps": watch.end()}


def _write_digits(path: Path) -> None:
    pictures, labels = draw_digits(DIGITS, 1)
    pixels = np.rint(pictures[..., 0] * 255).astype(np.uint8)
    np.savez(path, x_train=np.tile(pixels, (COPIES, 1, 1)), y_train=np.tile(labels, COPIES),
             x_test=pixels[:HELD_OUT], y_test=labels[:HELD_OUT])  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
