from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PyQt6.QtCore import QCoreApplication, QEventLoop, QTimer

from explorer.engine.client import Engine
from explorer.engine.process import stop_template
from explorer.engine.status import EngineStatus, Phase
from explorer.state.frame import Frame, Request
from models.bundle import DEFAULT
from models.source import ModelSource
from tests.patience import TIMEOUT_MS


class Client:
    """An engine and all that it has told so far."""

    def __init__(self, bundle_folder: Path, log_path: Path) -> None:
        self.engine = Engine(ModelSource.of(bundle_folder), log_path)
        self.frames: list[Frame] = []
        self.failures: list[tuple[int, str]] = []
        self.statuses: list[EngineStatus] = []
        self.seq = 0
        self._loop = QEventLoop()
        self.engine.frame_ready.connect(lambda frame: self._hear(self.frames, frame))
        self.engine.request_failed.connect(lambda *failure: self._hear(self.failures, failure))
        self.engine.status_changed.connect(lambda status: self._hear(self.statuses, status))

    def wait_until(self, reached: Callable[[], object]) -> None:
        """Let signals arrive until ``reached()`` is true; fail when it takes too long."""
        overdue = QTimer()
        overdue.setSingleShot(True)
        overdue.timeout.connect(self._loop.quit)
        overdue.start(TIMEOUT_MS)
        while not reached() and overdue.isActive():
            self._loop.exec()
        assert reached(), f"status {self.engine.status}, failures {self.failures[-3:]}"

    def _hear(self, heard: list[Any], news: object) -> None:
        heard.append(news)
        self._loop.quit()

    def wait_for(self, phase: Phase) -> None:
        self.wait_until(lambda: self.engine.status.phase is phase)

    def ask(self, kind: str, **parts: object) -> int:
        """Send a request and return its number."""
        self.seq += 1
        self.engine.request(Request(self.seq, kind, **parts))  # type: ignore[arg-type]  # by name
        return self.seq

    def frame(self, seq: int) -> Frame:
        """Wait for the frame of a request; answers made side by side come in any order."""

        def arrived() -> list[Frame]:
            return [frame for frame in self.frames if frame.seq == seq]

        self.wait_until(arrived)
        return arrived()[-1]

    def process(self) -> psutil.Process:
        """The engine process, youngest of this process's descendants."""
        family = psutil.Process().children(recursive=True)
        return max(family, key=lambda process: (process.create_time(), process.pid))

    def kill(self) -> None:
        self.process().kill()


@pytest.fixture(scope="module")
def new_client(
    qapp: QCoreApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], Client]]:
    """Makes clients that are closed after the module."""
    clients: list[Client] = []

    def new(bundle_folder: Path = DEFAULT) -> Client:
        clients.append(Client(bundle_folder, tmp_path_factory.mktemp("log") / "engine.log"))
        clients[-1].engine.start()
        return clients[-1]

    yield new
    for client in clients:
        client.engine.close()


@pytest.fixture(scope="module")
def shared(new_client: Callable[[], Client]) -> Client:
    """One client for a whole module."""
    return new_client()


@pytest.fixture
def client(shared: Client) -> Client:
    """The module's client, its engine ready and idle."""
    if shared.engine.status.phase is Phase.FAILED:
        shared.engine.end_and_restart()
    shared.wait_for(Phase.READY)
    return shared


@pytest.fixture(scope="session", autouse=True)
def template_ends() -> Iterator[None]:
    yield
    stop_template()
