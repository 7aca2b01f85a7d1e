"""What an engine does with a request, also when that goes wrong."""

from __future__ import annotations

import gc
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from models import sandbox
from models.data_work import DataWork
from models.errors import EngineError, LatentExplorerError, ModelFileError
from models.inspection.limits import ENGINE_MEMORY_BYTES, GIB, OPENING_SECONDS
from models.inspection.refusing import refuse, shorten
from models.opening import Opened, open_source
from models.source import ModelSource
from models.subject_wire import to_arrays, to_fields
from models.wire import Message

MAX_NAME_CHARS = 60  # of a file, in a sentence
MAX_REASON_CHARS = 100  # of what a library says, in a sentence
MAX_DETAILS_CHARS = 10_000  # more than anybody reads


class Handler:
    """Turns each request into its answer.

    ``load`` is answered with ``ready``, ``describe`` with ``description``,
    other requests as :meth:`models.answers.Answerer.answer` has it, and what
    cannot be answered with ``failed``. ``encode_data`` says ``progress`` before.

    Parameters
    ----------
    send : callable of Message
        For what is said before the answer.
    """

    def __init__(self, send: Callable[[Message], object]) -> None:
        self._send = send
        self._opened: Opened | None = None
        self._model_id = ""

    def handle(self, message: Message) -> Message:
        """Answer a request; raises nothing."""
        started_s = time.perf_counter()
        try:
            answer = self._load(message) if message.kind == "load" else self._answer(message)
        except LatentExplorerError as error:
            return self.fail(message, error)
        except Exception as error:  # noqa: BLE001  # Keras' own must not end the engine
            traceback.print_exc()
            explain = _explain_load if message.kind == "load" else _explain_request
            return self.fail(message, explain(message, error))
        fields = {
            "seq": message.fields.get("seq"),
            "model_id": self._model_id,
            "seconds": time.perf_counter() - started_s,
        }
        return Message(answer.kind, {**answer.fields, **fields}, answer.arrays)

    def fail(self, message: Message, error: LatentExplorerError) -> Message:
        """The answer to a request that went wrong."""
        log(f"{message.kind} failed: {error}")
        fields = {"seq": message.fields.get("seq"), "sentence": str(error)}
        if isinstance(error, ModelFileError):
            fields |= {"reason": error.reason, "details": error.details[:MAX_DETAILS_CHARS]}
        return Message("failed", fields)

    def _load(self, message: Message) -> Message:
        source = ModelSource.from_json(message.fields["source"])
        with sandbox.limited_cpu(OPENING_SECONDS):
            opened = open_source(source)
        self._opened, self._model_id = opened, message.fields["model_id"]
        gc.freeze()
        fields = {"description": opened.answerer.describe(), "subject": to_fields(opened.subject)}
        return Message("ready", fields, to_arrays(opened.subject))

    def _answer(self, message: Message) -> Message:
        if self._opened is None:
            raise EngineError("The engine", "must load a model first", repr(message.kind))
        if message.kind == "describe":
            return Message("description", {"description": self._opened.answerer.describe()})
        if message.kind == "encode_data":
            return self._encode_data(self._opened, message)
        return self._opened.answerer.answer(message)

    def _encode_data(self, opened: Opened, message: Message) -> Message:
        seq = message.fields.get("seq")
        data, cache = message.fields.get("data"), message.fields.get("cache")
        if not isinstance(data, str) or not isinstance(cache, str):
            raise EngineError("Work on data", "must name the data and the cache", repr(data)[:80])

        def tell(done: int, total: int) -> None:
            self._send(Message("progress", {"seq": seq, "done": done, "total": total}))

        chosen = message.fields.get("classes", {})
        classes = {str(name): int(number) for name, number in chosen.items()}
        return DataWork(data, Path(cache), classes).run(opened, tell)


def _explain_load(message: Message, error: Exception) -> ModelFileError:
    name = shorten(ModelSource.from_json(message.fields["source"]).path.name, MAX_NAME_CHARS)
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return refuse(
            name,
            f"must fit into {ENGINE_MEMORY_BYTES // GIB} GiB of memory",
            "a model that asks for more",
            "open a smaller one",
            reason="bomb",
        )
    return refuse(
        name, "must be a model that can be built", _describe_error(error), reason="corrupt"
    )


def _explain_request(message: Message, error: Exception) -> EngineError:
    return EngineError(
        f"The request {message.kind!r}",
        "must be one that the model can answer",
        _describe_error(error),
    )


def _describe_error(error: Exception) -> str:
    first_line = (str(error) or "no reason given").strip().splitlines()[0]
    return f"{type(error).__name__}: {shorten(first_line, MAX_REASON_CHARS)}"


def log(text: str) -> None:
    """Print a line with the time, and the number of this process, to the log."""
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    print(f"{when} engine {os.getpid()}: {text}", file=sys.stderr)
