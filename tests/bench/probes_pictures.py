"""Pointer events to painted pictures: the slider of a latent dimension, and the pen."""

from __future__ import annotations

import sys
from pathlib import Path

from explorer.state.latent import Route
from models.bundle import DEFAULT
from tests.bench.clocks import Steps, report, summary_ms
from tests.bench.stage import PictureClock, Stage, drag_sliders, draw_strokes, play

WARM_UP_EVENTS = 30


def main(what: str, events: int, bundle: Path = DEFAULT) -> None:
    """Measure ``slider`` or ``pen`` over a number of events."""
    hand = {"slider": drag_sliders, "pen": draw_strokes}[what]
    latencies_ms: list[float] = []
    engine_ms: list[float] = []

    def script(stage: Stage) -> Steps:
        yield from stage.until_live()
        stage.session.frame_shown.connect(lambda frame: engine_ms.append(frame.seconds * 1000))
        clock = PictureClock(stage)
        yield from hand(stage, clock, WARM_UP_EVENTS)
        yield from clock.until_painted()
        clock.latencies_ms.clear()
        engine_ms.clear()
        yield from hand(stage, clock, events)
        yield from clock.until_painted()
        latencies_ms.extend(clock.latencies_ms)
        assert (stage.session.state.route is Route.HELD) == (what == "slider")

    play(script, bundle)
    report(summary_ms(latencies_ms) | {"engine": summary_ms(engine_ms)})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *map(Path, sys.argv[3:]))
