from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.neighbours_pane import COUNT, NO_CODES, NeighboursPane
from explorer.state.frame import Frame, Request
from explorer.state.latent import Source
from explorer.state.session import Session
from explorer.widgets.neighbour_tiles import Neighbour
from models.bundle import Codes
from models.neighbours import USUAL, Gauge, nearest
from models.wire import Message
from tests.explorer.finding import button
from tests.explorer.subjects import COLOUR, CURVE, subject_of

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis


class FakeAnalysis(QObject):
    """Answers at once when it is told to."""

    answered = pyqtSignal(object)
    failed = pyqtSignal(int, str)

    def __init__(self, codes: Codes | None) -> None:
        super().__init__()
        self.codes = codes
        self.gauge = None if codes is None else Gauge.of(codes.codes)
        self.asked: dict[str, tuple[int, dict[str, Any], Hashable]] = {}
        self.count = 0

    def ask(
        self,
        kind: str,
        settings: Mapping[str, Any],
        arrays: Mapping[str, np.ndarray],
        lane: Hashable,
    ) -> int:
        self.count += 1
        self.asked[kind] = self.count, {**settings, **arrays}, lane
        return self.count

    def answer(self) -> None:
        while self.asked:
            kind, (seq, asked, lane) = self.asked.popitem()
            fields, arrays = getattr(self, f"_{kind}")(asked)
            self.answered.emit(Message(kind, {**fields, "seq": seq, "lane": lane}, arrays))

    def _nearest(self, asked: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        assert self.codes is not None
        indices, distances = nearest(self.codes.codes, asked["z"], asked["k"])
        near = {"codes": self.codes.codes[indices], "labels": self.codes.labels[indices]}
        return {}, {"indices": indices, "distances": distances, **near}

    def _gauge(self, asked: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        assert self.gauge is not None
        z = asked["z"]
        told = {"share": self.gauge.share(z), "sentence": self.gauge.sentence(z), "nearest": 1.5}
        return told, {"pulled": self.gauge.pull_back(z)}


@pytest.fixture
def analysis(session: Session) -> FakeAnalysis:
    return FakeAnalysis(session.subject.whereabouts.codes)


@pytest.fixture
def pane(
    qtbot: QtBot,
    session: Session,
    window: QWidget,
    analysis: FakeAnalysis,
    requests: list[Request],
) -> NeighboursPane:
    return put_up(qtbot, session, window, analysis)


def put_up(
    qtbot: QtBot, session: Session, window: QWidget, analysis: FakeAnalysis
) -> NeighboursPane:
    made = NeighboursPane(session, cast("Analysis", analysis), window)
    made.resize(552, 560)
    with qtbot.waitExposed(window):
        window.show()
    return made


def of_kind(requests: list[Request], kind: str) -> list[Request]:
    return [request for request in requests if request.kind == kind]


def answer_tiles(session: Session, request: Request) -> None:
    pictures = np.ones((len(request.arrays["z"]), 28, 28, 1), np.float32)
    outputs = {"decoder_output": pictures}
    session.receive(Frame(request.seq, "", "tiles", {}, None, outputs, {}, 0.001))


def answer_encode(session: Session, request: Request, z: np.ndarray) -> None:
    session.receive(Frame(request.seq, "", "encode", {}, z[None], {}, {}, 0.001))


def show_frame(session: Session) -> None:
    z = session.state.latent.z[None]
    output = {"decoder_output": np.full((1, 28, 28, 1), 0.5, np.float32)}
    session.receive(Frame(session.frame.seq + 1, "", "decode", {}, z, output, {}, 0.0))


def of(pane: NeighboursPane) -> tuple[Neighbour, ...]:
    return pane.near.neighbours


def words(pane: NeighboursPane) -> str:
    return " | ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())


def test_the_nearest_codes_are_shown_with_label_and_distance(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis, requests: list[Request]
) -> None:
    analysis.answer()
    assert pane.near.isVisible()
    near = pane.near.neighbours
    assert len(near) == COUNT
    assert [one.title for one in near[:1]] == ["2"]  # the first picture of the bundle
    distances = [float(one.line) for one in near]
    assert distances == sorted(distances)
    assert all(one.image is None for one in near)
    while (asked := of_kind(requests, "tiles"))[-1:] and pane._tiles.is_busy:
        answer_tiles(session, asked[-1])
    assert all(one.image is not None for one in pane.near.neighbours)
    assert sum(len(request.arrays["z"]) for request in asked) == COUNT


def test_pictures_that_are_known_are_not_asked_for_again(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis, requests: list[Request]
) -> None:
    analysis.answer()
    while pane._tiles.is_busy:
        answer_tiles(session, of_kind(requests, "tiles")[-1])
    before = len(of_kind(requests, "tiles"))
    session.set_value(0, float(session.state.latent.z[0]) + 1e-4)
    analysis.answer()
    assert len(of_kind(requests, "tiles")) == before
    assert all(one.image is not None for one in pane.near.neighbours)


def test_a_click_goes_to_a_code(
    qtbot: QtBot, pane: NeighboursPane, session: Session, analysis: FakeAnalysis
) -> None:
    analysis.answer()
    before = session.state.latent.z
    place = pane.near.tile_rect(3).center().toPoint()
    qtbot.mouseClick(pane.near, Qt.MouseButton.LeftButton, pos=place)
    codes = session.subject.whereabouts.codes
    assert codes is not None
    assert session.state.latent.source is Source.NEIGHBOUR
    assert (codes.codes == session.state.latent.z).all(axis=1).any()
    session.undo_stack.undo()
    assert np.array_equal(session.state.latent.z, before)


def test_it_follows_z(pane: NeighboursPane, session: Session, analysis: FakeAnalysis) -> None:
    analysis.answer()
    for value in (1.0, 2.0):
        session.set_value(0, value)
    assert analysis.asked["nearest"][1]["z"][0] == 2.0
    assert analysis.asked["gauge"][1]["z"][0] == 2.0


def test_far_out_is_told_and_can_be_pulled_back(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis
) -> None:
    session.set_latent(np.full(16, 40, np.float32), Source.SLIDERS)
    analysis.answer()
    assert "farther out than all of the encoded pictures" in words(pane)
    assert "nearest code 1.50 away" in words(pane)
    assert pane.gauge.accessibleDescription() == "100 %"
    button(pane, "Pull back").click()
    analysis.answer()
    assert not button(pane, "Pull back").isEnabled()
    assert analysis.gauge is not None
    assert analysis.gauge.share(session.state.latent.z) == pytest.approx(USUAL, abs=0.01)


def test_a_round_trip_is_a_bar_for_each_dimension(
    pane: NeighboursPane, session: Session, requests: list[Request]
) -> None:
    show_frame(session)
    asked = of_kind(requests, "encode")
    assert asked
    answer_encode(session, asked[0], session.state.latent.z)
    show_frame(session)
    off = session.state.latent.z.copy()
    off[5] += 0.25
    answer_encode(session, of_kind(requests, "encode")[-1], off)
    assert pane.trip.describe(5) == "number 5: +0.250"
    assert "farthest off is z 5: +0.250" in words(pane)
    assert (of_kind(requests, "encode")[-1].arrays["clean"] == 0.5).all()


def test_at_most_one_round_trip_is_under_way(
    pane: NeighboursPane, session: Session, requests: list[Request]
) -> None:
    before = len(of_kind(requests, "encode"))
    for _ in range(4):
        show_frame(session)
    asked = of_kind(requests, "encode")
    assert len(asked) <= before + 1
    answer_encode(session, asked[-1], session.state.latent.z)
    assert len(of_kind(requests, "encode")) == len(asked) + 1  # of the newest frame


def test_nothing_is_asked_while_nobody_looks(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis, requests: list[Request]
) -> None:
    analysis.answer()
    pane.hide()
    requests.clear()
    session.set_value(0, 1.0)
    show_frame(session)
    assert not analysis.asked
    assert {request.kind for request in requests} == {"decode"}
    pane.show()
    assert set(analysis.asked) == {"nearest", "gauge"}


def test_nothing_is_asked_while_the_window_is_minimised(
    pane: NeighboursPane, session: Session, window: QWidget, analysis: FakeAnalysis
) -> None:
    analysis.answer()
    window.showMinimized()
    session.set_value(0, 1.0)
    assert not analysis.asked
    window.showNormal()
    assert set(analysis.asked) == {"nearest", "gauge"}


@pytest.mark.parametrize("output", [COLOUR, CURVE])
def test_without_codes_and_without_an_encoder_it_says_so(
    qtbot: QtBot, window: QWidget, output: Any
) -> None:
    session, analysis = Session(subject_of(output), seed=7), FakeAnalysis(None)
    pane = put_up(qtbot, session, window, analysis)
    session.set_value(0, 1.0)
    assert not analysis.asked
    assert NO_CODES in words(pane)
    assert not pane.near.isVisible()
    assert not pane.trip.isVisible()
    assert not button(pane, "Pull back").isEnabled()


def test_new_codes_take_the_place_of_the_old(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis
) -> None:
    analysis.answer()
    codes = session.subject.whereabouts.codes
    assert codes is not None
    analysis.codes = Codes.measure(codes.codes[:3], np.zeros(3, np.uint8))
    session.set_data("three", analysis.codes, None)
    assert not of(pane)
    analysis.answered.emit(Message("codes", {"count": 3}))
    analysis.answer()
    titles = sorted(one.title for one in of(pane))
    assert titles == ["0", "1", "2"]  # their numbers: they have no labels


def test_answers_about_earlier_codes_are_not_taken_for_answers_about_these(
    pane: NeighboursPane, session: Session, analysis: FakeAnalysis
) -> None:
    codes = session.subject.whereabouts.codes
    assert codes is not None
    others = Codes.measure(codes.codes[::-1].copy(), np.zeros(len(codes.codes), np.uint8))
    session.set_data("others", others, None)
    analysis.answer()
    assert not of(pane)
    assert not button(pane, "Pull back").isEnabled()


def test_what_the_analysis_cannot_do_is_told(
    pane: NeighboursPane, analysis: FakeAnalysis, session: Session
) -> None:
    analysis.failed.emit(analysis.count, "Codes must be finite numbers.")
    assert "Codes must be finite numbers." in words(pane)
    session.set_value(0, 1.0)
    analysis.failed.emit(analysis.count + 1, "UMAP needs a library.")  # somebody else's question
    analysis.failed.emit(analysis.count - 2, "The analysis ended.")  # of a z that has gone
    analysis.answer()
    assert "UMAP" not in words(pane)
    assert "The analysis ended." not in words(pane)


@pytest.mark.parametrize("width", [404, 552, 1200])
def test_no_label_is_wider_than_the_pane(
    pane: NeighboursPane, analysis: FakeAnalysis, width: int
) -> None:
    analysis.answer()
    pane.resize(width, 600)
    assert pane.minimumSizeHint().width() <= 404
    for label in pane.findChildren(QLabel):
        right = label.mapTo(pane, label.rect().topRight()).x()
        assert not label.isVisible() or right < width
