"""The plane on which codes are looked at."""

from __future__ import annotations

import numpy as np
import pytest

from models.epoch_view import find_plane


@pytest.mark.parametrize(("latent_dim", "name"), [(1, "z 0"), (2, "z 0 × z 1")])
def test_few_dimensions_are_themselves(latent_dim: int, name: str) -> None:
    codes = np.random.default_rng(0).normal(3, 2, (200, latent_dim)).astype(np.float32)
    plane = find_plane(codes)
    assert plane.name == name
    places = plane.place(codes)
    assert places.shape == (200, 2)
    expected = (codes - np.median(codes, axis=0)) / plane.reach
    assert np.allclose(places[:, :latent_dim], expected, atol=1e-5)
    assert (np.abs(places) <= 1).all(axis=1).mean() > 0.95


def test_many_dimensions_are_shown_where_they_are_spread_most() -> None:
    generator = np.random.default_rng(1)
    codes = generator.normal(0, 0.1, (300, 16)).astype(np.float32)
    codes[:, 5] += generator.normal(0, 5, 300)
    codes[:, 9] += generator.normal(0, 2, 300)
    plane = find_plane(codes)
    assert np.abs(plane.axes[5, 0]) > 0.99
    assert np.abs(plane.axes[9, 1]) > 0.99
    assert np.array_equal(find_plane(codes).axes, plane.axes)


def test_a_z_that_lies_nowhere_near_has_a_place_too() -> None:
    codes = np.random.default_rng(1).normal(0, 1, (50, 3)).astype(np.float32)
    for far in (np.full((1, 3), 3e38), np.full((1, 3), -3e38), np.full((1, 3), np.inf)):
        assert np.isfinite(find_plane(codes).place(far.astype(np.float32))).all()


@pytest.mark.parametrize("codes", [np.zeros((5, 3)), np.zeros((1, 16)), np.full((4, 2), np.nan)])
def test_codes_that_are_all_alike_have_a_plane(codes: np.ndarray) -> None:
    places = find_plane(codes.astype(np.float32)).place(np.nan_to_num(codes).astype(np.float32))
    assert np.isfinite(places).all()


def test_codes_far_from_the_last_ones_are_in_sight_on_the_same_axes() -> None:
    random = np.random.default_rng(0)
    last = random.normal(5, 1, (500, 4)).astype(np.float32)
    plane = find_plane(last)
    assert plane.holding(last) is plane
    first = random.normal(-20, 0.1, (500, 4)).astype(np.float32)
    assert np.abs(plane.place(first)).max() > 1
    wider = plane.holding(first)
    assert np.abs(wider.place(first)).max() <= 1
    np.testing.assert_array_equal(wider.axes, plane.axes)
    times = wider.reach / plane.reach
    assert wider.name == f"two principal axes, {times:.1f} × as wide"
