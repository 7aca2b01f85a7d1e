"""Maps of models without codes, and of a single dimension."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.panes.map_pane import TOO_FEW
from explorer.state.session import Session
from models.ports import LatentPort
from tests.explorer.panes.map.map_hand import Hand, codes_of
from tests.explorer.subjects import COLOUR, subject_of


def test_without_codes_two_dimensions_can_be_moved(put_up_map: Callable[[Session], Hand]) -> None:
    session = Session(subject_of(COLOUR), seed=7)
    hand = put_up_map(session)
    assert hand.kinds() == ["dims"]
    hand.click((1.0, 2.0))
    assert hand.z[:2] == pytest.approx((1.0, 2.0), abs=0.05)
    assert not hand.z[2:].any()


def test_a_single_dimension_without_codes_has_no_map(put_up_map: Callable[[Session], Hand]) -> None:
    hand = put_up_map(Session(subject_of(COLOUR, latents=[LatentPort("z", (1,))]), seed=7))
    before = hand.z
    hand.click((0.0, 0.0))
    np.testing.assert_array_equal(hand.z, before)
    assert hand.view._sentence == TOO_FEW


def test_a_single_dimension_lies_on_a_line(put_up_map: Callable[[Session], Hand]) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (1,))]), seed=7)
    session.set_data("mine", codes_of(np.random.default_rng(0).standard_normal((50, 1))), None)
    hand = put_up_map(session)
    hand.projected(lambda: None)
    assert "dims" not in hand.kinds()
    hand.click((1.0, 0.0))
    assert abs(hand.z[0] - hand.session.subject.whereabouts.mean[0]) == pytest.approx(1, abs=0.05)
