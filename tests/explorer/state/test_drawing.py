from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from explorer.state.drawing import CANVAS_PX, Drawing, Raster, clean_picture
from models.digits import Stroke, rasterise
from models.stroke_digits import draw_digit

Floats = npt.NDArray[np.float32]
SEVEN = draw_digit(7, 3)


def picture_of(ink: float, paper: float, height: int = 90, width: int = 60) -> Floats:
    """A thick bar on paper, as luminance."""
    picture = np.full((height, width), paper, np.float32)
    picture[20:70, 25:35] = ink
    return picture


def afresh(drawing: Drawing) -> Floats:
    return rasterise(drawing.strokes, CANVAS_PX, drawing.ground())


def test_a_stroke_is_begun_drawn_on_and_taken_back() -> None:
    drawing = Drawing().begin_stroke(Stroke(((0.1, 0.2),), 0.05))
    assert not drawing.is_empty
    longer = drawing.extend_stroke((0.3, 0.4))
    assert longer.strokes == (Stroke(((0.1, 0.2), (0.3, 0.4)), 0.05),)
    assert drawing.strokes == (Stroke(((0.1, 0.2),), 0.05),)  # what was drawn does not change
    assert longer.without_last_stroke().is_empty


@pytest.mark.parametrize("normalised", [True, False])
def test_clearing_keeps_the_way_of_normalising(normalised: bool) -> None:
    cleared = Drawing(SEVEN, picture_of(0, 1), True, normalised).cleared()
    assert cleared.is_empty
    assert cleared.normalised is normalised


@pytest.mark.parametrize(
    ("ink", "paper", "inverted"),
    [(0.1, 0.95, True), (0.3, 0.7, True), (1.0, 0.0, False), (0.9, 0.2, False)],
)
def test_dark_on_light_is_detected_and_becomes_ink_on_black(
    ink: float, paper: float, inverted: bool
) -> None:
    drawing = Drawing.of_picture(picture_of(ink, paper))
    assert drawing.inverted is inverted
    ground = drawing.ground()
    assert ground is not None
    assert ground[45, 45] > ground[5, 45] + 0.5


def test_a_picture_of_another_shape_lies_in_the_middle_of_a_square() -> None:
    drawing = Drawing.of_picture(picture_of(0, 1, height=90, width=60))
    ground = drawing.ground()
    assert ground is not None
    assert ground.shape == (90, 90)
    assert not ground[:, :15].any()
    assert not ground[:, 75:].any()
    assert ground[20:70, 40:50].min() == 1


def test_strokes_lie_over_an_opened_picture() -> None:
    opened = Drawing.of_picture(picture_of(0, 1))
    both = opened.begin_stroke(Stroke(((0.05, 0.9),), 0.06))
    pixels = Raster().update(both)
    assert pixels[252, 14] == 1
    assert pixels[140, 140] > 0.9
    erased = both.begin_stroke(Stroke(((0.5, 0.5),), 0.2, erase=True))
    assert Raster().update(erased)[140, 140] == 0


Edit = Callable[[Drawing, np.random.Generator], Drawing]


def _point(chance: np.random.Generator) -> tuple[float, float]:
    return float(chance.uniform(-0.1, 1.1)), float(chance.uniform(-0.1, 1.1))


EDITS: list[Edit] = [
    lambda d, c: d.begin_stroke(Stroke((_point(c),), c.uniform(0.02, 0.2), bool(c.integers(2)))),
    lambda d, c: d.extend_stroke(_point(c)) if d.strokes else d,
    lambda d, c: d.extend_stroke(_point(c)).extend_stroke(_point(c)) if d.strokes else d,
    lambda d, c: d.without_last_stroke(),
    lambda d, c: Drawing.of_picture(picture_of(*c.random(2).tolist())),
    lambda d, c: d.cleared() if c.random() < 0.2 else d,
]


@pytest.mark.parametrize("seed", range(4))
def test_drawing_on_gives_the_same_pixels_as_drawing_afresh(seed: int) -> None:
    chance = np.random.default_rng(seed)
    raster, drawing, seen = Raster(), Drawing(), [Drawing()]
    for _ in range(60):
        if chance.random() < 0.15:  # undo and redo jump to what was there before
            drawing = seen[chance.integers(len(seen))]
        else:
            drawing = EDITS[chance.choice(len(EDITS), p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.05])](
                drawing, chance
            )
        seen.append(drawing)
        np.testing.assert_array_equal(raster.update(drawing), afresh(drawing))


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 24, 3)])
def test_the_clean_picture_has_the_models_shape(shape: tuple[int, int, int]) -> None:
    clean = clean_picture(Raster().update(Drawing(SEVEN)), True, shape)
    assert clean.shape == (1, *shape)
    assert clean.dtype == np.float32
    assert clean.min() >= 0
    assert 0.5 < clean.max() <= 1


def test_centring_moves_the_picture_but_not_the_canvas() -> None:
    small = Drawing((Stroke(((0.1, 0.1), (0.1, 0.3)), 0.05),))
    pixels = Raster().update(small)
    assert pixels[56, 28] == 1
    centred = clean_picture(pixels, True, (28, 28, 1))[0, :, :, 0]
    as_drawn = clean_picture(pixels, False, (28, 28, 1))[0, :, :, 0]
    rows = np.flatnonzero(centred.max(axis=1) > 0.1)
    assert rows[-1] - rows[0] + 1 == 20
    assert as_drawn[:12, :6].sum() == pytest.approx(as_drawn.sum())


def test_nothing_drawn_is_a_black_picture() -> None:
    assert not clean_picture(Raster().update(Drawing()), True, (28, 28, 1)).any()
