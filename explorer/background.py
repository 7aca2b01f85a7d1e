"""Short work that waits for a disk, beside the window; the newest is what counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.sessions.working import Worker

Work = Callable[[], Any]


class NewestWork(QObject):
    """Does one piece of work at a time; of what is wanted meanwhile, the newest is done next.

    Attributes
    ----------
    done : signal of object
        What the work gave.
    failed : signal of str
        Why it gave nothing.
    """

    done = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self)
        self._goes_on = False
        self._next: Work | None = None

    def want(self, work: Work) -> None:
        """Do this, as soon as what goes on has ended."""
        self._next = work
        self._begin()

    def forget(self) -> None:
        """Do nothing more than what goes on."""
        self._next = None

    def _begin(self) -> None:
        if not self._goes_on and self._next is not None:
            work, self._next = self._next, None
            self._goes_on = True
            self._worker.run(work, self._take, self._refuse)

    def _take(self, found: Any) -> None:
        self._goes_on = False
        self._begin()
        self.done.emit(found)

    def _refuse(self, sentence: str) -> None:
        self._goes_on = False
        self._begin()
        self.failed.emit(sentence)
