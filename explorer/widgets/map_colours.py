"""Colours of labels on a map, and a raster of points as a picture in them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtGui import QColor, QImage

from explorer.theme import Theme
from models.point_raster import COLOURS, CROWDS

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
FAINTEST = 0.78

Shades = npt.NDArray[np.uint8]


def label_colour(label: int, theme: Theme) -> QColor:
    """The colour of a label; from the twentieth on they come again."""
    colours = ON_DARK if theme.name == "dark" else ON_LIGHT
    return QColor(colours[label % COLOURS])


def raster_image(shades: Shades, theme: Theme) -> QImage:
    """A raster of points as a picture that is transparent where there is none.

    Parameters
    ----------
    shades : ndarray of uint8, shape (h, w)
        See :meth:`models.point_raster.Raster.shades`.
    theme : Theme
    """
    height, width = shades.shape
    data = shades.tobytes()
    image = QImage(data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_table(theme))
    return image.copy()  # the bytes above do not live on


@lru_cache(maxsize=2)
def _table(theme: Theme) -> list[int]:
    """The colour of each shade; crowds are bolder."""
    table = [0]
    for label in range(COLOURS):
        colour = label_colour(label, theme)
        for crowd in range(CROWDS):
            colour.setAlphaF(FAINTEST + (1 - FAINTEST) * crowd / (CROWDS - 1))
            table.append(colour.rgba())
    return table
