"""The two threads that keep one engine going: one reads and revives, one writes."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from explorer.engine.channel import are_small
from explorer.engine.framing import to_frame
from explorer.engine.loading import Loader, LoadingError, Peer
from explorer.engine.mailbox import Mailbox
from explorer.engine.status import MAX_DEATHS, EngineStatus, Phase, may_restart
from explorer.state.frame import Frame, Lane, Request
from models.errors import LatentExplorerError, WireError
from models.wire import BESIDE, Message

JOIN_TIMEOUT_S = 5.0
SLOW_S = 1.0  # an answer that takes longer is worth a line in the log

logger = logging.getLogger(__name__)
_load_numbers = itertools.count(1)


class Runner:
    """Keeps an engine with a model loaded, and hands requests to it and frames back.

    The callbacks are called on the reader thread.

    Parameters
    ----------
    loader : Loader
        Of the model.
    log_path : Path
    on_frame : callable of Frame
    on_failed : callable of (seq, sentence)
    on_status : callable of EngineStatus
    on_progress : callable of (done, total)

    Attributes
    ----------
    opened : Message or None
        What the engine told of the model once it was loaded.
    """

    def __init__(
        self,
        loader: Loader,
        log_path: Path,
        on_frame: Callable[[Frame], None],
        on_failed: Callable[[int, str], None],
        on_status: Callable[[EngineStatus], None],
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._loader = loader
        self._log_path = log_path
        self._on_frame = on_frame
        self._on_failed = on_failed
        self._on_status = on_status
        self._on_progress = on_progress
        self.opened: Message | None = None
        self._changed = threading.Condition()  # guards all that follows
        self._mailbox = Mailbox()
        self._process: Peer | None = None
        self._started = False
        self._ready = False
        self._closing = False
        self._restart_asked = False
        self._ping_due = False
        self._pinged_s: float | None = None
        self._in_flight: list[_Asked] = []
        self._threads = [
            threading.Thread(target=target, name=f"engine {name}", daemon=True)
            for name, target in (("reader", self._read), ("writer", self._write))
        ]

    def start(self) -> None:
        """Start both threads, and with them the engine."""
        for thread in self._threads:
            thread.start()

    def put(self, request: Request) -> None:
        """Leave a request; it goes out as soon as the engine is free.

        If it is free now and the request small, it goes out from here: nothing
        large is on its way, so the connection has room and the call cannot wait,
        while waking the writer thread would take longer than the sending.
        """
        with self._changed:
            self._mailbox.put(request)
            due = self._take_small()
            if due is None:
                self._changed.notify_all()
                return
        self._send(*due)

    def skip_live(self, request: Request) -> None:
        """A live request has its answer without the engine; a new engine is asked it all the same.

        Who shows pictures shows none that is older, and waits for one of the new engine.
        """
        with self._changed:
            self._mailbox.skip_live(request)

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
            asked_s = min((asked.at_s for asked in self._in_flight), default=None)
            pending = (self._pinged_s, asked_s)
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

    def _read(self) -> None:
        """The reader thread: one life of an engine after another."""
        deaths_s: list[float] = []
        status = EngineStatus(Phase.STARTING, "Starting the engine…")
        while True:
            failure = self._live(status)
            with self._changed:
                if self._closing:
                    return
                asked = self._restart_asked
            deaths_s = [] if asked else [*deaths_s, time.monotonic()]
            if failure is None and not may_restart(deaths_s, time.monotonic()):
                failure = EngineStatus(Phase.FAILED, self._give_up_sentence())
            if failure is not None and not asked:
                self._on_status(failure)
                if not self._wait_for_restart():
                    return
                deaths_s = []
            status = EngineStatus(Phase.RESTARTING, "The engine ended; a new one is starting…")

    def _live(self, status: EngineStatus) -> EngineStatus | None:
        """One life of an engine, from start to end; how it failed if the model is to blame."""
        self._on_status(status)
        process = self._loader.new_process(self._log_path)
        with self._changed:
            if self._closing:
                process.kill()
            self._process, self._restart_asked = process, False
        try:
            process.start()
            with self._changed:
                self._started = True
            self._load(process)
            while True:
                self._receive(process)
        except LoadingError as error:
            return error.status
        # Its end shows here as an error, and so does a peer that breaks the rules of the wire.
        except (EOFError, OSError, LatentExplorerError):
            return self._loader.lost()
        finally:
            lost = self._forget_process()
            process.close()
            for request in lost:
                if request.lane not in (Lane.LIVE, Lane.PREVIEW):
                    self._on_failed(request.seq, "The engine ended before it answered; try again.")

    def _load(self, process: Peer) -> None:
        name = self._loader.source.name
        model_id = f"{name}#{next(_load_numbers)}"
        self._on_status(EngineStatus(Phase.LOADING, f"Loading {name}…"))
        self.opened = self._loader.load(process, model_id, self._note_pong)
        self._on_status(EngineStatus(Phase.READY, "The engine is ready.", model_id))
        with self._changed:
            self._ready = True
            self._mailbox.restore_live()
            self._changed.notify_all()

    def _receive(self, process: Peer) -> None:
        message = process.receive()
        if message.kind == "pong":
            self._note_pong()
            return
        if message.kind == "progress":
            self._on_progress(int(message.fields["done"]), int(message.fields["total"]))
            return
        with self._changed:  # first the writer, so that the next request goes out at once
            asked = self._take_asked(message)
            self._changed.notify_all()
        if asked is None:
            raise WireError("An answer", "must belong to a request", repr(message.fields)[:80])
        request, took_s = asked.request, time.monotonic() - asked.at_s
        if took_s > SLOW_S:
            _log_slow(request, took_s, message)
        if message.kind == "frame":
            self._on_frame(to_frame(request, message))
        else:
            self._on_failed(request.seq, str(message.fields.get("sentence")))

    def _note_pong(self) -> None:
        with self._changed:
            self._pinged_s = None

    def _take_asked(self, message: Message) -> _Asked | None:
        """What was asked, by a message with its number."""
        seq = message.fields.get("seq")
        for asked in self._in_flight:
            if asked.request.seq == seq:
                self._in_flight.remove(asked)
                return asked
        return None

    def _forget_process(self) -> list[Request]:
        """Leave no trace of the engine but the requests that it took with it."""
        with self._changed:
            self._process = None
            self._started = self._ready = self._ping_due = False
            self._pinged_s = None
            lost = [asked.request for asked in self._in_flight]
            self._in_flight.clear()
            return lost

    def _wait_for_restart(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._restart_asked or self._closing)
            return not self._closing

    def _give_up_sentence(self) -> str:
        return (
            f"The engine ended {MAX_DEATHS} times within a minute; start it again, "
            f"and if that does not help, read {self._log_path}."
        )

    def _write(self) -> None:
        """The writer thread: send what is due the moment the engine can take it."""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._closing:
                    return
                process, message = self._process, self._next_message()
            assert process is not None
            self._send(process, message)

    def _send(self, process: Peer, message: Message) -> None:
        try:
            process.send(message)
        except OSError:
            pass  # the reader sees the end of the engine too
        except WireError as error:
            with self._changed:
                asked = self._take_asked(message)
            if asked is not None:
                self._on_failed(asked.request.seq, str(error))

    def _is_beside(self, request: Request) -> bool:
        return request.settings.get("beside") is True and self._loader.can_work_beside

    def _may_go(self, request: Request) -> bool:
        is_beside = self._is_beside(request)
        like = [asked for asked in self._in_flight if self._is_beside(asked.request) == is_beside]
        return self._ready and len(like) < (BESIDE if is_beside else 1)

    def _has_work(self) -> bool:
        return self._closing or self._ping_due or self._mailbox.first(self._may_go) is not None

    def _take_small(self) -> tuple[Peer, Message] | None:
        """The next request, if it can be sent without a wait and no thread has to be woken."""
        request = self._mailbox.first(self._may_go)
        if request is None or self._process is None or self._closing:
            return None
        under_way = [asked.request for asked in self._in_flight]
        if not all(are_small(each.arrays) for each in (request, *under_way)):
            return None
        return self._process, self._next_request()

    def _next_message(self) -> Message:
        if self._ping_due:
            self._ping_due = False
            return Message("ping")
        return self._next_request()

    def _next_request(self) -> Message:
        request = self._mailbox.take(self._may_go)
        assert request is not None
        self._in_flight.append(_Asked(request, time.monotonic()))
        fields = {**request.settings, "seq": request.seq, "lane": request.lane.name}
        return Message(request.kind, fields, request.arrays)


@dataclass(frozen=True)
class _Asked:
    request: Request
    at_s: float


def _log_slow(request: Request, seconds: float, message: Message) -> None:
    engine_s = message.fields.get("seconds")
    logger.warning(
        "%s %d took %.2f s, %s of them in the engine", request.kind, request.seq, seconds, engine_s
    )
