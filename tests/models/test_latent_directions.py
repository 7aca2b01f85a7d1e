from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models import latent_directions
from models.errors import LatentError
from models.latent_directions import MAX_DIRECTIONS, SHORT_DIM, Directions, find_directions

Floats = npt.NDArray[np.float32]


# Codes of n points whose deviations along the rows of an orthogonal matrix are known.
def make_codes(n: int, deviations: list[float], dim: int) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(4)
    axes = np.linalg.qr(generator.standard_normal((dim, dim)))[0][: len(deviations)]
    parts = generator.standard_normal((n, len(deviations))) * deviations
    return (parts @ axes + 5).astype(np.float32), axes.astype(np.float32)


def directions_of(codes: Floats) -> Directions:
    return find_directions(codes, codes.mean(axis=0))


@pytest.mark.parametrize("dim", [40, 100])
@pytest.mark.parametrize("n", [500, 5000])
def test_the_directions_of_the_largest_variance_come_first(n: int, dim: int) -> None:
    codes, axes = make_codes(n, [8, 4, 2], dim)
    found = directions_of(codes)
    assert found.names == ("direction 0", "direction 1", "direction 2")
    np.testing.assert_allclose(found.deviations, [8, 4, 2], rtol=0.1)
    np.testing.assert_allclose(np.abs((found.units * axes).sum(axis=1)), 1, atol=0.02)
    np.testing.assert_allclose(found.units @ found.units.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(found.coordinates.std(axis=0), 1, rtol=0.1)


def test_there_are_no_more_rows_than_a_hand_can_use() -> None:
    codes = np.random.default_rng(0).standard_normal((100, SHORT_DIM + 1)).astype(np.float32)
    assert len(directions_of(codes).names) == MAX_DIRECTIONS


@pytest.mark.parametrize("dim", [1, 2, 16, SHORT_DIM])
def test_short_codes_have_a_direction_for_each_dimension(dim: int) -> None:
    codes = np.random.default_rng(0).standard_normal((500, dim)).astype(np.float32)
    found = directions_of(codes)
    assert len(found.names) == dim
    np.testing.assert_allclose(found.units @ found.units.T, np.eye(dim), atol=1e-12)


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


# Codes that vary in every dimension, in some a hundred times as much as in others.
def full_rank(dim: int = 16) -> tuple[Floats, Directions]:
    codes, _ = make_codes(3000, np.geomspace(5, 0.05, dim).tolist(), dim)
    return codes, directions_of(codes)


def test_values_and_directions_tell_the_same_z() -> None:
    codes, found = full_rank()
    for z in codes[:200]:
        back = found.mean + (found.values(z) * found.deviations) @ found.units
        np.testing.assert_allclose(back, z, rtol=0, atol=1e-5)


def test_a_thousand_moves_by_turns_do_not_drift() -> None:
    codes, found = full_rank()
    generator = np.random.default_rng(1)
    z = codes[0].copy()
    exact = z.astype(np.float64)
    for _ in range(500):
        row, value = int(generator.integers(16)), np.float32(generator.normal())
        z = found.moved(z, row, float(value))
        now = found.units[row] @ (exact - found.mean) / found.deviations[row]
        exact += found.units[row] * (float(value) - now) * found.deviations[row]
        dim, raw = int(generator.integers(16)), np.float32(generator.normal())
        z[dim] = exact[dim] = raw
    np.testing.assert_allclose(z, exact, rtol=0, atol=1e-5)


def test_a_thousand_moves_to_and_fro_end_where_they_began() -> None:
    codes, found = full_rank()
    z = codes[0]
    ends = [float(value) for value in (found.values(z)[3], found.values(z)[3] + np.float32(2.5))]
    for step in range(1, 1001):
        z = found.moved(z, 3, ends[step % 2])
    np.testing.assert_allclose(z, codes[0], rtol=0, atol=1e-5)


def test_around_locked_values_a_direction_still_gets_where_it_is_wanted() -> None:
    codes, found = full_rank()
    z, locks = codes[0], np.arange(16) % 4 == 0
    moved = found.moved(z, 2, 1.25, locks)
    np.testing.assert_array_equal(moved[locks], z[locks])
    assert (moved != z)[~locks].all()
    assert found.values(moved)[2] == pytest.approx(1.25, abs=1e-5)
    np.testing.assert_array_equal(found.moved(z, 2, float(found.values(z)[2]), locks), z)


def test_a_direction_that_is_locked_says_what_to_do() -> None:
    codes, found = full_rank()
    with pytest.raises(LatentError) as refused:
        found.moved(codes[0], 2, 1.25, np.ones(16, np.bool_))
    assert str(refused.value) == (
        "direction 2 must change values that are free; received 16 locked values; unlock some."
    )


def test_picked_rows_are_the_same_in_another_order() -> None:
    codes, found = full_rank()
    some = found.picked(np.array([5, 0, 9]), frozenset({1}))
    assert some.names == ("direction 5", "direction 0", "direction 9")
    np.testing.assert_array_equal(some.values(codes[1]), found.values(codes[1])[[5, 0, 9]])
    np.testing.assert_array_equal(some.moved(codes[1], 2, 1.5), found.moved(codes[1], 9, 1.5))


def test_the_same_codes_give_the_same_directions() -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    np.testing.assert_array_equal(directions_of(codes).units, directions_of(codes).units)


def test_long_codes_are_worked_on_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, _ = make_codes(200, [8, 4, 2], 100)
    whole = directions_of(codes)
    monkeypatch.setattr(latent_directions, "BLOCK_VALUES", 200 * 7)
    np.testing.assert_allclose(directions_of(codes).units, whole.units, atol=1e-6)


@pytest.mark.parametrize("value", [3e38, -3e38])
def test_a_z_far_away_has_finite_coordinates(value: float) -> None:
    codes, _ = make_codes(200, [8, 4, 2], 40)
    assert np.isfinite(directions_of(codes).values(np.full(40, value, np.float32))).all()
