"""A journey written as a film: frames a second, memory, and gaps, with a hand on a slider too."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from explorer.export.film import Film, FilmKind
from explorer.export.film_job import FilmJob
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.journey import Journey
from explorer.state.journey_edits import set_journey
from models.journey import Interpolation
from tests.bench.clocks import GapWatch, Steps, report, summary_ms
from tests.bench.memory import BYTES_PER_MB
from tests.bench.stage import PictureClock, Stage, drag_sliders, play

FRAMES, FPS = 600, 30
BOOKMARKS = 5
DRAG_EVENTS = 150
SAMPLE_S = 0.05
SETTLE_MS = 1000  # until all bookmarks are painted


class Scales(threading.Thread):
    """Weighs this process and all that it has started, until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self._is_over = threading.Event()
        self.before_mb = weigh_all()
        self.most_mb = 0.0

    def run(self) -> None:
        """Weigh over and over."""
        while not self._is_over.wait(SAMPLE_S):
            self.most_mb = max(self.most_mb, weigh_all())

    def stop(self) -> None:
        """Weigh no more."""
        self._is_over.set()
        self.join()


def weigh_all() -> float:
    """Memory that this process and its descendants share with nobody, in MB.

    What is shared would grow whenever another process, of another app, ends.
    """
    ours = psutil.Process()
    total_bytes = 0
    for process in (ours, *ours.children(recursive=True)):
        try:
            total_bytes += process.memory_full_info().uss
        except psutil.NoSuchProcess:  # one that has ended meanwhile
            continue
    return total_bytes / BYTES_PER_MB


def main(side_px: int = 280) -> None:
    """Export once for the time, once for the memory, and once while sliders are dragged."""
    result: dict[str, Any] = {}

    def export(stage: Stage, folder: str, name: str) -> FilmJob:
        film = Film(FilmKind.MP4, side_px, FPS, FRAMES / FPS, closed=True)
        return FilmJob(
            stage.session, film, None, Path(folder) / f"{name}.mp4", Path(folder) / "log"
        )

    def script(stage: Stage) -> Steps:
        watch, clock = GapWatch(), PictureClock(stage)
        told: list[str] = []
        yield from stage.until_live()
        _bookmark(stage)
        yield SETTLE_MS
        with tempfile.TemporaryDirectory() as folder:
            job = export(stage, folder, "timed")
            job.ended.connect(told.append)
            watch.begin()
            began_s = time.perf_counter()
            job.start()
            yield job.ended
            seconds = time.perf_counter() - began_s
            result.update(frames_per_s=round(FRAMES / seconds, 1), **watch.end())
            result["bytes"] = (Path(folder) / "timed.mp4").stat().st_size
            job = export(stage, folder, "weighed")
            job.ended.connect(told.append)
            scales = Scales()
            scales.start()
            job.start()
            yield job.ended
            scales.stop()
            result["growth_mb"] = scales.most_mb - scales.before_mb
            job = export(stage, folder, "dragged")
            job.ended.connect(told.append)
            job.start()
            yield from drag_sliders(stage, clock, DRAG_EVENTS)
            yield from clock.until_painted()
            result["drag"] = summary_ms(clock.latencies_ms)
            result["drag"]["over_before_export"] = float(len(told) < 3)
            if len(told) < 3:
                yield job.ended
        assert all(sentence.startswith("Saved") for sentence in told), told

    play(script)
    report(result)


def _bookmark(stage: Stage) -> None:
    generator = np.random.default_rng(0)
    for _ in range(BOOKMARKS):
        z = generator.standard_normal(stage.session.subject.latent_dim).astype(np.float32)
        stage.session.edit(add_bookmark(3 * z))
    stage.session.edit(set_journey(Journey(Interpolation.CATMULL_ROM, closed=True)))


if __name__ == "__main__":
    main()
