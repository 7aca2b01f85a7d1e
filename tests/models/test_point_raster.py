"""Points as an image, and which of them lie where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.errors import DataError
from models.point_raster import (
    COLOURS,
    CROWDS,
    Floats,
    Raster,
    inside_box,
    inside_lasso,
    pick,
    raster,
)

VIEW = (0.0, 0.0, 8.0, 4.0)
SIZE_PX = (8, 4)


def points(*places: tuple[float, float]) -> Floats:
    return np.array(places, np.float32).reshape(-1, 2)


def labels(*numbers: int) -> npt.NDArray[np.uint8]:
    return np.array(numbers, np.uint8)


def occupied(image: npt.NDArray[Any]) -> dict[tuple[int, int], int]:
    """Labels by (row, column)."""
    return {(int(row), int(column)): int(image[row, column])
            for row, column in np.argwhere(image >= 0)}  # fmt: skip


def test_a_point_is_where_the_view_says() -> None:
    made = raster(points((0.5, 0.5), (7.5, 3.5), (3.0, 2.0)), labels(4, 5, 6), VIEW, SIZE_PX)
    assert occupied(made.labels) == {(0, 0): 4, (3, 7): 5, (2, 3): 6}
    assert made.labels.dtype == np.int16
    assert made.labels.shape == made.counts.shape == (4, 8)
    assert made.counts.sum() == 3


def test_y_goes_upwards_in_a_view_that_does() -> None:
    made = raster(points((0.5, 0.5)), labels(4), (0, 4, 8, 0), SIZE_PX)
    assert occupied(made.labels) == {(3, 0): 4}


def test_points_outside_are_not_seen() -> None:
    outside = points((-0.1, 1), (8.1, 1), (1, -0.1), (1, 4.1), (1e30, -1e30), (-3e38, 3e38))
    made = raster(outside, labels(*range(6)), VIEW, (800, 400), dot_px=5)
    assert not occupied(made.labels)
    assert not made.counts.any()


def test_the_last_point_lies_on_top_and_all_are_counted() -> None:
    made = raster(points(*[(2.5, 2.5)] * 3), labels(1, 2, 3), VIEW, SIZE_PX)
    assert occupied(made.labels) == {(2, 2): 3}
    assert made.counts[2, 2] == 3


@pytest.mark.parametrize(
    ("label", "count", "shade"),
    [
        (-1, 0, 0),
        (0, 1, 1),
        (0, 2, 2),
        (0, 65_535, CROWDS),
        (3, 1, 1 + 3 * CROWDS),
        (COLOURS + 3, 0, 1 + 3 * CROWDS),  # the rim of a dot
        (32_767, 9, 1 + 32_767 % COLOURS * CROWDS + 3),
    ],
)
def test_a_shade_tells_colour_and_crowd(label: int, count: int, shade: int) -> None:
    made = Raster(np.full((1, 2), label, np.int16), np.full((1, 2), count, np.uint16))
    assert made.shades().tolist() == [[shade, shade]]
    assert made.shades().dtype == np.uint8


def test_hidden_labels_are_left_out() -> None:
    places = points((2.5, 2.5), (2.5, 2.5), (5.5, 0.5))
    made = raster(places, labels(1, 2, 3), VIEW, SIZE_PX, hidden=[2, 3, 99_999])
    assert occupied(made.labels) == {(2, 2): 1}
    assert made.counts.sum() == 1


@pytest.mark.parametrize(("dot_px", "pixels"), [(1, 1), (2, 4), (3, 9), (4, 12), (5, 21)])
def test_a_dot_is_round_and_has_its_size(dot_px: int, pixels: int) -> None:
    made = raster(points((10.5, 10.5)), labels(7), (0, 0, 20, 20), (20, 20), dot_px)
    shape = made.labels >= 0
    assert shape.sum() == pixels
    rows, columns = np.nonzero(shape)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == dot_px
    assert made.counts.sum() == 1


def test_a_dot_at_the_edge_is_cut_off_and_does_not_come_back_at_the_other() -> None:
    made = raster(points((0.5, 1.5)), labels(7), VIEW, SIZE_PX, dot_px=3)
    assert {column for _, column in occupied(made.labels)} == {0, 1}


def test_the_middle_of_a_dot_lies_on_top_of_another_ones_rim() -> None:
    made = raster(points((3.5, 1.5), (4.5, 1.5)), labels(1, 2), VIEW, SIZE_PX, dot_px=3)
    assert made.labels[1, 3:5].tolist() == [1, 2]


def test_more_points_than_a_count_holds_are_as_many_as_it_can() -> None:
    many = np.full((70_000, 2), 1.5, np.float32)
    made = raster(many, np.zeros(len(many), np.uint8), VIEW, SIZE_PX)
    assert made.counts[1, 1] == 65_535


def test_a_raster_counts_as_a_histogram_does() -> None:
    generator = np.random.default_rng(0)
    cloud = generator.normal(size=(100_000, 2)).astype(np.float32)
    made = raster(cloud, np.zeros(len(cloud), np.int32), (-2, -1.5, 2, 1.5), (40, 30))
    exact, _, _ = np.histogram2d(
        cloud[:, 1], cloud[:, 0], (30, 40), ((-1.5, 1.5), (-2, 2)), density=False
    )
    assert np.abs(made.counts - exact).sum() <= 20  # points on an edge, to float32


@pytest.mark.parametrize(
    ("view", "size_px", "dot_px"),
    [
        ((0, 0, 0, 1), SIZE_PX, 1),
        ((0, 0, 1, float("nan")), SIZE_PX, 1),
        (VIEW, (0, 5), 1),
        (VIEW, (5, 100_000), 1),
        (VIEW, SIZE_PX, 0),
        (VIEW, SIZE_PX, 99),
    ],
)
def test_an_image_that_cannot_be_is_one_sentence(
    view: Sequence[float], size_px: Sequence[int], dot_px: int
) -> None:
    with pytest.raises(DataError):
        raster(points((1, 1)), labels(0), view, size_px, dot_px)


def test_no_points_are_an_empty_image() -> None:
    made = raster(points(), labels(), VIEW, SIZE_PX, dot_px=3)
    assert not occupied(made.labels)


@pytest.mark.parametrize(
    ("place", "radius", "found"),
    [
        ((1.1, 1.0), 0.5, 0),
        ((2.9, 3.0), 0.5, 1),
        ((2.0, 2.0), 0.5, -1),
        ((2.0, 2.1), 9.0, 1),
        ((1.0, 2.5), (0.1, 2.0), 0),  # wide along y alone
        ((1.0, 2.5), (2.0, 0.1), -1),
    ],
)
def test_the_nearest_point_within_reach_is_picked(
    place: tuple[float, float], radius: float | tuple[float, float], found: int
) -> None:
    assert pick(points((1, 1), (3, 3)), place, radius) == found


def test_of_no_points_none_is_picked() -> None:
    assert pick(points(), (0, 0), 1) == -1


@pytest.mark.parametrize("box", [(1, 1, 3, 3), (3, 3, 1, 1), (1, 3, 3, 1)])
def test_a_box_holds_what_lies_between_its_corners(box: Sequence[float]) -> None:
    places = points((1, 1), (2, 2.9), (3.1, 2), (2, 0.9))
    assert inside_box(places, box).tolist() == [True, True, False, False]


def test_a_lasso_holds_what_it_goes_around() -> None:
    notched = np.array([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)])
    places = points((1, 1), (3, 1), (2, 2), (2, 0.5), (5, 1), (-1, 1), (0.2, 3))
    expected = [True, True, False, True, False, False, True]
    assert inside_lasso(places, notched).tolist() == expected
    assert inside_lasso(places, notched[::-1]).tolist() == expected


@pytest.mark.parametrize("corners", [0, 1, 2])
def test_a_lasso_of_few_corners_holds_nothing(corners: int) -> None:
    assert not inside_lasso(points((0, 0), (1, 1)), np.zeros((corners, 2))).any()
