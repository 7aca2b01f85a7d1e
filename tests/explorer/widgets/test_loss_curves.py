"""Losses are drawn over epochs, and a click tells the epoch."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.training_curves import MOST_POINTS, Curves
from explorer.widgets.loss_axis import LossAxis
from explorer.widgets.loss_curves import LossCurves

LEFT = Qt.MouseButton.LeftButton
STEPS = np.array([[0.5, 0.4], [1.0, 0.2], [1.5, 0.1], [2.0, 0.05]])
EPOCHS = np.array([[1.0, 0.3], [2.0, 0.1]])


@pytest.fixture
def curves(qtbot: QtBot) -> LossCurves:
    made = LossCurves()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    return made


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.01, 1.0], [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]),
        ([180.0, 520.0], [200.0, 300.0, 400.0, 500.0]),
        ([0.1, 0.1], [0.1]),
        ([], [0.1, 0.2, 0.5, 1.0]),
        ([np.nan, np.inf, 2.0], [2.0]),
    ],
)
def test_ticks_are_round_and_inside(values: list[float], ticks: list[float]) -> None:
    axis = LossAxis.around(np.array(values))
    found = axis.ticks()
    assert 1 <= len(found) <= 7
    assert set(np.round(ticks[:1], 9)) <= set(np.round(found, 9))
    assert all(axis.low <= tick <= axis.high for tick in found)


def test_equal_factors_are_equal_ways() -> None:
    shares = LossAxis(0.01, 1.0).share(np.array([0.01, 0.1, 1.0, 0.0]))
    assert np.allclose(shares[:3], [0, 0.5, 1])
    assert np.isfinite(shares[3])


def test_a_click_tells_the_nearest_epoch(qtbot: QtBot, curves: LossCurves) -> None:
    curves.set_losses(STEPS, EPOCHS, 4, live=True)
    for passed, epoch in ((1.2, 1), (2.8, 3), (0.0, 1), (4.0, 4)):
        with qtbot.waitSignal(curves.epoch_wanted) as wanted:
            qtbot.mouseClick(curves, LEFT, pos=QPoint(round(curves.x_at(passed)), 90))
        assert wanted.args == [epoch]


def test_what_is_marked_already_is_not_wanted(qtbot: QtBot, curves: LossCurves) -> None:
    curves.set_losses(STEPS, EPOCHS, 4, live=False)
    curves.set_marked(2)
    with qtbot.assertNotEmitted(curves.epoch_wanted):
        qtbot.mouseClick(curves, LEFT, pos=QPoint(round(curves.x_at(2)), 90))


@pytest.mark.parametrize("live", [True, False])
def test_it_is_painted_whatever_it_is_given(curves: LossCurves, live: bool) -> None:
    empty = curves.grab().toImage()
    curves.set_losses(STEPS, EPOCHS, 4, live)
    assert curves.grab().toImage() != empty
    assert curves.accessibleDescription() == "loss 0.05, validation loss 0.1"
    broken = np.array([[1.0, np.nan], [2.0, np.inf], [3.0, 0.0]])
    curves.set_losses(broken, EPOCHS[:0], 4, live)
    curves.grab()


def test_very_many_steps_become_fewer_points() -> None:
    curves = Curves()
    for step in range(5 * MOST_POINTS):
        curves.add_step(step / 100, 1.0)
    points = curves.step_points()
    assert len(points) <= MOST_POINTS
    assert points[-1, 0] == (5 * MOST_POINTS - 1) / 100
    assert np.all(np.diff(points[:, 0]) > 0)


def test_earlier_epochs_come_before_what_goes_on() -> None:
    curves = Curves()
    curves.add_step(2.5, 0.3)
    curves.add_epoch(3, 0.25)
    curves.add_earlier([(1, 0.9, 0.8), (2, 0.5, 0.4), (3, 0.3, 0.25)])
    assert curves.steps == [(0.5, 0.9), (1.5, 0.5), (2.5, 0.3)]
    assert curves.epochs == [(1, 0.8), (2, 0.4), (3, 0.25)]
