from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from explorer.widgets.curve_view import CurveView

Floats = npt.NDArray[np.float32]


@pytest.fixture
def view(qtbot: QtBot) -> CurveView:
    made = CurveView("A curve", 100, 300)
    qtbot.addWidget(made)
    made.resize(300, 200)
    return made


def ramp(length: int, channels: int = 1, top: float = 1.0) -> Floats:
    return np.linspace(0, top, length * channels, dtype=np.float32).reshape(length, channels)


def ink(view: CurveView) -> npt.NDArray[np.bool_]:
    """Where the curves are."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    colours = [
        [QColor(image.pixel(x, y)) for x in range(image.width())] for y in range(image.height())
    ]
    return np.array([[20 < c.hue() < 60 and c.saturation() > 40 for c in row] for row in colours])


def test_a_curve_is_drawn_from_left_to_right(view: CurveView) -> None:
    view.set_curves(ramp(50))
    columns = np.flatnonzero(ink(view).any(axis=0))
    assert columns.max() - columns.min() > 200
    assert len(columns) == columns.max() - columns.min() + 1
    rows = [np.flatnonzero(ink(view)[:, column]).mean() for column in columns[[5, -5]]]
    assert rows[0] > rows[1] + 100  # upwards


@pytest.mark.parametrize(("channels", "axes"), [(1, 1), (3, 3), (6, 6), (7, 1), (64, 1)])
def test_few_curves_have_an_axis_each_and_many_share_one(
    view: CurveView, channels: int, axes: int
) -> None:
    view.set_curves(ramp(20, channels))
    assert len(view.scales) == axes
    assert ink(view).any()


def test_axes_grow_and_do_not_shrink_until_they_are_fitted(qtbot: QtBot, view: CurveView) -> None:
    view.set_curves(ramp(20))
    view.set_curves(ramp(20, top=8))
    view.set_curves(ramp(20))
    assert view.scales[0].high == 8
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.scales[0].high == 1
    view.set_curves(ramp(20, top=8))
    view.set_curves(ramp(20))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.scales[0].high == 1


def test_another_output_begins_with_axes_of_its_own(view: CurveView) -> None:
    view.set_curves(ramp(20, top=100))
    view.set_curves(ramp(30))
    assert view.scales[0].high == 1


@pytest.mark.parametrize(
    ("channels", "x", "y", "words"),
    [
        (1, 0.5, 0.5, "value 10: +0.5"),
        (2, 1.0, 0.9, "channel 1, value 20: +1"),
        (8, 0.0, 0.5, "value 0: +0 to +0.04192 in 8 channels"),
        (1, -9, 0.5, ""),
    ],
)
def test_it_tells_the_value_under_the_pointer(
    view: CurveView, channels: int, x: float, y: float, words: str
) -> None:
    view.set_curves(ramp(21, channels))
    left, right = 40, 288
    assert view.describe(left + x * (right - left), y * 180) == words


@pytest.mark.parametrize("length", [1, 2, 40, 41, 20_000])
def test_a_curve_of_any_length_can_be_seen(view: CurveView, length: int) -> None:
    view.set_curves(ramp(length))
    assert ink(view).any()


def test_what_is_not_finite_leaves_a_gap(view: CurveView) -> None:
    curves = np.zeros((101, 1), np.float32)
    curves[40:60] = np.nan
    curves[60] = np.inf
    view.set_curves(curves)
    inside = np.flatnonzero(ink(view).any(axis=0))
    assert 40 < np.diff(inside).max() < 70
    view.set_curves(np.full((101, 1), np.nan, np.float32))
    assert not ink(view).any()


def test_what_is_saved_is_what_is_shown(view: CurveView) -> None:
    assert view.shown_image() is None
    view.set_curves(ramp(50))
    image = view.shown_image()
    assert image is not None
    shown = view.grab().toImage()
    assert image.size() == shown.size()
    middle = [QPoint(x, 100) for x in range(300)]
    assert [image.pixelColor(at) for at in middle] == [shown.pixelColor(at) for at in middle]


def test_every_paint_is_told(qtbot: QtBot, view: CurveView) -> None:
    with qtbot.waitSignal(view.painted):
        view.show()
    with qtbot.waitSignal(view.painted):
        view.set_curves(ramp(9))
