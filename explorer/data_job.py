"""Encoding a data set beside the window: an engine of its own, which nothing else waits for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.log import log_path
from explorer.state.frame import Frame, Lane, Request
from explorer.state.session import Session
from models.errors import LatentExplorerError
from models.source import ModelSource
from models.subject import Samples

if TYPE_CHECKING:
    from models.encoding import EncodedData

KEY_CHARS = 64
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class FoundData:
    """What a data set has given.

    Attributes
    ----------
    name : str
    count : int
        Of pictures in the data set.
    pictures : ndarray of uint8, shape (n, height, width, channels)
        Some of them.
    labels : ndarray of int32, shape (n,)
        Of these; -1 where there are none.
    label_names : tuple of str
        By label; empty where labels are plain numbers.
    encoded : EncodedData or None
        None of a model without an encoder.
    """

    name: str
    count: int
    pictures: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int32]
    label_names: tuple[str, ...]
    encoded: EncodedData | None


class DataJob(QObject):
    """Reads and encodes one data set for one model.

    Parameters
    ----------
    source : ModelSource
        The model.
    data : str
        See :func:`models.data_set.open_data`.
    classes : mapping of str to int
        Those chosen, for a conditional encoder and pictures without labels.

    Attributes
    ----------
    progressed : signal of (int, int)
        Pictures encoded, and pictures in all.
    found : signal of FoundData
    refused : signal of str
        A sentence. Nothing comes after it.
    """

    progressed = pyqtSignal(int, int)
    found = pyqtSignal(object)
    refused = pyqtSignal(str)

    def __init__(
        self,
        source: ModelSource,
        data: str,
        classes: Mapping[str, int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._data = data
        self._classes = dict(classes)
        self._engine = Engine(source.with_data(data), log_path(), self)
        self._engine.progressed.connect(self.progressed)
        self._engine.status_changed.connect(self._on_status)
        self._engine.frame_ready.connect(self._on_frame)
        self._engine.request_failed.connect(lambda _, sentence: self._refuse(sentence))

    def start(self) -> None:
        """Begin, in the background."""
        from models.code_cache import cache_folder  # none of it before there are data

        settings = {
            "data": self._data,
            "cache": str(cache_folder()),
            "classes": self._classes,
        }
        self._engine.request(Request(1, "encode_data", Lane.EXPORT, settings))
        self._engine.start()

    def cancel(self) -> None:
        """End at once; nothing is told any more."""
        self.blockSignals(True)
        self._engine.close()

    def _on_status(self, status: EngineStatus) -> None:
        if status.phase is Phase.FAILED:
            self._refuse(status.sentence)

    def _refuse(self, sentence: str) -> None:
        self._engine.close()
        self.refused.emit(sentence)

    def _on_frame(self, frame: Frame) -> None:
        from models.code_cache import unpack_codes
        from models.labels import unpack_names

        self._engine.close()
        arrays = dict(frame.outputs)
        try:
            encoded = unpack_codes(arrays) if "codes" in arrays else None
            found = FoundData(
                Path(self._data).name,
                int(frame.metrics["data"]["count"]),
                arrays["pictures"],
                arrays["picture_labels"],
                unpack_names(arrays["label_names"]),
                encoded,
            )
        except (LatentExplorerError, KeyError) as error:
            self.refused.emit(f"The data could not be used: {error}")
            return
        if encoded is not None:
            _keep(arrays["key"].tobytes().decode("ascii", "replace"), encoded)
        self.found.emit(found)


class DataDesk(QObject):
    """Brings data sets to sessions, one at a time.

    Attributes
    ----------
    told : signal of str
        What is going on; empty when nothing is any more.
    """

    told = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: DataJob | None = None

    @property
    def is_busy(self) -> bool:
        """Whether data are on their way."""
        return self._job is not None

    def open(self, session: Session, data: str) -> None:
        """Read and encode data, and give what they bring to the session."""
        self.cancel()
        job = DataJob(session.subject.source, data, session.state.classes, self)
        name = Path(data).name
        job.progressed.connect(
            lambda done, total: self.told.emit(f"Encoding {name}: {done:,} of {total:,}")
        )
        job.found.connect(lambda found: self._bring(session, found))
        job.refused.connect(lambda sentence: self._refuse(session, sentence))
        self._job = job
        self.told.emit(f"Reading {name}…")
        job.start()

    def cancel(self) -> None:
        """Give up what is on its way."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.deleteLater()
            self.told.emit("")

    def _bring(self, session: Session, found: FoundData) -> None:
        self.cancel()
        codes = None if found.encoded is None else found.encoded.codes
        samples = Samples(found.name, found.pictures, found.labels, found.label_names)
        session.set_data(found.name, codes, samples)
        notes = () if found.encoded is None else found.encoded.notes
        what = "samples" if codes is None else f"{len(codes.codes):,} codes and samples"
        session.told.emit(" ".join([f"{found.name} gave {what}.", *notes]))

    def _refuse(self, session: Session, sentence: str) -> None:
        self.cancel()
        session.told.emit(sentence)


def _keep(key: str, encoded: EncodedData) -> None:
    pool = QThreadPool.globalInstance()
    if pool is not None and len(key) == KEY_CHARS and key.isalnum():
        pool.start(_Keeper(key, encoded))


class _Keeper(QRunnable):
    """Writes codes away from the window's thread."""

    def __init__(self, key: str, encoded: EncodedData) -> None:
        super().__init__()
        self._key = key
        self._encoded = encoded

    def run(self) -> None:
        """Write; a full disk only means that they are encoded again."""
        from models.code_cache import keep_codes

        try:
            keep_codes(self._key, self._encoded)
        except OSError as error:
            logger.warning("Codes were not kept: %s", error)
