"""What a tensor may show: its possible layouts, and the range of its values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ModelFileError
from models.ports import SHOWN_CHANNELS, CurvePort, PicturePort

MIN_FLAT_SIDE_PX = 8  # shorter vectors are rather measurements than pictures
MAX_FLAT_RATIO = 4  # of a flat picture's sides
MAX_FLAT_LAYOUTS = 8  # a menu, not a catalogue
MAX_CURVES = 4  # channels of what is rather a signal than a narrow picture

# Beyond this share of the pixels, values are outliers; a picture's black and white are not.
OUTLIERS = 0.001
# A decoder without a last activation overshoots the pictures that it was trained on.
OVERSHOOT = 0.15
# Pictures of 0..255 reach further, however dark; networks of any other range do not.
MIN_BYTE_WHITE = 64

BOUNDED = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}

Layouts = tuple[PicturePort | CurvePort, ...]


def propose_layouts(shape: tuple[int | None, ...]) -> Layouts:
    """What a tensor may show, the likeliest first; the others are the user's to choose.

    Parameters
    ----------
    shape : tuple of int
        Without the batch.

    Returns
    -------
    tuple of PicturePort or CurvePort
        At least one; pictures have the range [0, 1] until it is measured.

    Raises
    ------
    ModelFileError
        If it is neither: no axis, more than three, or one of unknown size.

    Examples
    --------
    >>> [port.shape for port in propose_layouts((3, 32, 32))]
    [(3, 32, 32), (3, 32, 32)]
    """
    sizes = tuple(size for size in shape if size is not None)
    if len(sizes) != len(shape) or not all(sizes):
        raise _no_picture(shape, "save the model with an input of fixed size")
    match sizes:
        case (length,):
            return _layouts_of_vector(length)
        case (height, width):
            return _layouts_of_matrix(height, width)
        case (_, _, _):
            return _layouts_of_cube(sizes)
    raise _no_picture(shape, "choose another output or save a model that gives one picture")


def _layouts_of_vector(length: int) -> Layouts:
    sides = [(math.isqrt(length // channels), channels) for channels in SHOWN_CHANNELS]
    square = [
        PicturePort("flat", side, side, channels)
        for side, channels in sides
        if side * side * channels == length and side >= MIN_FLAT_SIDE_PX
    ]
    return (*square, CurvePort(length), *_rectangles(length))[:MAX_FLAT_LAYOUTS]


def _rectangles(length: int) -> Layouts:
    tallest_first = range(math.isqrt(length), MIN_FLAT_SIDE_PX - 1, -1)
    pairs = [
        (short, length // short)
        for short in tallest_first
        if length % short == 0 and short * short < length <= MAX_FLAT_RATIO * short * short
    ]
    return tuple(
        PicturePort("flat", height, width)
        for short, long in pairs
        for height, width in ((short, long), (long, short))
    )


def _layouts_of_matrix(rows: int, columns: int) -> Layouts:
    picture = PicturePort("HW", rows, columns)
    signals = CurvePort(rows, columns, "LC")
    if columns <= MAX_CURVES < rows:
        return signals, picture
    if rows <= MAX_CURVES < columns:
        return CurvePort(columns, rows, "CL"), picture
    return picture, signals


def _layouts_of_cube(sizes: tuple[int, ...]) -> Layouts:
    first, second, third = sizes
    last = PicturePort("HWC", first, second, third)
    leading = PicturePort("CHW", second, third, first)
    return (leading, last) if _channels_lead(first, second, third) else (last, leading)


def _channels_lead(first: int, second: int, third: int) -> bool:
    if third in SHOWN_CHANNELS:
        return False
    if first in SHOWN_CHANNELS:
        return min(second, third) >= max(first, MIN_FLAT_SIDE_PX) or second == third > first
    return second == third and first != second


def recognise_range(
    samples: npt.NDArray[Any], activation: str | None = None
) -> tuple[float, float, str]:
    """Which values of a model are black and white.

    Parameters
    ----------
    samples : ndarray
        Outputs of the model, of any shape.
    activation : str, optional
        The model's last; believed wherever the values agree.

    Returns
    -------
    low, high : float
    sentence : str
        What was recognised, and by what.
    """
    values = samples[np.isfinite(samples)].astype(np.float64)
    if not values.size:
        return 0.0, 1.0, "No value is finite: shown as if they lay in [0, 1]."
    least, greatest = float(values.min()), float(values.max())
    bounds = BOUNDED.get(activation or "")
    if bounds and bounds[0] <= least and greatest <= bounds[1]:
        return *bounds, f"Values lie in {_interval(*bounds)}, as {activation} gives them."
    low, high = (float(each) for each in np.quantile(values, (OUTLIERS, 1 - OUTLIERS)))
    return _recognise_by_values(low, high)


def _recognise_by_values(low: float, high: float) -> tuple[float, float, str]:
    if low >= -OVERSHOOT * min(high, 1) and high <= 1 + OVERSHOOT:
        return 0.0, 1.0, "Values lie in [0, 1], as sigmoid gives them."
    if low >= -1 - OVERSHOOT and high <= 1 + OVERSHOOT:
        return -1.0, 1.0, "Values lie in [-1, 1], as tanh gives them."
    if low >= -OVERSHOOT * 255 and MIN_BYTE_WHITE <= high <= (1 + OVERSHOOT) * 255:
        return 0.0, 255.0, "Values lie in [0, 255], as bytes do."
    if low == high:
        low, high = low - 0.5, high + 0.5
    return (
        low,
        high,
        f"Values have no bounds: black and white are the measured {low:.3g} and {high:.3g}.",
    )


def _interval(low: float, high: float) -> str:
    return f"[{low:g}, {high:g}]"


def _no_picture(shape: tuple[int | None, ...], advice: str) -> ModelFileError:
    return ModelFileError(
        "A picture or curve",
        "must have one to three axes of known size",
        f"the shape {shape}",
        advice,
        reason="mismatch",
    )
