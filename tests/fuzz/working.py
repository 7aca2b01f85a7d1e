"""Worker processes that try mutated files; one that crashes or hangs is found out and replaced."""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from models import sandbox
from models.inspection.limits import OPENING_SECONDS
from tests.fuzz.attempts import ATTEMPTS, WRONG, attempt
from tests.fuzz.mutating import mutate
from tests.fuzz.originals import read_originals
from tests.fuzz.quiet import be_quiet

STARTING_S = 120  # TensorFlow's import, on a busy machine
LAST_WORDS_S = 2  # before its end, a process that hangs tells where it is
LOG_TAIL_CHARS = 3000


@dataclass(frozen=True)
class Result:
    """What came of one mutated file.

    Attributes
    ----------
    number : int
        Of the mutation.
    name : str
        Of the original.
    outcome : str
        ``opened``, ``refused`` or ``wrong``.
    told : str
        A reason, or what went wrong.
    seconds : float
    """

    number: int
    name: str
    outcome: str
    told: str
    seconds: float


def work(connection: Connection, task: str, folder: Path, originals: Path, seed: int) -> None:
    """Try whatever numbers come, until the connection ends; with an engine's limits."""
    be_quiet(folder / "log")
    faulthandler.enable()
    sound = read_originals(originals)
    if task == "build":
        _import_keras()
    sandbox.enter([originals], folder)
    connection.send_bytes(b"ready")
    while True:
        try:
            number = int(connection.recv_bytes())
        except EOFError:
            return
        name, data = mutate(sound, number, seed)
        path = folder / f"file.{name.rpartition('.')[2]}"
        path.write_bytes(data)
        faulthandler.dump_traceback_later(OPENING_SECONDS - LAST_WORDS_S)
        started_s = time.perf_counter()
        outcome, told = attempt(path, ATTEMPTS[task])
        seconds = time.perf_counter() - started_s
        faulthandler.cancel_dump_traceback_later()
        connection.send_bytes(json.dumps([number, name, outcome, told, seconds]).encode())


def _import_keras() -> None:
    from models.serve import import_libraries

    import_libraries()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


class Crew:
    """Workers at one task.

    Parameters
    ----------
    task : str
        Key of :data:`tests.fuzz.attempts.ATTEMPTS`.
    folder : Path
        For the workers' own folders.
    originals : Path
        Folder of the sound files.
    seed : int
    workers : int
    """

    def __init__(self, task: str, folder: Path, originals: Path, seed: int, workers: int) -> None:
        self._arguments = (task, folder, originals, seed)
        self._workers = workers

    def run(self, numbers: Iterable[int]) -> Iterator[Result]:
        """Try each number; results come in any order."""
        left = iter(numbers)
        crew = [_Worker(*self._arguments) for _ in range(self._workers)]
        try:
            while crew:
                wait([worker.connection for worker in crew], timeout=1)
                for worker in list(crew):
                    if (result := worker.look()) is not None:
                        yield result
                    if worker.has_ended:
                        crew[crew.index(worker)] = worker = _Worker(*self._arguments)
                    if worker.is_idle and not worker.give(next(left, None)):
                        crew.remove(worker)
        finally:
            for worker in crew:
                worker.end()


class _Worker:
    def __init__(self, task: str, folder: Path, originals: Path, seed: int) -> None:
        self._seed, self._originals = seed, originals
        self._folder = folder / f"{task}-{time.monotonic_ns()}"
        self._folder.mkdir()
        self.connection, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=work, args=(theirs, task, self._folder, originals, seed), daemon=True
        )
        self._process.start()
        theirs.close()
        self._number: int | None = None
        self._deadline_s = time.monotonic() + STARTING_S
        self.is_idle = self.has_ended = False

    def give(self, number: int | None) -> bool:
        """Let it try a number; without one it ends."""
        if number is None:
            self.end()
            return False
        self._number, self.is_idle = number, False
        self._deadline_s = time.monotonic() + OPENING_SECONDS
        self.connection.send_bytes(str(number).encode())
        return True

    def look(self) -> Result | None:
        """A result, if there is one or if there never will be."""
        try:
            if self.connection.poll():
                answer = self.connection.recv_bytes()
                self.is_idle = True
                return None if answer == b"ready" else Result(*json.loads(answer))
        except (EOFError, OSError):
            return self._ended("the process ended")
        if not self.is_idle and time.monotonic() > self._deadline_s:
            return self._ended(f"no end after {OPENING_SECONDS} s")
        return None

    def _ended(self, how: str) -> Result:
        log = self._folder / "log"
        self._process.kill()
        self._process.join()
        told = f"{how}, exit code {self._process.exitcode}"
        told += "\n" + log.read_text("utf-8", "replace")[-LOG_TAIL_CHARS:] if log.exists() else ""
        if self._number is None:
            raise RuntimeError(f"A worker did not start: {told}")
        name, _ = mutate(read_originals(self._originals), self._number, self._seed)
        self.end()
        self.has_ended = True
        return Result(self._number, name, WRONG, told, OPENING_SECONDS)

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()
        shutil.rmtree(self._folder, ignore_errors=True)
