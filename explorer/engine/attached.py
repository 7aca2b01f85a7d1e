"""A model in the process of another program, over a connection that it handed over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.engine.channel import Channel
from explorer.engine.client import Engine
from explorer.engine.loading import Loader
from explorer.engine.status import EngineStatus, Phase
from models.errors import EngineError
from models.source import ModelSource
from models.wire import Message

# What the program says without being asked.
NEWS = frozenset(("set_z", "again", "say", "data", "close"))
GONE = "The program that the model is in has ended."
WAIT_S = 600.0  # for a program that computes: its own thread answers, but shares the interpreter


class AttachedProcess(Channel):
    """The other program as the engine that it is for this window.

    Parameters
    ----------
    connection : Connection
    on_news : callable of Message
        Called on the thread that receives.
    """

    def __init__(self, connection: Connection, on_news: Callable[[Message], object]) -> None:
        super().__init__(connection)
        self._on_news = on_news
        self._closing = threading.Lock()

    def start(self) -> None:
        """It runs already, unless it has ended.

        Raises
        ------
        EngineError
            If it has.
        """
        if self._connection.closed:
            raise EngineError("The model", "must be in a program that runs", "one that has ended")

    def receive(self) -> Message:
        """As that of every channel; news go elsewhere."""
        while (message := super().receive()).kind in NEWS:
            self._on_news(message)
        return message

    def kill(self) -> None:
        """Hang up; the program goes on."""
        with self._closing:
            if not self._connection.closed:
                self._hang_up()

    def exit_code(self) -> int | None:
        """Nobody knows how the program ends."""
        return None

    def close(self) -> None:
        """Hang up for good."""
        self.kill()
        with self._sending, self._closing:
            self._connection.close()


class AttachedLoader(Loader):
    """Has the other program tell of its model; once it has ended, there is no other."""

    can_work_beside = False  # it has one thread for the window

    def __init__(self, source: ModelSource, process: AttachedProcess) -> None:
        super().__init__(source, WAIT_S)
        self._process = process

    def new_process(self, log_path: Path) -> AttachedProcess:
        """The only one that there is."""
        return self._process

    def lost(self) -> EngineStatus | None:
        """Nothing is to be tried again."""
        return EngineStatus(Phase.FAILED, GONE)


class AttachedEngine(Engine):
    """An engine that is another program.

    Parameters
    ----------
    connection : Connection
        To the program.
    log_path : Path

    Attributes
    ----------
    news : signal of Message
        What the program says without being asked, of a kind in :data:`NEWS`.
    """

    news = pyqtSignal(object)

    def __init__(
        self, connection: Connection, log_path: Path, parent: QObject | None = None
    ) -> None:
        process = AttachedProcess(connection, lambda message: self.news.emit(message))
        source = ModelSource(model=Path("model"))
        super().__init__(source, log_path, parent, AttachedLoader(source, process))
