"""Starting and ending engine processes.

On Linux an engine is forked from a template that has TensorFlow imported; on
macOS and Windows, where that is not safe or not possible, it is spawned.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from explorer.engine.channel import Channel
from models.errors import EngineError
from models.handing import open_log

FORKS = sys.platform == "linux"
NEWS_TIMEOUT_S = 1.0  # how an engine ended is known milliseconds after its end is seen


def stop_template() -> None:
    """End the template process; engines already forked live on."""
    _template.stop()


class EngineProcess(Channel):
    """One engine process and the connection to it.

    ``start``, ``receive``, ``exit_code`` and ``close`` are for one thread;
    ``send`` and ``kill`` may be called from any.

    Parameters
    ----------
    log_path : Path
        Where the engine writes its errors.
    readable : sequence of Path
        Files and folders that it will be asked to load.
    forks : bool, optional
        Whether it is forked; otherwise it is spawned.
    """

    def __init__(
        self, log_path: Path, readable: Sequence[Path] = (), *, forks: bool = FORKS
    ) -> None:
        ours, self._engine_end = multiprocessing.Pipe()
        super().__init__(ours)
        self._log_path = log_path
        self._readable = [str(path) for path in readable]
        self._forks = forks
        self._exit_codes, self._template_end = multiprocessing.Pipe(duplex=False)
        self._folder = tempfile.TemporaryDirectory(
            prefix="latent-explorer-", ignore_cleanup_errors=True
        )
        self._spawned: Any = None
        self._killing = threading.Lock()
        self._killed = False
        self.pid: int | None = None

    def start(self) -> None:
        """Start the process and wait until TensorFlow is in: seconds, the first time.

        Raises
        ------
        EngineError
            If the process ends before that, or :meth:`kill` is called meanwhile.
        """
        try:
            with self._killing:
                if not self._killed:
                    self._launch()
                self._close_other_ends()
            self.pid = int(self.receive().fields["pid"])
        except (EOFError, OSError) as error:
            if self._forks and not self._killed:
                _template.settle()
            raise EngineError(
                "The engine process", "must start", str(error) or "its end", f"see {self._log_path}"
            ) from error

    def kill(self) -> None:
        """End the process now, even one that is stopped or not there yet."""
        with self._killing:
            self._killed = True
            if self._connection.closed:
                return
            if self._spawned is not None:
                self._spawned.kill()
            elif self.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            self._hang_up()  # for whoever waits for a process that is still to be forked

    def exit_code(self) -> int | None:
        """How the process has ended; waits a moment for the news.

        Returns
        -------
        int or None
            Its exit code, or minus the number of the signal that ended it; None
            if it lives, or nobody knows.
        """
        if self._spawned is not None:
            self._spawned.join(NEWS_TIMEOUT_S)
            code: int | None = self._spawned.exitcode
            return code
        try:
            known = self._exit_codes.poll(NEWS_TIMEOUT_S)
            return int(self._exit_codes.recv_bytes()) if known else None
        except (EOFError, OSError):
            return None

    def close(self) -> None:
        """End the process and free what belongs to it."""
        self.kill()
        with self._sending, self._killing:
            self._close_other_ends()
            self._connection.close()
            self._exit_codes.close()
        if self._spawned is not None:
            self._spawned.join()
            self._spawned.close()
        self._folder.cleanup()

    def _close_other_ends(self) -> None:
        self._engine_end.close()
        self._template_end.close()

    def _launch(self) -> None:
        arguments = {
            "folder": self._folder.name,
            "log_path": str(self._log_path),
            "readable": self._readable,
        }
        if self._forks:
            request = json.dumps(arguments).encode()
            _template.fork(request, (self._engine_end, self._template_end), self._log_path)
            return
        from models.serve import serve  # which Linux's window never needs

        # For good: to take it back while another thread reads the environment is not safe.
        os.environ["PYTHONSAFEPATH"] = "1"
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(self._engine_end,), kwargs=arguments, daemon=True
        )
        process.start()
        self._spawned = process


class _Template:
    """The window's end of :mod:`models.template`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def ensure_running(self, log_path: Path | None) -> socket.socket:
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._stop()
            if self._control is None:
                self._start(log_path)
            assert self._control is not None
            return self._control

    def fork(self, request: bytes, ends: Sequence[Connection], log_path: Path) -> None:
        control = self.ensure_running(log_path)
        socket.send_fds(control, [request], [end.fileno() for end in ends])

    def settle(self) -> None:
        """Wait a moment for the end of one that is dying: until then it takes what it is asked."""
        process = self._process
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(NEWS_TIMEOUT_S)

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _start(self, log_path: Path | None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        program = (
            f"import sys; sys.path[:] = {path!a}; "
            f"from models.template import main; main({theirs.fileno()})"
        )
        with theirs, open_log(log_path) as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", program],
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the window
            )
        self._control = ours

    def _stop(self) -> None:
        if self._process is None or self._control is None:
            return
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._process = self._control = None


_template = _Template()
atexit.register(stop_template)
