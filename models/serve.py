"""An engine process: requests in, frames out.

The reader thread takes messages off the connection, answers ``ping`` at once and
ends the process the moment the window is gone, whatever the others are stuck in.
The main thread does the work, one request at a time, but for what is to be done
``beside`` that: others do this, and no hand waits for them.

Before either runs, the process gives up what it does not need, see
:mod:`models.sandbox`: the model that it is to load may be hostile.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import queue
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from models import sandbox
from models.errors import WireError
from models.handler import Handler, log
from models.wire import BESIDE, Message, pack, unpack

MAX_LOG_BYTES = 2**20
_Requests = queue.SimpleQueue[Message]
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Small pictures are decoded faster here than a GPU is woken up.
    "CUDA_VISIBLE_DEVICES": "-1",
}


def serve(
    connection: Connection, folder: str, log_path: str | None, readable: Sequence[str] = ()
) -> None:
    """Serve one window until it is gone; does not return.

    Parameters
    ----------
    connection : Connection
        To the window; ends with it.
    folder : str
        An empty folder of this process's own, to work in.
    log_path : str or None
        File that takes what the process prints; None leaves that to the terminal.
    readable : sequence of str
        Files and folders that it will be asked to load; of the user's it can read no others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the window
    os.chdir(folder)
    tempfile.tempdir = folder
    if log_path is not None:
        _redirect_output(Path(log_path))
    faulthandler.enable()
    import_libraries()
    for missing in sandbox.enter([Path(path) for path in readable], Path(folder)):
        log(f"not possible on this platform: {missing}")
    channel = _Channel(connection)
    requests: _Requests = queue.SimpleQueue()
    others: _Requests = queue.SimpleQueue()
    threading.Thread(target=_read, args=(channel, requests, others), daemon=True).start()
    _configure_tensorflow()
    channel.send(Message("started", {"pid": os.getpid()}))
    handler = Handler(channel.send)
    beside = (channel, handler, others, {"beside": True})
    for _ in range(BESIDE):
        threading.Thread(target=_work, args=beside, daemon=True).start()
    _work(channel, handler, requests, {})


def import_libraries() -> None:
    """Import everything that an engine needs before its first frame.

    The garbage collector then leaves alone what was imported: one look at all
    of it takes 0.3 s, in which no frame could be made.
    """
    os.environ.update(ENVIRONMENT)
    gc.disable()
    import h5py  # noqa: F401  # Keras reads weights with it
    import keras  # noqa: F401  # seconds, which no request should wait for
    import tensorflow  # noqa: F401  # likewise

    sandbox.package_paths()
    gc.freeze()
    gc.enable()


class _Channel:
    """The connection, written by all threads; its end is the end of the process."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        try:
            with self._sending:
                self._connection.send_bytes(pack(message))
        except OSError:
            _end()

    def receive(self) -> Message:
        try:
            return unpack(self._connection.recv_bytes())
        except (EOFError, OSError):
            _end()
        except WireError:
            traceback.print_exc()
            _end(1)


def _read(channel: _Channel, requests: _Requests, others: _Requests) -> None:
    while True:
        message = channel.receive()
        if message.kind == "ping":
            channel.send(Message("pong"))
        else:
            (others if message.fields.get("beside") is True else requests).put(message)


def _work(
    channel: _Channel, handler: Handler, requests: _Requests, more: Mapping[str, Any]
) -> NoReturn:
    while True:
        request = requests.get()
        answer = handler.handle(request)
        try:
            channel.send(Message(answer.kind, {**answer.fields, **more}, answer.arrays))
        except WireError as error:  # an answer that is too large
            channel.send(handler.fail(request, error))


def _configure_tensorflow() -> None:
    import tensorflow as tf

    # One picture is too little to share: handing it to other threads and waiting
    # for them takes longer than the arithmetic. Some graphs may run side by side.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1 + BESIDE)
    # Rewriting graphs took longer than it ever saved: 25 ms of the first call, and no call was
    # faster for it, of small decoders or large ones.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def _redirect_output(path: Path) -> None:
    """Let Python, C++ and a crash all write to the log."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream: Any = path.open("a", buffering=1, encoding="utf-8", errors="backslashreplace")
        if path.stat().st_size > MAX_LOG_BYTES:
            stream.truncate(0)
    except OSError:
        stream = Path(os.devnull).open("a", buffering=1)  # noqa: SIM115  # open to the end
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    sys.stdout = sys.stderr = stream


def _end(code: int = 0) -> NoReturn:
    """End the process from any thread, without waiting for a call into C++."""
    with contextlib.suppress(OSError):
        folder = Path.cwd()
        os.chdir(folder.parent)
        folder.rmdir()
    os._exit(code)
