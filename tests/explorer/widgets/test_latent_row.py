from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.widgets.latent_row import (
    MAX_ROW_PX,
    MIN_ROW_PX,
    Part,
    RowLayout,
    exact_text,
    number_text,
    range_text,
    row_height_px,
    spoken_text,
)


@pytest.fixture
def layout() -> RowLayout:
    return RowLayout.of(width=553, height=33, label_width=22, number_width=66)


@pytest.mark.parametrize(
    ("available_px", "rows", "height_px"),
    [
        (540, 16, 33),
        (528, 16, 33),
        (430, 16, 26),
        (100, 16, MIN_ROW_PX),
        (900, 16, MAX_ROW_PX),
        (500, 1, MAX_ROW_PX),
        (540, 4096, 30),
        (540, 0, 30),
    ],
)
def test_rows_share_the_height_while_they_are_few(
    available_px: int, rows: int, height_px: int
) -> None:
    assert row_height_px(available_px, rows) == height_px


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "+0.000"),
        (-0.977, "−0.977"),
        (12.3456, "+12.346"),
        (-999.9994, "−999.999"),
        (999.9999, "+1000.0"),
        (-12345.678, "−12345.7"),
        (1e5, "+1.0e+05"),
        (-3.4e38, "−3.4e+38"),
    ],
)
def test_numbers_carry_their_sign_and_fit_their_column(value: float, text: str) -> None:
    assert number_text(value) == text
    assert len(text) <= 8


@pytest.mark.parametrize("value", [0.1, -2.9820065, 1 / 3, 3.4028235e38, 1e-45])
def test_exact_text_gives_the_same_float32_back(value: float) -> None:
    assert np.float32(exact_text(value)) == np.float32(value)
    assert len(exact_text(value)) <= 14


@pytest.mark.parametrize(
    ("lo", "hi", "text"),
    [
        (-2.1, 3.0, "-2.1 to 3.0"),
        (0.001, 0.032, "0.001 to 0.032"),
        (-1000, 2000, "-1000.0 to 2000.0"),
    ],
)
def test_ranges_have_as_many_decimals_as_they_need(lo: Any, hi: Any, text: str) -> None:
    assert range_text(lo, hi) == text


def test_a_row_says_everything_about_itself() -> None:
    assert (
        spoken_text("z 3", -0.97712, -2.1, 3.0, "unlocked")
        == "z 3, value -0.977, range -2.1 to 3.0, unlocked"
    )
    assert spoken_text("z 3", 0, -1, 1, "", "pinned").endswith("1.0, pinned")
    assert spoken_text("c 5 · 2,3", 0, -1, 1, "") == "c 5 · 2,3, value 0.000, range -1.0 to 1.0"


def test_places_on_the_track_and_shares_of_the_range_agree(layout: RowLayout) -> None:
    for share in (0.0, 0.25, 0.7312, 1.0):
        assert layout.share_of(layout.x_of(share)) == pytest.approx(share)
    assert layout.x_of(-5) == layout.track_left
    assert layout.x_of(7) == layout.track_right
    assert layout.share_of(layout.track_right + layout.track_width) == pytest.approx(2)


def test_parts_follow_each_other_from_left_to_right(layout: RowLayout) -> None:
    parts = [layout.part_at(x) for x in range(layout.width)]
    order = [Part.PIN, Part.LABEL, Part.TRACK, Part.NUMBER, Part.LOCK]
    assert sorted(parts, key=order.index) == parts
    assert set(parts) == set(order)
    assert layout.part_at(layout.track_left) is Part.TRACK
    assert layout.part_at(layout.track_right) is Part.TRACK
    assert layout.part_at(layout.lock_x) is Part.LOCK


def test_effects_have_a_place_between_track_and_number() -> None:
    layout = RowLayout.of(553, 33, 22, 66, effect_width=30)
    assert layout.track_right < layout.effect_left
    assert layout.part_at(layout.effect_left) is Part.EFFECT
    assert layout.part_at(layout.effect_left + layout.effect_width) is Part.EFFECT
    assert layout.part_at(layout.number_right) is Part.NUMBER


@pytest.mark.parametrize("width", [1, 60, 150, 260])
def test_a_narrow_row_still_has_a_track(width: int) -> None:
    assert RowLayout.of(width, 26, 22, 66).track_width >= 1
