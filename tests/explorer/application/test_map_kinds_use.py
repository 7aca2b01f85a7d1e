"""Every kind of map in the window, with the real engine and the real analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtWidgets import QApplication, QComboBox, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.panes.map_hand import KEPT
from explorer.panes.map_pane import CANCELLED, MapPane
from explorer.panes.map_source import Projection
from explorer.settings import SETTINGS
from explorer.state.latent import Route, Source
from explorer.widgets.line import Line
from explorer.widgets.map_view import Tool
from models.bundle import PRETRAINED
from tests.explorer.application.play import Drag, Play, what_is_kept
from tests.explorer.stand_in import FOR_EVER, put_library
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """The open map of a window, and what a hand does with it."""

    def __init__(self, play: Play) -> None:
        self.play = play
        play.space.tabs.open_page("Map")
        self.pane: MapPane = play.space.map
        self.view = self.pane.view
        if self.pane.source.projection is None:
            with play.qtbot.waitSignal(self.pane.source.rastered, timeout=TIMEOUT_MS):
                pass
        self.view.fit()

    @property
    def shown(self) -> Projection:
        assert self.pane.source.projection is not None
        return self.pane.source.projection

    @property
    def status(self) -> str:
        line = self.pane.findChild(Line)
        assert line is not None
        return line.text()

    def ask_for(self, kind: str) -> None:
        box = self.pane.findChild(QComboBox)
        assert box is not None
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())

    def choose(self, kind: str) -> None:
        """Ask for a projection and wait for it; the present one may be this already."""
        self.ask_for(kind)
        self.play.qtbot.waitUntil(
            lambda: self.shown.kind == kind and not self.pane.source.is_waiting, timeout=TIMEOUT_MS
        )

    def press(self, name: str) -> None:
        buttons = self.pane.findChildren(QPushButton)
        next(b for b in buttons if b.accessibleName() == name).click()

    def click(self, x: int, y: int) -> npt.NDArray[np.float64]:
        """Click there and wait for the picture; the place on the map."""
        point = QPointF(x, y).toPoint()
        self.play.shown(lambda: self.play.qtbot.mouseClick(self.view, LEFT, pos=point))
        size = (float(self.view.width()), float(self.view.height()))
        return np.array(self.view.viewport.to_map((x, y), size))


@pytest.fixture
def hand(play: Play) -> Hand:
    made = Hand(play)
    made.choose("pca")
    return made


@pytest.mark.parametrize("kind", ["pca", "dims", "a_to_b", "lda"])
def test_a_click_on_a_linear_map_keeps_what_it_does_not_show(
    hand: Hand, play: Play, kind: str
) -> None:
    hand.choose(kind)
    linear = hand.shown.linear
    assert linear is not None
    before = play.session.state.latent.z
    place = hand.click(140, 110)
    z = play.session.state.latent.z
    assert play.session.state.latent.source is Source.MAP
    assert play.session.state.route is Route.HELD
    moved = place - linear.project(before[None])[0]
    np.testing.assert_allclose(z, before + np.linalg.pinv(linear.matrix) @ moved, atol=1e-3)
    shown = play.session.frame.z
    assert shown is not None
    np.testing.assert_array_equal(shown[0], z)
    assert play.window.status.sentence() == KEPT


def test_leaving_the_map_leaves_every_picture_as_it_was(hand: Hand, play: Play) -> None:
    state, frame, output = play.session.state, play.session.frame, play.output()
    for x in (200, 210):
        play.qtbot.mouseMove(hand.view, QPointF(x, 150).toPoint())
    play.qtbot.waitUntil(
        lambda: hand.view.hover is not None and hand.view.hover.image is not None,
        timeout=TIMEOUT_MS,
    )
    QApplication.sendEvent(hand.view, QEvent(QEvent.Type.Leave))
    assert hand.view.hover is None
    assert (play.session.state, play.session.frame, play.output()) == (state, frame, output)


def test_what_a_lasso_goes_around_is_seen_alone(hand: Hand, play: Play, drag: Drag) -> None:
    linear, codes = hand.shown.linear, play.session.subject.whereabouts.codes
    assert linear is not None
    assert codes is not None
    size = (float(hand.view.width()), float(hand.view.height()))
    corners = [(100.0, 100.0), (260.0, 100.0), (260.0, 240.0), (100.0, 240.0)]
    hand.view.set_tool(Tool.LASSO)
    drag(hand.view, [QPointF(*corner) for corner in corners])
    play.qtbot.waitUntil(lambda: "selected" in hand.status, timeout=TIMEOUT_MS)
    count = int(hand.status.split()[0].replace(",", ""))
    ends = [hand.view.viewport.to_map(corners[at], size) for at in (3, 1)]
    points = linear.project(codes.codes)
    inside = ((points >= ends[0]) & (points <= ends[1])).all(axis=1).sum()
    assert count == pytest.approx(inside, abs=3) != 0
    with play.qtbot.waitSignal(
        hand.pane._analysis.answered,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda answer: answer.kind == "raster" and answer.fields["count"] == count,
    ):
        hand.press("Show the selected codes alone")
    hand.press("Select no codes")
    play.qtbot.waitUntil(lambda: "selected" not in hand.status, timeout=TIMEOUT_MS)


def test_zooming_in_brings_pictures_of_more_codes(hand: Hand, play: Play) -> None:
    hand.press("Pictures on the map")
    tiles = hand.pane._looks._pictures

    def filled(side: float) -> bool:
        box = hand.view.box()
        shown = tiles.shown(box)
        fine = [cell for cell in shown if cell.box[2] - cell.box[0] <= side]
        return len(fine) > 5 and len(fine) == len(shown) and all(shown[cell].image for cell in fine)

    side = hand.view.lattice().box[2] - hand.view.lattice().box[0]
    side /= hand.view.lattice().columns
    play.qtbot.waitUntil(lambda: filled(side), timeout=TIMEOUT_MS)
    hand.view.zoom(4)
    play.qtbot.waitUntil(lambda: filled(side / 4), timeout=TIMEOUT_MS)
    hand.press("Pictures on the map")
    hand.view.fit()


def test_a_bundle_of_two_dimensions_is_shown_as_it_is_on_what_is_decoded_everywhere(
    qtbot: QtBot, application: Application
) -> None:
    for key, setting in SETTINGS.items():
        application.settings.set(key, setting.default)
    application.open(PRETRAINED / "mnist-vae-2")
    play = Play(qtbot, application)
    play.shown(play.window.activateWindow)
    hand = Hand(play)
    assert (hand.shown.kind, hand.shown.names) == ("dims", ("z 0", "z 1"))
    place = hand.click(150, 120)
    np.testing.assert_allclose(play.session.state.latent.z, place, atol=1e-5)
    hand.press("Background on the map")
    tiles = hand.pane._looks._background
    cells = len(list(hand.view.lattice()))
    play.qtbot.waitUntil(
        lambda: len(tiles.shown(hand.view.box())) == cells and not tiles._missing(),
        timeout=TIMEOUT_MS,
    )


# t-SNE and UMAP -----------------------------------------------------------------------


@pytest.fixture
def cache(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where maps that took long are kept."""
    monkeypatch.setattr(hand.pane._analysis, "_cache", tmp_path / "cache")
    return tmp_path / "cache"


def test_a_map_that_is_cancelled_half_way_changes_nothing(
    hand: Hand, play: Play, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_library(tmp_path / "library", monkeypatch, FOR_EVER)
    before, kept = hand.shown, what_is_kept(play)
    hand.ask_for("tsne")
    (progress,) = hand.pane.chooser.findChildren(QProgressBar)
    play.qtbot.waitUntil(
        lambda: (progress.value(), progress.maximum()) == (50, 1000), timeout=TIMEOUT_MS
    )
    assert hand.shown is before
    with play.qtbot.waitSignal(hand.pane.source.rastered, timeout=TIMEOUT_MS):
        hand.view.zoom(1.5)  # the map goes on meanwhile
    assert play.told(lambda: hand.press("Do not wait for this projection")) == CANCELLED
    assert hand.shown is before
    assert not cache.exists()
    assert what_is_kept(play) == kept
    hand.click(150, 120)


def test_a_map_of_neighbours_takes_the_nearest_code_and_is_kept(
    hand: Hand, play: Play, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_library(tmp_path / "library", monkeypatch, "pass")
    hand.choose("tsne")
    assert "nearest code" in hand.status
    known: Any = play.session.subject.whereabouts.codes
    place = hand.click(170, 160)
    z = play.session.state.latent.z
    (number,) = np.flatnonzero((known.codes == z).all(axis=1))
    assert number == np.linalg.norm(known.codes[:, :2] - place, axis=1).argmin()
    assert play.window.status.sentence() == f"z is the nearest code now, number {number:,}."
    play.qtbot.waitUntil(lambda: cache.exists() and any(cache.iterdir()), timeout=TIMEOUT_MS)
    hand.choose("pca")
    put_library(tmp_path / "library", monkeypatch, "os._exit(3)")  # nobody asks it again
    hand.choose("tsne")
    hand.choose("pca")
