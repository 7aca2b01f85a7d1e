from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models import latent_directions
from models.latent_directions import MAX_DIRECTIONS, Directions, find_directions

Floats = npt.NDArray[np.float32]


# Codes of n points whose deviations along the rows of an orthogonal matrix are known.
def make_codes(n: int, deviations: list[float], dim: int) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(4)
    axes = np.linalg.qr(generator.standard_normal((dim, dim)))[0][: len(deviations)]
    parts = generator.standard_normal((n, len(deviations))) * deviations
    return (parts @ axes + 5).astype(np.float32), axes.astype(np.float32)


def directions_of(codes: Floats) -> Directions:
    return find_directions(codes, codes.mean(axis=0))


@pytest.mark.parametrize("n", [500, 5000])
def test_the_directions_of_the_largest_variance_come_first(n: int) -> None:
    codes, axes = make_codes(n, [8, 4, 2], 40)
    found = directions_of(codes)
    assert found.names == ("direction 0", "direction 1", "direction 2")
    np.testing.assert_allclose(found.deviations, [8, 4, 2], rtol=0.1)
    np.testing.assert_allclose(np.abs((found.units * axes).sum(axis=1)), 1, atol=0.02)
    np.testing.assert_allclose(found.units @ found.units.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(found.coordinates.std(axis=0), 1, rtol=0.1)


def test_there_are_no_more_rows_than_a_hand_can_use() -> None:
    codes = np.random.default_rng(0).standard_normal((100, 64)).astype(np.float32)
    assert len(directions_of(codes).names) == MAX_DIRECTIONS


@pytest.mark.parametrize("n", [1, 30])
def test_codes_that_do_not_vary_have_no_direction(n: int) -> None:
    found = directions_of(np.full((n, 8), 2.5, np.float32))
    assert found.names == ()
    assert found.values(np.zeros(8, np.float32)).shape == (0,)


def test_coordinates_are_where_the_codes_lie() -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    found = directions_of(codes)
    np.testing.assert_allclose(found.values(codes[17]), found.coordinates[17], atol=1e-4)
    np.testing.assert_allclose(found.values(found.mean), 0, atol=1e-6)


def test_a_row_moves_along_its_direction_alone_and_back_exactly() -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    found, z = directions_of(codes), codes[3]
    before = found.values(z)
    moved = found.moved(z, 1, 2.5)
    np.testing.assert_allclose(found.values(moved), [before[0], 2.5, before[2]], atol=1e-4)
    np.testing.assert_array_equal(found.moved(z, 1, float(before[1])), z)


def test_the_same_codes_give_the_same_directions() -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    np.testing.assert_array_equal(directions_of(codes).units, directions_of(codes).units)


def test_long_codes_are_worked_on_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    whole = directions_of(codes)
    monkeypatch.setattr(latent_directions, "BLOCK_VALUES", 200 * 7)
    np.testing.assert_allclose(directions_of(codes).units, whole.units, atol=1e-6)


@pytest.mark.parametrize("value", [3e38, -3e38])
def test_a_z_far_away_has_finite_coordinates(value: float) -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    assert np.isfinite(directions_of(codes).values(np.full(40, value, np.float32))).all()
