"""Training batches: fresh noise in every epoch, and the same in the same epoch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models.augment import Mix, batches, spoil, warp
from models.data import to_float
from models.errors import TrainingError
from models.noise import Pictures
from models.stroke_digits import draw_digits

PLAIN = Mix(strokes=0, warped=0, clean=1, example=0, gaussian=0)


@pytest.fixture(scope="module")
def pictures() -> npt.NDArray[np.uint8]:
    return np.rint(draw_digits(130, seed=5)[0] * 255).astype(np.uint8)


def epoch(
    pictures: npt.NDArray[np.uint8], mix: Mix, seed: tuple[int, ...]
) -> tuple[Pictures, Pictures]:
    """All (noisy, clean) batches of an epoch, shape (batches, 32, h, w, c) each."""
    noisy, clean = zip(*batches(pictures, mix, 32, seed), strict=True)
    return np.stack(noisy), np.stack(clean)


def test_an_epoch_depends_on_nothing_but_its_seed(pictures: npt.NDArray[np.uint8]) -> None:
    first, again = epoch(pictures, Mix(), (7, 1)), epoch(pictures, Mix(), (7, 1))
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))


def test_every_epoch_has_noise_and_order_of_its_own(pictures: npt.NDArray[np.uint8]) -> None:
    first, second = epoch(pictures, Mix(), (7, 1)), epoch(pictures, Mix(), (7, 2))
    assert not np.array_equal(first[0], second[0])
    assert not np.array_equal(first[1], second[1])


def test_batches_are_float_pictures_in_range_and_the_rest_is_left_out(
    pictures: npt.NDArray[np.uint8],
) -> None:
    for part in epoch(pictures, Mix(), (7, 1)):
        assert part.shape == (4, 32, 28, 28, 1)
        assert part.dtype == np.float32
        assert 0 <= part.min() <= part.max() <= 1


def test_without_mixing_an_epoch_is_the_data_itself(pictures: npt.NDArray[np.uint8]) -> None:
    noisy, clean = epoch(pictures, PLAIN, (7, 1))
    assert np.array_equal(noisy, clean)
    sums = np.sort(clean.reshape(128, -1).sum(axis=1))
    originals = to_float(pictures).reshape(130, -1).sum(axis=1)
    assert np.isin(sums, originals).all()


def test_shares_of_a_batch_are_kept(pictures: npt.NDArray[np.uint8]) -> None:
    clean = to_float(pictures[:100])
    noisy = spoil(clean, Mix(clean=0.2, example=0.3, gaussian=0.2), np.random.default_rng(0))
    untouched = (noisy == clean).all(axis=(1, 2, 3))
    assert 20 <= untouched.sum() <= 26  # a drawn strength can be next to nothing
    background = noisy[:, :3].mean(axis=(1, 2, 3))  # 0.5 under the example's noise
    assert (background > 0.4).sum() >= 30


def test_training_meets_noise_that_darkens_brightens_and_hides(
    pictures: npt.NDArray[np.uint8],
) -> None:
    clean = to_float(pictures[:100])
    noisy = spoil(clean, Mix(clean=0, example=0, gaussian=0), np.random.default_rng(0))
    change = noisy - clean
    assert (change.mean(axis=(1, 2, 3)) < -0.02).any()
    assert (change.mean(axis=(1, 2, 3)) > 0.05).any()
    assert (np.abs(change).max(axis=(1, 2, 3)) > 0.9).any()


def test_warping_keeps_the_digit_but_moves_it(pictures: npt.NDArray[np.uint8]) -> None:
    clean = to_float(pictures[:50])
    warped = warp(clean, np.random.default_rng(0))
    assert warped.shape == clean.shape
    assert warped.dtype == np.float32
    assert 0 <= warped.min() <= warped.max() <= 1
    ink, warped_ink = clean.sum(axis=(1, 2, 3)), warped.sum(axis=(1, 2, 3))
    assert 0.5 < np.median(warped_ink / ink) < 1.5
    assert np.abs(warped - clean).mean() > 0.01
    distances = ((warped[:, None] - clean[None]) ** 2).mean(axis=(2, 3, 4))
    nearer = (distances.diagonal()[:, None] <= distances).mean(axis=1)
    assert nearer.mean() > 0.9, "most others are farther than the picture it was made of"


@pytest.mark.parametrize("shape", [(0, 28, 28, 1), (3, 8, 12, 3), (1, 2, 2, 1)])
def test_warping_takes_any_shape(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).random(shape, dtype=np.float32)
    assert warp(picture, np.random.default_rng(0)).shape == shape


def test_pictures_of_another_size_are_trained_without_strokes() -> None:
    small = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), np.uint8)
    noisy, clean = epoch(small, Mix(strokes=0.5), (1, 1))
    assert noisy.shape == clean.shape == (1, 32, 8, 8, 3)


@pytest.mark.parametrize("shares", [{"clean": -0.1}, {"strokes": 1.5}, {"example": 0.7}])
def test_shares_that_make_no_batch_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(TrainingError, match="The mix"):
        Mix(**shares)
