"""The guide of the tour: a hand at the window's widgets, who waits for each picture."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import (
    QEvent,
    QMetaObject,
    QObject,
    QPointF,
    QTimer,
    pyqtBoundSignal,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QApplication, QWidget

from explorer.application import Application
from explorer.engine.status import EngineStatus, Phase
from explorer.panes.output_pane import png_bytes
from explorer.state.frame import Frame, Request
from explorer.theme import theme_of
from explorer.tour_hand import LEFT, NO_BUTTON, Hand, send_mouse
from models.files import write_atomically
from models.noise import kind_of

SETTLE_MS = 350  # longer than any animation of the window
CALM_MS = 300  # without another question for pictures: all are there


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
Chapter = Callable[["Guide"], Script]


class Guide(QObject, Hand):
    """Plays chapters: each step yields what it waits for.

    Attributes
    ----------
    finished : signal
        The last step is done, or one has failed.
    window, session, space
        Of the model in sight.
    scratch : Path
        A folder for what chapters write, gone after the tour.
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
        scratch: Path,
        size: tuple[int, int],
        chapters: Iterable[Chapter],
    ) -> None:
        super().__init__()
        self.application = application
        self.size = size
        self.scratch = scratch
        self.steps: list[dict[str, Any]] = []
        self.failure = ""
        self._out = out
        self._script = (wanted for chapter in chapters for wanted in chapter(self))
        self._waiting: Until | None = None
        self._open: set[int] = set()  # questions for many pictures
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._wires: list[QMetaObject.Connection] = []
        self._meet_model()
        self.picture = Until(
            "the picture of the newest request", lambda: self._painted_seq >= self._asked_seq
        )
        self.ready = Until("the engine", lambda: self._phase() is Phase.READY)
        self.listen(self._calm.timeout, application.opener.opened)
        application.broke.connect(self.fail)
        application.opener.refused.connect(self.fail)

    def start(self, timeout_ms: int) -> None:
        """Begin; ``finished`` comes when all is done, or after the time-out."""
        QTimer.singleShot(timeout_ms, self._give_up)
        QTimer.singleShot(0, self._advance)

    def fail(self, why: str, *_: object) -> None:
        """End the tour here; ``why`` is told, and what the status line says besides."""
        if not self.failure:
            sentences = dict.fromkeys((why, self.window.status.sentence()))
            self.failure = "; ".join(text.rstrip(".") for text in sentences if text)
            self.finished.emit()

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

    def drag(self, widget: QWidget, points: Sequence[QPointF], pause_ms: int = 0) -> Script:
        """Press, move and release the left button.

        After every move it waits for the picture, or for ``pause_ms`` where that is not 0.
        """
        send_mouse(widget, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
        for point in points[1:]:
            send_mouse(widget, QEvent.Type.MouseMove, point, NO_BUTTON, LEFT)
            yield pause_ms or self.picture
        send_mouse(widget, QEvent.Type.MouseButtonRelease, points[-1], LEFT, NO_BUTTON)

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

    def show_model(self, what: str, act: Callable[[], object]) -> Script:
        """Do what brings another model into sight, and go on with its window."""
        before = self.session
        act()
        yield Until(what, lambda: self.application.session is not before)
        self._meet_model()
        self.window.resize(*self.size)
        yield self.ready
        yield self.picture
        yield SETTLE_MS

    def see(self, name: str, caption: str, above: QWidget | None = None) -> None:
        """Save a picture of the window, and what the session and the engine say.

        Parameters
        ----------
        above : QWidget, optional
            A window of its own that stands over it.
        """
        picture = f"{len(self.steps) + 1:02}-{name.replace(' ', '-').replace('_', '-')}.png"
        # What was written just now has its room before it is seen.
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        data = png_bytes(self._look_at_window(above))
        write_atomically(self._out / picture, lambda stream: stream.write(data))
        frame, state = self.session.frame, self.session.state
        self.steps.append(
            {
                "name": name,
                "caption": caption,
                "picture": picture,
                "model": self.session.subject.name,
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

    def _look_at_window(self, above: QWidget | None) -> QImage:
        image = self.window.grab().toImage()
        if above is not None:
            place = above.rect()
            place.moveCenter(image.rect().center())
            painter = QPainter(image)
            painter.drawPixmap(place, above.grab())
            painter.setPen(QColor(theme_of(self.window.palette()).muted))
            painter.drawRect(place)  # a desktop would put a frame there
            painter.end()
        return image

    # How it waits -------------------------------------------------------------------

    def _meet_model(self) -> None:
        application = self.application
        assert application.window is not None
        assert application.session is not None
        assert application.engine is not None
        self.window = application.window
        self.session = application.session
        self.space = self.window.workspace
        self._engine = application.engine
        self._painted_seq = self.session.frame.seq
        self._asked_seq = max(1, self._painted_seq)  # a session asks when it is opened
        self._open.clear()
        for wire in self._wires:
            QObject.disconnect(wire)
        painted, changed = self.space.output.view.painted, self._engine.status_changed
        self._wires = [
            self.session.requested.connect(self._on_request),
            self.session.answered.connect(self._on_answer),
            self.session.failed.connect(lambda _, sentence: self.fail(sentence)),
            painted.connect(self._on_paint),
            changed.connect(self._on_status),
        ]
        self.listen(painted, changed, self.session.answered)

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
            self.fail(status.sentence)

    def _give_up(self) -> None:
        what = "end of an animation" if self._waiting is None else self._waiting.what
        self.fail(f"none in time of {what}")
