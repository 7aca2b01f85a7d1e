"""Start of the process to the painted window, and to the first picture an engine has made.

The command itself is run, as a user runs it; its window is closed as soon as
both have been seen.
"""

from __future__ import annotations

import sys
import time
from typing import Any


def main(started_s: float, *arguments: str) -> None:
    """Measure one start, of the command with these arguments.

    Parameters
    ----------
    started_s : float
        ``time.monotonic()`` of whoever started this process, just before.
    """
    times_s: dict[str, float] = {}
    _watch(times_s)
    from explorer.cli import main as command

    command(arguments)
    from tests.bench.clocks import report

    report({name: (at_s - started_s) * 1000 for name, at_s in times_s.items()})


def _watch(times_s: dict[str, float]) -> None:
    from explorer import application as module

    watched: Any = module.Application
    run = watched.run

    def watched_run(application: Any) -> int:
        from PyQt6.QtCore import QTimer

        from tests.bench.clocks import after_paint

        window, session = application.window, application.session
        view = window.workspace.output.view

        def note_window() -> None:
            times_s["window_ms"] = time.monotonic()

        def note_picture() -> None:
            if session.frame.model_id and "picture_ms" not in times_s:
                times_s["picture_ms"] = time.monotonic()
                QTimer.singleShot(0, window.close)  # not in the middle of a paint

        after_paint(view, note_window)
        view.painted.connect(note_picture)
        code: int = run(application)
        return code

    watched.run = watched_run


if __name__ == "__main__":
    main(float(sys.argv[-1]), *sys.argv[1:-1])
