"""The caller's end of the connection: the window's requests, answered by the caller's Models."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.from_python.turns import Turns
from models.errors import EngineError, LatentExplorerError, WireError
from models.inspection.refusing import shorten
from models.opening import Opened
from models.subject_wire import to_arrays, to_fields
from models.wire import Message, pack, unpack

MAX_REASON_CHARS = 100
LIVE = "LIVE"  # the lane of requests for what the sliders stand at

Floats = npt.NDArray[np.float32]


class Server:
    """Answers the window.

    One thread reads: it answers at once whether the program is alive and what
    its model is, and leaves all other work to ``turns``.

    Parameters
    ----------
    connection : Connection
    opened : Opened
    turns : Turns
    on_z : callable of ndarray
        Called with each ``z`` (latent_dim,) that the window shows, where the work is done.
    on_gone : callable
        Called on the reading thread when the window is gone.
    """

    def __init__(
        self,
        connection: Connection,
        opened: Opened,
        turns: Turns,
        on_z: Callable[[Floats], object],
        on_gone: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._answerer = opened.answerer
        fields = {"description": opened.answerer.describe(), "subject": to_fields(opened.subject)}
        self._introduction = Message("ready", fields, to_arrays(opened.subject))
        self._turns = turns
        self._on_z = on_z
        self._on_gone = on_gone
        self._model_id = ""
        self._sending = threading.Lock()
        self.was_asked = False
        threading.Thread(target=self._read, name="explore reader", daemon=True).start()

    def send(self, message: Message) -> None:
        """Say something to the window; if it is gone, nobody hears it.

        Raises
        ------
        WireError
            If it cannot be said.
        """
        data = pack(message)
        with contextlib.suppress(OSError), self._sending:
            self._connection.send_bytes(data)

    def _read(self) -> None:
        try:
            while True:
                self._take(unpack(self._connection.recv_bytes()))
        except (EOFError, OSError, WireError):
            pass  # whatever breaks the rules of the wire is no window of ours, and as good as gone
        finally:
            with self._sending:
                self._connection.close()
            self._turns.end()
            self._on_gone()

    def _take(self, message: Message) -> None:
        if message.kind == "ping":
            self.send(Message("pong"))
        elif message.kind == "load":
            self._model_id, self.was_asked = str(message.fields.get("model_id")), True
            self.send(self._introduction)
        else:
            self._turns.add(partial(self._answer, message))

    def _answer(self, message: Message) -> None:
        started_s = time.perf_counter()
        seq = message.fields.get("seq")
        try:
            answer = self._answerer.answer(message)
            seconds = time.perf_counter() - started_s
            told = {"seq": seq, "model_id": self._model_id, "seconds": seconds}
            self.send(Message(answer.kind, {**answer.fields, **told}, answer.arrays))
        except LatentExplorerError as error:
            self.send(Message("failed", {"seq": seq, "sentence": str(error)}))
            return
        except Exception as error:  # noqa: BLE001  # TensorFlow's own; the window must be told
            traceback.print_exc()
            self.send(Message("failed", {"seq": seq, "sentence": _explain(message, error)}))
            return
        z = answer.arrays.get("z", message.arrays.get("z"))
        if message.fields.get("lane") == LIVE and z is not None:
            self._on_z(np.array(z[0], np.float32))


def _explain(message: Message, error: Exception) -> str:
    first_line = (str(error) or "no reason given").strip().splitlines()[0]
    found: Any = f"{type(error).__name__}: {shorten(first_line, MAX_REASON_CHARS)}"
    return str(
        EngineError(f"The request {message.kind!r}", "must be one that the model can answer", found)
    )
