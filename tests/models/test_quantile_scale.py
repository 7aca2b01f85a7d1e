"""Equal ways along a slider hold equal shares of the codes, or of the prior."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from models.bundle import Bundle, Codes
from models.quantile_scale import QuantileScale
from models.subject import Whereabouts


def scale_of(codes: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> QuantileScale:
    measured = Codes.measure(codes, np.zeros(len(codes), np.uint8))
    scale = QuantileScale.of(Whereabouts.of_codes(measured, "codes"))
    assert scale is not None
    return scale


def test_levels_of_the_prior_are_its_distribution() -> None:
    scale = QuantileScale.of(Whereabouts.of_prior(3))
    assert scale is not None
    for value in np.linspace(-3, 3, 61):
        assert scale.level(2, float(value)) == pytest.approx(
            NormalDist().cdf(float(value)), abs=0.002
        )


def test_levels_of_codes_are_the_shares_below(bundle: Bundle) -> None:
    scale = QuantileScale.of(Whereabouts.of_codes(bundle.codes, "the test digits"))
    assert scale is not None
    for dim in (0, 7, 15):
        codes = bundle.codes.codes[:, dim]
        for value in np.quantile(codes, [0.003, 0.2, 0.5, 0.77, 0.99]):
            below = float(np.mean(codes < value))
            assert scale.level(dim, float(value)) == pytest.approx(below, abs=0.01)


@pytest.mark.parametrize(
    "codes",
    [
        np.random.default_rng(0).standard_normal((500, 2)).astype(np.float32),
        np.zeros((40, 2), np.float32),
        np.repeat(np.array([[0, 1e6], [1, 1e6 + 1]], np.float32), 30, axis=0),
        np.full((5, 2), -1e15, np.float32) * np.arange(5, dtype=np.float32)[:, None],
        np.full((1, 2), 3, np.float32),
    ],
    ids=["spread", "dead", "two values", "huge", "a single code"],
)
def test_every_value_has_a_level_that_leads_back(
    codes: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    scale = scale_of(codes)
    for dim in (0, 1):
        assert np.all(np.diff(scale.quantiles(dim)) > 0)
        lo, hi = scale.quantiles(dim)[0], scale.quantiles(dim)[-1]
        values = np.linspace(lo - 2 * (hi - lo), hi + 2 * (hi - lo), 23)
        levels = [scale.level(dim, float(value)) for value in values]
        assert np.all(np.diff(levels) > 0)
        back = [scale.value(dim, level) for level in levels]
        np.testing.assert_allclose(back, values, rtol=1e-6, atol=1e-6 * (hi - lo))


def test_keys_get_through_a_value_that_many_codes_have() -> None:
    codes = np.full((100, 1), 5, np.float32)
    codes[:20] = 4.9
    scale = scale_of(codes)
    value = np.float32(scale.value(0, 0.3))
    for _ in range(100):
        value = np.float32(scale.value(0, scale.level(0, float(value)) + 0.01))
    assert scale.level(0, float(value)) > 0.99


def test_there_is_none_where_nothing_is_known() -> None:
    zeros = np.zeros(2, np.float32)
    assert QuantileScale.of(Whereabouts(zeros, zeros - 1, zeros + 1, "from a guess")) is None
