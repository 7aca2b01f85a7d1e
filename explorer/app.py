"""The window as the command line starts it; Qt is imported only then."""

from __future__ import annotations

import gc
from pathlib import Path

from models.source import ModelSource


def run(source: ModelSource | None = None, data: str = "", session: Path | None = None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    source : ModelSource, optional
        What to open; without it the bundle that comes with the app.
    data : str, optional
        The data set that belongs to it, see :func:`models.data_set.open_data`.
    session : Path, optional
        A session's file to open on it.

    Raises
    ------
    BundleError
        If a bundle cannot be opened.
    """
    gc.disable()  # what is made on the way to the window stays; Application.run enables it
    from explorer.application import Application, make_qt_app
    from explorer.sessions.recovery import recovery_folder

    qt_app = make_qt_app()
    application = Application(qt_app, recovery=recovery_folder())
    application.start(source, data)
    if session is not None:
        is_opening = source is not None and source.bundle is None
        application.open_session(session.absolute(), source if is_opening else None)
    return application.run()
