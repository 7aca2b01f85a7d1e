"""An analysis process: work over all codes, beside the window and beside every engine.

It needs numpy alone, so that it starts in a moment. Two threads, as in an engine
(:mod:`models.serve`): one reads, and ends the process when the window is gone,
whatever the other one is at.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NoReturn

from models.analysis import Analyst
from models.errors import EngineError, LatentExplorerError, WireError
from models.handing import handed_down
from models.inspection.refusing import shorten
from models.wire import Message, pack, unpack

MAX_REASON_CHARS = 100  # of what a library says, in a sentence
NICENESS = 10  # of what takes minutes: a hand on the window goes first


def main(handle: int) -> None:
    """Serve one window until it is gone.

    Parameters
    ----------
    handle : int
        File descriptor, or on Windows handle, of the connection to the window.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the window
    serve(handed_down(handle))


def serve(connection: Connection) -> NoReturn:
    """Answer over a connection; does not return."""
    requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, requests), daemon=True).start()
    analyst = Analyst()
    while True:
        request = requests.get()
        if request.kind == "embed" and sys.platform != "win32":
            os.nice(NICENESS)
        reply = answer_request(analyst, request, lambda message: _send(connection, message))
        if reply is not None:
            _send(connection, reply)


def answer_request(
    analyst: Analyst, request: Message, send: Callable[[Message], object]
) -> Message | None:
    """What the analyst says, or ``failed`` with a sentence and the request's number.

    Parameters
    ----------
    analyst : Analyst
    request : Message
    send : callable of Message
        For the ``progress`` that is told before the answer.
    """
    seq = request.fields.get("seq")

    def tell(done: int, total: int) -> None:
        send(Message("progress", {"seq": seq, "done": done, "total": total}))

    try:
        return analyst.answer(request, tell)
    except LatentExplorerError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001  # libraries' own must not end the process
        traceback.print_exc()
        sentence = str(_explain(request, error))
    return Message("failed", {"seq": seq, "sentence": sentence})


def _explain(request: Message, error: Exception) -> EngineError:
    first_line = (str(error) or "no reason given").strip().splitlines()[0]
    return EngineError(
        f"The analysis {request.kind!r}",
        "must be one that these codes allow",
        f"{type(error).__name__}: {shorten(first_line, MAX_REASON_CHARS)}",
    )


def _send(connection: Connection, message: Message) -> None:
    try:
        connection.send_bytes(pack(message))
    except OSError:
        _end()


def _read(connection: Connection, requests: queue.SimpleQueue[Message]) -> None:
    while True:
        try:
            requests.put(unpack(connection.recv_bytes()))
        except (EOFError, OSError):
            _end()
        except WireError:
            traceback.print_exc()
            _end(1)


def _end(code: int = 0) -> NoReturn:
    """End the process from any thread, without waiting for a call into a library."""
    os._exit(code)
