"""Starting and ending an analysis process: Python and numpy, the same on every platform."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from models.errors import EngineError
from models.wire import Message, pack, unpack

ENVIRONMENT = {
    "PYTHONSAFEPATH": "1",
    # The other cores are the engine's and the window's; what is done here waits for memory.
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class AnalysisProcess:
    """One analysis process and the connection to it.

    All methods are for one thread, except ``kill``, which any may call.

    Parameters
    ----------
    log_path : Path
        Where it writes its errors.
    """

    def __init__(self, log_path: Path) -> None:
        self._log_path = log_path
        self._connection, self._other_end = multiprocessing.Pipe()
        self._process: subprocess.Popen[bytes] | None = None
        self._killing = threading.Lock()
        self._killed = False

    def start(self) -> None:
        """Start the process; it reads what is sent as soon as it can.

        Raises
        ------
        EngineError
            If it cannot be started, or was killed before.
        """
        handle = self._other_end.fileno()
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        program = (
            f"import sys; sys.path[:] = {path!a}; "
            f"from models.analysis_serve import main; main({handle})"
        )
        with self._killing, self._other_end, _open_log(self._log_path) as log:
            if self._killed:
                raise EngineError("The analysis", "must go on", "its end")
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", program],
                    cwd=tempfile.gettempdir(),
                    env={**os.environ, **ENVIRONMENT},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    **_handing_down(handle),
                )
            except OSError as error:
                reason = error.strerror or str(error)
                raise EngineError("The analysis", "must have a process", reason) from error

    def send(self, message: Message) -> None:
        """Send a message; may block while the process does not read.

        Raises
        ------
        OSError
            If the process has ended.
        WireError
            If the message cannot be sent.
        """
        self._connection.send_bytes(pack(message))

    def receive(self) -> Message:
        """Wait for a message.

        Raises
        ------
        EOFError, OSError
            If the process has ended.
        WireError
            If it sent something else.
        """
        return unpack(self._connection.recv_bytes())

    def kill(self) -> None:
        """End the process now, which wakes whoever waits for it."""
        with self._killing:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process and free what belongs to it."""
        self.kill()
        self._connection.close()
        self._other_end.close()
        if self._process is not None:
            self._process.wait()


def _open_log(path: Path) -> Any:
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    return Path(os.devnull).open("ab")


def _handing_down(handle: int) -> dict[str, Any]:
    if sys.platform != "win32":
        return {"pass_fds": [handle], "start_new_session": True}
    os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
    return {"startupinfo": startup, "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
