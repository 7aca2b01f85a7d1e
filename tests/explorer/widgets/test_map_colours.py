from __future__ import annotations

import itertools

import numpy as np
import pytest
from PyQt6.QtGui import QColor

from explorer.theme import DARK, LIGHT, Theme
from explorer.widgets.map_colours import ON_DARK, ON_LIGHT, label_colour, raster_image
from models.point_raster import COLOURS, Raster

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@THEMES
def test_every_label_stands_out_from_the_panel(theme: Theme) -> None:
    panel = luminance(QColor(theme.panel))
    for label in range(COLOURS):
        light, dark = sorted((luminance(label_colour(label, theme)), panel), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3


@THEMES
def test_labels_are_told_apart(theme: Theme) -> None:
    colours = [label_colour(label, theme).getRgb()[:3] for label in range(COLOURS)]
    for one, other in itertools.combinations(colours, 2):
        assert np.abs(np.subtract(one, other)).sum() > 40


def test_each_theme_has_a_colour_for_each_shade() -> None:
    assert len(ON_DARK) == len(ON_LIGHT) == COLOURS


def test_colours_come_again_from_the_twentieth_label_on() -> None:
    assert label_colour(COLOURS + 3, DARK) == label_colour(3, DARK)


@THEMES
def test_a_raster_has_the_colours_of_its_labels_and_is_clear_elsewhere(theme: Theme) -> None:
    labels = np.array([[-1, 0, 3], [23, -1, 32767]], np.int16)
    counts = np.where(labels < 0, 0, 200).astype(np.uint16)
    image = raster_image(Raster(labels, counts).shades(), theme)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(1, 0) == label_colour(0, theme)
    assert image.pixelColor(2, 0) == label_colour(3, theme)
    assert image.pixelColor(0, 1) == label_colour(3, theme)
    assert image.pixelColor(2, 1) == label_colour(32767, theme)


def test_crowds_are_bolder() -> None:
    counts = np.array([[0, 1, 2, 9, 60_000]], np.uint16)
    image = raster_image(Raster(np.zeros((1, 5), np.int16), counts).shades(), DARK)
    alphas = [image.pixelColor(x, 0).alpha() for x in range(5)]
    assert alphas == sorted(alphas)
    assert alphas[0] > 128
    assert alphas[1] < alphas[2] < alphas[3] <= alphas[4] == 255
