"""Having an engine load a model that may be anything, and telling how that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from explorer.engine.status import EngineStatus, Phase, explain_death
from models.errors import LatentExplorerError
from models.inspection.limits import OPENING_SECONDS
from models.source import ModelSource
from models.wire import Message


class Peer(Protocol):
    """What runs a model, see :class:`explorer.engine.process.EngineProcess`."""

    def start(self) -> None:
        """Start it and wait until it can be asked."""

    def send(self, message: Message) -> None:
        """Send a message; may block while nobody reads."""

    def receive(self) -> Message:
        """Wait for a message."""

    def kill(self) -> None:
        """End it now, or at least all talk with it."""

    def exit_code(self) -> int | None:
        """How it has ended; None where nobody knows."""

    def close(self) -> None:
        """End it and free what belongs to it."""


class LoadingError(Exception):
    """A model that was not loaded.

    Attributes
    ----------
    status : EngineStatus or None
        What to tell of it; None where another try is worth it.
    """

    def __init__(self, status: EngineStatus | None) -> None:
        self.status = status
        super().__init__(status)


class Loader:
    """Has one engine after another load the same model.

    Parameters
    ----------
    source : ModelSource
        What to load.
    limit_s : float, optional
        An engine that has not answered by then is ended.

    Attributes
    ----------
    can_work_beside : bool
        Whether such an engine answers others while it works on a request that says ``beside``.
    """

    can_work_beside = True

    def __init__(self, source: ModelSource, limit_s: float = OPENING_SECONDS) -> None:
        self.source = source
        self._limit_s = limit_s
        self._was_loaded = False

    def new_process(self, log_path: Path) -> Peer:
        """An engine that is still to be started."""
        from explorer.engine.process import EngineProcess  # the window goes first

        return EngineProcess(log_path, self.source.readable())

    def lost(self) -> EngineStatus | None:
        """What to tell of a loaded engine that has ended; None where another try is worth it."""
        return None

    def load(self, process: Peer, model_id: str, on_pong: Callable[[], None]) -> Message:
        """Have a started engine load the model.

        Parameters
        ----------
        on_pong : callable
            Called at every sign of life.

        Returns
        -------
        Message
            Of the kind ``ready``.

        Raises
        ------
        LoadingError
            If the model was refused, or the engine ended or broke the rules of the wire.
        """
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()

        watchdog = threading.Timer(self._limit_s, end)
        watchdog.daemon = True
        watchdog.start()
        try:
            process.send(Message("load", {"source": self.source.to_json(), "model_id": model_id}))
            while (answer := process.receive()).kind == "pong":
                on_pong()
        except (EOFError, OSError, LatentExplorerError) as error:
            raise LoadingError(self._blame(process, overdue.is_set())) from error
        finally:
            watchdog.cancel()
            watchdog.join()
        if answer.kind != "ready":
            raise LoadingError(_tell_refusal(answer))
        self._was_loaded = True
        return answer

    def _blame(self, process: Peer, is_overdue: bool) -> EngineStatus | None:
        if self._was_loaded:
            return None  # the model is not to blame for an engine that dies later
        exit_code = None if is_overdue else process.exit_code()
        sentence = explain_death(self.source.path.name, exit_code, self._limit_s, is_overdue)
        return None if sentence is None else EngineStatus(Phase.FAILED, sentence)


def _tell_refusal(answer: Message) -> EngineStatus:
    def text(name: str) -> str:
        return str(answer.fields.get(name, ""))

    return EngineStatus(
        Phase.FAILED, text("sentence"), reason=text("reason"), details=text("details")
    )
