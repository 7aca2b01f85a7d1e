"""Starting the window: a child process, with a connection that is handed down to it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from explorer.from_python.private_models import ROOT
from models.errors import EngineError
from models.handing import handing_down

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def check_display() -> None:
    """Make sure that there is a screen to open a window on.

    Raises
    ------
    EngineError
        If there is none.
    """
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        raise EngineError(
            "The window",
            "needs a display",
            "none: neither DISPLAY nor WAYLAND_DISPLAY is set",
            "run this on a desktop, or use `ssh -X`",
        )


def start_window() -> tuple[subprocess.Popen[bytes], Connection]:
    """Start the window's process.

    Returns
    -------
    process : subprocess.Popen
    connection : Connection
        To the window, which asks over it.
    """
    ours, theirs = multiprocessing.Pipe()
    handle = theirs.fileno()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _program(handle)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **handing_down(handle),
        )
    return process, ours


def _program(handle: int) -> str:
    """Our package comes first on the child's path, and what only the caller has comes last."""
    extra = [str(Path(entry).absolute()) for entry in sys.path if entry]
    return (
        f"import sys; sys.path.insert(0, {str(ROOT)!a}); "
        f"sys.path += [entry for entry in {extra!a} if entry not in sys.path]; "
        f"from explorer.attached_app import main; sys.exit(main({handle}))"
    )
