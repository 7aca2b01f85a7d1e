from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtGui import QColor, QImage

from explorer.widgets.pixels import COLOUR_MAPS, colour_table, luminance_of, to_image

Floats = npt.NDArray[np.float32]
RAMP = np.linspace(0, 1, 15, dtype=np.float32).reshape(3, 5)


def levels(image: QImage) -> list[list[int]]:
    return [
        [QColor(image.pixel(x, y)).lightness() for x in range(image.width())]
        for y in range(image.height())
    ]


@pytest.mark.parametrize("picture", [RAMP, RAMP[:, :, None]])
def test_a_picture_of_one_channel_is_grey(picture: Floats) -> None:
    assert levels(to_image(picture)) == np.rint(RAMP * 255).astype(int).tolist()


def test_what_lies_outside_of_0_and_1_is_cut_and_nan_is_black() -> None:
    picture = np.array([[-3, 7, np.nan, np.inf, -np.inf]], np.float32)
    assert levels(to_image(picture)) == [[0, 255, 0, 255, 0]]


def test_colours_stay_colours() -> None:
    red_and_blue = np.array([[[1, 0, 0], [0, 0, 1]]], np.float32)
    image = to_image(red_and_blue)
    assert [image.pixelColor(x, 0).name() for x in (0, 1)] == ["#ff0000", "#0000ff"]


def test_a_fourth_channel_is_opacity() -> None:
    image = to_image(np.array([[[1, 1, 1, 0], [1, 1, 1, 1]]], np.float32))
    assert [image.pixelColor(x, 0).alpha() for x in (0, 1)] == [0, 255]


def test_an_image_outlives_its_array() -> None:
    picture = np.zeros((4, 4), np.float32)
    image = to_image(picture)
    picture[:] = 1
    assert levels(image) == [[0] * 4] * 4


@pytest.mark.parametrize("name", COLOUR_MAPS[1:])
def test_a_colour_map_runs_from_its_darkest_to_its_lightest_colour(name: str) -> None:
    table = colour_table(name)
    assert len(table) == 256
    image = to_image(RAMP, name)
    shown = [QColor(image.pixel(x, y)).rgb() for y in range(3) for x in range(5)]
    assert shown == [table[level] for level in np.rint(RAMP * 255).astype(int).flat]
    assert len(set(shown)) == 15


def test_a_picture_survives_the_way_to_an_image_and_back() -> None:
    for width in (1, 27, 28, 30):  # rows of an image are padded to four bytes
        picture = np.random.default_rng(width).random((9, width), np.float32)
        np.testing.assert_allclose(luminance_of(to_image(picture)), picture, atol=0.5 / 255 + 1e-6)


def test_transparency_lies_on_white() -> None:
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(0, 0, 0, 0))
    image.setPixelColor(1, 0, QColor(0, 0, 0, 255))
    assert luminance_of(image).tolist() == [[1, 0]]


def test_a_large_image_becomes_smaller_and_keeps_its_form() -> None:
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    luminance = luminance_of(image, longest_px=60)
    assert luminance.shape == (20, 60)
    np.testing.assert_allclose(luminance, 128 / 255, atol=0.01)
