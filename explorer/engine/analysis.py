"""Work over all codes, as the window's other parts see it: questions in, signals out."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from explorer.engine.analysis_worker import AnalysisWorker, Job, codes_job
from explorer.state.frame import Arrays, Floats
from models.code_cache import cache_folder
from models.embedding import chosen_rows
from models.errors import DataError, EngineError
from models.layout_cache import keep_layout
from models.wire import Message

logger = logging.getLogger(__name__)


class Analysis(QObject):
    """An analysis process, kept alive, and another one for what takes minutes.

    No method waits for a process. Everything is called on the thread of the user
    interface, and every signal arrives there.

    Parameters
    ----------
    log_path : Path
        Where the processes write their errors.
    cache : Path, optional
        Where maps that took long are kept; the folder of kept codes without one.

    Attributes
    ----------
    answered : signal of Message
        Its kind is the request's, see :mod:`models.analysis`; its fields have ``seq``
        and ``lane`` of the request.
    failed : signal of (int, str)
        ``seq`` of a request without an answer, and why in a sentence.
    progressed : signal of (int, int)
        How much of a map by t-SNE or UMAP is done, and how much there is.
    """

    answered = pyqtSignal(object)
    failed = pyqtSignal(int, str)
    progressed = pyqtSignal(int, int)
    _told = pyqtSignal(object, object)  # a job and its answer, from the worker's thread
    _embedded = pyqtSignal(object, object)  # likewise
    _embedding_failed = pyqtSignal(object, str)

    def __init__(
        self, log_path: Path, cache: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._log_path = log_path
        self._cache = cache_folder() if cache is None else cache
        self._numbers = itertools.count(1)
        self._worker = AnalysisWorker(
            log_path,
            on_answer=self._told.emit,
            on_failed=lambda job, sentence: self.failed.emit(job.seq, sentence),
            on_progress=lambda done, total: None,
        )
        self._codes: Floats | None = None
        self._labels: npt.NDArray[np.integer[Any]] | None = None
        self._embedder: AnalysisWorker | None = None
        self._embedding: Job | None = None
        self._embedding_rows: npt.NDArray[np.int64] = np.empty(0, np.int64)
        # All who listen hear it in one go, with no paint in between.
        self._told.connect(lambda job, answer: self.answered.emit(_with_lane(job, answer)))
        self._embedded.connect(self._place)
        self._embedding_failed.connect(self._give_up_embedding)

    @property
    def is_embedding(self) -> bool:
        """Whether a map by t-SNE or UMAP is on its way."""
        return self._embedding is not None

    def start(self) -> None:
        """Begin to take questions; the process itself starts with the first one."""
        self._worker.start()

    def set_codes(self, codes: Floats, labels: npt.NDArray[np.integer[Any]]) -> int:
        """Ask about these codes from now on.

        Parameters
        ----------
        codes : ndarray of float32, shape (n, latent_dim)
        labels : ndarray of int, shape (n,)

        Returns
        -------
        int
            ``seq`` of the answer ``codes``.

        Raises
        ------
        DataError
            If they do not fit together; the codes before them are kept.
        """
        if codes.ndim != 2 or labels.shape != codes.shape[:1]:
            received = f"{labels.shape} for codes of the shape {codes.shape}"
            raise DataError("Labels", "must be one for each code", received)
        self.cancel_embedding()
        self._codes, self._labels = codes, labels
        seq = next(self._numbers)
        self._worker.put(codes_job(seq, codes, labels))
        return seq

    def ask(
        self,
        kind: str,
        settings: Mapping[str, Any] | None = None,
        arrays: Arrays | None = None,
        lane: Hashable = None,
    ) -> int:
        """Ask, see :mod:`models.analysis`; ``embed`` is answered with ``place``.

        Parameters
        ----------
        kind : str
        settings : mapping, optional
            Plain JSON values.
        arrays : mapping of ndarray, optional
        lane : hashable, optional
            Who asks: a newer question takes the place of a waiting one of the same kind
            and lane.

        Returns
        -------
        int
            ``seq`` of the answer.
        """
        job = Job(next(self._numbers), kind, dict(settings or {}), dict(arrays or {}), lane)
        if kind == "embed":
            self._embed(job)
        else:
            self._worker.put(job)
        return job.seq

    def cancel_embedding(self) -> None:
        """Give up a map by t-SNE or UMAP; nothing is told of it any more."""
        embedder, self._embedder, self._embedding = self._embedder, None, None
        if embedder is not None:
            embedder.close()

    def close(self) -> None:
        """End the processes and their threads."""
        self.cancel_embedding()
        self._worker.close()

    def _embed(self, job: Job) -> None:
        self.cancel_embedding()
        if self._codes is None or self._labels is None:
            error = EngineError("A map", "needs codes", "none", "open data for this model")
            self.failed.emit(job.seq, str(error))
            return
        kind = str(job.settings.get("kind"))
        try:
            rows = chosen_rows(kind, *self._codes.shape)
        except EngineError as unknown:
            self.failed.emit(job.seq, str(unknown))
            return
        self._embedding, self._embedding_rows = job, rows
        self._embedder = AnalysisWorker(
            self._log_path,
            on_answer=self._embedded.emit,
            on_failed=self._embedding_failed.emit,
            on_progress=self.progressed.emit,
        )
        self._embedder.start()
        self._embedder.put(codes_job(job.seq - 1, self._codes, self._labels, rows))
        settings = {"kind": kind, "cache": str(self._cache)}
        self._embedder.put(Job(job.seq, "embed", settings))

    def _place(self, job: Job, answer: Message) -> None:
        asked = self._embedding
        if asked is None or asked.seq != job.seq or job.kind != "embed":
            return
        rows = self._embedding_rows
        self.cancel_embedding()
        points = answer.arrays["points"]
        if "key" in answer.fields:
            _keep(str(answer.fields["key"]), points, self._cache)
        settings = {"kind": answer.fields["kind"]}
        arrays = {"points": points, "rows": rows}
        self._worker.put(Job(asked.seq, "place", settings, arrays, asked.lane))

    def _give_up_embedding(self, job: Job, sentence: str) -> None:
        asked = self._embedding
        if asked is not None and job.seq in (asked.seq, asked.seq - 1):
            self.cancel_embedding()
            self.failed.emit(asked.seq, sentence)


def _with_lane(job: Job, answer: Message) -> Message:
    return Message(answer.kind, {**answer.fields, "lane": job.lane}, answer.arrays)


def _keep(key: str, points: Floats, folder: Path) -> None:
    pool = QThreadPool.globalInstance()
    if pool is not None:
        pool.start(_Keeper(key, points, folder))


class _Keeper(QRunnable):
    """Writes a map away from the window's thread."""

    def __init__(self, key: str, points: Floats, folder: Path) -> None:
        super().__init__()
        self._key = key
        self._points = points
        self._folder = folder

    def run(self) -> None:
        """Write; a full disk only means that the map is made again."""
        try:
            keep_layout(self._key, self._points, self._folder)
        except OSError as error:
            logger.warning("A map was not kept: %s", error)
