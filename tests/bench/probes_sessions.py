"""The longest time in which the window's thread does not answer while its work is kept safe."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.recovering import Recovering
from explorer.sessions import autosave
from explorer.sessions.fitting import taking
from explorer.sessions.layouts import Layout
from explorer.sessions.shown import Shown
from explorer.sessions.working import Worker
from explorer.state.bookmarks import Bookmark
from explorer.state.drawing import Drawing
from explorer.state.latent import Route
from explorer.state.record import State
from models.digits import Stroke
from tests.bench.clocks import GapWatch, Steps, report, summary_ms
from tests.bench.stage import EVENT_INTERVAL_MS, PictureClock, Stage, drag_sliders, play

HAND_S = 5
SAVE_AFTER_MS = 250  # many times as often as the app does, so that many gaps are seen
PHOTOGRAPH_PX = 1024  # the most that is kept of a picture
POINTS = 5000
BOOKMARKS = 200


class Timed(Shown):
    """Notes how long each saving takes, and how much is saved."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.session, stage.window.workspace.layout_now)
        self.save_ms: list[float] = []
        self.saved_bytes = 0

    def write(self, path: Path, state: State, layout: Layout) -> None:
        """Save, and note it."""
        began_s = time.perf_counter()
        super().write(path, state, layout)
        self.save_ms.append((time.perf_counter() - began_s) * 1000)
        self.saved_bytes = path.stat().st_size


def main() -> None:
    """Drag sliders of a small session and of a large one, with and without autosave."""
    phases: dict[str, dict[str, Any]] = {}
    autosave.SAVE_AFTER_MS = SAVE_AFTER_MS

    def drag(stage: Stage, clock: PictureClock) -> Steps:
        yield from drag_sliders(stage, clock, int(HAND_S * 1000 / EVENT_INTERVAL_MS))
        yield from clock.until_painted()

    def script(stage: Stage) -> Steps:
        watch, clock = GapWatch(), PictureClock(stage)
        yield from stage.until_live()
        for name, state in (("small", stage.session.state), ("large", _large(stage))):
            stage.session.edit(taking(state))
            yield from drag(stage, clock)
            watch.begin()
            yield from drag(stage, clock)
            phases[f"{name}, not saved"] = watch.end()
            shown = Timed(stage)
            worker = Worker()
            keeping = Recovering(Path(folder), worker)
            keeping.follow(shown)
            watch.begin()
            yield from drag(stage, clock)
            saves = {"saves": summary_ms(shown.save_ms), "bytes": shown.saved_bytes}
            phases[f"{name}, saved"] = watch.end() | saves
            keeping.forget(shown)
            worker.close()
            keeping.leave()

    with tempfile.TemporaryDirectory() as folder:
        play(script)
    report({"phases": phases})


def _large(stage: Stage) -> State:
    """A photograph with many strokes on it, and many bookmarks."""
    generator = np.random.default_rng(0)
    points = 0.5 + 0.4 * np.sin(np.linspace(0, 400, 2 * POINTS)).reshape(POINTS, 2)
    zs = generator.standard_normal((BOOKMARKS, stage.session.subject.latent_dim))
    return replace(
        stage.session.state,
        route=Route.HELD,
        drawing=Drawing(
            (Stroke(tuple((x, y) for x, y in points.tolist()), 0.02),),
            generator.random((PHOTOGRAPH_PX, PHOTOGRAPH_PX), np.float32),
        ),
        bookmarks=tuple(
            Bookmark(f"b{number}", f"number {number}", z.astype(np.float32))
            for number, z in enumerate(zs)
        ),
    )


if __name__ == "__main__":
    main()
