"""Sliders of the bundled models: codes or prior, values or quantiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.latent import Route, Source
from explorer.state.session import Session
from models.arrangement import Sorting, Wish
from models.bundle import PRETRAINED, open_bundle
from models.subject import Subject
from tests.explorer.finding import button
from tests.explorer.panes.latent.measuring import DEAD, Engine

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
VARIATIONAL = ("mnist-vae-2", "mnist-vae-16")
CODES, PRIOR = "From the codes of the data", "From the prior N(0, 1)"
STEPS, SHARES = "Even steps of the value", "Even shares (quantiles)"


@pytest.fixture(params=[*VARIATIONAL, "mnist-dae-16"])
def session(request: pytest.FixtureRequest, qtbot: QtBot) -> Session:
    return Session(Subject.of_bundle(open_bundle(PRETRAINED / request.param)), seed=3)


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings) -> LatentPane:
    made = LatentPane(session, settings)
    put_up(made, 600, 580)
    return made


only_variational = pytest.mark.parametrize("session", VARIATIONAL, indirect=True)


def choose(pane: LatentPane, text: str) -> None:
    menus = [tool.menu() for tool in (pane.tools.order, pane.tools.basis)]
    actions = [action for menu in menus if menu is not None for action in menu.actions()]
    next(action for action in actions if action.text() == text).trigger()


def port(pane: LatentPane) -> QWidget:
    viewport = pane.table.viewport()
    assert viewport is not None
    return viewport


def ends(pane: LatentPane) -> list[float]:
    latent = pane.table.latent
    return [float(latent.lo.min()), float(latent.hi.max())]


def tip(pane: LatentPane, row: int) -> str:
    return str(pane.table.latent.index(row, 0).data(Qt.ItemDataRole.ToolTipRole))


def test_a_prior_is_offered_where_there_is_one(pane: LatentPane, session: Session) -> None:
    assert pane.tools.basis.isVisible() is (session.subject.source.name in VARIATIONAL)


@only_variational
def test_the_prior_gives_ranges_middle_and_histogram_as_one_step(
    pane: LatentPane, session: Session
) -> None:
    session.reset()
    latent, before, z = pane.table.latent, ends(pane), session.state.latent.z
    by_codes = latent.histogram(1)
    choose(pane, PRIOR)
    np.testing.assert_allclose(ends(pane), [-3.09, 3.09], atol=0.01)
    assert not latent.mean.any()
    bars = latent.histogram(1)
    assert bars is not None
    middles = (np.arange(40) + 0.5) * (6.18 / 40) - 3.09
    np.testing.assert_allclose(bars, np.exp(-(middles**2) / 2), atol=0.01)
    assert "prior's mean 0.000" in tip(pane, 1)
    assert session.undo_stack.undoText() == "ranges from the prior"
    assert session.undo_stack.count() == 2
    np.testing.assert_array_equal(session.state.latent.z, z)
    session.undo_stack.undo()
    assert pane.tools.basis.text() == "codes ▾"
    assert ends(pane) == before
    np.testing.assert_array_equal(latent.histogram(1), by_codes)


@only_variational
def test_choosing_what_is_chosen_is_no_step(pane: LatentPane, session: Session) -> None:
    choose(pane, CODES)
    assert session.undo_stack.count() == 0
    choose(pane, PRIOR)
    choose(pane, PRIOR)
    assert session.undo_stack.count() == 1


@only_variational
def test_a_reset_goes_to_the_middle_of_the_prior(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    choose(pane, PRIOR)
    pane.table.setCurrentIndex(pane.table.latent.index(1, 0))
    qtbot.keyClick(pane.table, Qt.Key.Key_Home)
    assert session.state.latent.z[1] == 0
    labels = [action.text() for action in pane.table.menu_of(1).actions()]
    assert "Use the prior's range" in labels
    assert "Reset to prior's mean\tHome" in labels


@only_variational
def test_a_range_set_by_hand_stays_with_the_prior(pane: LatentPane, session: Session) -> None:
    session.reset()
    session.set_range(1, (-7, 8))
    choose(pane, PRIOR)
    assert (pane.table.latent.lo[1], pane.table.latent.hi[1]) == (-7, 8)
    session.set_range(1, None)
    assert pane.table.latent.hi[1] == pytest.approx(3.09, abs=0.01)


@only_variational
def test_rows_farthest_out_follow_the_prior(pane: LatentPane, session: Session) -> None:
    where = session.subject.whereabouts
    far = where.mean.copy()
    far[0] += 0.5 * (where.hi - where.lo)[0]
    far[1] = 0
    session.set_latent(far, Source.TEXT)
    choose(pane, PRIOR)
    choose(pane, "Sort by distance from the mean")
    shown = [int(name.split()[1]) for name in pane.table.latent.names]
    np.testing.assert_array_equal(np.diff(np.abs(far[shown])) <= 0, True)


@only_variational
def test_effects_are_over_what_is_chosen(pane: LatentPane, session: Session) -> None:
    engine = Engine(session)
    engine.gain = 0.01
    session.plug(Route.HELD)
    pane.tools.wished.emit(Wish(Sorting.EFFECT))
    engine.answer_all()
    by_codes = pane._survey.effects().over_codes
    assert "over the codes" in tip(pane, 0)
    choose(pane, PRIOR)
    assert "not measured yet" in tip(pane, 0)
    engine.show_picture()
    pane._rest.timeout.emit()
    engine.answer_all()
    assert "over the prior" in tip(pane, 0)
    assert "over the codes" not in tip(pane, 0)
    by_prior = pane._survey.effects().over_codes
    assert not np.allclose(by_prior, by_codes, rtol=0.01)
    width = 2 * NormalDist().inv_cdf(0.95)  # from the 5 % to the 95 % quantile of N(0, 1)
    lit = [dim for dim in range(session.subject.latent_dim) if dim != DEAD]
    expected = 0.01 * width * (np.array(lit) + 1) / 28**2
    np.testing.assert_allclose(by_prior[lit], expected, rtol=1e-3)
    session.undo_stack.undo()
    assert "over the prior" not in tip(pane, 0)


@only_variational
def test_switching_the_scale_leaves_z_and_undo_alone(pane: LatentPane, session: Session) -> None:
    latent = session.state.latent
    for text in (SHARES, STEPS, SHARES):
        choose(pane, text)
    assert session.state.latent is latent
    np.testing.assert_array_equal(pane.table.latent.z, latent.z)
    assert session.undo_stack.count() == 0


def test_the_scale_is_remembered_and_the_same_for_all_that_is_open(
    pane: LatentPane, session: Session, settings: Settings
) -> None:
    other = LatentPane(session, settings)
    choose(pane, SHARES)
    assert settings.flag("quantiles")
    for one in (pane, other, LatentPane(session, settings)):
        assert one.table.latent.scale is not None
        assert one.tools.order.accessibleName().endswith("on a scale of quantiles")


def test_a_slider_of_quantiles_takes_the_codes_quantile(
    pane: LatentPane, session: Session, drag: Drag
) -> None:
    session.reset()
    choose(pane, SHARES)
    drag(port(pane), [pane.table.track_at(1, share) for share in (0.2, 0.4, 0.9)])
    known = session.subject.whereabouts.codes
    assert known is not None
    wanted = np.quantile(known.codes[:, 1], [0.88, 0.92])
    assert wanted[0] < session.state.latent.z[1] < wanted[1]
    assert session.undo_stack.count() == 2
    assert "% of the codes below" in tip(pane, 1)


@only_variational
def test_a_slider_of_quantiles_takes_the_priors_quantile(
    pane: LatentPane, session: Session, drag: Drag
) -> None:
    session.reset()
    choose(pane, SHARES)
    choose(pane, PRIOR)
    for share in (0.1, 0.5, 0.9):
        drag(port(pane), [pane.table.track_at(1, share)])
        found = NormalDist().cdf(float(session.state.latent.z[1]))
        assert found == pytest.approx(share, abs=0.006)
    assert "% of the prior below" in tip(pane, 1)


def test_pinned_and_sorted_rows_have_the_quantiles_of_their_own_codes(
    pane: LatentPane, session: Session
) -> None:
    choose(pane, SHARES)
    choose(pane, "Sort by value")
    latent, known = pane.table.latent, session.subject.whereabouts.codes
    assert known is not None
    last = latent.names[-1]
    pane.table.pin_requested.emit(len(latent.names) - 1, True)
    pane.table.let_go.emit()
    assert latent.names[0] == last
    medians = np.median(known.codes, axis=0)
    for row, name in enumerate(latent.names):
        middle = latent.share(row, float(medians[int(name.split()[1])]))
        assert middle == pytest.approx(0.5, abs=0.03)


def test_directions_have_quantiles_too(qtbot: QtBot, pane: LatentPane, session: Session) -> None:
    choose(pane, SHARES)
    qtbot.mouseClick(button(pane, "Directions"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.table.latent.names[0].startswith("direction"))
    latent = pane.table.latent
    assert latent.scale is not None
    assert latent.scale.codes is not None
    middle = float(np.median(latent.scale.codes[:, 1]))
    assert latent.share(1, middle) == pytest.approx(0.5, abs=0.05)
    qtbot.mouseClick(button(pane, "Values"), Qt.MouseButton.LeftButton)
    known = session.subject.whereabouts.codes
    assert known is not None
    assert latent.share(0, float(np.median(known.codes[:, 0]))) == pytest.approx(0.5, abs=0.03)
