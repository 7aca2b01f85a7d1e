"""``latent-explorer render``: a session in, its pictures out."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace as Options
from types import FrameType

from rich.console import Console
from rich.progress import Progress

from explorer.cli import source_of
from explorer.sessions.saved import read_session


def render(options: Options) -> int:
    """Session -> engine -> PNGs and ``summary.json``."""
    saved = read_session(options.session)
    source = source_of(options)
    if sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt6.QtCore import QCoreApplication

    from explorer.replay import Replay

    qt_app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    replay = Replay(saved, options.out, source)

    def interrupt(_: int, __: FrameType | None) -> None:
        replay.stop(KeyboardInterrupt())

    before = signal.signal(signal.SIGINT, interrupt)
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(saved.model.name, total=None)
            summary = replay.run(lambda made, total: bar.update(task, completed=made, total=total))
    finally:
        signal.signal(signal.SIGINT, before)
        del qt_app
    count = len(summary["pictures"]) + len(summary["bookmarks"]) + len(summary["journey"]["files"])
    print(f"{count} pictures and summary.json are in {options.out}")
    return 0
