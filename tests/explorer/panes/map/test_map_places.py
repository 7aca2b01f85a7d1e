"""Maps where only codes have places."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtWidgets import QPushButton

from explorer.panes.map_hand import LANE
from explorer.state.latent import Source
from models.bundle import Bundle
from tests.explorer.panes.map.map_hand import Floats, Hand
from tests.patience import TIMEOUT_MS


def test_a_click_takes_the_nearest_code(hand: Hand, placed: Floats, bundle: Bundle) -> None:
    assert "nearest code" in hand.status
    assert not hand.part(QPushButton, "Background on the map").isEnabled()
    with hand.qtbot.waitSignal(hand.session.changed, timeout=TIMEOUT_MS):
        hand.click((5.0, -3.0))
    clicked = hand.view.viewport.to_map(
        (hand.point_of((5.0, -3.0)).toPoint().x(), hand.point_of((5.0, -3.0)).toPoint().y()),
        (hand.view.width(), hand.view.height()),
    )
    nearest = np.linalg.norm(placed - clicked, axis=1).argmin()
    np.testing.assert_array_equal(hand.z, bundle.codes.codes[nearest])
    assert f"number {nearest:,}" in hand.told[-1]
    hand.wait_for_cross(placed[nearest])


def test_a_click_that_is_answered_late_does_not_undo_what_was_set_since(
    hand: Hand, placed: Floats
) -> None:
    answered = hand.pane._analysis.answered
    with hand.qtbot.waitSignal(
        answered, timeout=TIMEOUT_MS, check_params_cb=lambda answer: answer.fields["lane"] == LANE
    ):
        hand.click((5.0, -3.0))
        hand.session.set_value(4, 2.5)
    assert hand.z[4] == 2.5


def test_the_cross_hair_is_where_the_code_nearest_to_z_is(
    hand: Hand, placed: Floats, bundle: Bundle
) -> None:
    codes = bundle.codes.codes
    for z in (codes[77] + 0.01, codes.mean(axis=0), codes[4321]):
        hand.session.set_latent(z, Source.TEXT)
        nearest = np.linalg.norm(codes - z, axis=1).argmin()
        hand.wait_for_cross(placed[nearest])


def test_the_arrow_of_the_noise_runs_between_the_nearest_codes(
    hand: Hand, placed: Floats, bundle: Bundle
) -> None:
    codes = bundle.codes.codes
    hand.answer(hand.asked("encode")[-1], codes[12:13] + 0.01)
    hand.qtbot.waitUntil(lambda: hand.view.arrow is not None, timeout=TIMEOUT_MS)
    assert hand.view.arrow is not None
    clean, noisy = hand.view.arrow
    assert clean == pytest.approx(placed[12])
    assert noisy == pytest.approx(placed[np.linalg.norm(codes - hand.z, axis=1).argmin()])


def test_a_click_that_fails_is_told(hand: Hand, placed: Floats) -> None:
    before, analysis = hand.z, hand.pane._analysis
    seqs = [analysis.ask("pick", {"place": [0.0, 0.0], "radius": 1.0})]
    hand.click((5.0, -3.0))
    analysis.failed.emit(seqs[0], "Somebody else's.")
    analysis.failed.emit(seqs[0] + 1, "The analysis ended.")
    assert hand.told == ["The analysis ended."]
    np.testing.assert_array_equal(hand.z, before)


def test_hovering_there_shows_the_code_under_the_pointer(
    hand: Hand, placed: Floats, bundle: Bundle
) -> None:
    x, y = placed[1234].tolist()
    hand.view.zoom(200, (hand.point_of((x, y)).x(), hand.point_of((x, y)).y()))
    hand.qtbot.mouseMove(hand.view, hand.point_of((x, y)).toPoint())
    hand.qtbot.waitUntil(lambda: hand.view.hover is not None, timeout=TIMEOUT_MS)
    assert hand.view.hover is not None
    assert hand.view.hover.caption == f"label {bundle.codes.labels[1234]}"
    np.testing.assert_array_equal(
        hand.asked("preview")[-1].arrays["z"][0], bundle.codes.codes[1234]
    )
