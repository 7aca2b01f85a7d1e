"""The window as the command line starts it; Qt is imported only then."""

from __future__ import annotations

from pathlib import Path

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
    from explorer.application import Application, make_qt_app

    qt_app = make_qt_app()
    application = Application(qt_app)
    application.open(bundle or DEFAULT)
    return application.run()
