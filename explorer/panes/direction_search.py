"""Finding the principal directions of codes away from the window's thread."""

from __future__ import annotations

import contextlib

import numpy as np
from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from models.bundle import Codes
from models.latent_directions import find_directions


class DirectionSearch(QObject):
    """Finds directions, one search at a time; a later one takes the place of an earlier one.

    Attributes
    ----------
    found : signal of Directions
    failed : signal of str
        A sentence.
    """

    found = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._codes: Codes | None = None

    def start(self, codes: Codes) -> None:
        """Search on a thread of Qt's pool, unless that is under way."""
        if codes is self._codes:
            return
        self._codes = codes
        search = _Search(codes)
        search.signals.ended.connect(self._end)
        pool = QThreadPool.globalInstance()
        assert pool is not None
        pool.start(search)

    def _end(self, codes: Codes, result: object) -> None:
        if codes is not self._codes:
            return
        self._codes = None
        if isinstance(result, str):
            self.failed.emit(result)
        else:
            self.found.emit(result)


class _Signals(QObject):
    ended = pyqtSignal(object, object)


class _Search(QRunnable):
    def __init__(self, codes: Codes) -> None:
        super().__init__()
        self._codes = codes
        self.signals = _Signals()

    def run(self) -> None:
        try:
            result: object = find_directions(self._codes.codes, self._codes.mean)
        except (MemoryError, np.linalg.LinAlgError) as error:
            result = f"The directions of the codes cannot be found: {error or 'too little memory'}."
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self.signals.ended.emit(self._codes, result)
