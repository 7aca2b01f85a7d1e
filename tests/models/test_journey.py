from __future__ import annotations

import numpy as np
import pytest

from models.errors import LatentError
from models.journey import Interpolation, Path, catmull_rom, slerp

LINEAR, SPHERICAL, CATMULL_ROM = Interpolation
STOPS = np.array([[1, 0], [0, 2], [-1, 1], [3, 3]], np.float32)

HALF = np.array([[0.5]])


def path(kind: Interpolation, *points: list[float], closed: bool = False) -> Path:
    return Path(kind, np.array(points, np.float32), closed)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("kind", Interpolation)
def test_a_way_goes_exactly_through_its_codes(kind: Interpolation, closed: bool) -> None:
    way = Path(kind, STOPS, closed)
    assert way.legs == (4 if closed else 3)
    for place, stop in enumerate(STOPS):
        assert way.at(place).tobytes() == stop.tobytes()
    end = STOPS[0] if closed else STOPS[3]
    assert way.at(way.legs).tobytes() == end.tobytes()


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("kind", Interpolation)
def test_a_way_has_no_jumps(kind: Interpolation, closed: bool) -> None:
    codes = Path(kind, STOPS, closed).codes(np.linspace(0, 4 if closed else 3, 2001))
    steps = np.linalg.norm(np.diff(codes, axis=0), axis=1)
    assert steps.max() < 0.05


def test_beyond_an_open_end_lies_that_end() -> None:
    way = Path(LINEAR, STOPS)
    assert np.array_equal(way.at(-0.5), STOPS[0])
    assert np.array_equal(way.at(9), STOPS[3])


def test_a_closed_way_goes_round() -> None:
    way = Path(LINEAR, STOPS, True)
    assert np.array_equal(way.at(5), STOPS[1])
    assert np.allclose(way.at(3.5), (STOPS[3] + STOPS[0]) / 2)


def test_places_of_a_film() -> None:
    assert Path(LINEAR, STOPS).places(2).tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert Path(LINEAR, STOPS, True).places(1).tolist() == [0, 1, 2, 3]


def test_linear_is_straight() -> None:
    assert path(LINEAR, [0, 0], [4, 2]).at(0.25).tolist() == [1, 0.5]


def test_spherical_keeps_length_and_speed() -> None:
    codes = path(SPHERICAL, [2, 0, 0], [0, 2, 0]).codes([0, 1 / 3, 2 / 3, 1])
    assert np.allclose(np.linalg.norm(codes, axis=1), 2)
    assert np.allclose(np.degrees(np.arctan2(codes[:, 1], codes[:, 0])), [0, 30, 60, 90])


def test_spherical_between_different_lengths_changes_it_evenly() -> None:
    codes = path(SPHERICAL, [1, 0], [0, 3]).codes([0.25, 0.5, 0.75])
    assert np.allclose(np.linalg.norm(codes, axis=1), [1.5, 2, 2.5])


def test_spherical_between_opposite_codes_goes_round() -> None:
    codes = path(SPHERICAL, [2, 0, 0], [-2, 0, 0]).codes(np.linspace(0, 1, 9))
    assert np.allclose(np.linalg.norm(codes, axis=1), 2)
    assert np.ptp(np.linalg.norm(np.diff(codes, axis=0), axis=1)) < 1e-5


@pytest.mark.parametrize(
    ("start", "end"),
    [([0, 0], [4, 2]), ([4, 2], [0, 0]), ([1, 1], [3, 3]), ([-1], [3]), ([1e-30, 0], [0, 1e-30])],
)
def test_spherical_where_there_is_no_angle_is_finite(start: list[float], end: list[float]) -> None:
    codes = path(SPHERICAL, start, end).codes([0, 0.5, 1])
    assert np.isfinite(codes).all()
    if codes.max() > 1e-6:
        assert np.allclose(codes[1], (codes[0] + codes[2]) / 2)


def test_spherical_through_nearly_equal_directions() -> None:
    start, end = np.array([1.0, 0.0]), np.array([1.0, 1e-9])
    assert np.allclose(slerp(start, end, HALF), [[1, 5e-10]], rtol=1e-9, atol=1e-15)


def test_catmull_rom_of_a_straight_line_is_straight() -> None:
    way = path(CATMULL_ROM, [0, 0], [1, 1], [2, 2], [3, 3])
    assert np.allclose(way.codes([0.25, 1.5, 2.75])[:, 0], [0.25, 1.5, 2.75])


def test_catmull_rom_turns_smoothly_at_its_codes() -> None:
    way = Path(CATMULL_ROM, STOPS)
    straight = Path(LINEAR, STOPS)

    def turn(of: Path, place: float) -> float:
        before, at, after = of.codes([place - 1e-3, place, place + 1e-3]).astype(np.float64)
        first, second = at - before, after - at
        return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))

    assert min(turn(way, 1), turn(way, 2)) > 0.999
    assert turn(straight, 1) < 0.7


def test_catmull_rom_against_its_formula() -> None:
    # With equal distances knots are even, and the curve is the uniform one.
    corners = np.array([[0, 0], [1, 0], [1, 1], [2, 1]], np.float64)
    middle = catmull_rom(corners[0], corners[1], corners[2], corners[3], HALF)
    assert np.allclose(middle, np.array([-1, 9, 9, -1]) @ corners / 16)


@pytest.mark.parametrize(
    "points",
    [
        [[0, 0], [0, 0], [1, 1]],
        [[1, 1], [0, 0], [0, 0]],
        [[0, 0], [1, 1], [1, 1], [2, 0]],
        [[0, 0], [1, 1], [0, 0]],
    ],
)
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("kind", Interpolation)
def test_equal_neighbours_are_a_rest(
    kind: Interpolation, closed: bool, points: list[list[float]]
) -> None:
    way = path(kind, *points, closed=closed)
    codes = way.codes(np.linspace(0, way.legs, 101))
    assert np.isfinite(codes).all()
    assert np.linalg.norm(np.diff(codes, axis=0), axis=1).max() < 0.2


def test_the_largest_numbers_stay_finite() -> None:
    way = path(CATMULL_ROM, [-3e38, 3e38], [3e38, 3e38], [-3e38, -3e38])
    assert np.isfinite(way.codes(np.linspace(0, 2, 50))).all()


@pytest.mark.parametrize("points", [[], [[1, 2]], [[1, 2], [1, 2], [1, 2]]])
def test_no_way(points: list[list[float]]) -> None:
    with pytest.raises(LatentError, match="A journey must"):
        Path(LINEAR, np.array(points, np.float32).reshape(-1, 2))
