from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.traversal_grid import TraversalGrid
from explorer.widgets.traversal_layout import EFFECT_PX, GridLayout
from explorer.widgets.traversal_painter import Effect

ROWS, COLUMNS = 4, 5
NAMES = [f"z {row}" for row in range(ROWS)]
TITLES = [f"{20 * column} %" for column in range(COLUMNS)]
VALUES = np.linspace(-1, 1, ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)


@pytest.fixture
def grid(qtbot: QtBot) -> TraversalGrid:
    made = TraversalGrid()
    qtbot.addWidget(made)
    made.set_rows(NAMES, TITLES, VALUES)
    for row in range(ROWS):
        for column in range(COLUMNS):
            level = (row * COLUMNS + column) / (ROWS * COLUMNS)
            made.set_picture(row, column, np.full((28, 28, 1), level, np.float32))
    made.resize(480, made.heightForWidth(480))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def shot(grid: TraversalGrid) -> QImage:
    return grid.grab().toImage()


def centre(grid: TraversalGrid, row: int, column: int) -> QPointF:
    return grid.cell_rect(row, column).center()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("picture", [(28, 28), (7, 7), (64, 32), (1000, 1000)])
def test_cells_fill_the_width_in_whole_pixels(picture: tuple[int, int], ratio: float) -> None:
    layout = GridLayout.fit((16, 11), picture, 60, (540, math.inf), ratio)
    assert layout.cells_right + EFFECT_PX <= 540
    scale = layout.cell_px[0] * ratio / picture[0]
    assert scale < 1 or scale == pytest.approx(round(scale))
    first, second = layout.cell(3, 4), layout.cell(3, 5)
    assert not first.intersects(second)
    assert layout.row_at(first.center().y()) == 3
    assert layout.column_at(second.center().x()) == 5
    assert layout.row_at(layout.height_px + 1) is None


@pytest.mark.parametrize(
    ("height_px", "cell_px"),
    [(math.inf, 84), (1500, 84), (1480, 56), (1050, 56), (400, 56)],
)
def test_all_rows_are_in_sight_where_pictures_stay_large(height_px: float, cell_px: int) -> None:
    layout = GridLayout.fit((16, 11), (28, 28), 60, (1100, height_px), 1.0)
    assert layout.cell_px == (cell_px, cell_px)
    assert layout.height_px <= height_px or cell_px == 56


def test_each_cell_shows_its_picture(grid: TraversalGrid) -> None:
    image = shot(grid)
    for row, column in ((0, 0), (2, 3), (3, 4)):
        place = centre(grid, row, column).toPoint()
        level = round(255 * (row * COLUMNS + column) / (ROWS * COLUMNS))
        assert image.pixelColor(place).red() == pytest.approx(level, abs=1)


def test_a_click_chooses_the_cell_under_the_pointer(
    qtbot: QtBot, grid: TraversalGrid, drag: Callable[[QWidget, list[QPointF]], None]
) -> None:
    chosen: list[tuple[int, int]] = []
    grid.cell_chosen.connect(lambda *cell: chosen.append(cell))
    for place in (centre(grid, 2, 3), QPointF(4, centre(grid, 1, 0).y()), QPointF(100, 2)):
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert chosen == [(2, 3)]


def test_arrows_go_from_cell_to_cell_and_enter_goes_there(
    qtbot: QtBot, grid: TraversalGrid
) -> None:
    chosen: list[tuple[int, int]] = []
    pointed: list[int] = []
    grid.cell_chosen.connect(lambda *cell: chosen.append(cell))
    grid.pointed.connect(pointed.append)
    grid.clearFocus()
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    assert pointed == [0]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert chosen == [(1, 1)]
    assert grid.accessibleDescription() == grid.describe(1, 1)
    assert grid.current_rect().contains(centre(grid, 1, 1).toPoint())


def test_the_pointer_tells_its_row(qtbot: QtBot, grid: TraversalGrid) -> None:
    pointed: list[int] = []
    grid.pointed.connect(pointed.append)
    for row in (1, 3):
        with qtbot.waitSignal(grid.pointed):
            qtbot.mouseMove(grid, centre(grid, row, 2).toPoint())
    assert pointed == [1, 3]
    grid.set_rows(NAMES[:1], TITLES, VALUES[:1])
    assert pointed[-1] == -1


def test_a_cell_in_words(grid: TraversalGrid) -> None:
    assert grid.describe(0, 1) == "z 0 = -0.895 (20 %)"


def test_effects_are_bars_and_the_dead_are_called_so(grid: TraversalGrid) -> None:
    before = shot(grid)
    nan = float("nan")
    grid.set_effects(
        [
            Effect(1.0, 0.5, False, "much"),
            Effect(nan, 0.25, False, "little"),
            Effect(0.0, 0.0, True, "nothing"),
            Effect(nan, nan, False, "unknown"),
        ]
    )
    after = shot(grid)
    right = round(grid.cell_rect(0, COLUMNS - 1).right()) + 10

    def changed(row: int) -> bool:
        y = round(centre(grid, row, 0).y())
        return any(
            before.pixel(x, y + dy) != after.pixel(x, y + dy)
            for x in range(right, after.width())
            for dy in (-5, -3, 0, 3)
        )

    assert [changed(row) for row in range(ROWS)] == [True, True, True, False]


def test_where_z_lies_is_marked(grid: TraversalGrid) -> None:
    before = shot(grid)
    grid.set_places(np.array([0, 1.5, 2, 4], np.float32))
    after = shot(grid)
    for row, place in ((0, 0), (2, 2), (3, 4)):
        below = grid.cell_rect(row, place).bottomLeft() + QPointF(
            grid.cell_rect(row, place).width() / 2, 4
        )
        assert before.pixel(below.toPoint()) != after.pixel(below.toPoint())


def test_a_picture_of_another_size_lays_the_grid_out_anew(grid: TraversalGrid) -> None:
    high = grid.heightForWidth(480)
    grid.set_picture(0, 0, np.zeros((28, 14, 3), np.float32))
    assert grid.heightForWidth(480) > high


@pytest.mark.parametrize("width", [120, 240, 1600])
def test_it_can_be_painted_at_any_width(grid: TraversalGrid, width: int) -> None:
    grid.resize(width, grid.heightForWidth(width))
    assert not shot(grid).isNull()


def test_without_rows_nothing_is_to_be_seen(qtbot: QtBot) -> None:
    grid = TraversalGrid()
    qtbot.addWidget(grid)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton)
    assert grid.current_rect().isEmpty()
    assert not shot(grid).isNull()
