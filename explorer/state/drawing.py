"""What the user drew, opened or picked, and the picture the encoder gets of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models.digits import (
    SMALL_PX,
    Picture,
    Stroke,
    fit_digit,
    invert_to_ink,
    is_dark_on_light,
    normalise_digit,
    rasterise,
    resize_picture,
    stamp_segment,
)

CANVAS_PX = 280
RGBA_CHANNELS = 4


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes over an opened picture, or over nothing.

    Attributes
    ----------
    strokes : tuple of Stroke
        In the unit square, in the order in which they were drawn.
    opened : ndarray of float32, shape (height, width), or None
        Luminance of an opened picture in [0, 1].
    inverted : bool
        Whether the opened picture is dark on light and is turned into ink on black.
    normalised : bool
        Whether the picture is scaled and centred as MNIST's makers did.
    sample : ndarray of float32, shape (height, width, channels), or None
        A picture of the model's data, which reaches the encoder as it is; with the
        first stroke over it, it becomes an opened picture without colours.
    """

    strokes: tuple[Stroke, ...] = ()
    opened: Picture | None = None
    inverted: bool = False
    normalised: bool = True
    sample: npt.NDArray[np.float32] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.strokes and self.opened is None and self.sample is None

    @classmethod
    def of_picture(cls, luminance: Picture, normalised: bool = True) -> Drawing:
        """A drawing of an opened picture; dark on light is detected and inverted."""
        return cls((), luminance, is_dark_on_light(luminance), normalised)

    def begin_stroke(self, stroke: Stroke) -> Drawing:
        """With one more stroke."""
        grey = self.opened if self.sample is None else self.sample[..., :3].mean(axis=2)
        return replace(self, strokes=(*self.strokes, stroke), opened=grey, sample=None)

    def extend_stroke(self, point: tuple[float, float]) -> Drawing:
        """With the last stroke drawn on to ``point``."""
        last = self.strokes[-1]
        return replace(
            self, strokes=(*self.strokes[:-1], replace(last, points=(*last.points, point)))
        )

    def without_last_stroke(self) -> Drawing:
        """Without the stroke that was drawn last."""
        return replace(self, strokes=self.strokes[:-1])

    def cleared(self) -> Drawing:
        """Empty, with the same way of normalising."""
        return Drawing(normalised=self.normalised)

    def ground(self) -> Picture | None:
        """The opened picture as ink on black in a square, or None."""
        if self.sample is not None:
            return _squared(self.sample[..., :3].mean(axis=2))
        if self.opened is None:
            return None
        ink = self.opened
        if self.inverted and min(ink.shape) > SMALL_PX:
            from models.pictures import to_ink  # not before somebody opens one

            ink = to_ink(ink, True)  # a scan or photograph, with shadows and grain
        elif self.inverted:
            ink = invert_to_ink(ink)
        return _squared(ink)


def _squared(ink: Picture) -> Picture:
    height, width = ink.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink
    return square


class Raster:
    """Pixels of the current drawing, redrawn only as far as it has changed."""

    def __init__(self) -> None:
        self._drawing: Drawing | None = None
        self._pixels = np.zeros((CANVAS_PX, CANVAS_PX), np.float32)

    def update(self, drawing: Drawing) -> Picture:
        """The drawing as ink on black.

        Returns
        -------
        ndarray of float32, shape (280, 280)
            A view that the next update may change.
        """
        if drawing is self._drawing:
            return self._pixels
        if not self._draw_on(drawing):
            self._pixels = rasterise(drawing.strokes, CANVAS_PX, drawing.ground())
        self._drawing = drawing
        return self._pixels

    def _draw_on(self, drawing: Drawing) -> bool:
        """Add what is new; False where more has changed than the end of the last stroke."""
        old = self._drawing
        if old is None or old.sample is not None or drawing.sample is not None:
            return False
        if old.opened is not drawing.opened or old.inverted != drawing.inverted:
            return False
        if old.strokes == drawing.strokes:
            return True
        kept = len(old.strokes) - 1
        if kept < 0 or len(drawing.strokes) != len(old.strokes):
            added = drawing.strokes[len(old.strokes) :]
            if len(added) != 1 or drawing.strokes[:-1] != old.strokes:
                return False
            self._stamp(added[0], 0)
            return True
        before, after = old.strokes[kept], drawing.strokes[kept]
        count = len(before.points)
        grown = after.points[:count] == before.points
        if drawing.strokes[:kept] != old.strokes[:kept] or not grown:
            return False
        if (before.width, before.erase) != (after.width, after.erase):
            return False
        self._stamp(after, count - 1)
        return True

    def _stamp(self, stroke: Stroke, first: int) -> None:
        points = stroke.points
        for start, end in zip(points[first:], points[first + 1 :] or points[:1], strict=False):
            stamp_segment(self._pixels, start, end, stroke.width, stroke.erase)


def clean_picture(
    pixels: Picture, normalised: bool, shape: tuple[int, int, int]
) -> npt.NDArray[np.float32]:
    """The picture the encoder is meant to see: the normalised drawing without noise.

    Returns
    -------
    ndarray of float32, shape (1, height, width, channels)
        In [0, 1].
    """
    height, width, channels = shape
    digit = normalise_digit(pixels) if normalised else fit_digit(pixels)
    fitted = np.clip(resize_picture(digit, height, width), 0, 1)
    picture = np.repeat(fitted[None, :, :, None], channels, axis=3)  # (1, h, w, c)
    if channels == RGBA_CHANNELS:
        picture[..., -1] = 1  # nothing of a drawing shows what lies behind it
    return picture
