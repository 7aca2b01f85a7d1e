from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.widgets.gauge_bar import GaugeBar
from explorer.widgets.neighbour_tiles import Neighbour, NeighbourTiles
from explorer.widgets.pixels import to_image

WHITE = to_image(np.ones((28, 28), np.float32))


def neighbour(number: int, white: bool = False) -> Neighbour:
    return Neighbour(WHITE if white else None, str(number), "0.5", f"code {number}")


@pytest.fixture
def tiles(qtbot: QtBot) -> NeighbourTiles:
    made = NeighbourTiles("Nearest codes")
    qtbot.addWidget(made)
    made.set_neighbours([neighbour(number) for number in range(8)])
    made.resize(300, made.heightForWidth(300))  # four in a row
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def centre(tiles: NeighbourTiles, index: int) -> QPoint:
    return tiles.tile_rect(index).center().toPoint()


def test_a_click_chooses_what_lies_under_the_pointer(qtbot: QtBot, tiles: NeighbourTiles) -> None:
    chosen: list[int] = []
    tiles.chosen.connect(chosen.append)
    for place in (centre(tiles, 5), QPoint(299, 5), QPoint(5, tiles.height() + 5)):
        qtbot.mouseClick(tiles, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(tiles, Qt.MouseButton.RightButton, pos=centre(tiles, 1))
    assert chosen == [5]


def test_arrows_and_enter_choose_too(qtbot: QtBot, tiles: NeighbourTiles) -> None:
    chosen: list[int] = []
    tiles.chosen.connect(chosen.append)
    tiles.clearFocus()
    tiles.setFocus(Qt.FocusReason.TabFocusReason)
    assert tiles.accessibleDescription() == "code 0"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(tiles, key)
    assert chosen == [5]
    assert tiles.accessibleDescription() == "code 5"


def test_pictures_are_shown_as_they_come(tiles: NeighbourTiles) -> None:
    assert tiles.grab().toImage().pixelColor(centre(tiles, 2)).lightness() < 250
    tiles.set_neighbours([neighbour(number, white=number == 2) for number in range(8)])
    assert tiles.grab().toImage().pixelColor(centre(tiles, 2)).lightness() == 255


def test_fewer_of_them_need_less_room(qtbot: QtBot, tiles: NeighbourTiles) -> None:
    high = tiles.heightForWidth(300)
    tiles.set_neighbours([neighbour(0)])
    assert tiles.heightForWidth(300) == high / 2
    tiles.set_neighbours([])
    assert tiles.heightForWidth(300) == high / 2
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(tiles, key)


def test_a_gauge_says_its_share(qtbot: QtBot) -> None:
    gauge = GaugeBar("How far out", 0.95)
    qtbot.addWidget(gauge)
    gauge.resize(200, 12)
    empty = gauge.grab().toImage()
    gauge.show_share(0.99)
    assert gauge.accessibleDescription() == "99 %"
    assert gauge.grab().toImage() != empty
    gauge.show_share(None)
    assert gauge.accessibleDescription() == ""
    assert gauge.grab().toImage() == empty


@pytest.mark.parametrize(("width_px", "columns"), [(300, 4), (510, 6), (870, 12), (40, 1)])
def test_rows_are_as_long_as_one_another(
    tiles: NeighbourTiles, width_px: int, columns: int
) -> None:
    tiles.set_neighbours([neighbour(number) for number in range(12)])
    tiles.resize(width_px, 300)
    tops = [tiles.tile_rect(index).top() for index in range(12)]
    assert {tops.count(top) for top in tops} == {columns}
