from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QInputDevice,
    QKeyEvent,
    QPointingDevice,
    QTabletEvent,
)
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.drawing_canvas import DrawingCanvas

Key = Qt.Key
Modifier = Qt.KeyboardModifier
Deeds = list[tuple[Any, ...]]
Drag = Callable[[QWidget, Sequence[QPointF]], None]
SIDE = 200


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(2 * SIDE, 2 * SIDE)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def canvas(window: QWidget) -> DrawingCanvas:
    made = DrawingCanvas(window)
    made.resize(SIDE, SIDE)
    return made


@pytest.fixture
def deeds(canvas: DrawingCanvas) -> Deeds:
    """What the canvas has said, in order."""
    said: Deeds = []
    canvas.stroke_began.connect(lambda x, y: said.append(("down", x, y)))
    canvas.stroke_moved.connect(lambda x, y: said.append(("move", x, y)))
    canvas.stroke_ended.connect(lambda: said.append(("up",)))
    return said


def approx(deeds: Deeds) -> list[Any]:
    return [(deed[0], *(pytest.approx(number) for number in deed[1:])) for deed in deeds]


def test_a_mouse_draws_in_the_unit_square(canvas: DrawingCanvas, deeds: Deeds, drag: Drag) -> None:
    drag(canvas, [QPointF(50, 100), QPointF(150, 100.5), QPointF(260, -20)])
    assert deeds == approx(
        [("down", 0.25, 0.5), ("move", 0.75, 0.5025), ("move", 1.3, -0.1), ("up",)]
    )


def test_the_square_lies_in_the_middle_of_a_wide_canvas(
    canvas: DrawingCanvas, deeds: Deeds, drag: Drag
) -> None:
    canvas.resize(400, 200)
    assert canvas.square().getRect() == (100, 0, 200, 200)
    drag(canvas, [QPointF(100, 0), QPointF(300, 200)])
    assert deeds == [("down", 0, 0), ("move", 1, 1), ("up",)]


def test_only_the_left_button_draws(canvas: DrawingCanvas, deeds: Deeds) -> None:
    QtBot.mouseClick(canvas, Qt.MouseButton.RightButton)
    QtBot.mouseClick(canvas, Qt.MouseButton.MiddleButton)
    assert deeds == []


def test_a_pen_on_a_tablet_draws_with_every_position(canvas: DrawingCanvas, deeds: Deeds) -> None:
    pen = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position,
        1,
        1,
    )
    for kind, x, y in (
        (QEvent.Type.TabletMove, 20.0, 20.0),  # hovers
        (QEvent.Type.TabletPress, 20.0, 20.0),
        (QEvent.Type.TabletMove, 20.25, 40.5),
        (QEvent.Type.TabletRelease, 20.25, 40.5),
    ):
        place = QPointF(x, y)
        event = QTabletEvent(
            kind, pen, place, place, 0.5, 0, 0, 0, 0, 0, Modifier.NoModifier,
            Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()  # else Qt would send it again as a mouse event
    assert deeds == approx([("down", 0.1, 0.1), ("move", 0.10125, 0.2025), ("up",)])


def test_a_whole_stroke_can_be_drawn_from_the_keyboard(canvas: DrawingCanvas, deeds: Deeds) -> None:
    QtBot.keyClick(canvas, Key.Key_Left)
    assert deeds == []  # moves without drawing
    QtBot.keyClick(canvas, Key.Key_Space)
    QtBot.keyClick(canvas, Key.Key_Down)
    QtBot.keyClick(canvas, Key.Key_Right, Modifier.ShiftModifier)
    QtBot.keyClick(canvas, Key.Key_Space)
    QtBot.keyClick(canvas, Key.Key_Up)
    assert deeds == approx(
        [("down", 0.48, 0.5), ("move", 0.48, 0.52), ("move", 0.485, 0.52), ("up",)]
    )


def test_the_keyboards_pen_stays_in_the_square(canvas: DrawingCanvas, deeds: Deeds) -> None:
    for _ in range(60):
        QtBot.keyClick(canvas, Key.Key_Right)
        QtBot.keyClick(canvas, Key.Key_Up)
    QtBot.keyClick(canvas, Key.Key_Space)
    assert deeds == [("down", 1, 0)]


def test_the_keyboard_goes_on_where_the_mouse_stopped(
    canvas: DrawingCanvas, deeds: Deeds, drag: Drag
) -> None:
    drag(canvas, [QPointF(20, 20), QPointF(40, 60)])
    QtBot.keyClick(canvas, Key.Key_Space)
    assert deeds[-1:] == approx([("down", 0.2, 0.3)])


def test_a_key_that_is_held_down_sets_the_pen_down_once(
    canvas: DrawingCanvas, deeds: Deeds
) -> None:
    for repeats in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Space, Modifier.NoModifier, " ", repeats)
        QApplication.sendEvent(canvas, event)
    assert [deed[0] for deed in deeds] == ["down"]


def test_the_pen_is_lifted_when_the_keyboard_goes_elsewhere(
    qtbot: QtBot, window: QWidget, canvas: DrawingCanvas, deeds: Deeds
) -> None:
    other = QWidget(window)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    canvas.setFocus()
    QtBot.keyClick(canvas, Key.Key_Space)
    other.setFocus()
    assert [deed[0] for deed in deeds] == ["down", "up"]


def test_the_keyboards_pen_can_be_seen(canvas: DrawingCanvas) -> None:
    before = canvas.grab().toImage()
    QtBot.keyClick(canvas, Key.Key_Right)
    hovering = canvas.grab().toImage()
    QtBot.keyClick(canvas, Key.Key_Space)
    assert len({before.cacheKey(), hovering.cacheKey()}) == 2
    assert before != hovering
    assert hovering != canvas.grab().toImage()


def test_it_shows_the_drawing_or_says_what_to_do(canvas: DrawingCanvas) -> None:
    blank = np.zeros((SIDE, SIDE), np.float32)
    canvas.set_pixels(blank, is_empty=True)
    words = canvas.grab().toImage()
    canvas.set_pixels(blank, is_empty=False)
    nothing = canvas.grab().toImage()
    assert words != nothing
    blank[80:120, 90:110] = 1
    canvas.set_pixels(blank, is_empty=False)
    image = canvas.grab().toImage()
    assert image.pixelColor(100, 100).lightness() == 255
    assert image.pixelColor(60, 100).lightness() == 0


def offered(data: QMimeData, canvas: DrawingCanvas) -> QDropEvent:
    """Bring something over the canvas, and drop it if it is welcome."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, Modifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(canvas, enter)
    drop = QDropEvent(QPointF(50, 50), copy, data, left, Modifier.NoModifier)
    drop.ignore()
    if enter.isAccepted():
        QApplication.sendEvent(canvas, drop)
    return drop


@pytest.mark.parametrize("what", ["file", "picture"])
def test_a_picture_can_be_dropped(canvas: DrawingCanvas, what: str) -> None:
    data = QMimeData()
    if what == "file":
        data.setUrls([QUrl.fromLocalFile("/tmp/digit.png")])
    else:
        data.setImageData(QImage(3, 3, QImage.Format.Format_RGB32))
    dropped: list[QMimeData] = []
    canvas.dropped.connect(dropped.append)
    assert offered(data, canvas).isAccepted()
    assert dropped == [data]


def test_what_is_no_picture_is_not_welcome(canvas: DrawingCanvas) -> None:
    data = QMimeData()
    data.setText("a word")
    assert not offered(data, canvas).isAccepted()


def test_a_finger_draws_as_a_mouse_does(canvas: DrawingCanvas) -> None:
    """Qt makes mouse events of touches that nobody takes as such."""
    attribute = Qt.ApplicationAttribute.AA_SynthesizeMouseForUnhandledTouchEvents
    assert QApplication.testAttribute(attribute)
    assert not canvas.testAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
