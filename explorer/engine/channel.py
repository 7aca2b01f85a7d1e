"""The window's end of a connection on which messages go."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from multiprocessing.connection import Connection

from explorer.state.frame import Arrays
from models.wire import Message, pack, unpack

SMALL_BYTES = 32 * 1024  # a fraction of what a connection holds unread on any platform


def are_small(arrays: Arrays) -> bool:
    """Whether sending these over a connection on which nothing is on its way cannot wait."""
    return sum(array.nbytes for array in arrays.values()) <= SMALL_BYTES


class Channel:
    """Messages to another process and back; any thread may send, one receives.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        """Send a message; may block while the other process does not read.

        Raises
        ------
        OSError
            If the other process has ended.
        WireError
            If the message cannot be sent.
        """
        data = pack(message)
        with self._sending:
            self._connection.send_bytes(data)

    def receive(self) -> Message:
        """Wait for a message.

        Raises
        ------
        EOFError, OSError
            If the other process has ended.
        WireError
            If it sent something else.
        """
        return unpack(self._connection.recv_bytes())

    def _hang_up(self) -> None:
        """Wake whoever waits for a message; on Windows only the process's end does that."""
        if sys.platform != "win32":
            ours = socket.socket(fileno=os.dup(self._connection.fileno()))
            with ours, contextlib.suppress(OSError):
                ours.shutdown(socket.SHUT_RDWR)
