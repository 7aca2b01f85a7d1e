"""Pictures of the user's: read as bytes beside the window, taken apart by the engine.

What is pasted or dragged from another program is taken as bytes, too, which X11 and
Wayland always offer. Windows may offer no more than a bitmap without compression, and
macOS no more than TIFF, which its own ImageIO decodes for every program; from this
program itself comes an image in memory. Only those are taken as Qt gives them, as
pixels: none of Qt's readers of formats ever sees what came from outside.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QMimeData, QObject, QRunnable, QThreadPool, pyqtSignal
from PyQt6.QtGui import QImage

from explorer.state.frame import Frame
from explorer.state.looking import read_picture
from explorer.state.session import Session
from models.inspection.limits import MAX_PICTURE_FILE_BYTES, MIB

# Without loss first; the second is what Windows' programs call PNG.
TYPES: Final = (
    "image/png",
    'application/x-qt-windows-mime;value="PNG"',
    "image/bmp",
    "image/tiff",
    "image/gif",
    "image/webp",
    "image/jpeg",
)
PASTED: Final = "The pasted picture"


def find_type(formats: Iterable[str]) -> str | None:
    """The best type of a picture's bytes among those offered, if there is one."""
    offered = set(formats)
    return next((each for each in TYPES if each in offered), None)


def decoded_image(data: QMimeData) -> QImage | None:
    """What is pixels already; None where Qt would have to decode a picture's bytes."""
    if not data.hasImage() or any(each.startswith("image/") for each in data.formats()):
        return None
    image = QImage(data.imageData())
    return None if image.isNull() else image


class PictureReader(QObject):
    """Reads one picture's file at a time; a later one takes the place of one on its way.

    Attributes
    ----------
    read : signal of (ndarray of float32 (height, width) in [0, 1], str)
        Luminance, and what the user did, for the Undo button.
    """

    read = pyqtSignal(object, str)
    _loaded = pyqtSignal(object, str)  # from the thread that reads
    _refused = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seq: int | None = None
        self._text = ""
        self._loaded.connect(self._ask)
        self._refused.connect(session.told)
        session.answered.connect(self._on_answer)

    def open(self, path: Path) -> None:
        """Read a file; what is wrong with it is told in the status line."""
        pool = QThreadPool.globalInstance()
        assert pool is not None
        pool.start(_Loading(path, self))

    def take(self, data: bytes) -> None:
        """Read the bytes of a picture that was pasted or dragged."""
        if len(data) > MAX_PICTURE_FILE_BYTES:
            self._session.told.emit(_too_large(PASTED))
            return
        self._text = "paste a picture"
        self._seq = read_picture(self._session, data, PASTED)

    def _ask(self, data: bytes, name: str) -> None:
        self._text = f"open {name}"
        self._seq = read_picture(self._session, data, name)

    def _on_answer(self, frame: Frame) -> None:
        if frame.request == "picture" and frame.seq == self._seq:
            self._seq = None
            self.read.emit(frame.outputs["picture"], self._text)


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
            self._tell(_too_large(name))
            return
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._reader._loaded.emit(data, name)

    def _tell(self, sentence: str) -> None:
        with contextlib.suppress(RuntimeError):
            self._reader._refused.emit(sentence)


def _too_large(name: str) -> str:
    return f"{name} must have at most {MAX_PICTURE_FILE_BYTES // MIB} MiB; received more."
