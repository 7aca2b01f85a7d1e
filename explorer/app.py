"""Builds Session, Engine and window; the only place that knows all three.

Qt is imported inside, so that the engine's template is already importing
TensorFlow while it loads.
"""

from __future__ import annotations

from pathlib import Path

from explorer.engine.process import warm_template
from explorer.log import log_path
from models.bundle import DEFAULT


def run(bundle: Path | None = None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    bundle : Path, optional
        The bundle to open; without it the one that comes with the app.

    Raises
    ------
    BundleError
        If it cannot be opened.
    """
    warm_template(log_path())
    from explorer.application import Application, make_qt_app

    qt_app = make_qt_app()
    application = Application(qt_app)
    application.open(bundle or DEFAULT)
    return application.run()
