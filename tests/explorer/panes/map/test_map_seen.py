"""What of the codes is seen: labels, selections, pictures."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QPushButton

from explorer.state.latent import Source
from explorer.widgets.map_view import Tool
from models.bundle import Bundle
from tests.explorer.panes.map.map_hand import Drag, Hand, codes_of, labels_in
from tests.patience import TIMEOUT_MS


def test_the_legend_hides_labels(hand: Hand, bundle: Bundle) -> None:
    wanted = (bundle.codes.labels != 3).sum()
    seen = hand.raster(
        lambda: hand.press("Show label 3"), lambda seen: seen.fields["count"] == wanted
    )
    assert 3 not in labels_in(seen)


def test_a_selection_is_counted_isolated_and_dropped(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.BOX)
    drag(hand.view, [QPointF(200, 200), QPointF(250, 260), QPointF(300, 300)])
    hand.qtbot.waitUntil(lambda: "selected" in hand.status, timeout=TIMEOUT_MS)
    count = int(hand.status.split()[0].replace(",", ""))
    assert 0 < count < 10_000
    hand.raster(
        lambda: hand.press("Show the selected codes alone"),
        lambda seen: seen.fields["count"] == count,
    )
    hand.raster(
        lambda: hand.qtbot.keyClick(hand.view, Qt.Key.Key_Escape),
        lambda seen: seen.fields["count"] == 10_000,
    )
    assert "selected" not in hand.status


def test_a_selection_is_seen_on_the_next_map_too(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.BOX)
    drag(hand.view, [QPointF(200, 200), QPointF(250, 260), QPointF(300, 300)])
    hand.qtbot.waitUntil(lambda: "selected" in hand.status, timeout=TIMEOUT_MS)
    words = hand.status
    hand.press("Show the selected codes alone")
    hand.projected(lambda: hand.choose("lda"))
    assert hand.status == words
    assert hand.source.isolated
    assert hand.part(QPushButton, "Show the selected codes alone").isChecked()
    hand.press("Select no codes")
    hand.qtbot.waitUntil(lambda: "selected" not in hand.status, timeout=TIMEOUT_MS)
    assert not hand.source.isolated
    assert not hand.part(QPushButton, "Show the selected codes alone").isVisible()


def test_a_selection_among_earlier_codes_is_none_among_others(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.BOX)
    answered = hand.pane._analysis.answered
    with hand.qtbot.waitSignal(
        answered, timeout=TIMEOUT_MS, check_params_cb=lambda answer: answer.kind == "select"
    ) as late:
        drag(hand.view, [QPointF(200, 200), QPointF(250, 260), QPointF(300, 300)])
    values = np.random.default_rng(0).standard_normal((500, 16))
    hand.projected(lambda: hand.session.set_data("mine", codes_of(values), None))
    answered.emit(late.args[0])
    assert "selected" not in hand.status


def test_a_selection_that_fails_is_told(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.BOX)
    analysis = hand.pane._analysis
    drag(hand.view, [QPointF(200, 200), QPointF(250, 260), QPointF(300, 300)])
    analysis.failed.emit(10**9, "Somebody else's.")
    analysis.failed.emit(hand.pane._selecting, "The analysis ended.")
    assert hand.told == ["The analysis ended."]


def test_a_lasso_around_nothing_selects_nothing(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.LASSO)
    with hand.qtbot.waitSignal(hand.pane._analysis.answered, timeout=TIMEOUT_MS) as signal:
        drag(hand.view, [QPointF(1, 1), QPointF(9, 1), QPointF(9, 9), QPointF(1, 9)])
    assert signal.args[0].fields["count"] == 0
    assert "selected" not in hand.status


def test_pictures_of_codes_stand_for_points(hand: Hand, bundle: Bundle) -> None:
    hand.press("Pictures on the map")
    requests = hand.answer_tiles(at_least=11)  # each is asked for once its code is found
    zs = np.concatenate([request.arrays["z"] for request in requests])
    far = [np.abs(bundle.codes.codes - z).max(axis=1).min() for z in zs]
    assert max(far) == 0
    hand.press("Pictures on the map")


def test_a_background_is_what_is_decoded_at_each_place(hand: Hand) -> None:
    linear = hand.shown.linear
    assert linear is not None
    hand.press("Background on the map")
    requests = hand.answer_tiles()
    places = linear.project(np.concatenate([request.arrays["z"] for request in requests]))
    middles = np.array([cell.middle for cell in hand.view.lattice()])
    assert len(places) == len(middles)
    np.testing.assert_allclose(
        np.sort(places, axis=0), np.sort(middles, axis=0), atol=1e-4, rtol=1e-4
    )


def test_a_background_is_decoded_anew_where_the_rest_of_z_is_another(hand: Hand) -> None:
    hand.press("Background on the map")
    hand.answer_tiles()
    before = len(hand.asked("tiles"))
    hand.session.set_latent(hand.z + 1, Source.TEXT)
    hand.qtbot.waitUntil(lambda: len(hand.asked("tiles")) > before, timeout=TIMEOUT_MS)


def test_nothing_is_decoded_while_the_window_is_minimised(hand: Hand) -> None:
    hand.press("Background on the map")
    hand.answer(hand.asked("tiles")[0])
    before = len(hand.asked("tiles"))
    hand.window.showMinimized()
    hand.answer(hand.asked("tiles")[-1])
    hand.session.take_new_weights()
    hand.pane._looks.refresh()  # as if all that waits for rest came at once
    assert len(hand.asked("tiles")) == before
    hand.window.showNormal()
    hand.qtbot.waitUntil(lambda: len(hand.asked("tiles")) > before, timeout=TIMEOUT_MS)
    hand.answer_tiles(at_least=len(list(hand.view.lattice())))


def test_pictures_that_cannot_be_decoded_are_told_once(hand: Hand) -> None:
    hand.press("Background on the map")
    hand.qtbot.waitUntil(lambda: bool(hand.asked("tiles")), timeout=TIMEOUT_MS)
    hand.session.failed.emit(hand.asked("tiles")[-1].seq, "The engine ended.")
    assert hand.told == ["The engine ended."]
