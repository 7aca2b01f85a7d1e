from __future__ import annotations

import dataclasses

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.read_menu import ReadMenu, port_name
from models.ports import CurvePort, PicturePort
from models.subject import Output, Port
from tests.explorer.finding import action
from tests.explorer.subjects import CURVE, FLAT, SENTENCE

SQUARE, WIDE = PicturePort("flat", 28, 28), PicturePort("flat", 14, 56)


@pytest.fixture
def menu(qtbot: QtBot) -> ReadMenu:
    made = ReadMenu()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def wanted(menu: ReadMenu) -> list[Port | None]:
    ports: list[Port | None] = []
    menu.port_wanted.connect(ports.append)
    return ports


def offer(menu: ReadMenu, output: Output, port: Port | None = None) -> None:
    menu.set_output(output, port or output.port)
    menu.aboutToShow.emit()


def checked(menu: ReadMenu) -> list[str]:
    return [entry.text() for entry in menu.actions() if entry.isChecked()]


def box(menu: QWidget, name: str) -> QAbstractSpinBox:
    (found,) = (b for b in menu.findChildren(QAbstractSpinBox) if b.accessibleName() == name)
    return found


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (PicturePort("flat", 14, 56), "56×14 picture"),
        (PicturePort("HWC", 64, 48, 3), "48×64 colour picture, channels last"),
        (PicturePort("CHW", 64, 64, 4), "64×64 colour picture with alpha, channels first"),
        (PicturePort("HWC", 8, 8, 5), "8×8 picture of 5 channels, channels last"),
        (CurvePort(784), "Curve of 784 values"),
        (CurvePort(100, 3, "LC"), "3 curves of 100 values"),
    ],
)
def test_a_way_to_read_has_a_name(port: Port, name: str) -> None:
    assert port_name(port) == name


def test_it_says_how_the_output_is_read_now(menu: ReadMenu) -> None:
    offer(menu, FLAT)
    assert checked(menu) == ["28×28 picture", "Values from 0 to 1, as recognised"]
    assert SENTENCE in [label.text() for label in menu.findChildren(QLabel)]
    offer(menu, FLAT, dataclasses.replace(WIDE, low=-1))
    assert checked(menu) == ["56×14 picture", "Values from -1 to 1"]
    offer(menu, FLAT, dataclasses.replace(SQUARE, high=3))
    assert checked(menu) == ["28×28 picture"]


@pytest.mark.parametrize(
    ("now", "entry", "port"),
    [
        (SQUARE, "Curve of 784 values", CurvePort(784)),
        (SQUARE, "56×14 picture", WIDE),
        (WIDE, "28×28 picture", None),
        (SQUARE, "Values from -1 to 1", dataclasses.replace(SQUARE, low=-1)),
        (dataclasses.replace(SQUARE, low=-1), "Values from 0 to 1, as recognised", None),
        (
            dataclasses.replace(SQUARE, high=255),
            "56×14 picture",
            dataclasses.replace(WIDE, high=255),
        ),
    ],
)
def test_a_choice_asks_for_it_and_keeps_the_rest(
    menu: ReadMenu, wanted: list[Port | None], now: Port, entry: str, port: Port | None
) -> None:
    offer(menu, FLAT, now)
    action(menu, entry).trigger()
    assert wanted == [port]


def test_what_is_chosen_already_asks_for_nothing(menu: ReadMenu, wanted: list[Port | None]) -> None:
    offer(menu, FLAT)
    action(menu, "28×28 picture").trigger()
    action(menu, "Values from 0 to 1, as recognised").trigger()
    assert wanted == []


def test_black_and_white_can_be_typed(
    qtbot: QtBot, menu: ReadMenu, wanted: list[Port | None]
) -> None:
    offer(menu, FLAT)
    with qtbot.waitExposed(menu):
        menu.popup(menu.pos())
    low = box(menu, "Value of black")
    low.selectAll()
    qtbot.keyClicks(low, "-2.5")
    qtbot.keyClick(low, Qt.Key.Key_Return)
    assert wanted == [dataclasses.replace(SQUARE, low=-2.5)]
    menu.set_output(FLAT, wanted[0] or SQUARE)  # as whoever is asked does
    assert menu.isVisible()
    assert not any(text.startswith("Values") for text in checked(menu))


def test_black_above_white_is_taken_back(menu: ReadMenu, wanted: list[Port | None]) -> None:
    offer(menu, FLAT)
    low = box(menu, "Value of black")
    assert isinstance(low, QDoubleSpinBox)
    low.setValue(2)
    low.editingFinished.emit()
    assert low.value() == 0
    assert wanted == []


def test_one_of_many_channels_can_be_chosen(menu: ReadMenu, wanted: list[Port | None]) -> None:
    port = PicturePort("HWC", 8, 8, 5)
    offer(menu, Output("features", port))
    channel = box(menu, "Channel shown")
    assert isinstance(channel, QSpinBox)
    channel.setValue(4)
    assert wanted == [dataclasses.replace(port, channel=4)]


def test_a_curve_has_no_black_and_white(menu: ReadMenu) -> None:
    offer(menu, CURVE)
    assert [entry.text() for entry in menu.actions()] == ["Curve of 200 values"]
