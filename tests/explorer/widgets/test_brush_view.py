"""A brush on a picture, from the mouse and from the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from explorer.widgets.brush_view import BrushView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Heard:
    """What a view has said, in order."""

    def __init__(self, view: BrushView) -> None:
        self.said: list[tuple[object, ...]] = []
        view.stroke_began.connect(
            lambda x, y, opposite: self.said.append(("began", x, y, opposite))
        )
        view.stroke_moved.connect(lambda x, y: self.said.append(("moved", x, y)))
        view.stroke_ended.connect(lambda: self.said.append(("ended",)))
        view.commanded.connect(lambda command: self.said.append((command,)))


@pytest.fixture
def view(qtbot: QtBot) -> BrushView:
    made = BrushView("Decoded picture", 100, 200)
    qtbot.addWidget(made)
    made.resize(280, 280)
    made.set_picture(np.zeros((28, 28), np.float32))
    made.set_brush(0.2, QColor("#ffffff"))
    made.show()
    made.setFocus()
    return made


@pytest.fixture
def heard(view: BrushView) -> Heard:
    return Heard(view)


@pytest.mark.parametrize(("button", "opposite"), [(LEFT, False), (RIGHT, True)])
def test_a_stroke_is_told_in_the_unit_square(
    qtbot: QtBot, view: BrushView, heard: Heard, button: Qt.MouseButton, opposite: bool
) -> None:
    qtbot.mousePress(view, button, pos=QPoint(140, 70))
    qtbot.mouseMove(view, QPoint(210, 140))
    qtbot.mouseRelease(view, button, pos=QPoint(210, 140))
    assert heard.said == [("began", 0.5, 0.25, opposite), ("moved", 0.75, 0.5), ("ended",)]


def test_a_second_button_neither_begins_nor_ends_a_stroke(
    qtbot: QtBot, view: BrushView, heard: Heard
) -> None:
    qtbot.mousePress(view, LEFT, pos=QPoint(140, 70))
    qtbot.mousePress(view, RIGHT, pos=QPoint(140, 70))
    qtbot.mouseRelease(view, RIGHT, pos=QPoint(140, 70))
    assert [word for word, *_ in heard.said] == ["began"]


def test_the_keyboard_paints_too(qtbot: QtBot, view: BrushView, heard: Heard) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(view, key)
    assert [word for word, *_ in heard.said] == ["began", "moved", "ended"]
    assert heard.said[0][1:] == pytest.approx((0.52, 0.5, 0))
    assert heard.said[1][1:] == pytest.approx((0.52, 0.52))


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Qt.Key.Key_BracketLeft, "smaller"),
        (Qt.Key.Key_BracketRight, "larger"),
        (Qt.Key.Key_X, "swap"),
        (Qt.Key.Key_Escape, "leave"),
    ],
)
def test_keys_for_the_brush_itself(
    qtbot: QtBot, view: BrushView, heard: Heard, key: Qt.Key, command: str
) -> None:
    qtbot.keyClick(view, key)
    assert heard.said == [(command,)]


def test_a_ring_shows_the_brush_where_it_is(qtbot: QtBot, view: BrushView) -> None:
    qtbot.mousePress(view, LEFT, pos=QPoint(140, 140))
    image = view.grab().toImage()
    assert image.pixelColor(140 + 28, 140).lightness() > 100
    assert image.pixelColor(140 + 14, 140).lightness() < 10
    qtbot.mouseRelease(view, LEFT, pos=QPoint(140, 140))


def test_who_lays_the_brush_down_ends_the_stroke(
    qtbot: QtBot, view: BrushView, heard: Heard
) -> None:
    qtbot.mousePress(view, LEFT, pos=QPoint(140, 140))
    view.set_brush(0, QColor())
    assert heard.said[-1] == ("ended",)
    heard.said.clear()
    qtbot.mouseClick(view, LEFT, pos=QPoint(140, 140))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert heard.said == []
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_nothing_is_painted_where_there_is_no_picture(
    qtbot: QtBot, view: BrushView, heard: Heard
) -> None:
    view.set_picture(None)
    qtbot.mouseClick(view, LEFT, pos=QPoint(140, 140))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert heard.said == []
