"""The steps of the tour, and the guide who waits for each picture."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

from explorer.application import Application
from explorer.engine.status import EngineStatus, Phase
from explorer.panes.output_pane import png_bytes
from explorer.state.frame import Request
from explorer.state.latent import Route
from models.files import write_atomically
from models.noise import KINDS, Gaussian, Noise, kind_of
from models.stroke_digits import draw_digit

PICTURE = "the picture of the newest request"
READY = "the engine"
SETTLE_MS = 350  # longer than any animation of the window
DIGIT, VARIANT = 5, 6  # two strokes, and still a 5 to the eye after every kind of noise
Script = Generator[str | int, None, None]


class Guide(QObject):
    """Plays a script: each step yields what it waits for.

    Attributes
    ----------
    finished : signal
        The last step is done, or one has failed.
    steps : list of dict
        What was seen, for ``tour.json``.
    failure : str
        Why the tour could not go on; empty where it could.
    """

    finished = pyqtSignal()

    def __init__(self, application: Application, out: Path, size: tuple[int, int]) -> None:
        super().__init__()
        assert application.window is not None
        assert application.session is not None
        assert application.engine is not None
        self._window = application.window
        self._session = application.session
        self._engine = application.engine
        self._space = self._window.workspace
        self._out = out
        self._size = size
        self.steps: list[dict[str, Any]] = []
        self.failure = ""
        self._script = self._play()
        self._waiting: str = ""
        self._asked_seq = 1  # the request the session makes when it is opened
        self._painted_seq = 0
        self._session.requested.connect(self._on_request)
        self._space.output.view.painted.connect(self._on_paint)
        self._engine.status_changed.connect(self._on_status)
        application.broke.connect(self._fail)

    def start(self, timeout_ms: int) -> None:
        """Begin; ``finished`` comes when all is done, or after the time-out."""
        QTimer.singleShot(timeout_ms, lambda: self._fail(f"none in time of {self._waiting}"))
        QTimer.singleShot(0, self._advance)

    # The script ---------------------------------------------------------------------

    def _play(self) -> Script:
        self._window.resize(*self._size)
        yield SETTLE_MS
        self._see("start", "The stored first picture, before the engine is ready")
        yield READY
        yield PICTURE
        yield SETTLE_MS
        self._see("ready", "The engine is ready: drawing, noise, encoder, decoder")
        yield from self._slide((2, 5, 9))
        yield SETTLE_MS
        self._see("sliders", "A slider was dragged: the plug moved to the sliders")
        self._session.plug(Route.ENCODER)
        yield PICTURE
        yield from self._draw()
        yield from self._spoil()
        yield from self._flip()
        self._space.tabs.open_page("Layers")
        self._space.layers.choose("encoder", "conv2d")
        yield SETTLE_MS
        self._see("layers", "What a layer makes of the current input")
        self._space.tabs.open_page("Why two inputs?")
        yield SETTLE_MS
        self._see("why", "Why decoder_input is an Input of its own")

    def _slide(self, dims: Sequence[int]) -> Script:
        table = self._space.latent.table
        port = table.viewport()
        assert port is not None
        for dim in dims:
            shares = [0.5 + 0.35 * math.sin(step / 2) for step in range(10)]
            yield from self._drag(port, [table.track_at(dim, share) for share in shares])

    def _draw(self) -> Script:
        canvas = self._space.input.canvas
        self._space.input.clear()
        yield PICTURE
        self._session.set_noise(KINDS["none"].parameters())
        yield PICTURE
        for number, stroke in enumerate(draw_digit(DIGIT, VARIANT), 1):
            square = canvas.square()
            points = [
                QPointF(square.left() + x * square.width(), square.top() + y * square.height())
                for x, y in stroke.points
            ]
            yield from self._drag(canvas, points)
            yield SETTLE_MS
            self._see(f"stroke {number}", f"Stroke {number} of a {DIGIT}, drawn with the pointer")

    def _spoil(self) -> Script:
        kinds: list[Noise] = [kind.parameters() for kind in KINDS.values() if kind.name != "none"]
        for noise in kinds:
            self._session.set_noise(noise)
            yield PICTURE
            yield SETTLE_MS
            label = kind_of(noise).label
            self._see(f"noise {kind_of(noise).name}", f"{label} noise, and the denoised digit")
        self._session.set_noise(Gaussian())
        yield PICTURE

    def _flip(self) -> Script:
        self._session.plug(Route.HELD)
        yield PICTURE
        self._session.randomise()
        yield PICTURE
        yield SETTLE_MS
        self._see("switch", "The sliders are plugged in, z drawn from the codes")
        self._session.plug(Route.ENCODER)
        yield PICTURE
        yield SETTLE_MS
        self._see("switch back", "The encoder is plugged in again")

    # How it waits -------------------------------------------------------------------

    def _advance(self) -> None:
        if self.failure:
            return
        try:
            wanted = next(self._script)
        except StopIteration:
            self.finished.emit()
            return
        if isinstance(wanted, int):
            self._waiting = "end of an animation"
            QTimer.singleShot(wanted, self._advance)
        else:
            self._waiting = wanted
            self._check()

    def _check(self) -> None:
        ready = self._engine.status.phase is Phase.READY
        painted = self._painted_seq >= self._asked_seq
        if (self._waiting == READY and ready) or (self._waiting == PICTURE and painted):
            self._waiting = ""
            QTimer.singleShot(0, self._advance)

    def _on_request(self, request: Request) -> None:
        if request.kind in ("decode", "denoise"):
            self._asked_seq = request.seq

    def _on_paint(self) -> None:
        self._painted_seq = self._session.frame.seq
        self._check()

    def _on_status(self, status: EngineStatus) -> None:
        if status.phase is Phase.FAILED:
            self._fail(status.sentence)
        self._check()

    def _fail(self, why: str) -> None:
        if not self.failure:
            sentences = (why, self._window.status.sentence())
            self.failure = "; ".join(text.rstrip(".") for text in sentences if text)
            self.finished.emit()

    # What it does and sees ------------------------------------------------------------

    def _drag(self, widget: QWidget, points: Sequence[QPointF]) -> Script:
        """Press, move and release the left button, waiting for a picture after every move."""
        _send(widget, QEvent.Type.MouseButtonPress, points[0])
        for point in points[1:]:
            _send(widget, QEvent.Type.MouseMove, point)
            yield PICTURE
        _send(widget, QEvent.Type.MouseButtonRelease, points[-1])

    def _see(self, name: str, caption: str) -> None:
        picture = f"{len(self.steps) + 1:02}-{name.replace(' ', '-').replace('_', '-')}.png"
        # What was written just now has its room before it is seen.
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        data = png_bytes(self._window.grab().toImage())
        write_atomically(self._out / picture, lambda stream: stream.write(data))
        frame, state = self._session.frame, self._session.state
        self.steps.append(
            {
                "name": name,
                "caption": caption,
                "picture": picture,
                "route": state.route.value,
                "noise": kind_of(state.noise).name,
                "z": [round(float(value), 4) for value in state.latent.z],
                "metrics": {side: dict(values) for side, values in frame.metrics.items()},
                "engine": self._engine.status.phase.name.lower(),
                "decode_ms": round(frame.seconds * 1000, 2),
                "painted_ms": round(self._space.painted_ms, 2),
                "message": self._window.status.sentence(),
            }
        )


def _send(widget: QWidget, kind: QEvent.Type, place: QPointF) -> None:
    released = kind == QEvent.Type.MouseButtonRelease
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if released else Qt.MouseButton.LeftButton
    offset = widget.mapToGlobal(QPoint(0, 0)).toPointF()
    event = QMouseEvent(kind, place, place + offset, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
