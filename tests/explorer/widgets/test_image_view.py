from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QRect
from PyQt6.QtGui import QColor, QImage, QPalette
from pytestqt.qtbot import QtBot

from explorer.theme import DARK
from explorer.widgets.image_view import ImageView, fitting_scale

CHECKERS = np.indices((4, 4), np.float32).sum(axis=0) % 2


class Sharp(ImageView):
    """As on a screen with more than one device pixel for each of Qt's."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:
        return self.ratio


@pytest.fixture
def view(qtbot: QtBot) -> Sharp:
    made = Sharp("A picture", 28, 84, "Nothing here yet")
    qtbot.addWidget(made)
    made.resize(90, 90)
    return made


def greys(image: QImage) -> set[int]:
    return {
        QColor(image.pixel(x, y)).lightness()
        for x in range(image.width())
        for y in range(image.height())
    }


@pytest.mark.parametrize(
    ("picture_px", "room_px", "times"),
    [
        ((28, 28), (336, 336), 12),
        ((28, 28), (335, 400), 11),
        ((28, 14), (100, 100), 3),
        ((14, 28), (100, 100), 3),
        ((28, 28), (21, 42), 0.75),
    ],
)
def test_a_picture_is_as_large_as_whole_pixels_allow(
    picture_px: tuple[int, int], room_px: tuple[int, int], times: float
) -> None:
    assert fitting_scale(picture_px, room_px) == times


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_it_is_shown_at_a_whole_multiple_of_its_pixels_at_any_scaling(
    view: Sharp, ratio: float
) -> None:
    view.ratio = ratio
    view.set_picture(np.zeros((28, 28), np.float32))
    side = view.picture_rect().width() * ratio
    assert side == pytest.approx(28 * (90 * ratio // 28))
    image = view.shown_image()
    assert image is not None
    assert (image.width(), image.height()) == (round(side), round(side))


def test_crisp_shows_single_pixels_and_smooth_what_lies_between(view: Sharp) -> None:
    view.set_picture(CHECKERS)
    crisp = view.shown_image()
    view.set_look("grey", False)
    smooth = view.shown_image()
    assert crisp is not None
    assert smooth is not None
    assert greys(crisp) == {0, 255}
    assert len(greys(smooth)) > 20
    assert crisp.size() == smooth.size()


@pytest.mark.parametrize("crisp", [True, False])
def test_the_screen_shows_what_would_be_saved(view: Sharp, crisp: bool) -> None:
    view.set_look("grey", crisp)
    view.set_picture(CHECKERS)
    saved = view.shown_image()
    assert saved is not None
    middle = QRect(20, 20, 40, 40)
    shown = greys(view.grab().toImage().copy(middle))
    assert (shown == {0, 255}) == crisp
    if crisp:
        assert shown == greys(saved.copy(middle))
    else:
        assert len(shown) > 20


def test_its_corners_are_round_and_of_the_ground_it_lies_on(view: Sharp) -> None:
    palette = view.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(DARK.ground))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(DARK.text))
    view.setPalette(palette)
    view.set_picture(np.ones((4, 4), np.float32))
    image = view.grab().toImage()
    for corner in (0, 89):
        assert image.pixelColor(corner, corner) == QColor(DARK.ground)
    assert image.pixelColor(44, 44).lightness() == 255


def test_colours_change_the_picture_but_not_its_size(view: Sharp) -> None:
    view.set_picture(CHECKERS)
    view.set_look("viridis", True)
    image = view.image()
    assert image is not None
    assert (image.width(), image.height()) == (4, 4)
    assert {image.pixelColor(x, 0).name() for x in range(4)} == {"#440154", "#fde725"}


def test_without_a_picture_it_says_so(view: Sharp) -> None:
    assert view.image() is None
    assert view.shown_image() is None
    with_words = greys(view.grab().toImage().copy(15, 15, 60, 60))
    assert len(with_words) > 2
    view.set_picture(CHECKERS)
    view.set_picture(None)
    assert greys(view.grab().toImage().copy(15, 15, 60, 60)) == with_words


def test_every_paint_is_told(qtbot: QtBot, view: Sharp) -> None:
    with qtbot.waitSignal(view.painted):
        view.show()
    with qtbot.waitSignal(view.painted):
        view.set_picture(CHECKERS)
