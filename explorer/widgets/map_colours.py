"""Colours of labels on a map, and a raster of points as a picture in them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtGui import QColor, QImage

from explorer.theme import Theme

# Each keeps 3:1 on the panel of its theme, and the first ten are told apart best.
ON_DARK = (
    "#5b9df5", "#ff6b5e", "#53c26b", "#e667c8", "#f2dc5d",
    "#45c8dc", "#b98a62", "#a98bff", "#8fd02f", "#ffb3c1",
    "#2f7fd1", "#c24b42", "#2f9a5c", "#a8489a", "#b3a33a",
    "#2b97a8", "#e0bd98", "#7d63d6", "#6f8f22", "#c9ccd4",
)  # fmt: skip
ON_LIGHT = (
    "#1f6fd0", "#d63a2f", "#0f7a3f", "#b8329b", "#9a8200",
    "#0f8398", "#8a5a2e", "#6f4fe0", "#6d9600", "#e0607f",
    "#0b4a94", "#8f1f18", "#0a4f2a", "#771a63", "#5a5200",
    "#00606e", "#5b3a1b", "#4a2fb0", "#b05a00", "#565d68",
)  # fmt: skip
COLOURS = len(ON_DARK)
CROWDS = 6  # shades from one point in a pixel to many
FAINTEST = 0.78
MOST_COUNTED = 255

Labels = npt.NDArray[np.integer]


def label_colour(label: int, theme: Theme) -> QColor:
    """The colour of a label; from the twentieth on they come again."""
    colours = ON_DARK if theme.name == "dark" else ON_LIGHT
    return QColor(colours[label % COLOURS])


def raster_image(labels: Labels, counts: npt.NDArray[np.number], theme: Theme) -> QImage:
    """A raster of points as a picture that is transparent where there is none.

    Parameters
    ----------
    labels : ndarray of int16, shape (h, w)
        The label of each pixel; -1 where there is no point.
    counts : ndarray, shape (h, w)
        How many points there are: crowds are bolder.
    theme : Theme
    """
    height, width = labels.shape
    pixels = np.zeros((height, width), np.uint32)
    filled = np.flatnonzero(labels.ravel() >= 0)
    crowd = _crowd_of(np.minimum(counts.ravel()[filled], MOST_COUNTED).astype(np.uint8))
    pixels.ravel()[filled] = _table(theme)[labels.ravel()[filled] % COLOURS, crowd]
    image = QImage(
        pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy()  # the bytes above do not live on


def _crowd_of(counts: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    shades: npt.NDArray[np.uint8] = _SHADES[counts]
    return shades


_SHADES = np.minimum(np.log2(np.maximum(np.arange(MOST_COUNTED + 1), 1)), CROWDS - 1).astype(
    np.uint8
)


@lru_cache(maxsize=2)
def _table(theme: Theme) -> npt.NDArray[np.uint32]:
    """Premultiplied colours of each label and crowd, shape (COLOURS, CROWDS)."""
    table = np.zeros((COLOURS, CROWDS), np.uint32)
    for label in range(COLOURS):
        red, green, blue, _ = label_colour(label, theme).getRgb()
        for crowd in range(CROWDS):
            share = FAINTEST + (1 - FAINTEST) * crowd / (CROWDS - 1)
            alpha, *rgb = (round(share * value) for value in (255, red, green, blue))
            table[label, crowd] = alpha << 24 | rgb[0] << 16 | rgb[1] << 8 | rgb[2]
    return table
