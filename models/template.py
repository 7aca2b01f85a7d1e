"""The template process: TensorFlow imported, no operation run, forked for each engine.

Not ``multiprocessing``'s fork server, because an engine needs three things it
does not give: the window's own ``sys.path`` (a ``numpy.py`` in the current
folder must not be imported), no second run of the program that started it, and
an end of every engine, stopped ones included, when the window is killed.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import traceback
from multiprocessing.connection import Connection
from types import FrameType

from models.serve import import_libraries, serve

MAX_REQUEST_BYTES = 2**16


def main(control_fd: int) -> None:
    """Import what engines need, then fork one for each connection that comes in.

    Parameters
    ----------
    control_fd : int
        A ``SOCK_SEQPACKET`` socket to the window. Each packet is a JSON object
        of :func:`models.serve.serve`'s other arguments and carries the
        connection's descriptor. Its end is the end of this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_libraries()
    children = _Children()
    with socket.socket(fileno=control_fd) as control:
        while True:
            packet, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 1)
            if not packet:
                children.kill()
                return
            if children.fork():
                control.close()
                _become_engine(packet, descriptors[0])
            os.close(descriptors[0])


class _Children:
    """Engines that live; one that has ended is forgotten before its number is used again."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        signal.signal(signal.SIGCHLD, self._reap)

    def fork(self) -> bool:
        """Whether this is the child."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        else:
            self._pids.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return pid == 0

    def kill(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)

    def _reap(self, number: int, frame: FrameType | None) -> None:
        try:
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                self._pids.discard(pid)
        except ChildProcessError:
            pass


def _become_engine(packet: bytes, descriptor: int) -> None:
    try:
        serve(Connection(descriptor), **json.loads(packet))
    # Whatever it was, the log must have it: this process has no caller left to tell.
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(1)
