from __future__ import annotations

import numpy as np
import pytest

from explorer.widgets.curves import curve_thumbnail, envelope, limits, scale_around


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.5, 1]),
        (-0.9, 3.1, [-1, 0, 1, 2, 3, 4]),
        (-250, 900, [-500, 0, 500, 1000]),
        (0.5, 0.5, [0, 0.5, 1]),
        (0, 0, [-0.5, 0, 0.5]),
        (-2e-6, 2e-6, [-2e-6, -1e-6, 0, 1e-6, 2e-6]),
    ],
)
def test_an_axis_ends_at_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    scale = scale_around(low, high)
    assert scale.ticks() == pytest.approx(ticks)
    assert scale.low <= low <= high <= scale.high


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [(0, 1, ["0.0", "0.5", "1.0"]), (-4, 4, ["-4", "-2", "0", "2", "4"])],
)
def test_ticks_have_as_many_digits_as_tell_them_apart(
    low: float, high: float, labels: list[str]
) -> None:
    scale = scale_around(low, high)
    assert [scale.label(tick) for tick in scale.ticks()] == labels


@pytest.mark.parametrize(("low", "high"), [(-3e38, 3e38), (1e6, 1e6 + 0.0625), (-1e-30, 1e-30)])
def test_an_axis_of_any_size_has_few_ticks(low: float, high: float) -> None:
    scale = scale_around(low, high)
    assert 2 <= len(scale.ticks()) <= 6
    assert all(len(scale.label(tick)) < 12 for tick in scale.ticks())


@pytest.mark.parametrize(
    ("values", "ends"),
    [([1, np.nan, -2, np.inf], (-2, 1)), ([np.nan], (0, 1)), ([3], (3, 3))],
)
def test_limits_are_those_of_what_is_finite(values: list[float], ends: tuple[float, float]) -> None:
    assert limits(np.array(values, np.float32)) == ends


def test_the_envelope_keeps_every_peak() -> None:
    values = np.zeros(1000, np.float32)
    values[[3, 500, 999]] = 7, -4, 9
    values[10] = np.nan
    low, high = envelope(values, 64)
    assert (low.min(), high.max(), high[0], high[-1]) == (-4, 9, 7, 9)
    assert np.isfinite(low).all()


@pytest.mark.parametrize("length", [1, 2, 50, 5000])
def test_a_rising_curve_goes_from_the_lower_left_to_the_upper_right(length: int) -> None:
    picture = curve_thumbnail(np.linspace(0, 1, length, dtype=np.float32)[:, None])
    assert picture.shape == (56, 56)
    assert 0.5 < picture.max() <= 1
    assert picture.max(axis=0).min() > 0.5  # no hole in any column
    if length > 1:
        assert picture[:10, -3:].max() > 0.5
        assert picture[-10:, :3].max() > 0.5


def test_a_thumbnail_of_nothing_finite_is_black() -> None:
    assert curve_thumbnail(np.full((9, 2), np.nan, np.float32)).max() == 0
