"""Pictures of the user's: read as bytes beside the window, taken apart by the engine."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from explorer.state.frame import Frame
from explorer.state.looking import read_picture
from explorer.state.session import Session
from models.inspection.limits import MAX_PICTURE_FILE_BYTES, MIB


class PictureReader(QObject):
    """Reads one picture's file at a time; a later one takes the place of one on its way.

    Attributes
    ----------
    read : signal of (ndarray of float32 (height, width) in [0, 1], str)
        Luminance, and the file's name.
    """

    read = pyqtSignal(object, str)
    _loaded = pyqtSignal(object, str)  # from the thread that reads
    _refused = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seq: int | None = None
        self._name = ""
        self._loaded.connect(self._ask)
        self._refused.connect(session.told)
        session.answered.connect(self._on_answer)

    def open(self, path: Path) -> None:
        """Read a file; what is wrong with it is told in the status line."""
        pool = QThreadPool.globalInstance()
        assert pool is not None
        pool.start(_Loading(path, self))

    def _ask(self, data: bytes, name: str) -> None:
        self._name = name
        self._seq = read_picture(self._session, data, name)

    def _on_answer(self, frame: Frame) -> None:
        if frame.request == "picture" and frame.seq == self._seq:
            self._seq = None
            self.read.emit(frame.outputs["picture"], self._name)


class _Loading(QRunnable):
    def __init__(self, path: Path, reader: PictureReader) -> None:
        super().__init__()
        self._path = path
        self._reader = reader

    def run(self) -> None:
        """Read the bytes, and no more than a picture may have."""
        name = self._path.name
        try:
            if not self._path.is_file():
                found = "a folder" if self._path.is_dir() else "no such file"
                self._tell(f"{name} must be a picture file; received {found}.")
                return
            with self._path.open("rb") as stream:
                data = stream.read(MAX_PICTURE_FILE_BYTES + 1)
        except OSError as error:
            self._tell(f"{name} must be readable; received {error.strerror or error}.")
            return
        if len(data) > MAX_PICTURE_FILE_BYTES:
            most = MAX_PICTURE_FILE_BYTES // MIB
            self._tell(f"{name} must have at most {most} MiB; received more.")
            return
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._reader._loaded.emit(data, name)

    def _tell(self, sentence: str) -> None:
        with contextlib.suppress(RuntimeError):
            self._reader._refused.emit(sentence)
