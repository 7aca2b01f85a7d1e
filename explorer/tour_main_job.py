"""The tour's first chapters: the main job, and the pages that explain it."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF

from explorer.state.latent import Route
from explorer.tour_guide import SETTLE_MS, Guide, Script
from models.noise import KINDS, Gaussian, Noise, kind_of
from models.stroke_digits import draw_digit

DIGIT, VARIANT = 5, 6  # two strokes, and still a 5 to the eye after every kind of noise


def main_job(guide: Guide) -> Script:
    """Draw, spoil, clean up, and turn the switch."""
    guide.window.resize(*guide.size)
    yield SETTLE_MS
    guide.see("start", "The stored first picture, before the engine is ready")
    yield guide.ready
    yield guide.picture
    yield SETTLE_MS
    guide.see("ready", "The engine is ready: drawing, noise, encoder, decoder")
    for dim in (2, 5, 9):
        yield from guide.slide(dim, [0.5 + 0.35 * math.sin(step / 2) for step in range(10)])
    yield SETTLE_MS
    guide.see("sliders", "A slider was dragged: the plug moved to the sliders")
    guide.session.plug(Route.ENCODER)
    yield guide.picture
    yield from _draw(guide)
    yield from _spoil(guide)
    yield from _flip(guide)


def pages(guide: Guide) -> Script:
    """What layers do, and why decoder_input is an Input of its own."""
    guide.open_tab("Layers")
    guide.space.layers.choose("encoder", "conv2d")
    yield SETTLE_MS
    guide.see("layers", "What a layer makes of the current input")
    guide.open_tab("Why two inputs?")
    yield SETTLE_MS
    guide.see("why", "Why decoder_input is an Input of its own")


def _draw(guide: Guide) -> Script:
    canvas = guide.space.input.canvas
    guide.space.input.clear()
    yield guide.picture
    guide.session.set_noise(KINDS["none"].parameters())
    yield guide.picture
    for number, stroke in enumerate(draw_digit(DIGIT, VARIANT), 1):
        square = canvas.square()
        points = [
            QPointF(square.left() + x * square.width(), square.top() + y * square.height())
            for x, y in stroke.points
        ]
        yield from guide.drag(canvas, points)
        yield SETTLE_MS
        guide.see(f"stroke {number}", f"Stroke {number} of a {DIGIT}, drawn with the pointer")


def _spoil(guide: Guide) -> Script:
    kinds: list[Noise] = [kind.parameters() for kind in KINDS.values() if kind.name != "none"]
    for noise in kinds:
        guide.session.set_noise(noise)
        yield guide.picture
        yield SETTLE_MS
        label = kind_of(noise).label
        guide.see(f"noise {kind_of(noise).name}", f"{label} noise, and the denoised digit")
    guide.session.set_noise(Gaussian())
    yield guide.picture


def _flip(guide: Guide) -> Script:
    guide.session.plug(Route.HELD)
    yield guide.picture
    guide.session.randomise()
    yield guide.picture
    yield SETTLE_MS
    guide.see("switch", "The sliders are plugged in, z drawn from the codes")
    guide.session.plug(Route.ENCODER)
    yield guide.picture
    yield SETTLE_MS
    guide.see("switch back", "The encoder is plugged in again")
