"""A hand on the map moves z, and the map shows where z is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF
from PyQt6.QtWidgets import QApplication

from explorer.panes.map_hand import KEPT, MOVED
from explorer.state.latent import Route, Source
from explorer.state.session import Session
from models.bundle import DEFAULT, Bundle, open_bundle
from models.subject import Subject
from tests.explorer.panes.map.map_hand import Drag, Hand
from tests.patience import TIMEOUT_MS


def test_a_click_keeps_what_the_map_does_not_show(hand: Hand) -> None:
    linear, before = hand.shown.linear, hand.z
    assert linear is not None
    hand.click((1.0, -1.0))
    assert hand.session.state.latent.source is Source.MAP
    assert hand.session.state.route is Route.HELD
    np.testing.assert_allclose(linear.project(hand.z[None])[0], (1.0, -1.0), atol=0.05)
    moved = (hand.z - before).astype(np.float64)
    shown = np.linalg.pinv(linear.matrix) @ (linear.matrix @ moved)
    np.testing.assert_allclose(moved, shown, atol=1e-5)
    assert hand.told == [KEPT]
    assert hand.asked("decode")


def test_of_two_dimensions_the_map_shows_all(put_up_map: Callable[[Session], Hand]) -> None:
    bundle = open_bundle(DEFAULT.parent / "mnist-vae-2")
    hand = put_up_map(Session(Subject.of_bundle(bundle), 1))
    hand.qtbot.waitSignal(hand.source.rastered, timeout=TIMEOUT_MS).wait()
    hand.click((1.0, -1.0))
    np.testing.assert_allclose(hand.z, (1.0, -1.0), atol=0.05)
    assert hand.told == [MOVED]


def test_what_was_said_of_z_holds_until_z_moves_otherwise(hand: Hand) -> None:
    hand.click((1.0, -1.0))
    hand.session.set_value(4, 2.5)
    assert hand.told == [KEPT, ""]
    hand.click((0.5, -1.0))
    hand.session.told.emit("Something else.")
    hand.session.set_value(4, 1.5)
    assert hand.told == [KEPT, "", KEPT, "Something else."]
    hand.click((0.0, -1.0))
    hand.pane.hide()
    assert hand.told[-2:] == [KEPT, ""]


def test_a_drag_is_one_step_that_can_be_undone(hand: Hand, drag: Drag) -> None:
    before, steps = hand.z, hand.session.undo_stack.count()
    drag(hand.view, [QPointF(100, 100), QPointF(150, 120), QPointF(200, 200)])
    assert hand.session.undo_stack.count() == steps + 1
    assert len(hand.asked("decode")) == 3
    hand.session.undo_stack.undo()
    np.testing.assert_array_equal(hand.z, before)


def test_locked_dimensions_stay(hand: Hand) -> None:
    before = hand.z
    hand.session.set_lock(3, True)
    hand.click((2.0, 2.0))
    assert hand.z[3] == before[3]
    assert (hand.z != before).sum() == 15


def test_the_cross_hair_follows_the_sliders(hand: Hand) -> None:
    linear = hand.shown.linear
    assert linear is not None
    hand.session.set_value(4, 2.5)
    wanted = linear.project(hand.z[None])[0]
    hand.wait_for_cross(wanted)


def test_hovering_shows_a_picture_and_the_nearest_label_and_changes_nothing(
    hand: Hand, bundle: Bundle
) -> None:
    linear, before = hand.shown.linear, hand.session.state
    assert linear is not None
    hand.qtbot.mouseMove(hand.view, hand.point_of((2.0, 1.0)).toPoint())
    hand.qtbot.waitUntil(lambda: hand.view.hover is not None, timeout=TIMEOUT_MS)
    (request,) = hand.asked("preview")
    hand.answer(request)
    assert hand.view.hover is not None
    assert hand.view.hover.image is not None
    z = request.arrays["z"][0]
    nearest = np.linalg.norm(bundle.codes.codes - z, axis=1).argmin()
    assert hand.view.hover.caption == f"nearest code: {bundle.codes.labels[nearest]}"
    assert hand.session.state is before
    QApplication.sendEvent(hand.view, QEvent(QEvent.Type.Leave))
    assert hand.view.hover is None
    hand.answer(request)
    assert hand.view.hover is None


def test_an_arrow_runs_from_the_clean_code_to_the_noisy_one(hand: Hand) -> None:
    linear = hand.shown.linear
    assert linear is not None
    request = hand.asked("encode")[-1]
    np.testing.assert_array_equal(request.arrays["clean"], hand.session.clean)
    clean_z = np.full((1, 16), 0.5, np.float32)
    hand.answer(request, clean_z)
    assert hand.view.arrow is not None
    clean, noisy = hand.view.arrow
    assert clean == pytest.approx(linear.project(clean_z)[0])
    assert noisy == pytest.approx(linear.project(hand.z[None])[0], abs=1e-5)
    hand.click((0.0, 0.0))
    assert hand.view.arrow is None
    hand.session.plug(Route.ENCODER)
    hand.answer(hand.asked("encode")[-1], clean_z)
    assert hand.view.arrow is not None
