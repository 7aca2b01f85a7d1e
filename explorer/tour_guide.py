"""The guide of the tour: a hand at the window's widgets, who waits for each picture."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from explorer.application import Application
from explorer.engine.status import EngineStatus, Phase
from explorer.panes.output_pane import png_bytes
from explorer.state.frame import Frame, Request
from models.files import write_atomically
from models.noise import kind_of

SETTLE_MS = 350  # longer than any animation of the window
CALM_MS = 300  # without another question for pictures: all are there
NOTCH = 120  # of a wheel, in eighths of a degree
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, eq=False)
class Until:
    """What a chapter waits for.

    Attributes
    ----------
    what : str
        In words, should it never come.
    is_so : callable
        Asked after each signal that the guide listens to.
    """

    what: str
    is_so: Callable[[], bool]


Script = Generator[Until | int, None, None]  # an int: so many milliseconds
Part = TypeVar("Part", bound=QWidget)
Chapter = Callable[["Guide"], Script]


class Guide(QObject):
    """Plays chapters: each step yields what it waits for.

    Attributes
    ----------
    finished : signal
        The last step is done, or one has failed.
    ready, picture : Until
        The engine; the picture of the newest request.
    steps : list of dict
        What was seen, for ``tour.json``.
    failure : str
        Why the tour could not go on; empty where it could.
    """

    finished = pyqtSignal()

    def __init__(
        self,
        application: Application,
        out: Path,
        size: tuple[int, int],
        chapters: Iterable[Chapter],
    ) -> None:
        super().__init__()
        assert application.window is not None
        assert application.session is not None
        assert application.engine is not None
        self.window = application.window
        self.session = application.session
        self.space = self.window.workspace
        self.size = size
        self.steps: list[dict[str, Any]] = []
        self.failure = ""
        self._engine = application.engine
        self._out = out
        self._script = (wanted for chapter in chapters for wanted in chapter(self))
        self._waiting: Until | None = None
        self._asked_seq = 1  # the request the session makes when it is opened
        self._painted_seq = 0
        self._open: set[int] = set()  # questions for many pictures
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        painted, changed = self.space.output.view.painted, self._engine.status_changed
        self.picture = Until(
            "the picture of the newest request", lambda: self._painted_seq >= self._asked_seq
        )
        self.ready = Until("the engine", lambda: self._phase() is Phase.READY)
        self.session.requested.connect(self._on_request)
        self.session.answered.connect(self._on_answer)
        painted.connect(self._on_paint)
        changed.connect(self._on_status)
        self.listen(painted, changed, self.session.answered, self._calm.timeout)
        application.broke.connect(self._fail)

    def start(self, timeout_ms: int) -> None:
        """Begin; ``finished`` comes when all is done, or after the time-out."""
        QTimer.singleShot(timeout_ms, self._give_up)
        QTimer.singleShot(0, self._advance)

    # What a chapter waits for ---------------------------------------------------------

    def listen(self, *signals: pyqtBoundSignal) -> None:
        """Look, after each of these signals, whether what is waited for has come.

        Before anything is asked: a signal from another thread only reaches those who
        listen when it is sent.
        """
        for signal in signals:
            signal.connect(self._look_soon)

    def pictures(self) -> Until:
        """All the small pictures that panes have asked for."""
        self._calm.start()
        return Until(
            "the pictures of codes",
            lambda: not self._open and not self._calm.isActive(),
        )

    # What a chapter does ----------------------------------------------------------------

    def drag(self, widget: QWidget, points: Sequence[QPointF]) -> Script:
        """Press, move and release the left button, waiting for a picture after every move."""
        _send(widget, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
        for point in points[1:]:
            _send(widget, QEvent.Type.MouseMove, point, NO_BUTTON, LEFT)
            yield self.picture
        _send(widget, QEvent.Type.MouseButtonRelease, points[-1], LEFT, NO_BUTTON)

    def stroke(self, widget: QWidget, points: Sequence[QPointF]) -> None:
        """Press, move and release the left button, waiting for nothing."""
        _send(widget, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
        for point in points[1:]:
            _send(widget, QEvent.Type.MouseMove, point, NO_BUTTON, LEFT)
        _send(widget, QEvent.Type.MouseButtonRelease, points[-1], LEFT, NO_BUTTON)

    def click(self, widget: QWidget, point: QPointF | None = None) -> None:
        """Click somewhere on a widget, or in its middle."""
        self.stroke(widget, [point or QPointF(widget.rect().center())])

    def point_at(self, widget: QWidget, point: QPointF) -> None:
        """Move the pointer without a button."""
        _send(widget, QEvent.Type.MouseMove, point, NO_BUTTON, NO_BUTTON)

    def leave(self, widget: QWidget) -> None:
        """Take the pointer away."""
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))

    def roll(self, widget: QWidget, point: QPointF, notches: float) -> None:
        """Turn the wheel, away from the hand where ``notches`` is above 0."""
        turned = QPoint(0, round(NOTCH * notches))
        phase = Qt.ScrollPhase.NoScrollPhase
        place = widget.mapToGlobal(point)
        event = QWheelEvent(point, place, QPoint(), turned, NO_BUTTON, NO_KEYS, phase, False)
        QApplication.sendEvent(widget, event)

    def press(self, widget: QWidget, key: Qt.Key, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(widget, QKeyEvent(kind, key, NO_KEYS))

    def slide(self, dim: int, shares: Sequence[float]) -> Script:
        """Drag a slider through places from 0, its left end, to 1."""
        table = self.space.latent.table
        port = table.viewport()
        assert port is not None
        yield from self.drag(port, [table.track_at(dim, share) for share in shares])

    def open_tab(self, title: str) -> None:
        """Click a tab, or find it among those that have no room."""
        tabs = self.space.tabs
        bar = tabs.tabBar()
        assert bar is not None
        if title in tabs.left_out():
            tabs.open_page(title)
        else:
            index = next(i for i in range(tabs.count()) if tabs.tabText(i) == title)
            self.click(bar, QPointF(bar.tabRect(index).center()))

    def see(self, name: str, caption: str) -> None:
        """Save a picture of the window, and what the session and the engine say."""
        picture = f"{len(self.steps) + 1:02}-{name.replace(' ', '-').replace('_', '-')}.png"
        # What was written just now has its room before it is seen.
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        data = png_bytes(self.window.grab().toImage())
        write_atomically(self._out / picture, lambda stream: stream.write(data))
        frame, state = self.session.frame, self.session.state
        self.steps.append(
            {
                "name": name,
                "caption": caption,
                "picture": picture,
                "route": state.route.value,
                "noise": kind_of(state.noise).name,
                "z": [round(float(value), 4) for value in state.latent.z],
                "metrics": {side: dict(values) for side, values in frame.metrics.items()},
                "engine": self._phase().name.lower(),
                "decode_ms": round(frame.seconds * 1000, 2),
                "painted_ms": round(self.space.painted_ms, 2),
                "message": self.window.status.sentence(),
            }
        )

    # How it waits -------------------------------------------------------------------

    def _advance(self) -> None:
        if self.failure:
            return
        wanted = next(self._script, None)
        if wanted is None:
            self.finished.emit()
        elif isinstance(wanted, int):
            QTimer.singleShot(wanted, self._advance)
        else:
            self._waiting = wanted
            self._look()

    def _look_soon(self, *_: object) -> None:
        QTimer.singleShot(0, self._look)  # first come all who show what the signal tells

    def _look(self) -> None:
        wanted = self._waiting
        if wanted is not None and wanted.is_so():
            self._waiting = None
            QTimer.singleShot(0, self._advance)

    def _phase(self) -> Phase:
        return self._engine.status.phase

    def _on_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self._asked_seq = request.seq
        elif request.kind == "tiles":
            self._open.add(request.seq)
            self._calm.start()

    def _on_answer(self, frame: Frame) -> None:
        if frame.seq in self._open:
            self._open.discard(frame.seq)
            self._calm.start()

    def _on_paint(self) -> None:
        self._painted_seq = self.session.frame.seq

    def _on_status(self, status: EngineStatus) -> None:
        if status.phase is Phase.FAILED:
            self._fail(status.sentence)

    def _give_up(self) -> None:
        what = "end of an animation" if self._waiting is None else self._waiting.what
        self._fail(f"none in time of {what}")

    def _fail(self, why: str) -> None:
        if not self.failure:
            sentences = (why, self.window.status.sentence())
            self.failure = "; ".join(text.rstrip(".") for text in sentences if text)
            self.finished.emit()


def part(parent: QWidget, kind: type[Part], name: str) -> Part:
    """A widget by its kind and accessible name."""
    return next(w for w in parent.findChildren(kind) if w.accessibleName() == name)


def _send(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPointF,
    button: Qt.MouseButton,
    held: Qt.MouseButton,
) -> None:
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, NO_KEYS)
    QApplication.sendEvent(widget, event)
