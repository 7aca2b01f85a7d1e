"""The real window plays the main job and every pane, and saves a picture of each step.

It works without a display, through Qt's offscreen platform, and moves the
window's own widgets with real pointer events.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from models.bundle import DEFAULT
from models.errors import EngineError, LatentExplorerError, PictureError
from models.files import write_atomically

TIMEOUT_S = 480
TOUR_SEED = 7


def run(out: Path, size: tuple[int, int] = (1280, 800), theme: str = "dark") -> int:
    """Play the tour.

    Parameters
    ----------
    out : Path
        Folder for the pictures and ``tour.json``; made if it is not there.
    size : tuple of int
        Width and height of the window in pixels.
    theme : str
        ``dark`` or ``light``.

    Returns
    -------
    int
        0: every step was seen.

    Raises
    ------
    PictureError
        If no font is installed: every letter would be an empty box.
    EngineError
        If a step failed, or did not show its picture in time.
    """
    if sys.platform == "linux" and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt6.QtGui import QFontMetrics

    from explorer.application import Application, make_qt_app
    from explorer.settings import Settings
    from explorer.theme import text_font

    qt_app = make_qt_app()
    if not QFontMetrics(text_font()).inFont("A"):  # families have names even without a font
        raise PictureError(
            "The tour",
            "needs at least one font to write with",
            "none",
            "install one, such as Debian's fonts-dejavu-core",
        )
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(str(Path(folder) / "settings.ini"))
        application = Application(qt_app, settings, theme, TOUR_SEED)
        application.open(DEFAULT)
        error = _play(application, out, Path(folder), size)
    if error is not None:
        raise error
    return 0


def _play(
    application: Any, out: Path, scratch: Path, size: tuple[int, int]
) -> LatentExplorerError | None:
    from PyQt6.QtCore import QCoreApplication

    from explorer.tour_guide import Guide
    from explorer.tour_script import CHAPTERS

    guide = Guide(application, out, scratch, size, CHAPTERS)
    guide.finished.connect(QCoreApplication.quit)
    guide.start(TIMEOUT_S * 1000)
    application.run()
    if guide.failure:
        return EngineError("The tour", "must see the picture of every step", guide.failure)
    text = json.dumps({"size": list(size), "steps": guide.steps}, indent=2) + "\n"
    write_atomically(out / "tour.json", lambda stream: stream.write(text.encode()))
    print(f"{len(guide.steps)} pictures and tour.json are in {out}")
    return None


def _has_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)
