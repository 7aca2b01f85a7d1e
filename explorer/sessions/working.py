"""Reading and writing beside the window: one piece of work after the other."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from models.errors import LatentExplorerError

Work = Callable[[], Any]
Then = Callable[[Any], object]
Refused = Callable[[str], object]
logger = logging.getLogger(__name__)


class Worker(QObject):
    """A thread of its own, and answers on the thread that asked."""

    _ended = pyqtSignal(object, object)  # what to call, and with what

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._is_closed = False
        self._ended.connect(self._answer)

    def run(self, work: Work, then: Then, refused: Refused) -> None:
        """Do ``work`` beside the window; then ``then`` gets its result, or ``refused`` a sentence.

        Work is done in the order in which it was asked for.
        """
        self._pool.start(_Task(self, work, then, refused))

    def close(self) -> None:
        """Wait for what is being done, and tell nobody."""
        self._is_closed = True
        self._pool.waitForDone()

    def _answer(self, call: Then, value: Any) -> None:
        if not self._is_closed:  # an answer may have been on its way
            call(value)


class _Task(QRunnable):
    def __init__(self, worker: Worker, work: Work, then: Then, refused: Refused) -> None:
        super().__init__()
        self._worker = worker
        self._work = work
        self._then = then
        self._refused = refused

    def run(self) -> None:
        """Do the work; whatever goes wrong becomes a sentence."""
        call: Then = self._then
        value: Any
        try:
            value = self._work()
        except LatentExplorerError as error:
            call, value = self._refused, str(error)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            call, value = self._refused, f"{name}{error.strerror or error}."
        except Exception as error:  # one that leaves a thread of Qt's ends the whole app
            logger.exception("Unexpected error beside the window")
            call, value = self._refused, f"Something went wrong ({type(error).__name__}: {error})."
        with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
            self._worker._ended.emit(call, value)
