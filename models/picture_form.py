"""How stored pictures are laid out and scaled, and what makes a model's pictures of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from models.errors import DataError

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
Shape = tuple[int, ...]

CHANNELS = (1, 3, 4)  # grey, RGB, RGB with opacity
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow has it
OVERSHOOT = 0.05  # what resizing adds to a range of 0 to 1
LARGEST = 1e37  # differences of larger values may be too large for float32
FEW_LEVELS = 16  # a range as narrow as this was never meant to reach 255


@dataclass(frozen=True)
class Scale:
    """The stored values that become 0 and 1."""

    low: float
    high: float
    note: str = ""

    @classmethod
    def of(cls, low: float, high: float, integers: bool) -> Scale:
        """Recognise a usual range from the smallest and largest value that was seen."""
        slack = 0 if integers else OVERSHOOT
        if low >= -slack and high <= 1 + slack:
            return cls(0, 1)
        if low >= -1 - slack and high <= 1 + slack:
            return cls(-1, 1, "Values from −1 to 1 are scaled to 0 to 1.")
        if low >= 0 and FEW_LEVELS < high <= 255:
            return cls(0, 255)
        if integers and low >= 0 and 255 < high <= 65535:
            return cls(0, 65535, "Values of 16 bits are scaled to 0 to 1.")
        low = min(low, 0) if high > 0 else low
        high = high if high > low else low + 1
        return cls(low, high, f"Values from {low:.3g} to {high:.3g} are scaled to 0 to 1.")

    def apply(self, values: Array) -> Floats:
        """float32 in [0, 1]; what is not finite, or beyond 1e37, becomes NaN."""
        with np.errstate(over="ignore"):
            scaled = values.astype(np.float32)
        if values.dtype.kind == "f":
            scaled[~(np.abs(scaled) <= LARGEST)] = np.nan
        scaled = (scaled - np.float32(self.low)) / np.float32(self.high - self.low)
        return np.clip(scaled, 0, 1, out=scaled)


@dataclass(frozen=True)
class Layout:
    """How one stored picture lies in its row.

    Attributes
    ----------
    stored : tuple of int
        (height, width, channels), once the axes are in order.
    channels_first : bool
    """

    stored: tuple[int, int, int]
    channels_first: bool = False

    @classmethod
    def of(cls, row: Shape, wanted: tuple[int, int, int], thing: str) -> Layout:
        """Recognise the layout of rows of this shape.

        Raises
        ------
        DataError
            If no picture can be seen in it.
        """
        if len(row) == 3:
            height, width, channels = row
            if row == wanted or channels in CHANNELS:
                return cls((height, width, channels))
            if row == (wanted[2], *wanted[:2]) or height in CHANNELS:
                return cls((width, channels, height), channels_first=True)
        if len(row) == 2:
            return cls((*row, 1))
        if len(row) == 1:
            size, side = row[0], math.isqrt(row[0])
            if size == math.prod(wanted):
                return cls(wanted)
            if size == wanted[0] * wanted[1]:
                return cls((*wanted[:2], 1))
            if side * side == size and size > 1:
                return cls((side, side, 1))
        raise DataError(
            thing,
            f"must hold pictures that can become {_times(wanted)}",
            f"rows of the shape {row}",
            "save them as (n, height, width, channels)",
        )

    def apply(self, rows: Array) -> Array:
        """(n, height, width, channels)."""
        if self.channels_first:
            height, width, channels = self.stored
            rows = rows.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
        return rows.reshape(-1, *self.stored)


@dataclass(frozen=True)
class PictureForm:
    """From stored rows to the pictures that a model takes.

    Attributes
    ----------
    layout : Layout
    scale : Scale
    wanted : tuple of int
        (height, width, channels) of the model's pictures.
    """

    layout: Layout
    scale: Scale
    wanted: tuple[int, int, int]

    def apply(self, rows: Array) -> Floats:
        """float32 in [0, 1], shape (n, height, width, channels)."""
        pictures = self.scale.apply(self.layout.apply(rows))
        return resize(convert_channels(pictures, self.wanted[2]), *self.wanted[:2])

    def notes(self) -> tuple[str, ...]:
        """What is changed on the way, one sentence each."""
        stored = self.layout.stored
        said = [self.scale.note]
        if self.layout.channels_first:
            said.append("Channels are stored first.")
        if stored[:2] != self.wanted[:2]:
            said.append(
                f"Pictures of {_times(stored[:2])} are resized to {_times(self.wanted[:2])}."
            )
        said.append(channels_note(stored[2], self.wanted[2]))
        return tuple(sentence for sentence in said if sentence)


def check_channels(stored: int, wanted: int, thing: str) -> None:
    """Refuse channels that cannot become those of the model.

    Raises
    ------
    DataError
    """
    if stored != wanted and not (stored in CHANNELS and wanted in CHANNELS):
        raise DataError(
            thing, f"must hold pictures of {wanted} channels", f"pictures of {stored} channels"
        )


def channels_note(stored: int, wanted: int) -> str:
    """How channels are converted, in a sentence; empty where they are not."""
    if stored == wanted:
        return ""
    if wanted == 1:
        return "Colours are turned to grey."
    if stored == 1:
        return "Grey pictures are repeated in each colour channel."
    return "White shows through what is transparent." if stored == 4 else "All is opaque."


def convert_channels(pictures: Floats, wanted: int) -> Floats:
    """Grey, RGB or RGBA in [0, 1] as any other of these.

    Parameters
    ----------
    pictures : ndarray of float32, shape (n, height, width, channels)
    wanted : int
        1, 3 or 4, or as many channels as there are.
    """
    if pictures.shape[-1] == wanted:
        return pictures
    if pictures.shape[-1] == 4:
        opacity = pictures[..., 3:]
        pictures = pictures[..., :3] * opacity + (1 - opacity)
    if wanted == 1:
        return (pictures @ LUMINANCE)[..., np.newaxis]
    if pictures.shape[-1] == 1:
        pictures = np.repeat(pictures, 3, axis=-1)
    if wanted == 4:
        return np.concatenate([pictures, np.ones_like(pictures[..., :1])], axis=-1)
    return pictures


def resize(pictures: Floats, height: int, width: int) -> Floats:
    """Stretch to another shape, with antialiasing.

    Parameters
    ----------
    pictures : ndarray of float32, shape (n, height, width, channels)
    """
    if pictures.shape[1:3] == (height, width):
        return pictures
    resized = np.empty((len(pictures), height, width, pictures.shape[-1]), np.float32)
    for picture, place in zip(pictures, resized, strict=True):
        for channel in range(pictures.shape[-1]):
            image = Image.fromarray(np.ascontiguousarray(picture[..., channel]))
            place[..., channel] = np.asarray(
                image.resize((width, height), Image.Resampling.BILINEAR)
            )
    return resized


def _times(sizes: Shape) -> str:
    return " × ".join(map(str, sizes))
