"""A connection that a process hands down to the child that it starts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any


def handing_down(handle: int) -> dict[str, Any]:
    """What ``subprocess.Popen`` needs for a child that has the handle.

    Ctrl-C in the terminal is not for that child.
    """
    if sys.platform != "win32":
        return {"pass_fds": [handle], "start_new_session": True}
    os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
    return {"startupinfo": startup, "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}


def handed_down(handle: int) -> Connection:
    """The connection in the child: ``handle`` is a file descriptor, or on Windows a handle."""
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)


def open_log(path: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    """Where a child writes its errors: at a file's end, nowhere if that cannot be written.

    Parameters
    ----------
    path : Path or None
        None for where this process writes its own.
    """
    if path is None:
        return contextlib.nullcontext()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError:
        return Path(os.devnull).open("ab")
