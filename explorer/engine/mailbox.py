"""What waits for the engine: the newest of what a hand asks for, and queues of patient ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from explorer.state.frame import Lane, Request

NEWEST_WINS = frozenset((Lane.LIVE, Lane.PAINT, Lane.PREVIEW))


class Mailbox:
    """Requests by lane; live, paint and preview keep only the newest.

    Not locked: its owner guards it.
    """

    def __init__(self) -> None:
        self._lanes: dict[Lane, deque[Request]] = {
            lane: deque(maxlen=1 if lane in NEWEST_WINS else None) for lane in Lane
        }
        self._last_live: Request | None = None

    def put(self, request: Request) -> None:
        """Add a request; where only the newest is kept it takes the older one's place."""
        self._lanes[request.lane].append(request)
        if request.lane is Lane.LIVE:
            self._last_live = request

    def first(self, may_go: Callable[[Request], bool]) -> Request | None:
        """The request that goes first, or None; a lane whose first may not go waits."""
        heads = (waiting[0] for waiting in self._lanes.values() if waiting)
        return next(filter(may_go, heads), None)

    def take(self, may_go: Callable[[Request], bool]) -> Request | None:
        """Remove and return the request that goes first, or None."""
        request = self.first(may_go)
        if request is not None:
            self._lanes[request.lane].popleft()
        return request

    def skip_live(self, request: Request) -> None:
        """A live request has its answer without going out, and older ones need none any more."""
        self.clear(Lane.LIVE)
        self._last_live = request

    def restore_live(self) -> None:
        """Put back the newest live request, for an engine that has seen none."""
        if self._last_live is not None:
            self._lanes[Lane.LIVE].append(self._last_live)

    def clear(self, lane: Lane) -> None:
        """Forget what waits in a lane, such as the tiles of a grid nobody looks at."""
        self._lanes[lane].clear()
