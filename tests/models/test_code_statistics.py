"""Statistics of many codes: as numpy has them, in parts; and chance without a covariance."""

from __future__ import annotations

import numpy as np
import pytest

from models import code_statistics
from models.code_statistics import covariance, draw_like, quantiles, spread

GENERATOR = np.random.default_rng(8)
MIXING = GENERATOR.normal(size=(3, 5))
CODES = (GENERATOR.normal(size=(400, 3)) @ MIXING + 10).astype(np.float32)  # of rank 3
LEVELS = (0.0, 0.1, 0.5, 1.0)


@pytest.mark.parametrize("chunk_values", [1, 700, 2**22])
def test_parts_make_the_whole(chunk_values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_statistics, "CHUNK_VALUES", chunk_values)
    assert np.allclose(covariance(CODES, 5), np.cov(CODES, rowvar=False), rtol=1e-4, atol=1e-4)
    assert np.allclose(covariance(CODES, 4), CODES.var(axis=0, ddof=1), rtol=1e-4)
    assert np.allclose(quantiles(CODES, LEVELS), np.quantile(CODES, LEVELS, axis=0), atol=1e-5)


def test_of_very_many_some_are_measured_but_the_ends_are_those_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(code_statistics, "MAX_QUANTILE_VALUES", 500)
    found = quantiles(CODES, LEVELS)
    assert np.array_equal(found[[0, -1]], [CODES.min(axis=0), CODES.max(axis=0)])
    assert np.allclose(found[2], np.median(CODES, axis=0), atol=1)


@pytest.mark.parametrize("max_dim", [1, 2])
def test_a_spread_that_float32_cannot_hold_is_its_largest_number(max_dim: int) -> None:
    codes = np.array([[-1e30, 1], [1e30, 2]], np.float32)
    found = covariance(codes, max_dim)
    assert found.ravel()[0] == np.finfo(np.float32).max
    assert found.ravel()[-1] == pytest.approx(0.5)


def test_one_code_has_no_spread() -> None:
    assert not covariance(CODES[:1], 5).any()
    assert np.array_equal(quantiles(CODES[:1], LEVELS), np.repeat(CODES[:1], 4, axis=0))


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_spread_takes_the_first_and_the_last(count: int) -> None:
    chosen = spread(CODES, count)
    assert len(chosen) == min(max(2, count), len(CODES))
    assert np.array_equal(chosen[[0, -1]], CODES[[0, -1]])


def test_drawn_codes_are_spread_as_codes_are() -> None:
    mean, locks = CODES.mean(axis=0), np.zeros(5, np.bool_)
    generator = np.random.default_rng(0)
    drawn = np.array([draw_like(CODES, mean, locks, mean, generator) for _ in range(3000)])
    scale = np.abs(np.cov(CODES, rowvar=False)).max()
    assert np.allclose(drawn.mean(axis=0), mean, atol=0.05 * scale)
    difference = np.cov(drawn, rowvar=False) - np.cov(CODES, rowvar=False)
    assert np.abs(difference).max() < 0.1 * scale


def test_locked_dimensions_stay_and_explain_the_others() -> None:
    mean = CODES.mean(axis=0)
    locks = np.array([True, True, True, False, False])  # of rank 3: they say all
    z = CODES[17]
    drawn = draw_like(CODES, mean, locks, z, np.random.default_rng(1))
    assert np.array_equal(drawn[:3], z[:3])
    assert np.allclose(drawn[3:], z[3:], atol=0.1)


@pytest.mark.parametrize("codes", [CODES[:1], np.zeros((4, 5), np.float32)])
def test_codes_without_spread_give_their_mean(codes: np.ndarray) -> None:
    locks = np.array([True, False, False, False, False])
    z = np.ones(5, np.float32)
    drawn = draw_like(codes, codes.mean(axis=0), locks, z, np.random.default_rng(1))
    assert drawn[0] == 1
    assert np.allclose(drawn[1:], codes[0, 1:])
