"""Digits without a data set."""

from __future__ import annotations

import numpy as np
import pytest

from models.digits import normalise_digit, rasterise
from models.stroke_digits import TEMPLATES, Jitter, draw_digit, draw_digits

STILL = Jitter(wobble=0, shift=0, rotation=0, slant=0, stretch=0, width=(0.08, 0.08))


def test_there_are_ten_digits_in_several_variants() -> None:
    assert sorted(TEMPLATES) == list(range(10))
    assert all(len(variants) >= 3 for variants in TEMPLATES.values())


@pytest.mark.parametrize("digit", range(10))
def test_seeds_choose_among_the_variants(digit: int) -> None:
    drawn = {draw_digit(digit, seed, STILL) for seed in range(40)}
    assert len(drawn) == len(TEMPLATES[digit])


@pytest.mark.parametrize("digit", range(10))
def test_the_same_seed_gives_the_same_strokes_and_another_others(digit: int) -> None:
    assert draw_digit(digit, 5) == draw_digit(digit, 5)
    assert draw_digit(digit, 5) != draw_digit(digit, 6)


@pytest.mark.parametrize("digit", range(10))
def test_drawings_stay_on_the_canvas(digit: int) -> None:
    points = np.concatenate([s.points for seed in range(30) for s in draw_digit(digit, seed)])
    outside = ((points < 0) | (points > 1)).any(axis=1)
    assert outside.mean() < 0.01


def test_pictures_are_as_mnist_has_them_and_labels_take_turns() -> None:
    pictures, labels = draw_digits(25, seed=3)
    assert pictures.shape == (25, 28, 28, 1)
    assert pictures.dtype == np.float32
    assert labels.tolist() == [n % 10 for n in range(25)]
    assert 0 <= pictures.min() <= pictures.max() <= 1
    # MNIST's digits cover a fifth of the picture; its mean is 0.13.
    assert 0.06 < pictures.mean() < 0.2
    again, _ = draw_digits(25, seed=3)
    assert np.array_equal(pictures, again)


def test_a_digit_is_more_like_its_own_kind_than_like_others() -> None:
    """A nearest-mean classifier reads most of them: they do look like digits."""
    seen, labels = draw_digits(400, seed=1)
    unseen, truth = draw_digits(200, seed=2)
    means = np.stack([seen[labels == digit].mean(axis=0).ravel() for digit in range(10)])
    distances = ((unseen.reshape(len(unseen), 1, -1) - means) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) == truth).mean() > 0.7


def test_a_thicker_pen_leaves_more_ink() -> None:
    def ink(width: float) -> float:
        jitter = Jitter(0, 0, 0, 0, 0, width=(width, width))
        return float(normalise_digit(rasterise(draw_digit(3, 1, jitter))).sum())

    assert ink(0.04) < ink(0.08) < ink(0.12)
