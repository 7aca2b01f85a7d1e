from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import LatentError
from models.latent import (
    LatentRanges,
    check_range,
    check_z,
    format_z,
    histograms,
    parse_value,
    parse_z,
    randomise,
)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_ranges_leave_out_the_rarest_codes(generator: np.random.Generator) -> None:
    codes = generator.standard_normal((10_000, 3)).astype(np.float32)
    codes[0] = 1000
    ranges = LatentRanges.of(codes)
    assert ranges.lo.dtype == ranges.hi.dtype == np.float32
    assert np.all(ranges.lo < -2.5)
    assert np.all((ranges.hi > 2.5) & (ranges.hi < 5))


@pytest.mark.parametrize(
    ("lo", "hi", "expected"),
    [
        ([0.0], [0.0], (-1.0, 1.0)),
        ([5.0], [5.0], (4.0, 6.0)),
        ([-1.0, 0.0], [3.0, 0.0], (-2.0, 2.0)),
        ([1000.0], [1000.0], (990.0, 1010.0)),
    ],
)
def test_a_dimension_that_does_not_vary_still_has_a_range(
    lo: Any, hi: Any, expected: tuple[float, float]
) -> None:
    ranges = LatentRanges.between(lo, hi)
    assert (ranges.lo[-1], ranges.hi[-1]) == expected


def test_ranges_of_the_largest_numbers_stay_finite() -> None:
    top = np.finfo(np.float32).max
    ranges = LatentRanges.between([-top, top], [top, top])
    assert np.isfinite(ranges.lo).all()
    assert np.isfinite(ranges.hi).all()
    assert np.all(ranges.lo < ranges.hi)


def test_ranges_grow_with_z_and_do_not_shrink_again() -> None:
    ranges = LatentRanges.between([-1, -1], [1, 1])
    inside = np.array([0.5, 1], np.float32)
    assert ranges.grown(inside) is ranges
    grown = ranges.grown(np.array([-3, 2], np.float32))
    assert grown.lo.tolist() == [-3, -1]
    assert grown.hi.tolist() == [1, 2]
    assert grown.grown(inside) is grown


def test_an_edited_range_wins_until_it_is_dropped() -> None:
    ranges = LatentRanges.between([-1, -1], [1, 1]).grown(np.array([4, 0], np.float32))
    edited = ranges.with_edits({0: (-0.5, 0.5)})
    assert (edited.lo[0], edited.hi[0]) == (-0.5, 0.5)
    kept = edited.grown(np.array([0, -2], np.float32)).with_edits({0: (-0.5, 0.5)})
    assert (kept.lo.tolist(), kept.hi.tolist()) == ([-0.5, -2], [0.5, 1])
    dropped = kept.with_edits({})
    assert (dropped.lo[0], dropped.hi[0]) == (-1, 1)


@pytest.mark.parametrize(
    "ends", [(1, 1), (2, 1), (float("nan"), 1), (0, float("inf")), (1, 1 + 1e-12), (0, 1e39)]
)
def test_a_range_must_be_one(ends: tuple[Any, ...]) -> None:
    with pytest.raises(LatentError, match="The range of z 4 must go from"):
        check_range(ends[0], ends[1], dim=4)


def test_histograms_agree_with_numpy(generator: np.random.Generator) -> None:
    codes = generator.standard_normal((2000, 5)).astype(np.float32)
    lo, hi = codes.min(axis=0) / 2, codes.max(axis=0)
    result = histograms(codes, lo, hi, bins=12)
    assert result.shape == (5, 12)
    assert result.dtype == np.float32
    for dim in range(5):
        counts, _ = np.histogram(codes[:, dim].astype(np.float64), 12, (lo[dim], hi[dim]))
        np.testing.assert_allclose(result[dim], counts / counts.max(), atol=1.5 / counts.max())
        assert result[dim].max() == 1


def test_a_histogram_without_a_code_inside_is_empty() -> None:
    codes = np.full((3, 1), 9, np.float32)
    assert not histograms(codes, np.array([0], np.float32), np.array([1], np.float32)).any()


def test_chance_follows_mean_and_covariance(generator: np.random.Generator) -> None:
    mean = np.array([1, -2, 0.5], np.float32)
    covariance = np.array([[2, 1.2, 0], [1.2, 1, 0.3], [0, 0.3, 0.5]], np.float32)
    locks = np.zeros(3, np.bool_)
    drawn = np.stack([randomise(mean, covariance, locks, mean, generator) for _ in range(4000)])
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.1)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), covariance, atol=0.15)


def test_chance_is_conditioned_on_locked_values(generator: np.random.Generator) -> None:
    mean = np.zeros(2, np.float32)
    covariance = np.array([[1, 0.8], [0.8, 1]], np.float32)
    z = np.array([1.7, 99], np.float32)
    locks = np.array([True, False])
    drawn = np.stack([randomise(mean, covariance, locks, z, generator) for _ in range(4000)])
    assert np.all(drawn[:, 0] == z[0])
    assert drawn[:, 1].mean() == pytest.approx(0.8 * 1.7, abs=0.05)
    assert drawn[:, 1].var() == pytest.approx(1 - 0.8**2, abs=0.05)


@pytest.mark.parametrize(
    "covariance",
    [
        np.zeros((3, 3)),
        np.ones((3, 3)),
        np.diag([1, 0, 4]),
        [[1, 2, 0], [2, 1, 0], [0, 0, 1]],  # not a covariance at all
    ],
    ids=["all constant", "all equal", "one constant", "impossible"],
)
@pytest.mark.parametrize("locked", [[], [0], [0, 2], [0, 1, 2]])
def test_chance_survives_any_covariance(
    covariance: Any, locked: list[int], generator: np.random.Generator
) -> None:
    z = np.array([0.1, 0.2, 0.3], np.float32)
    locks = np.isin(np.arange(3), locked)
    drawn = randomise(
        np.ones(3, np.float32), np.asarray(covariance, np.float32), locks, z, generator
    )
    assert np.isfinite(drawn).all()
    assert np.array_equal(drawn[locks], z[locks])


def test_a_constant_dimension_is_drawn_as_its_mean(generator: np.random.Generator) -> None:
    mean = np.array([0, 5], np.float32)
    drawn = randomise(
        mean, np.diag([1, 0]).astype(np.float32), np.zeros(2, np.bool_), mean, generator
    )
    assert drawn[1] == 5


def test_z_survives_copy_and_paste_exactly(generator: np.random.Generator) -> None:
    bits = generator.integers(0, 2**32, 20_000, dtype=np.uint32).view(np.float32)
    z = bits[np.isfinite(bits)]
    assert np.array_equal(parse_z(format_z(z), z.size), z)


@pytest.mark.parametrize(
    "text",
    [
        "1,-2.5,3e-3",
        "1 -2.5 3e-3",
        "1\n-2.5\n0.003\n",
        "[1, -2.5, 3e-3]",
        "[[1 -2.5 .003]]",
        "1;-2.5;0.003",
        "array([1., -2.5, 0.003], dtype=float32)",
        "np.array([ 1. ,\n  -2.5, 0.003])",
        "z = array([1, -2.5, 3e-3], dtype='float32')",
        "1, \N{MINUS SIGN}2.5, 0.003",
    ],
)
def test_z_is_read_from_many_forms_of_text(text: str) -> None:
    z = parse_z(text, 3)
    assert z.dtype == np.float32
    assert not z.flags.writeable
    np.testing.assert_array_equal(z, np.array([1, -2.5, 3e-3], np.float32))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1, 2", "The text must be 3 numbers; received 2 numbers."),
        ("1 2 3 4", "The text must be 3 numbers; received 4 numbers."),
        ("", "The text must be 3 numbers; received 0 numbers."),
        ("a, b, c", "The text must be 3 numbers; received 'a'."),
        ("1, ..., 3", "The text must be 3 numbers; received '...'."),
        ("1_0 2 3", "The text must be 3 numbers; received '1_0'."),
        ("9" * 500, "The text must be 3 numbers; received 500 characters of text."),
        ("1 nan 3", "z 1 must be a finite number that float32 can hold; received nan."),
        ("1 2 -inf", "z 2 must be a finite number that float32 can hold; received -inf."),
        ("1e99 2 3", "z 0 must be a finite number that float32 can hold; received 1e+99."),
    ],
)
def test_text_that_is_no_z_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(LatentError) as refusal:
        parse_z(text, 3)
    assert str(refusal.value) == sentence


def test_check_z_gives_a_read_only_copy() -> None:
    z = np.array([1, 2], np.float64)
    checked = check_z(z, 2)
    z[0] = 9
    assert checked.dtype == np.float32
    assert checked.tolist() == [1, 2]
    assert not checked.flags.writeable


@pytest.mark.parametrize("z", [[1.0], [[1.0, 2.0]], [1.0, np.nan], [np.inf, 0], [0, 1e39], "ab"])
def test_check_z_refuses(z: Any) -> None:
    with pytest.raises(LatentError):
        check_z(z, 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), (" -2 ", -2), ("\N{MINUS SIGN}3e2", -300), ("0.1", float(np.float32(0.1)))],
)
def test_a_typed_number_is_what_float32_holds(text: str, value: float) -> None:
    assert parse_value(text, 0) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1e39", "two", "1 2", "1_0"])
def test_a_typed_word_is_refused(text: str) -> None:
    with pytest.raises(LatentError, match="z 3 must be a finite number"):
        parse_value(text, 3)
