"""From the choice of another open model to its painted picture."""

from __future__ import annotations

import time

from explorer.application import Application
from models.bundle import DEFAULT, PRETRAINED
from models.source import ModelSource
from tests.bench.clocks import Steps, report, summary_ms
from tests.bench.stage import SETTLE_MS, Stage, play

OTHER = PRETRAINED / "mnist-vae-16"
SWITCHES = 40


def main() -> None:
    """Open a second model, then go to and fro between the two."""
    took_ms: list[float] = []
    sources = [ModelSource(bundle=DEFAULT), ModelSource(bundle=OTHER)]

    def script(stage: Stage) -> Steps:
        application = stage.application
        yield from stage.until_live()
        application.swap(sources[1])
        yield application.opener.opened
        yield from _until_live(application)
        for number in range(SWITCHES):
            yield SETTLE_MS
            began_s = time.perf_counter()
            application.swap(sources[number % 2])
            assert application.window is not None
            yield application.window.workspace.output.view.painted
            took_ms.append((time.perf_counter() - began_s) * 1000)

    play(script)
    report(summary_ms(took_ms))


def _until_live(application: Application) -> Steps:
    session, window = application.session, application.window
    assert session is not None
    assert window is not None
    while not session.frame.model_id:
        yield window.workspace.output.view.painted


if __name__ == "__main__":
    main()
