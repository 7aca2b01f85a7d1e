"""The two threads that keep one engine going: one reads and revives, one writes."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explorer.engine.mailbox import Mailbox
from explorer.engine.process import EngineProcess
from explorer.engine.status import EngineStatus, Phase, may_restart
from explorer.state.frame import Frame, Lane, Request
from models.errors import BundleError, LatentExplorerError, WireError
from models.wire import Message

JOIN_TIMEOUT_S = 5.0

_load_numbers = itertools.count(1)


class Runner:
    """Keeps an engine with a bundle loaded, and hands requests to it and frames back.

    The callbacks are called on the reader thread.

    Parameters
    ----------
    bundle_folder, log_path : Path
    on_frame : callable of Frame
    on_failed : callable of (seq, sentence)
    on_status : callable of EngineStatus
    """

    def __init__(
        self,
        bundle_folder: Path,
        log_path: Path,
        on_frame: Callable[[Frame], None],
        on_failed: Callable[[int, str], None],
        on_status: Callable[[EngineStatus], None],
    ) -> None:
        self._bundle_folder = bundle_folder
        self._log_path = log_path
        self._on_frame = on_frame
        self._on_failed = on_failed
        self._on_status = on_status
        self.description: Mapping[str, Any] = {}
        self._changed = threading.Condition()  # guards all that follows
        self._mailbox = Mailbox()
        self._process: EngineProcess | None = None
        self._started = False
        self._ready = False
        self._closing = False
        self._restart_asked = False
        self._ping_due = False
        self._pinged_s: float | None = None
        self._in_flight: Request | None = None
        self._asked_s: float | None = None
        self._threads = [
            threading.Thread(target=target, name=f"engine {name}", daemon=True)
            for name, target in (("reader", self._read), ("writer", self._write))
        ]

    def start(self) -> None:
        """Start both threads, and with them the engine."""
        for thread in self._threads:
            thread.start()

    def put(self, request: Request) -> None:
        """Leave a request; it goes out as soon as the engine is free."""
        with self._changed:
            self._mailbox.put(request)
            self._changed.notify_all()

    def clear(self, lane: Lane) -> None:
        """Forget what waits in a lane."""
        with self._changed:
            self._mailbox.clear(lane)

    def ping(self) -> tuple[float | None, float | None]:
        """Ask for a sign of life, unless one is still awaited.

        Returns
        -------
        pinged_s, asked_s : float or None
            When the ping and the request went out that have no answer yet,
            before this one.
        """
        with self._changed:
            pending = (self._pinged_s, self._asked_s)
            if self._started and self._pinged_s is None:
                self._ping_due, self._pinged_s = True, time.monotonic()
                self._changed.notify_all()
            return pending

    def end_and_restart(self) -> None:
        """Kill the engine and start a new one, whatever came before."""
        with self._changed:
            self._restart_asked = True
            self._kill()

    def close(self) -> None:
        """End the engine and both threads."""
        with self._changed:
            self._closing = True
            self._kill()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(JOIN_TIMEOUT_S)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self._changed.notify_all()

    # ---- the reader thread

    def _read(self) -> None:
        deaths_s: list[float] = []
        phase, sentence = Phase.STARTING, "Starting the engine…"
        while True:
            problem = self._live(EngineStatus(phase, sentence))
            with self._changed:
                if self._closing:
                    return
                asked, self._restart_asked = self._restart_asked, False
            if asked:
                deaths_s.clear()
            else:
                deaths_s.append(time.monotonic())
                if problem or not may_restart(deaths_s, deaths_s[-1]):
                    self._on_status(EngineStatus(Phase.FAILED, problem or self._give_up_sentence()))
                    if not self._wait_for_restart():
                        return
                    deaths_s.clear()
            phase, sentence = Phase.RESTARTING, "The engine ended; a new one is starting…"

    def _live(self, status: EngineStatus) -> str | None:
        """One life of an engine, from start to end; the sentence if it cannot load."""
        self._on_status(status)
        process = EngineProcess(self._log_path)
        with self._changed:
            if self._closing:
                process.kill()
            self._process = process
        try:
            process.start()
            with self._changed:
                self._started = True
            self._load(process)
            while True:
                self._receive(process)
        except BundleError as error:
            return str(error)
        # An end is an end, and so is a peer that does not keep to the wire.
        except (EOFError, OSError, LatentExplorerError):
            return None
        finally:
            lost = self._forget_process()
            process.close()
            if lost is not None and lost.lane in (Lane.GRID, Lane.EXPORT):
                self._on_failed(lost.seq, "The engine ended before it answered; try again.")

    def _load(self, process: EngineProcess) -> None:
        name = self._bundle_folder.name
        model_id = f"{name}#{next(_load_numbers)}"
        self._on_status(EngineStatus(Phase.LOADING, f"Loading {name}…"))
        process.send(
            Message("load", {"bundle": str(self._bundle_folder.absolute()), "model_id": model_id})
        )
        message = process.receive()
        while message.kind == "pong":
            self._note_pong()
            message = process.receive()
        if message.kind != "ready":
            raise _LoadError(str(message.fields.get("sentence")))
        self.description = message.fields["description"]
        self._on_status(EngineStatus(Phase.READY, "The engine is ready.", model_id))
        with self._changed:
            self._ready = True
            self._mailbox.restore_live()
            self._changed.notify_all()

    def _receive(self, process: EngineProcess) -> None:
        message = process.receive()
        if message.kind == "pong":
            self._note_pong()
            return
        with self._changed:  # first the writer, so that the next request goes out at once
            request, self._in_flight, self._asked_s = self._in_flight, None, None
            self._pinged_s = None
            self._changed.notify_all()
        if request is None or message.fields.get("seq") != request.seq:
            raise WireError("An answer", "must belong to the request", repr(message.fields)[:80])
        if message.kind == "frame":
            self._on_frame(_to_frame(request, message))
        else:
            self._on_failed(request.seq, str(message.fields.get("sentence")))
