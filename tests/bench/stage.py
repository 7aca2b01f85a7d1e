"""The real app in this process, and a hand that plays on it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, pyqtBoundSignal
from PyQt6.QtWidgets import QApplication, QWidget

from explorer.application import Application, make_qt_app
from explorer.engine.client import Engine
from explorer.engine.status import Phase
from explorer.main_window import MainWindow
from explorer.settings import Settings
from explorer.state.frame import Request
from explorer.state.session import Session
from models.bundle import DEFAULT
from tests.bench.clocks import PaintClock, Steps, send_pointer

SEED = 7
EVENT_INTERVAL_MS = 10  # a mouse tells its place about a hundred times a second
STROKE_EVENTS = 60
STROKES_PER_DRAWING = 2
SETTLE_MS = 100
WINDOW_PX = (1280, 800)


@dataclass(frozen=True)
class Stage:
    """The open app, with what it shows at first."""

    application: Application
    session: Session
    engine: Engine
    window: MainWindow

    @property
    def painted(self) -> pyqtBoundSignal:
        """At the end of every paint of the decoded picture."""
        return self.window.workspace.output.view.painted

    def until_live(self) -> Steps:
        """Wait for the first picture that an engine has made."""
        while not self.session.frame.model_id:
            if self.engine.status.phase is Phase.FAILED:
                raise RuntimeError(self.engine.status.sentence)
            yield self.painted


def play(script: Callable[[Stage], Steps], bundle: Path = DEFAULT) -> None:
    """Open the app on a bundle with settings of its own, run a script on it, close it."""
    qt_app = make_qt_app()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(str(Path(folder) / "settings.ini"))
        application = Application(qt_app, settings, "dark", SEED)
        application.open(bundle)
        session, engine, window = application.session, application.engine, application.window
        assert session is not None
        assert engine is not None
        assert window is not None
        session.told.connect(lambda sentence: print(sentence, file=sys.stderr))
        window.resize(*WINDOW_PX)  # the offscreen screen is smaller than that
        player = _Player(script(Stage(application, session, engine, window)))
        application.run()
    if player.error is not None:
        raise player.error


class PictureClock(PaintClock):
    """Times from a pointer event to the decoded picture that it asked for."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._session = stage.session
        self._newest_seq = 0
        stage.session.requested.connect(self._on_request)
        stage.painted.connect(lambda: self.note_painted(self._session.frame.seq))

    def send(self, widget: QWidget, kind: QEvent.Type, place: QPointF) -> None:
        """Send a pointer event, and expect a picture if it asks for one."""
        before_seq, sent_s = self._newest_seq, time.perf_counter()
        send_pointer(widget, kind, place)
        if self._newest_seq != before_seq:
            self.expect(self._newest_seq, sent_s)

    def _on_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self._newest_seq = request.seq


def drag_sliders(stage: Stage, clock: PictureClock, events: int) -> Steps:
    """Drag knob after knob to and fro."""
    table = stage.window.workspace.latent.table
    port = table.viewport()
    assert port is not None
    shares = 0.5 + 0.4 * np.sin(np.linspace(0.3, 2 * np.pi, STROKE_EVENTS + 1))
    for number, count in enumerate(_parts(events)):
        row = number % stage.session.subject.latent_dim
        points = [table.track_at(row, float(share)) for share in shares[: count + 1]]
        yield from _stroke(port, points, clock)


def draw_strokes(stage: Stage, clock: PictureClock, events: int) -> Steps:
    """Draw long strokes, and begin a new drawing now and then."""
    space = stage.window.workspace
    canvas = space.input.canvas
    for number, count in enumerate(_parts(events)):
        if number % STROKES_PER_DRAWING == 0:
            space.input.clear()
            yield SETTLE_MS
        square = canvas.square()
        angles = np.linspace(0, 1.5 * np.pi, STROKE_EVENTS + 1)[: count + 1] + number
        x = square.left() + square.width() * (0.5 + 0.3 * np.sin(angles))
        y = square.top() + square.height() * (0.5 + 0.3 * np.cos(angles))
        points = [QPointF(*place) for place in zip(x, y, strict=True)]
        yield from _stroke(canvas, points, clock)


def _stroke(widget: QWidget, points: Sequence[QPointF], clock: PictureClock) -> Steps:
    """Press, move and release; only the moves are timed."""
    send_pointer(widget, QEvent.Type.MouseButtonPress, points[0])
    yield EVENT_INTERVAL_MS
    for point in points[1:]:
        clock.send(widget, QEvent.Type.MouseMove, point)
        yield EVENT_INTERVAL_MS
    send_pointer(widget, QEvent.Type.MouseButtonRelease, points[-1])
    yield EVENT_INTERVAL_MS


def _parts(events: int) -> Iterator[int]:
    while events > 0:
        yield min(events, STROKE_EVENTS)
        events -= STROKE_EVENTS


class _Player(QObject):
    """Runs a script whose steps yield what they wait for: milliseconds, or a signal."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self._steps = steps
        self._awaited: pyqtBoundSignal | None = None
        self.error: Exception | None = None
        QTimer.singleShot(0, self._advance)

    def _advance(self) -> None:
        try:
            wanted = next(self._steps)
        except StopIteration:
            QApplication.quit()
        except Exception as error:  # noqa: BLE001  # whatever it was, play's caller must see it
            self.error = error
            QApplication.quit()
        else:
            self._await(wanted)

    def _await(self, wanted: pyqtBoundSignal | int) -> None:
        if isinstance(wanted, int):
            QTimer.singleShot(wanted, Qt.TimerType.PreciseTimer, self._advance)
        else:
            self._awaited = wanted
            wanted.connect(self._go_on)

    def _go_on(self) -> None:
        if self._awaited is not None:
            self._awaited.disconnect(self._go_on)
            self._awaited = None
            # Not at once: the signal may come from the middle of a paint.
            QTimer.singleShot(0, self._advance)
