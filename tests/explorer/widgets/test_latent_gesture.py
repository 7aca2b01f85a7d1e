from __future__ import annotations

import itertools
from typing import Any

import pytest

from explorer.widgets.latent_gesture import Bursts, Drag


@pytest.fixture
def drag() -> Drag:
    return Drag(row=2, gesture=9, start=0.0, place=1.0, lo=-5, hi=5, per_px=0.1, x=100, fine=False)


def test_the_value_follows_the_hand_exactly(drag: Drag) -> None:
    assert drag.move(100.25, fine=False) == pytest.approx(1.025)
    assert drag.move(90, fine=False) == pytest.approx(0)


def test_the_value_stops_at_the_ends_and_comes_back_with_the_hand(drag: Drag) -> None:
    assert drag.move(10_000, fine=False) == 5
    assert drag.move(-10_000, fine=False) == -5
    assert drag.move(101, fine=False) == pytest.approx(1.1)


def test_fine_steps_are_a_tenth_and_change_over_without_a_jump(drag: Drag) -> None:
    drag.move(110, fine=False)
    assert drag.place == pytest.approx(2)
    assert drag.move(110, fine=True) == pytest.approx(2)
    assert drag.move(120, fine=True) == pytest.approx(2.1)
    assert drag.move(120, fine=False) == pytest.approx(2.1)
    assert drag.move(121, fine=False) == pytest.approx(2.2)


@pytest.mark.parametrize(
    ("steps", "gestures"),
    [
        ([("keys", 0, 0), ("keys", 0, 800), ("keys", 0, 1600)], [1, 1, 1]),
        ([("keys", 0, 0), ("keys", 0, 801)], [1, 2]),
        ([("keys", 0, 0), ("keys", 1, 10), ("keys", 0, 20)], [1, 2, 3]),
        ([("keys", 0, 0), ("wheel", 0, 10)], [1, 2]),
        ([("wheel", 0, 0), "end", ("wheel", 0, 10)], [1, 2]),
    ],
    ids=["no pause", "pause", "other row", "other kind", "ended"],
)
def test_a_burst_of_steps_is_one_gesture(steps: list[Any], gestures: list[int]) -> None:
    bursts = Bursts(itertools.count(1).__next__)
    numbers = []
    for step in steps:
        if step == "end":
            bursts.end()
        else:
            numbers.append(bursts.step(*step))
    assert numbers == gestures
