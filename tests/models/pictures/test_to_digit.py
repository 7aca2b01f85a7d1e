"""Pictures of digits, as a model wants them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.digits import Picture, normalise_digit, rasterise
from models.pictures import to_digit
from models.stroke_digits import draw_digit


def page_of(digit: int) -> Picture:
    """A digit somewhere on a larger page, ink 1 on ground 0."""
    page = np.zeros((450, 350), np.float32)
    page[100:400, 25:325] = rasterise(draw_digit(digit, digit), 300)
    return page


def light(page: Picture) -> Picture:
    """Light that falls from a corner, darkest at half of the brightest."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in page.shape), indexing="ij")
    return (0.7 - 0.15 * x - 0.1 * y - 0.1 * (x * x + y * y)).astype(np.float32)


def grain(page: Picture) -> Picture:
    return np.random.default_rng(0).normal(0, 0.02, page.shape).astype(np.float32)


MEDIA: dict[str, Callable[[Picture], Picture]] = {
    "screen, light on dark": lambda page: page,
    "scan, dark on light": lambda page: 1 - page,
    "pencil on grey paper": lambda page: 0.7 - 0.25 * page,
    "photograph of paper": lambda page: np.clip(light(page) * (1 - 0.7 * page) + grain(page), 0, 1),
    "photograph of a blackboard": lambda page: np.clip(0.2 + 0.6 * page + grain(page), 0, 1),
}


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("digit", range(10))
def test_every_medium_gives_the_same_digit(medium: str, digit: int) -> None:
    page = page_of(digit)
    made = to_digit(MEDIA[medium](page).astype(np.float32))
    wanted = normalise_digit(page)
    assert made.shape == (28, 28)
    assert made.dtype == np.float32
    assert 0 <= made.min() <= made.max() <= 1
    # Moved by up to one pixel: the middle of the mass is rounded to one.
    shifts = [np.roll(made, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(float(((moved - wanted) ** 2).mean()) for moved in shifts) < 0.008


def test_the_user_can_say_which_of_both_is_ink() -> None:
    page = page_of(3)
    wanted = to_digit(page)
    assert np.abs(to_digit(1 - page, invert=True) - wanted).max() < 1e-5
    assert np.abs(to_digit(1 - page, invert=False) - wanted).mean() > 0.05


def test_without_normalising_the_whole_picture_is_fitted_in() -> None:
    page = page_of(3)
    made = to_digit(page, normalise=False)
    assert made.shape == (28, 28)
    assert not made[:, :3].any(), "ground is added to the shorter side"
    assert not made[:, -3:].any()
    assert made.sum() * (450 / 28) ** 2 == pytest.approx(page.sum(), rel=0.02)


def test_a_picture_of_the_models_size_stays_as_it_is_without_normalising() -> None:
    noisy = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    assert np.array_equal(to_digit(noisy, False, normalise=False), noisy)


@pytest.mark.parametrize("shape", [(8, 8), (32, 32), (28, 14)])
@pytest.mark.parametrize("normalise", [True, False])
def test_models_of_other_sizes_get_theirs(shape: tuple[int, int], normalise: bool) -> None:
    made = to_digit(page_of(0), normalise=normalise, shape=shape)
    assert made.shape == shape
    assert made.max() > 0.3


@pytest.mark.parametrize("grey", [0.0, 0.2, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (28, 28), (300, 200)])
def test_blank_pictures_hold_no_digit(grey: float, size: tuple[int, int]) -> None:
    assert not to_digit(np.full(size, grey, np.float32)).any()
