"""The thread that keeps one analysis process busy, one request at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.engine.analysis_process import AnalysisProcess
from explorer.engine.channel import are_small
from explorer.engine.status import may_restart
from explorer.state.frame import Arrays, Floats
from models.errors import EngineError, WireError
from models.wire import Message

JOIN_TIMEOUT_S = 5.0
PIECE_BYTES = 2**20  # sent at once: more would hold up the window's thread
LAYOUTS = ("project", "place")  # what a new process has to be told again


@dataclass(frozen=True, eq=False)
class Job:
    """A request, or codes to send."""

    seq: int
    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)
    lane: Hashable = None

    def messages(self) -> Iterator[Message]:
        """What goes over the wire; codes go in pieces."""
        if self.kind == "codes":
            yield from _pieces(self)
        else:
            yield Message(self.kind, {**self.settings, "seq": self.seq}, self.arrays)


def codes_job(
    seq: int,
    codes: Floats,
    labels: npt.NDArray[np.integer[Any]],
    rows: npt.NDArray[np.int64] | None = None,
) -> Job:
    """Codes of shape (n, latent_dim) with labels (n,), or some rows of them."""
    chosen = {} if rows is None else {"rows": rows}
    return Job(seq, "codes", {}, {"codes": codes, "labels": labels, **chosen})


class AnalysisWorker:
    """Hands jobs to an analysis process, and its answers back.

    A newer job takes the place of a waiting one of the same kind and lane. A process
    that has ended is replaced when the next job comes, and told again what it knew.
    A small job for a process that waits goes out from the thread that brings it, as the
    worker's own takes longer to wake. The callbacks are called on the worker's thread.

    Parameters
    ----------
    log_path : Path
    on_answer : callable of (job, message)
    on_failed : callable of (job, sentence)
    on_progress : callable of (done, total)
    """

    def __init__(
        self,
        log_path: Path,
        on_answer: Callable[[Job, Message], object],
        on_failed: Callable[[Job, str], object],
        on_progress: Callable[[int, int], object],
    ) -> None:
        self._log_path = log_path
        self._on_answer = on_answer
        self._on_failed = on_failed
        self._on_progress = on_progress
        self._changed = threading.Condition()  # guards the six that follow
        self._waiting: dict[Hashable, Job] = {}
        self._sent: Job | None = None  # without the worker's thread, which has yet to take it
        self._is_idle = False  # the thread waits, and has a process
        self._process: AnalysisProcess | None = None
        self._closing = False
        self._newest_codes = 0
        self._known: dict[str, Job] = {}  # the codes and the layout that the process has
        self._deaths_s: list[float] = []
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)

    def start(self) -> None:
        """Start the thread; the process starts with the first job."""
        self._thread.start()

    def put(self, job: Job) -> None:
        """Leave a job. New codes make what was asked about older ones pointless."""
        with self._changed:
            if job.kind == "codes":
                self._waiting.clear()
                self._newest_codes = job.seq
            if self._is_idle and are_small(job.arrays) and self._send(job):
                self._sent = job
            else:
                self._waiting[job.kind, job.lane] = job
            self._is_idle = False
            self._changed.notify()

    def close(self) -> None:
        """End the process and the thread; nothing is told any more."""
        with self._changed:
            self._closing = True
            self._waiting.clear()
            if self._process is not None:
                self._process.kill()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(JOIN_TIMEOUT_S)

    def _run(self) -> None:
        while (due := self._next()) is not None:
            self._do(*due)
        self._drop_process()

    def _next(self) -> tuple[Job, bool] | None:
        """The next job, and whether it is sent already."""
        with self._changed:
            self._is_idle = self._process is not None
            self._changed.wait_for(lambda: self._closing or self._sent or self._waiting)
            self._is_idle = False
            if self._closing:
                return None
            sent, self._sent = self._sent, None
            if sent is not None:
                return sent, True
            return self._waiting.pop(next(iter(self._waiting))), False

    def _send(self, job: Job) -> bool:
        assert self._process is not None
        try:
            for message in job.messages():
                self._process.send(message)
        except (OSError, WireError):
            return False  # the worker's thread finds out, too, and knows what to do
        return True

    def _do(self, job: Job, is_sent: bool) -> None:
        had_process = self._process is not None
        try:
            try:
                answer = self._exchange(job, is_sent)
            except OSError:  # it takes nothing any more
                if not had_process:
                    raise
                # It ended while nobody asked it anything, so that a new one may do better.
                self._note_death()
                answer = self._exchange(job)
        except (EOFError, OSError, WireError):
            self._note_death()
            self._fail(job, f"The analysis ended before it answered; see {self._log_path}.")
            return
        except EngineError as error:
            self._drop_process()
            self._fail(job, str(error))
            return
        if answer.kind == "failed":
            self._fail(job, str(answer.fields.get("sentence")))
            return
        self._remember(job)
        if self._is_wanted(job):
            self._on_answer(job, answer)

    def _exchange(self, job: Job, is_sent: bool = False) -> Message:
        process = self._process or self._new_process()
        for message in () if is_sent else job.messages():
            process.send(message)
        while (answer := _receive(process)).kind == "progress":
            if self._is_wanted(job):
                self._on_progress(int(answer.fields["done"]), int(answer.fields["total"]))
        return answer

    def _new_process(self) -> AnalysisProcess:
        if not may_restart(self._deaths_s, time.monotonic()):
            raise EngineError(
                "The analysis", "must go on", "its end, again and again", f"see {self._log_path}"
            )
        process = AnalysisProcess(self._log_path)
        with self._changed:
            if self._closing:
                process.kill()
            self._process = process
        process.start()
        for known in self._known.values():
            self._exchange(known)
        return process

    def _remember(self, job: Job) -> None:
        if job.kind == "codes":
            self._known = {"codes": job}
        elif job.kind in LAYOUTS:
            self._known["layout"] = job

    def _note_death(self) -> None:
        self._deaths_s.append(time.monotonic())
        self._drop_process()

    def _drop_process(self) -> None:
        with self._changed:
            process, self._process = self._process, None
        if process is not None:
            process.close()

    def _fail(self, job: Job, sentence: str) -> None:
        if self._is_wanted(job):
            self._on_failed(job, sentence)

    def _is_wanted(self, job: Job) -> bool:
        with self._changed:
            return not self._closing and job.seq >= self._newest_codes


# How a process's end shows while it owes an answer differs from platform to platform.
def _receive(process: AnalysisProcess) -> Message:
    try:
        return process.receive()
    except OSError as error:
        raise EOFError from error


def _pieces(job: Job) -> Iterator[Message]:
    codes, labels, rows = job.arrays["codes"], job.arrays["labels"], job.arrays.get("rows")
    count, latent_dim = len(codes) if rows is None else len(rows), codes.shape[1]
    yield Message("codes", {"seq": job.seq, "count": count, "latent_dim": latent_dim})
    length = max(1, PIECE_BYTES // (4 * latent_dim))
    for start in range(0, count, length):
        chosen = slice(start, start + length) if rows is None else rows[start : start + length]
        piece = {
            "codes": codes[chosen].astype(np.float32, copy=False),
            "labels": labels[chosen].astype(np.int32, copy=False),
        }
        yield Message("rows", {"seq": job.seq}, piece)
