from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.map_legend import MapLegend


@pytest.fixture
def legend(qtbot: QtBot) -> MapLegend:
    made = MapLegend()
    qtbot.addWidget(made)
    made.set_labels(range(10))
    return made


def chip(legend: MapLegend, label: int) -> QPushButton:
    return next(
        button
        for button in legend.findChildren(QPushButton)
        if button.accessibleName() == f"Show label {label}"
    )


def click(qtbot: QtBot, legend: MapLegend, label: int, shift: bool = False) -> None:
    button = chip(legend, label)
    with qtbot.waitSignal(legend.hidden_changed) as signal:
        button.click() if not shift else qtbot.mouseClick(
            button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
        )
    assert signal.args == [legend.hidden]


def test_a_click_hides_a_label_and_shows_it_again(qtbot: QtBot, legend: MapLegend) -> None:
    before = chip(legend, 3).icon().pixmap(11, 11).toImage()
    click(qtbot, legend, 3)
    assert legend.hidden == {3}
    assert chip(legend, 3).icon().pixmap(11, 11).toImage() != before
    click(qtbot, legend, 3)
    assert legend.hidden == frozenset()


def test_with_shift_a_label_is_alone_and_then_not(qtbot: QtBot, legend: MapLegend) -> None:
    click(qtbot, legend, 3, shift=True)
    assert legend.hidden == set(range(10)) - {3}
    click(qtbot, legend, 3, shift=True)
    assert legend.hidden == frozenset()


@pytest.mark.parametrize(("labels", "chips"), [([0], 0), ([], 0), ([0, 7], 2), (range(21), 0)])
def test_only_labels_that_can_be_told_apart_are_offered(
    legend: MapLegend, labels: list[int], chips: int
) -> None:
    legend.set_labels(labels)
    shown = [label for label in labels if not legend.isHidden()]
    assert len(shown) == chips
    assert legend.hidden == frozenset()


def test_the_keyboard_can_do_it(qtbot: QtBot, legend: MapLegend) -> None:
    with qtbot.waitSignal(legend.hidden_changed):
        qtbot.keyClick(chip(legend, 7), Qt.Key.Key_Space)
    assert legend.hidden == {7}


@pytest.mark.parametrize(("width_px", "rows"), [(900, 1), (260, 2)])
def test_labels_stand_in_rows_that_fit(qtbot: QtBot, width_px: int, rows: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    legend = MapLegend(window)
    legend.set_labels(range(10))
    legend.resize(width_px, 80)
    with qtbot.waitExposed(window):
        window.show()
    places = [chip(legend, label).geometry() for label in range(10)]
    assert len({place.top() for place in places}) == rows
    assert all(legend.rect().contains(place) for place in places)
    assert places == sorted(places, key=lambda place: (place.top(), place.left()))
