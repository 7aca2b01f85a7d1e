"""Codes near a latent vector, and how unusual it is among them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from models.neighbours import Floats, Gauge, Neighbours, nearest


@pytest.fixture(scope="module")
def codes() -> Floats:
    generator = np.random.default_rng(5)
    return (generator.normal(size=(30_000, 16)) * np.linspace(0.1, 4, 16) + 2).astype(np.float32)


@pytest.mark.parametrize("k", [1, 12, 100])
@pytest.mark.parametrize("farther", [1, 50])
def test_the_nearest_are_those_of_an_exact_search(codes: Floats, k: int, farther: int) -> None:
    z = codes[17] * np.float32(farther) + np.float32(0.05)
    indices, distances = nearest(codes, z, k)
    exact = np.linalg.norm(codes.astype(np.float64) - z, axis=1)
    np.testing.assert_array_equal(indices, np.argsort(exact, kind="stable")[:k])
    np.testing.assert_allclose(distances, np.sort(exact)[:k], rtol=1e-6)
    assert distances.dtype == np.float32


def test_a_code_is_its_own_nearest_neighbour(codes: Floats) -> None:
    search = Neighbours(codes)
    for row in (0, 1, 29_999):
        indices, distances = search.nearest(codes[row], 3)
        assert indices[0] == row
        assert distances[0] == 0


def test_fewer_and_more_of_the_same_place_are_those_of_a_search_of_their_own(codes: Floats) -> None:
    search, z = Neighbours(codes), codes.mean(axis=0)
    for place, count in ((z, 12), (z, 1), (z, 40), (z + 1, 1), (z, 12)):
        indices, distances = search.nearest(place, count)
        expected = nearest(codes, place, count)
        np.testing.assert_array_equal(indices, expected[0])
        np.testing.assert_array_equal(distances, expected[1])


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("step", [0.0, 0.02, 0.3, 5.0, 1e5])
def test_the_nearest_of_a_z_on_its_way_are_those_of_an_exact_search(
    codes: Floats, order: Literal["C", "F"], step: float
) -> None:
    search, z = Neighbours(np.asarray(codes, order=order)), codes[17].copy()
    for dim in range(16):
        z[dim] += step
        indices, distances = search.nearest(z, 12)
        exact = np.linalg.norm(codes.astype(np.float64) - z, axis=1)
        np.testing.assert_allclose(distances, np.sort(exact)[:12], rtol=1e-6)
        if step < 1e3:  # beyond, many are as far away as float64 can tell
            np.testing.assert_array_equal(indices, np.argsort(exact, kind="stable")[:12])


@pytest.mark.parametrize("size", [1e16, 1e20, 3e38])
def test_of_a_z_far_out_the_codes_on_its_side_are_found(codes: Floats, size: float) -> None:
    positive = np.abs(codes)
    z = np.zeros(positive.shape[1], np.float32)
    z[0] = -size
    indices, distances = nearest(positive, z, 3)
    assert len(indices) == 3
    assert positive[indices, 0].max() < np.quantile(positive[:, 0], 0.01)
    assert np.allclose(distances, size)


def test_a_distance_that_float32_cannot_hold_is_its_largest_number(codes: Floats) -> None:
    z = np.full(codes.shape[1], -3e38, np.float32)
    _, distances = nearest(codes, z, 1)
    assert distances.tolist() == [np.finfo(np.float32).max]


@pytest.mark.parametrize("count", [1, 10])
def test_there_are_no_more_neighbours_than_codes(count: int) -> None:
    same = np.full((count, 4), 3, np.float32)
    indices, distances = nearest(same, np.zeros(4, np.float32), 50)
    assert indices.tolist() == list(range(count))
    np.testing.assert_allclose(distances, 6)


def test_the_gauge_knows_how_far_out_codes_lie(codes: Floats) -> None:
    gauge = Gauge.of(codes)
    shares = [gauge.share(code) for code in codes[:2000]]
    assert 0.48 < np.mean(shares) < 0.52
    assert min(shares) >= 0
    assert max(shares) <= 1
    assert gauge.share(codes.mean(axis=0)) == 0
    # A step that is small where codes vary much is large where they do not.
    middle = codes.mean(axis=0)
    along, across = middle.copy(), middle.copy()
    along[15] += 2
    across[0] += 2
    assert gauge.share(along) < 0.01
    assert gauge.share(across) == 1


def test_the_gauge_says_so_in_words(codes: Floats) -> None:
    gauge = Gauge.of(codes)
    assert gauge.sentence(codes.mean(axis=0)).startswith("nearer to the middle than all")
    assert gauge.sentence(codes[0] + 100) == "farther out than all of the encoded pictures"
    row = int(np.argsort([gauge.distance(code) for code in codes[:1000]])[990])
    share = int(100 * gauge.share(codes[row]))
    assert gauge.sentence(codes[row]) == f"farther out than {share} % of the encoded pictures"
    assert share >= 97


def test_pulling_back_goes_towards_the_mean_and_no_farther_than_needed(codes: Floats) -> None:
    gauge = Gauge.of(codes)
    mean = codes.mean(axis=0)
    z = mean + (codes[3] - mean) * np.float32(7)
    pulled = gauge.pull_back(z)
    assert pulled.dtype == np.float32
    assert gauge.share(pulled) == pytest.approx(0.95, abs=0.002)
    step, whole = pulled - mean, z - mean
    cosine = step @ whole / np.linalg.norm(step) / np.linalg.norm(whole)
    assert cosine == pytest.approx(1, abs=1e-4)
    assert gauge.pull_back(mean) is mean


@pytest.mark.parametrize("count", [1, 10])
def test_equal_codes_have_a_gauge_too(count: int) -> None:
    gauge = Gauge.of(np.full((count, 5), 0.7, np.float32))
    other = np.zeros(5, np.float32)
    assert gauge.share(other) == 1
    assert np.isfinite(gauge.distance(other))
    np.testing.assert_allclose(gauge.pull_back(other), 0.7, rtol=1e-3)


def test_very_many_dimensions_are_measured_each_for_itself() -> None:
    generator = np.random.default_rng(1)
    wide = generator.normal(size=(200, 3000)).astype(np.float32)
    gauge = Gauge.of(wide)
    assert gauge.whitening.shape == (3000,)
    assert gauge.share(wide.mean(axis=0)) == 0
    assert gauge.share(wide[0] * 3) == 1
