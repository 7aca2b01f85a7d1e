"""Starting and ending a process that needs no TensorFlow, the same on every platform."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from explorer.engine.channel import Channel
from models.errors import EngineError
from models.handing import handing_down, open_log

ENVIRONMENT = {
    "PYTHONSAFEPATH": "1",
    # The other cores are the engine's and the window's.
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class ChildProcess(Channel):
    """One process and the connection to it.

    All methods are for one thread, except ``kill``, which any may call.

    Parameters
    ----------
    thing : str
        What it is, in sentences.
    module : str
        Whose ``main`` is called with the handle of the connection.
    log_path : Path
        Where it writes its errors.
    """

    def __init__(self, thing: str, module: str, log_path: Path) -> None:
        ours, self._other_end = multiprocessing.Pipe()
        super().__init__(ours)
        self._thing = thing
        self._module = module
        self._log_path = log_path
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
            f"import sys; sys.path[:] = {path!a}; from {self._module} import main; main({handle})"
        )
        with self._killing, self._other_end, open_log(self._log_path) as log:
            if self._killed:
                raise EngineError(self._thing, "must go on", "its end")
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", program],
                    cwd=tempfile.gettempdir(),
                    env={**os.environ, **ENVIRONMENT},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    **handing_down(handle),
                )
            except OSError as error:
                reason = error.strerror or str(error)
                raise EngineError(self._thing, "must have a process", reason) from error

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
