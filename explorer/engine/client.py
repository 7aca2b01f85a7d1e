"""The engine as the window's other parts see it: requests in, signals out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from explorer.engine.foretold import Foretold
from explorer.engine.loading import Loader
from explorer.engine.runner import Runner
from explorer.engine.status import EngineStatus, Phase, watch
from explorer.state.frame import Frame, Lane, Request
from models.source import ModelSource
from models.wire import Message

PING_INTERVAL_MS = 500


class Engine(QObject):
    """An engine process with one model, kept alive.

    No method waits for the engine. Everything is called on the thread of the
    user interface, and every signal arrives there.

    Parameters
    ----------
    source : ModelSource
        What to load.
    log_path : Path
        Where the engine writes its errors.
    loader : Loader, optional
        What starts it; without one it is a process of its own.

    Attributes
    ----------
    frame_ready : signal of Frame
    request_failed : signal of (int, str)
        ``seq`` of the request and a sentence; the status stays as it is.
    status_changed : signal of EngineStatus
    progressed : signal of (int, int)
        How much of a long piece of work is done, and how much there is.
    """

    frame_ready = pyqtSignal(object)
    request_failed = pyqtSignal(int, str)
    status_changed = pyqtSignal(object)
    progressed = pyqtSignal(int, int)
    _told = pyqtSignal(object)  # a status, from the reader thread

    def __init__(
        self,
        source: ModelSource,
        log_path: Path,
        parent: QObject | None = None,
        loader: Loader | None = None,
    ) -> None:
        super().__init__(parent)
        self._status = self._last_told = EngineStatus(Phase.STARTING, "Starting the engine…")
        self._runner = Runner(
            loader or Loader(source),
            log_path,
            on_frame=self.frame_ready.emit,
            on_failed=self.request_failed.emit,
            on_status=self._told.emit,
            on_progress=self.progressed.emit,
        )
        self._told.connect(self._take_status)
        self._foretold = Foretold()
        self.frame_ready.connect(self._foretold.note_frame)
        self._known: Frame | None = None
        self._soon = QTimer(self)  # no answer comes before whoever asked has gone on
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._tell_known)
        self._pulse = QTimer(self)
        self._pulse.setInterval(PING_INTERVAL_MS)
        self._pulse.timeout.connect(self._watch)

    @property
    def status(self) -> EngineStatus:
        """How the engine is now."""
        return self._status

    @property
    def opened(self) -> Message | None:
        """What the engine told of the model once it was loaded; None before."""
        return self._runner.opened

    @property
    def description(self) -> Mapping[str, Any]:
        """The loaded Models' layers, see :meth:`models.answers.Answerer.describe`."""
        opened = self._runner.opened
        return {} if opened is None else opened.fields.get("description", {})

    @property
    def is_started(self) -> bool:
        """Whether :meth:`start` was called."""
        return self._pulse.isActive()

    def start(self) -> None:
        """Start the engine process and load the model, in the background."""
        self._runner.start()
        self._pulse.start()

    def request(self, request: Request) -> None:
        """Ask; a newer live or preview request replaces one that has not gone out yet."""
        known = self._foretold.take(request)
        if known is not None:
            self._known = known
            self._runner.skip_live(request)
            self._soon.start()
            return
        self._foretold.note_request(request)
        self._runner.put(request)

    def clear(self, lane: Lane) -> None:
        """Forget what waits in a lane."""
        self._runner.clear(lane)

    def end_and_restart(self) -> None:
        """Kill the engine, whatever it does, and start a new one."""
        self._runner.end_and_restart()

    def close(self) -> None:
        """End the engine and its threads."""
        self._pulse.stop()
        self._soon.stop()
        self._runner.close()

    def _tell_known(self) -> None:
        self.frame_ready.emit(self._known)

    def _take_status(self, status: EngineStatus) -> None:
        self._last_told = status
        self._show(status)

    def _watch(self) -> None:
        pinged_s, asked_s = self._runner.ping()
        self._show(watch(self._last_told, time.monotonic(), pinged_s, asked_s))

    def _show(self, status: EngineStatus) -> None:
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)
