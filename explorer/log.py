"""The log file: what went wrong, for whoever wants to report it."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from platformdirs import user_state_path

MAX_LOG_BYTES = 2**20


def log_path() -> Path:
    """Where the log file is, in the user's state folder."""
    return user_state_path("latent-explorer", appauthor=False) / "latent-explorer.log"


def configure_log() -> None:
    """Write warnings and errors of this process to the log file, from now on.

    Where the file cannot be written there is no log; that stops nobody.
    """
    from logging.handlers import RotatingFileHandler  # not before the window stands

    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    path = log_path()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8")
        form = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
        handler.setFormatter(logging.Formatter(form))
        root.addHandler(handler)
