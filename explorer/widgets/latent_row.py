"""A row of the latent table: where its parts lie and what it says; no drawing."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import numpy as np

MIN_ROW_PX = 22
MAX_ROW_PX = 40
LONG_ROW_PX = 30
SHORT_TABLE_ROWS = 64
KNOB_RADIUS_PX = 6
PADDING_PX = 14  # room for a pin
EFFECT_PX = 30  # the longest bar
EFFECT_GAP_PX = 12
MINUS = "\N{MINUS SIGN}"


class Part(enum.Enum):
    """What of a row lies under the pointer."""

    NONE = enum.auto()
    PIN = enum.auto()
    LABEL = enum.auto()
    TRACK = enum.auto()
    EFFECT = enum.auto()
    NUMBER = enum.auto()
    LOCK = enum.auto()


@dataclass(frozen=True)
class RowLayout:
    """Where the parts of every row lie, in logical pixels from the row's top left.

    The bars of effects have a place right of the track, of width 0 where there are none.
    """

    width: int
    height: int
    label_right: int
    track_left: int
    track_right: int
    effect_left: int
    effect_width: int
    number_right: int
    lock_x: int
    track_y: int
    histogram_height: int

    @classmethod
    def of(
        cls, width: int, height: int, label_width: int, number_width: int, effect_width: int = 0
    ) -> RowLayout:
        """The layout of rows of this size; what is left over goes to the track."""
        label_right = PADDING_PX + label_width
        number_right = width - 30
        track_left = label_right + 14
        effect_left = number_right - number_width - 10 - effect_width
        track_right = effect_left - (EFFECT_GAP_PX if effect_width else 0)
        return cls(
            width=width,
            height=height,
            label_right=label_right,
            track_left=track_left,
            track_right=max(track_right, track_left + 1),
            effect_left=effect_left,
            effect_width=effect_width,
            number_right=number_right,
            lock_x=width - 14,
            track_y=round(height * 0.68),
            histogram_height=round(height * 0.58),
        )

    @property
    def track_width(self) -> int:
        """Length of the track; at least 1."""
        return self.track_right - self.track_left

    def x_of(self, share: float) -> float:
        """Where on the track a share of the range from 0 to 1 lies."""
        return self.track_left + min(max(share, 0.0), 1.0) * self.track_width

    def share_of(self, x: float) -> float:
        """The share of the range under ``x``; beyond 0 and 1 outside of the track."""
        return (x - self.track_left) / self.track_width

    def part_at(self, x: float) -> Part:
        """What lies under ``x``; the track reaches a knob's width beyond its ends."""
        if x < self.track_left - KNOB_RADIUS_PX:
            return Part.PIN if x < PADDING_PX else Part.LABEL
        if x <= self.track_right + KNOB_RADIUS_PX:
            return Part.TRACK
        if x < self.effect_left + self.effect_width + 4:
            return Part.EFFECT
        return Part.NUMBER if x < self.lock_x - 10 else Part.LOCK


def row_height_px(available_px: int, rows: int) -> int:
    """Rows of a short table share the height that is there, those of a long one do not."""
    if not 0 < rows <= SHORT_TABLE_ROWS:
        return LONG_ROW_PX
    return min(max(available_px // rows, MIN_ROW_PX), MAX_ROW_PX)


def number_text(value: float) -> str:
    """A value with its sign, in at most 8 figures of equal width."""
    size = abs(value)
    if size < 999.9995:
        text = f"{value:+.3f}"
    elif size < 99999.95:
        text = f"{value:+.1f}"
    else:
        text = f"{value:+.1e}"
    return text.replace("-", MINUS)


def exact_text(value: float) -> str:
    """A float32 value with as many digits as tell it from every other one."""
    return str(np.float32(value))


def range_text(lo: float, hi: float) -> str:
    """Both ends, with as many decimals as their distance calls for."""
    decimals = min(max(1 - math.floor(math.log10(hi - lo)), 1), 9) if hi > lo else 3
    return f"{lo:.{decimals}f} to {hi:.{decimals}f}"


def spoken_text(name: str, value: float, lo: float, hi: float, *states: str) -> str:
    """What a screen reader says of a row; ``states`` are such as "locked", or empty."""
    return ", ".join(
        filter(None, (f"{name}, value {value:.3f}, range {range_text(lo, hi)}", *states))
    )
