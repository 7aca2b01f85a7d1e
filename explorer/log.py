"""The log files: what went wrong, for whoever wants to report it.

Engines have a file of their own: they append to it and empty it when it is
full, which goes wrong with a file that another process renames.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from platformdirs import user_state_path

MAX_LOG_BYTES = 2**20


def log_path() -> Path:
    """Where engines write, in the user's state folder."""
    return _folder() / "engine.log"


def own_log_path() -> Path:
    """Where this process writes: the window, or a command."""
    return _folder() / "latent-explorer.log"


def configure_log() -> None:
    """Write warnings and errors of this process to its log file, from now on.

    Where the file cannot be written there is no log; that stops nobody.
    """
    from logging.handlers import RotatingFileHandler  # not before the window stands

    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    path = own_log_path()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8")
        form = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
        handler.setFormatter(logging.Formatter(form))
        root.addHandler(handler)


def _folder() -> Path:
    return user_state_path("latent-explorer", appauthor=False)
