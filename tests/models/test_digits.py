"""A drawing becomes a picture as MNIST makes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.digits import (
    BOX_PX,
    SIDE_PX,
    Picture,
    Stroke,
    fit_digit,
    invert_to_ink,
    is_dark_on_light,
    normalise_digit,
    rasterise,
    resize_picture,
)
from models.errors import PictureError
from models.stroke_digits import draw_digit

Line = tuple[tuple[float, float], ...]
DIAGONAL: Line = ((0.2, 0.2), (0.8, 0.8))


def box(picture: Picture) -> tuple[int, int]:
    """Height and width of the ink."""
    rows, columns = np.nonzero(picture > 0.05)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def centre(picture: Picture) -> tuple[float, float]:
    """Centre of mass in pixels, (row, column)."""
    side = np.arange(len(picture)) + 0.5
    total = picture.sum()
    return float(picture.sum(axis=1) @ side / total), float(picture.sum(axis=0) @ side / total)


def blob(top: int, left: int, height: int, width: int, side: int = 280) -> Picture:
    picture = np.zeros((side, side), np.float32)
    picture[top : top + height, left : left + width] = 1
    return picture


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("seed", range(5))
def test_the_longest_side_becomes_20_px_and_the_mass_is_in_the_middle(
    digit: int, seed: int
) -> None:
    picture = normalise_digit(rasterise(draw_digit(digit, seed)))
    assert picture.shape == (SIDE_PX, SIDE_PX)
    assert picture.dtype == np.float32
    assert 0 <= picture.min() <= picture.max() <= 1
    assert abs(max(box(picture)) - BOX_PX) <= 1
    row, column = centre(picture)
    # To the nearest whole pixel, or as near as the frame allows.
    assert row == pytest.approx(14, abs=1)
    assert column == pytest.approx(14, abs=1)


@pytest.mark.parametrize("scale", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("shift", [-0.3, 0.0, 0.25])
def test_neither_place_nor_size_of_the_drawing_matters(scale: float, shift: float) -> None:
    def draw(scale: float, shift: float) -> Picture:
        points = tuple((0.5 + shift + scale * x, 0.5 + shift + scale * y) for x, y in TICK)
        return normalise_digit(rasterise([Stroke(points, 0.1 * scale)], side_px=560))

    assert np.abs(draw(scale, shift * (1 - scale)) - draw(0.6, 0)).mean() < 0.02


TICK: Line = ((-0.3, 0.0), (-0.1, 0.3), (0.3, -0.3))


@pytest.mark.parametrize(
    "picture",
    [
        blob(0, 0, 280, 280),
        blob(0, 0, 1, 1),
        blob(279, 279, 1, 1),
        blob(0, 140, 280, 1),
        blob(140, 0, 1, 280),
        blob(0, 0, 280, 3),
        blob(0, 0, 3, 3, side=28),
        blob(0, 0, 28, 28, side=28),
        blob(2, 2, 4, 4, side=7),
        rasterise([Stroke(((0.5, 0.5),), 0.001)]),
        rasterise([Stroke(DIAGONAL, 3.0)]),
        rasterise([Stroke(((-5.0, -5.0), (9.0, 9.0)), 0.1)]),
    ],
    ids=[
        "full", "corner dot", "far corner dot", "thin upright", "thin level", "thin at the edge",
        "small picture", "full small picture", "tiny picture", "a dot", "huge pen", "out of frame",
    ],
)  # fmt: skip
def test_odd_ink_stays_whole_inside_the_frame(picture: Picture) -> None:
    digit = normalise_digit(picture)
    assert digit.shape == (SIDE_PX, SIDE_PX)
    assert 0 <= digit.min() <= digit.max() <= 1
    assert digit.max() > 0.1
    assert max(box(digit)) <= BOX_PX


def test_lopsided_ink_is_not_cut_off() -> None:
    heavy_end = blob(0, 0, 40, 40)
    heavy_end[:4] = 1
    digit = normalise_digit(heavy_end)
    assert box(digit)[1] == BOX_PX
    assert digit[:, 0].max() == 0 or digit[:, -1].max() == 0


@pytest.mark.parametrize("side", [1, 7, 28, 280])
def test_no_ink_gives_an_empty_picture(side: int) -> None:
    digit = normalise_digit(np.zeros((side, side), np.float32))
    assert digit.shape == (SIDE_PX, SIDE_PX)
    assert not digit.any()


def test_a_digit_from_mnist_stays_what_it_was() -> None:
    digit = normalise_digit(rasterise(draw_digit(5, 3)))
    assert np.abs(normalise_digit(digit) - digit).max() < 0.35
    assert np.abs(normalise_digit(digit) - digit).mean() < 0.02


def test_normalising_can_be_left_out_and_the_ink_then_stays() -> None:
    canvas = rasterise([Stroke(((0.1, 0.1), (0.3, 0.3)), 0.08)])
    picture = fit_digit(canvas)
    assert picture.shape == (SIDE_PX, SIDE_PX)
    assert centre(picture)[0] == pytest.approx(0.2 * SIDE_PX, abs=0.3)


def test_lines_are_antialiased_and_their_ends_round() -> None:
    canvas = rasterise([Stroke(DIAGONAL, 0.1)], side_px=100)
    assert ((canvas > 0) & (canvas < 1)).sum() > 100
    # The area of a bar with two half discs, in pixels.
    length = 60 * np.sqrt(2)
    assert canvas.sum() == pytest.approx(length * 10 + np.pi * 25, rel=0.01)


def test_many_short_segments_are_as_smooth_as_one() -> None:
    steps = np.linspace(0.2, 0.8, 50)
    many = rasterise([Stroke(tuple((float(s), float(s)) for s in steps), 0.1)])
    assert np.abs(many - rasterise([Stroke(DIAGONAL, 0.1)])).max() < 0.02


def test_the_eraser_takes_ink_away_and_leaves_the_rest() -> None:
    drawn = Stroke(((0.1, 0.5), (0.9, 0.5)), 0.1)
    erased = rasterise([drawn, Stroke(((0.5, 0.2), (0.5, 0.8)), 0.2, erase=True)])
    assert erased[140, 140] == 0
    assert erased[140, 40] == 1
    assert np.array_equal(rasterise([drawn])[:, :100], erased[:, :100])


def test_drawing_goes_over_a_base_picture() -> None:
    base = np.zeros((28, 28), np.float32)
    base[0:4, 0:4] = 0.5
    canvas = rasterise([Stroke(DIAGONAL, 0.05)], base=base)
    assert canvas[5, 5] == 0.5
    assert canvas[140, 140] == 1
    assert base.max() == 0.5, "the base itself was drawn on"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Stroke(()),
        lambda: Stroke(((0.1, float("nan")),)),
        lambda: Stroke(((0.1, float("inf")),)),
        lambda: Stroke(((0.1, 0.1),), 0),
        lambda: Stroke(((0.1, 0.1),), float("nan")),
    ],
)
def test_a_stroke_that_cannot_be_drawn_is_refused(make: Callable[[], Stroke]) -> None:
    with pytest.raises(PictureError, match="A stroke"):
        make()


def test_resizing_keeps_the_mean() -> None:
    picture = np.random.default_rng(0).random((280, 140)).astype(np.float32)
    small = resize_picture(picture, 28, 14)
    assert small.shape == (28, 14)
    assert small.mean() == pytest.approx(picture.mean(), abs=1e-3)
    assert np.array_equal(resize_picture(small, 56, 28)[::2, ::2], small)


@pytest.mark.parametrize("side", [28, 280])
@pytest.mark.parametrize("ground", [0.0, 0.25])
def test_dark_on_light_is_told_from_light_on_dark(side: int, ground: float) -> None:
    for digit in range(10):
        ink = rasterise(draw_digit(digit, 1), side_px=side)
        light_on_dark = ground + (1 - ground) * ink
        assert not is_dark_on_light(light_on_dark)
        assert is_dark_on_light(1 - light_on_dark)


def test_noise_around_grey_is_not_taken_for_paper() -> None:
    generator = np.random.default_rng(0)
    for digit in range(10):
        ink = normalise_digit(rasterise(draw_digit(digit, 1)))
        noise = generator.normal(0.5, 0.5, ink.shape).astype(np.float32)
        assert not is_dark_on_light(np.clip(ink + noise, 0, 1))


def test_inverting_makes_grey_paper_0_and_the_darkest_ink_1() -> None:
    ink = rasterise(draw_digit(8, 1))
    inverted = invert_to_ink((0.8 - 0.5 * ink).astype(np.float32))
    assert inverted.dtype == np.float32
    assert np.abs(inverted - ink).max() < 0.01


@pytest.mark.parametrize("grey", [0.3, 0.7, 1.0])
def test_blank_paper_holds_no_ink(grey: float) -> None:
    assert not invert_to_ink(np.full((50, 50), grey, np.float32)).any()
