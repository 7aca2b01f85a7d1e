from __future__ import annotations

import numpy as np
import pytest

from explorer.panes.encoder_band import band_of
from explorer.state.frame import Frame

Z = np.array([[1, -2, 0.5]], np.float32)
ZEROS = np.zeros((1, 3), np.float32)


def frame(z: np.ndarray | None = Z, **outputs: np.ndarray) -> Frame:
    return Frame(1, "", "denoise", {}, z, outputs, {}, 0.001)


def test_the_band_is_two_deviations_to_either_side_of_the_mean() -> None:
    found = band_of(frame(z_log_var=np.log(np.array([[1, 4, 0.25]], np.float32))), 3)
    assert found is not None
    np.testing.assert_allclose(found, ([-1, -6, -0.5], [3, 2, 1.5]), rtol=1e-5)


def test_the_mean_is_not_z_where_both_are_told() -> None:
    found = band_of(frame(z_mean=ZEROS, z_log_var=ZEROS), 3)
    assert found is not None
    np.testing.assert_allclose(found, ([-2, -2, -2], [2, 2, 2]))


@pytest.mark.parametrize(
    "told",
    [
        frame(),
        frame(z_mean=ZEROS),
        frame(None, z_log_var=ZEROS),
        frame(z_log_var=np.zeros((1, 4), np.float32)),
        frame(z_log_var=np.full((1, 3), np.nan, np.float32)),
        frame(z_mean=np.full((1, 3), np.inf, np.float32), z_log_var=ZEROS),
    ],
    ids=["nothing", "no variance", "no mean", "another length", "nan", "infinite"],
)
def test_an_encoder_that_says_nothing_of_it_has_no_band(told: Frame) -> None:
    assert band_of(told, 3) is None


def test_a_huge_variance_gives_finite_ends() -> None:
    found = band_of(frame(z_log_var=np.full((1, 3), 3e38, np.float32)), 3)
    assert found is not None
    assert np.isfinite(found).all()
