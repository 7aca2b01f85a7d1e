from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.parts import Check, Choice, FloatSlider, button, heading, row, rule

Key = Qt.Key


@pytest.fixture
def slider(qtbot: QtBot) -> FloatSlider:
    made = FloatSlider(-1.0, 3.0, "Amount", "How much of it")
    qtbot.addWidget(made)
    made.resize(200, 28)
    return made


@pytest.fixture
def asked(slider: FloatSlider) -> list[float]:
    values: list[float] = []
    slider.value_requested.connect(values.append)
    return values


@pytest.mark.parametrize(
    ("key", "change"),
    [
        (Key.Key_Right, 0.04),
        (Key.Key_Left, -0.04),
        (Key.Key_PageUp, 0.4),
        (Key.Key_PageDown, -0.4),
    ],
)
def test_keys_move_a_slider_by_shares_of_its_range(
    slider: FloatSlider, asked: list[float], key: Qt.Key, change: float
) -> None:
    slider.show_value(1.0)
    QtBot.keyClick(slider, key)
    assert asked == [pytest.approx(1 + change)]


def test_a_slider_reaches_both_of_its_ends(slider: FloatSlider, asked: list[float]) -> None:
    QtBot.keyClick(slider, Key.Key_End)
    QtBot.keyClick(slider, Key.Key_Home)
    assert asked == [3.0, -1.0]


@pytest.mark.parametrize("value", [-1.0, 0.37, 3.0, 99.0, -99.0])
def test_showing_a_value_asks_for_nothing(
    slider: FloatSlider, asked: list[float], value: float
) -> None:
    slider.show_value(value)
    assert asked == []


def test_a_button_says_what_it_does_and_by_which_key(qtbot: QtBot) -> None:
    clicks = []
    made = button("⟳", "Roll new noise", lambda: clicks.append(1), "Ctrl+N")
    qtbot.addWidget(made)
    assert made.accessibleName() == "Roll new noise"
    keys = QKeySequence("Ctrl+N").toString(QKeySequence.SequenceFormat.NativeText)
    assert made.toolTip() == f"Roll new noise ({keys})"
    made.click()
    assert clicks == [1]


def test_a_check_shows_by_shape_whether_it_is_on(qtbot: QtBot) -> None:
    check = Check("Live", "Live noise", "New noise for every frame")
    qtbot.addWidget(check)
    off = check.grab().toImage()
    QtBot.keyClick(check, Key.Key_Space)
    assert check.isChecked()
    assert check.grab().toImage() != off
    assert (check.accessibleName(), check.toolTip()) == ("Live noise", "New noise for every frame")


def test_a_choice_is_made_with_the_keyboard(qtbot: QtBot) -> None:
    choice = Choice("Kind of noise")
    choice.addItems(["None", "Gaussian", "Blur"])
    qtbot.addWidget(choice)
    with qtbot.waitSignal(choice.activated, check_params_cb=lambda index: index == 1):
        QtBot.keyClick(choice, Key.Key_Down)
    assert choice.accessibleName() == choice.toolTip() == "Kind of noise"
    assert not choice.grab().isNull()


def test_a_heading_gives_way_where_there_is_little_room(qtbot: QtBot) -> None:
    window, made = QWidget(), heading("Latent vector of many dimensions")
    window.setLayout(row(made))
    qtbot.addWidget(window)
    window.resize(400, 28)
    whole = window.grab().toImage()
    window.resize(60, 28)
    assert window.width() == 60
    assert window.grab().toImage() != whole.copy(0, 0, 60, 28)


def test_a_row_puts_widgets_side_by_side(qtbot: QtBot) -> None:
    window, left, right = QWidget(), QLabel("left"), QLabel("right")
    window.setLayout(row(left, None, right))
    qtbot.addWidget(window)
    window.resize(500, 30)
    with qtbot.waitExposed(window):
        window.show()
    assert left.x() == 0
    assert right.geometry().right() == 499


@pytest.mark.parametrize(("vertical", "side"), [(False, "height"), (True, "width")])
def test_a_rule_is_one_pixel_thick(qtbot: QtBot, vertical: bool, side: str) -> None:
    line = rule(vertical)
    qtbot.addWidget(line)
    assert getattr(line, f"maximum{side.capitalize()}")() == 1
