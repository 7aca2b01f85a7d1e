from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.widgets.activation_grid import ActivationGrid
from explorer.widgets.tiles import least_scale, normalise, tile


@pytest.mark.parametrize(
    ("count", "size", "room", "gap", "columns", "scale"),
    [
        (1, (28, 28), (300, 300), 4, 1, 10),
        (64, (7, 7), (300, 300), 4, 8, 4),
        (32, (14, 14), (600, 300), 4, 8, 5),
        (4, (100, 100), (100, 100), 0, 2, 0.5),
    ],
)
def test_tiles_are_as_large_as_fits(
    count: int,
    size: tuple[int, int],
    room: tuple[float, float],
    gap: int,
    columns: int,
    scale: float,
) -> None:
    tiling = tile(count, size, room, gap)
    assert (tiling.columns, tiling.scale) == (columns, scale)
    left, top = tiling.origin_px(count - 1)
    assert left + tiling.tile_px[0] <= room[0]
    assert top + tiling.tile_px[1] <= room[1]


def test_tiles_too_small_to_be_read_take_more_rows_than_fit() -> None:
    tiling = tile(64, (7, 7), (150, 200), 4, least=5)
    assert tiling.tile_px == (35, 35)
    assert tiling.columns == 3
    assert tiling.height_px > 200


@pytest.mark.parametrize(
    ("longest", "least"), [(7, 5), (14, 3), (28, 2), (32, 1), (64, 1), (128, 0.5)]
)
def test_the_least_scale_makes_a_tile_readable(longest: int, least: float) -> None:
    assert least_scale((longest, 3), 32, 64) == least


def test_a_point_finds_its_tile() -> None:
    tiling = tile(5, (10, 10), (34, 34), 2)
    for index in range(5):
        left, top = tiling.origin_px(index)
        assert tiling.index_at(left + 1, top + 1) == index
    assert tiling.index_at(500, 1) is None
    assert tiling.index_at(-1, 1) is None


def test_each_tile_has_its_own_scale_or_all_have_one() -> None:
    tiles = np.array([[[0.0, 1.0]], [[0.0, 4.0]], [[2.0, 2.0]]], np.float32)
    assert normalise(tiles, common=False).tolist() == [[[0, 1]], [[0, 1]], [[0, 0]]]
    assert normalise(tiles, common=True).tolist() == [[[0, 0.25]], [[0, 1]], [[0.5, 0.5]]]


@pytest.fixture
def grid(qtbot: QtBot) -> ActivationGrid:
    made = ActivationGrid()
    made.resize(320, 320)
    qtbot.addWidget(made)
    return made


def channels() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Four channels of 8×8: the number of the channel in its lower half, 0 above."""
    activations = np.zeros((8, 8, 4), np.float32)
    activations[4:] = np.arange(4)
    return activations


def test_channels_are_painted_as_tiles(grid: ActivationGrid) -> None:
    grid.set_activations(channels())
    image = grid.grab().toImage()
    assert image.pixelColor(5, 5).name() == "#000000"
    assert not grid.is_vector
    points = [(x, y) for x in range(0, 320, 8) for y in range(0, 320, 8)]
    assert {grid.index_at(x, y) for x, y in points} >= {0, 1, 2, 3}
    white = {grid.index_at(x, y) for x, y in points if image.pixelColor(x, y).name() == "#ffffff"}
    assert white == {1, 2, 3}


def test_a_common_scale_darkens_weak_channels(grid: ActivationGrid) -> None:
    grid.set_activations(channels())
    x, y = next(
        (x, 90) for x in range(320) if grid.index_at(x, 60) == 1 and grid.index_at(x, 90) == 1
    )
    own = grid.grab().toImage().pixelColor(x + 5, y)
    grid.set_common_scale(True)
    assert own.name() == "#ffffff"
    assert grid.grab().toImage().pixelColor(x + 5, y).lightness() < 128


@pytest.mark.parametrize("count", [16, 3136])
def test_a_vector_is_painted_as_bars_or_squares(grid: ActivationGrid, count: int) -> None:
    empty = grid.grab().toImage()
    grid.set_activations(np.linspace(-1, 1, count, dtype=np.float32), "encoder")
    assert grid.is_vector
    assert grid.grab().toImage() != empty
    assert grid.index_at(1, 1) == 0


@pytest.mark.parametrize(
    "activations",
    [
        np.zeros((7, 7, 64), np.float32),
        np.full((4, 4, 2), np.nan, np.float32),
        np.full(16, np.inf, np.float32),
        np.zeros((12, 5), np.float32),
        np.ones((300, 300, 3), np.float32),
    ],
)
def test_odd_arrays_are_painted_without_a_warning(
    grid: ActivationGrid, activations: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    grid.set_activations(activations, "decoder")
    grid.grab()
    assert grid.summary()


def test_arrows_and_clicks_choose_a_channel(qtbot: QtBot, grid: ActivationGrid) -> None:
    grid.set_activations(channels())
    with qtbot.waitSignal(grid.current_changed):
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert grid.current == 0
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 1
    assert grid.describe(1) == "channel 1: 0.00 to 1.00, mean 0.50"
    assert grid.accessibleDescription() == grid.describe(1)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.current == 3
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 3


def test_the_chosen_channel_stays_while_the_input_changes(
    qtbot: QtBot, grid: ActivationGrid
) -> None:
    grid.set_activations(channels())
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    grid.set_activations(channels() * 2)
    assert grid.current == 0
    grid.set_activations(np.zeros(16, np.float32))
    assert grid.current is None
