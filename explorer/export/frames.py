"""Decoded pictures as the frames of a film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
EVEN_PX = 2  # of the sides of a picture whose colours H.264 keeps at half the size


@dataclass(frozen=True, eq=False)
class Look:
    """How pictures are shown.

    Attributes
    ----------
    side_px : int
        Of the longer side.
    crisp : bool
        Whether single pixels are shown.
    colours : ndarray of uint8, shape (256, 3), or None
        Of the grey values of pictures with one channel.
    even : bool
        Whether both sides must be even.
    """

    side_px: int
    crisp: bool
    colours: Bytes | None = None
    even: bool = False

    def size_px(self, picture: npt.NDArray[Any]) -> tuple[int, int]:
        """Width and height of the frame of a picture (height, width, channels)."""
        scale = self.side_px / max(picture.shape[:2])
        step = EVEN_PX if self.even else 1
        height, width = (max(step, step * round(scale * side / step)) for side in picture.shape[:2])
        return width, height

    def paint(self, picture: Floats) -> Image.Image:
        """The frame of a picture (height, width, 1, 3 or 4) in [0, 1]; NaN is black.

        It is grey, has a palette, or is RGB or RGBA.
        """
        levels = (np.fmin(np.fmax(picture, 0), 1) * 255 + 0.5).astype(np.uint8)
        if levels.shape[2] == 1:
            levels = levels[:, :, 0]
        how = Image.Resampling.NEAREST if self.crisp else Image.Resampling.BILINEAR
        frame = Image.fromarray(np.ascontiguousarray(levels)).resize(self.size_px(picture), how)
        if frame.mode == "L" and self.colours is not None:
            frame.putpalette(self.colours.tobytes())
        return frame


def on_black(frame: Image.Image) -> Image.Image:
    """A frame as RGB; what is transparent shows black."""
    if frame.mode != "RGBA":
        return frame.convert("RGB")
    ground = Image.new("RGBA", frame.size, (0, 0, 0, 255))
    return Image.alpha_composite(ground, frame).convert("RGB")
