"""The template process: TensorFlow imported, no operation run, forked for each engine.

Not ``multiprocessing``'s fork server, because an engine needs four things it
does not give: the window's own ``sys.path`` (a ``numpy.py`` in the current
folder must not be imported), no second run of the program that started it, an
end of every engine, stopped ones included, when the window is killed, and word
of how each one ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from models.serve import import_libraries, serve

MAX_REQUEST_BYTES = 2**16


@dataclass(frozen=True)
class _Child:
    folder: str
    exit_codes: Connection  # to the window


def main(control_fd: int) -> None:
    """Import what engines need, then fork one for each connection that comes in.

    Parameters
    ----------
    control_fd : int
        A ``SOCK_SEQPACKET`` socket to the window. Each packet is a JSON object
        of :func:`models.serve.serve`'s other arguments and carries two
        descriptors: the connection's, and one end of a pipe that takes the
        engine's exit code when it has ended: minus the number of the signal, if
        one ended it. The socket's end is the end of this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_libraries()
    children = _Children()
    with socket.socket(fileno=control_fd) as control:
        while True:
            packet, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 2)
            if not packet:
                children.end()
                return
            connection, exit_codes = (Connection(number) for number in descriptors)
            arguments = json.loads(packet)
            if children.fork(_Child(arguments["folder"], exit_codes)):
                control.close()
                _become_engine(connection, arguments)
            connection.close()


class _Children:
    """Engines that live; one that has ended is forgotten before its number is used again."""

    def __init__(self) -> None:
        self._living: dict[int, _Child] = {}
        signal.signal(signal.SIGCHLD, self._reap)

    def fork(self, child: _Child) -> bool:
        """Whether this is the child."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (child, *self._living.values()):
                other.exit_codes.close()
        else:
            self._living[pid] = child
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return pid == 0

    def end(self) -> None:
        """Kill all, and remove their folders, which a killed window cannot do."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        for pid in self._living:
            os.kill(pid, signal.SIGKILL)
        for pid, child in self._living.items():
            os.waitpid(pid, 0)
            shutil.rmtree(child.folder, ignore_errors=True)

    def _reap(self, number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                exit_codes = self._living.pop(pid).exit_codes
                with contextlib.suppress(OSError), exit_codes:  # the window may have gone on
                    exit_codes.send_bytes(str(os.waitstatus_to_exitcode(status)).encode())


def _become_engine(connection: Connection, arguments: dict[str, Any]) -> None:
    try:
        serve(connection, **arguments)
    except BaseException:  # noqa: BLE001  # there is no caller left to tell; the log must have it
        traceback.print_exc()
    finally:
        os._exit(1)
