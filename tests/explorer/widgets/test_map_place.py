from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.widgets.map_place import CELL_PX, Box, Cell, Lattice, Place, Viewport, extent_of

SIZE = (600.0, 400.0)
EXTENT = (-3.0, -1.0, 5.0, 3.0)
WHOLE = Viewport.fitted(EXTENT, SIZE)


@pytest.mark.parametrize("place", [(-3.0, -1.0), (5.0, 3.0), (0.0, 0.0), (12.0, -7.0)])
def test_a_place_comes_back_from_the_screen(place: Place) -> None:
    assert WHOLE.to_map(WHOLE.to_screen(place, SIZE), SIZE) == pytest.approx(place)


def test_y_grows_upwards() -> None:
    assert WHOLE.to_screen((0, 1), SIZE)[1] < WHOLE.to_screen((0, 0), SIZE)[1]


def test_everything_fits_with_a_margin() -> None:
    left, top, width, height = WHOLE.rect(EXTENT, SIZE)
    assert 0 < left < 0.1 * SIZE[0]
    assert left + width < SIZE[0]
    assert top > 0
    assert top + height < SIZE[1]


@pytest.mark.parametrize("place", [(0.0, 0.0), (1e6, -1e6)])
def test_codes_in_one_place_lie_in_the_middle_of_a_view_with_an_area(place: Place) -> None:
    view = Viewport.fitted((*place, *place), SIZE)
    assert view.to_screen(place, SIZE) == pytest.approx((300, 200))
    x0, y0, x1, y1 = view.box(SIZE)
    assert x1 - x0 > 1e-3
    assert y1 - y0 > 1e-3


def test_zooming_leaves_what_is_under_the_pointer_there() -> None:
    pointer = (450.0, 90.0)
    zoomed = WHOLE.zoomed(3.0, pointer, SIZE, WHOLE)
    assert zoomed.per_px == pytest.approx(WHOLE.per_px / 3)
    assert zoomed.to_map(pointer, SIZE) == pytest.approx(WHOLE.to_map(pointer, SIZE))


@pytest.mark.parametrize("factor", [1e9, 1e-9])
def test_zooming_has_an_end(factor: float) -> None:
    once = WHOLE.zoomed(factor, (300, 200), SIZE, WHOLE)
    assert once.zoomed(factor, (300, 200), SIZE, WHOLE) == once


def test_panning_moves_the_map_with_the_hand() -> None:
    before = WHOLE.to_screen((1, 1), SIZE)
    after = WHOLE.panned(30, -20).to_screen((1, 1), SIZE)
    assert after == pytest.approx((before[0] + 30, before[1] - 20))


@pytest.mark.parametrize("factor", [0.2, 1.0, 1.7, 3.0, 40.0])
def test_cells_cover_the_view_and_are_of_a_comfortable_size(factor: float) -> None:
    view = WHOLE.zoomed(factor, (100, 100), SIZE, WHOLE)
    lattice = Lattice.over(view, SIZE)
    _contains(lattice.box, view.box(SIZE))
    side_px = math.ldexp(1.0, lattice.level) / view.per_px
    assert CELL_PX <= side_px < 2 * CELL_PX
    cells = list(lattice)
    assert len(cells) == lattice.columns * lattice.rows
    assert extent_of(np.array([cell.box[:2] for cell in cells]))[:2] == lattice.box[:2]


def test_cells_lie_still_while_the_view_moves() -> None:
    before = set(Lattice.over(WHOLE, SIZE))
    after = set(Lattice.over(WHOLE.panned(25, 10), SIZE))
    assert len(before & after) > len(before) / 2


def test_the_cells_in_the_middle_come_first() -> None:
    lattice = Lattice.over(WHOLE, SIZE)
    cells = lattice.from_the_middle()
    assert set(cells) == set(lattice)
    ways = [math.dist(cell.middle, _middle(lattice.box)) for cell in cells]
    assert ways == sorted(ways)


def test_a_cell_knows_its_place() -> None:
    assert Cell(-1, 3, -2).box == (1.5, -1.0, 2.0, -0.5)
    assert Cell(-1, 3, -2).middle == (1.75, -0.75)


def _contains(outer: Box, inner: Box) -> None:
    assert outer[0] <= inner[0]
    assert outer[1] <= inner[1]
    assert outer[2] >= inner[2]
    assert outer[3] >= inner[3]


def _middle(box: Box) -> Place:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
