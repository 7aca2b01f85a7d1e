"""The window as the command line starts it; Qt is imported only then."""

from __future__ import annotations

from models.source import ModelSource


def run(source: ModelSource | None = None, data: str = "") -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    source : ModelSource, optional
        What to open; without it the bundle that comes with the app.
    data : str, optional
        The data set that belongs to it, see :func:`models.data_set.open_data`.

    Raises
    ------
    BundleError
        If a bundle cannot be opened.
    """
    from explorer.application import Application, make_qt_app

    qt_app = make_qt_app()
    application = Application(qt_app)
    application.start(source, data)
    return application.run()
