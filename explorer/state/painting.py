"""Strokes on the decoded picture: ``z`` follows, in rounds of a few steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PyQt6.QtCore import QObject

from explorer.state.asking import ask_decode
from explorer.state.frame import Arrays, Floats, Frame, Lane, Request
from explorer.state.latent import Source
from explorer.state.record import Change, State
from explorer.state.session import Session
from models.brush import Place, dab

STEPS = 2  # along the gradient, between two pictures; of a slow decoder one
SLOW_S = 0.1
LATE_ROUNDS = 12  # after the hand has let go
RESTING_ROUNDS = 3  # that brought hardly anything, one after the other
PICTURE_AXES = 4
MOST_COLOURS = 3
WRITTEN_BY_HAND = frozenset({"latent", "classes", "shown", "port"})


@dataclass(frozen=True)
class Brush:
    """What a hand paints with.

    Attributes
    ----------
    name : str
        Such as ``light``, for the Undo button.
    colour : tuple of float
        Three values in [0, 1], or one for grey; alpha is none of them.
    width : float
        As a share of the picture's shorter side.
    strength : float
        How far towards the colour, in (0, 1].
    """

    name: str
    colour: tuple[float, ...]
    width: float
    strength: float = 1.0


@dataclass(eq=False)
class _Stroke:
    brush: Brush
    start: Floats
    z: Floats
    mask: Floats
    place: Place
    gesture: int
    is_down: bool = True
    rounds_left: int = LATE_ROUNDS
    resting: int = 0
    has_moved: bool = False

    @property
    def is_resting(self) -> bool:
        return self.resting >= RESTING_ROUNDS

    @property
    def is_over(self) -> bool:
        return not self.is_down and (self.is_resting or self.rounds_left <= 0)


class Painting(QObject):
    """Asks for the next round as soon as one is answered, always with the newest stroke.

    One round is on its way at a time, so that none pile up. A stroke is one undo step;
    a hand on anything else ends it. What the engine cannot follow is told as
    ``session.failed``.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stroke: _Stroke | None = None
        self._asked: tuple[int, _Stroke] | None = None
        self._steps = STEPS
        session.answered.connect(self._on_answer)
        session.failed.connect(self._on_failure)
        session.changed.connect(self._on_change)

    @property
    def is_painting(self) -> bool:
        """Whether a stroke still moves ``z``."""
        return self._stroke is not None

    def prepare(self) -> None:
        """Have the engine compile the gradient before a hand waits for it."""
        if self._asked is None and self._can_paint():
            self._send(self._new_stroke((0.5, 0.5), Brush("", (0.0,), 0.0)))

    def begin(self, place: Place, brush: Brush) -> None:
        """Set the brush down at a place in the unit square."""
        if not self._can_paint():
            return
        if self._session.lock_mask().all():
            self._session.told.emit("Every dimension is locked; unlock one to paint.")
            return
        self._stroke = self._new_stroke(place, brush)
        self._paint(self._stroke, place)

    def move(self, place: Place) -> None:
        """Paint on."""
        if self._stroke is not None and self._stroke.is_down:
            self._paint(self._stroke, place)

    def end(self) -> None:
        """Lift the brush; a few more rounds bring ``z`` to rest."""
        if self._stroke is not None:
            self._stroke.is_down = False
            self._go_on(self._stroke)

    def stop(self) -> None:
        """Leave ``z`` where it is."""
        self._stroke = None

    def _can_paint(self) -> bool:
        return self._session.frame.outputs["decoder_output"].ndim == PICTURE_AXES

    def _new_stroke(self, place: Place, brush: Brush) -> _Stroke:
        _, height, width, _ = self._session.frame.outputs["decoder_output"].shape
        mask = np.zeros((height, width), np.float32)
        z = self._session.state.latent.z[None]
        return _Stroke(brush, z, z, mask, place, self._session.new_gesture())

    def _paint(self, stroke: _Stroke, place: Place) -> None:
        dab(stroke.mask, stroke.place, place, stroke.brush.width)
        stroke.place, stroke.resting = place, 0
        self._go_on(stroke)

    def _go_on(self, stroke: _Stroke) -> None:
        if stroke.is_over:
            self._stroke = None
            self._session.ask()  # so that an engine that starts anew knows what to show
        elif self._asked is None and not stroke.is_resting:
            self._send(stroke)

    def _send(self, stroke: _Stroke) -> None:
        def make(state: State, _: Floats, seq: int) -> Request:
            self._asked = seq, stroke  # before it goes out, for it may fail at once
            request = ask_decode(state, seq, Lane.PAINT)
            settings = {"steps": self._steps, "strength": stroke.brush.strength}
            return replace(
                request,
                kind="paint",
                settings={**request.settings, **settings},
                arrays={"z": stroke.z, **self._arrays(stroke)},
            )

        self._session.send(make)

    def _arrays(self, stroke: _Stroke) -> Arrays:
        where = self._session.whereabouts
        channels = self._session.frame.outputs["decoder_output"].shape[-1]
        colour = np.ones((1, channels), np.float32)  # a fourth channel, alpha, is opaque
        colour[:, :MOST_COLOURS] = stroke.brush.colour
        return {
            "mask": stroke.mask[None, :, :, None].copy(),
            "colour": colour,
            "start": stroke.start,
            "low": where.lo[None],
            "high": where.hi[None],
            "free": (~self._session.lock_mask())[None].astype(np.uint8),
        }

    def _on_answer(self, frame: Frame) -> None:
        if self._asked is None or frame.seq != self._asked[0] or frame.z is None:
            return
        stroke, self._asked = self._asked[1], None
        self._steps = STEPS if frame.seconds < SLOW_S else 1
        if stroke is self._stroke:
            stroke.resting = stroke.resting + 1 if frame.metrics["paint"]["done"] else 0
            stroke.rounds_left -= not stroke.is_down
            self._take(stroke, frame.z)
        elif self._stroke is not None:
            self._go_on(self._stroke)

    def _take(self, stroke: _Stroke, z: Floats) -> None:
        has_moved = not np.array_equal(z, stroke.z)
        stroke.z, stroke.has_moved = z, stroke.has_moved or has_moved
        if not stroke.is_over:
            self._go_on(stroke)  # first, so that the engine works while the window shows this
        if has_moved:
            text = f"paint {stroke.brush.name}"
            self._session.set_latent(z[0], Source.PAINT, self, stroke.gesture, text)
        if stroke.is_over:
            self._go_on(stroke)

    def _on_failure(self, seq: int) -> None:
        if self._asked is None or seq != self._asked[0]:
            return
        self._asked = None
        if self.is_painting:
            self.stop()
            self._session.ask()

    def _on_change(self, change: Change) -> None:
        if self._stroke is None or change.initiator is self:
            return
        # Until z first follows, an encoder may still be plugged in and give one of its own.
        by_encoder = change.source is Source.ENCODER and not self._stroke.has_moved
        if change.fields & WRITTEN_BY_HAND and not by_encoder:
            self.stop()
