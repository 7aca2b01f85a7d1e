"""The slider table in the window, with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from explorer.panes import effect_survey
from explorer.panes.latent_pane import LatentPane
from explorer.state.latent import Route
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS

Drag = Callable[[QWidget, Sequence[QPointF]], None]


@pytest.fixture
def pane(play: Play) -> LatentPane:
    made = play.space.latent
    choose(made, "Sort by number")
    choose(made, "No groups")
    made.tools.search.clear()
    made.tools.values.click()
    return made


def choose(pane: LatentPane, text: str) -> None:
    menu = pane.tools.order.menu()
    assert menu is not None
    found: list[QAction] = [action for action in menu.actions() if action.text() == text]
    found[0].trigger()


def names(pane: LatentPane) -> list[str]:
    return list(pane.table.latent.names)


def measured(play: Play) -> bool:
    effects = play.space.latent.table.latent.effects
    assert effects is not None
    both = np.concatenate([effects.over_codes, effects.around_z])
    return bool(np.isfinite(both).all())


def test_effects_are_measured_once_a_hand_has_come_to_rest(
    play: Play, pane: LatentPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect_survey, "MOST_UNASKED_S", 1e9)  # however busy the machine is
    play.shown(lambda: play.session.set_value(0, 1.0))
    play.qtbot.waitUntil(lambda: measured(play), timeout=TIMEOUT_MS)
    effects = pane.table.latent.effects
    assert effects is not None
    assert not effects.dead.any()
    assert (effects.over_codes > 0.01).all()


def test_the_strongest_dimension_comes_first(play: Play, pane: LatentPane) -> None:
    choose(pane, "Sort by effect on the picture")
    play.qtbot.waitUntil(lambda: measured(play), timeout=TIMEOUT_MS)
    effects = pane.table.latent.effects
    assert effects is not None
    assert (np.diff(effects.over_codes) <= 0).all()
    assert names(pane) != [f"z {dim}" for dim in range(16)]


def test_a_sorted_found_or_pinned_slider_moves_the_picture(
    play: Play, pane: LatentPane, drag: Drag
) -> None:
    choose(pane, "Sort by value")
    pane.table.pin_requested.emit(7, True)
    pane.tools.search.setText("2-14")
    dim = int(names(pane)[3].split()[1])
    before, frame = play.session.state.latent.z, play.session.frame
    shown = play.shown(lambda: drag(*play.track(3, 0.1, 0.5, 0.9)))
    assert play.session.state.route is Route.HELD
    assert np.flatnonzero(play.session.state.latent.z != before).tolist() == [dim]
    assert shown.outputs["decoder_output"].shape == frame.outputs["decoder_output"].shape
    assert (shown.outputs["decoder_output"] != frame.outputs["decoder_output"]).any()


def test_a_slider_along_a_direction_moves_the_picture_and_undo_brings_it_back(
    play: Play, pane: LatentPane, drag: Drag
) -> None:
    before = play.session.state.latent.z
    pane.tools.directions.click()
    play.qtbot.waitUntil(lambda: names(pane)[0] == "direction 0", timeout=TIMEOUT_MS)
    assert len(names(pane)) == 16
    frame = play.session.frame
    shown = play.shown(lambda: drag(*play.track(0, 0.2, 0.5, 0.8)))
    assert np.count_nonzero(play.session.state.latent.z != before) == 16
    assert (shown.outputs["decoder_output"] != frame.outputs["decoder_output"]).any()
    play.shown(play.session.undo_stack.undo)
    np.testing.assert_array_equal(play.session.state.latent.z, before)


def test_values_and_directions_stay_exact_through_many_moves(play: Play, pane: LatentPane) -> None:
    pane.tools.directions.click()
    play.qtbot.waitUntil(lambda: names(pane)[0] == "direction 0", timeout=TIMEOUT_MS)
    start = play.session.state.latent.z
    shown = pane.table.latent.z.copy()
    for row, value in ((3, 1.5), (0, -2.0), (11, 0.25)):
        pane.table.value_requested.emit(row, value, play.session.new_gesture())
        assert pane.table.latent.z[row] == pytest.approx(value, abs=1e-5)
    for row in (11, 0, 3):
        pane.table.value_requested.emit(row, float(shown[row]), play.session.new_gesture())
    np.testing.assert_allclose(play.session.state.latent.z, start, rtol=0, atol=1e-5)
    np.testing.assert_allclose(pane.table.latent.z, shown, rtol=0, atol=1e-5)
