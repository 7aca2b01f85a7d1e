from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.analysis import Analysis
from explorer.panes.map_pane import CANCELLED, KEPT, TOO_FEW, MapPane
from explorer.panes.map_source import Projection
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route, Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.widgets.line import Line
from explorer.widgets.map_view import Tool
from models.bundle import Bundle, Codes
from models.layout_cache import keep_layout, layout_key
from models.ports import LatentPort
from tests.explorer.subjects import COLOUR, subject_of

Floats = npt.NDArray[np.float32]
Drag = Callable[[QWidget, list[QPointF]], None]
TIMEOUT_MS = 30_000
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A map pane, and what a hand does with it."""

    def __init__(self, qtbot: QtBot, session: Session, pane: MapPane, window: QWidget) -> None:
        self.qtbot, self.session, self.pane, self.window = qtbot, session, pane, window
        self.view, self.source = pane.view, pane.source
        self.requests: list[Request] = []
        self.told: list[str] = []
        session.requested.connect(self.requests.append)
        session.told.connect(self.told.append)

    @property
    def z(self) -> Floats:
        return self.session.state.latent.z

    @property
    def shown(self) -> Projection:
        assert self.source.projection is not None
        return self.source.projection

    @property
    def status(self) -> str:
        line = self.pane.findChild(Line)
        assert line is not None
        return line.text()

    def projected(self, act: Callable[[], object]) -> Projection:
        with self.qtbot.waitSignal(self.source.projected, timeout=TIMEOUT_MS):
            act()
        return self.shown

    def raster(
        self, act: Callable[[], object], wanted: Callable[[Any, Any], object] = lambda *_: True
    ) -> tuple[Any, Any]:
        """Labels and counts of the next image of points that is as wanted."""
        with self.qtbot.waitSignal(
            self.source.rastered,
            timeout=TIMEOUT_MS,
            check_params_cb=lambda labels, counts, _: bool(wanted(labels, counts)),
        ) as signal:
            act()
        return signal.args[0], signal.args[1]

    def refused(self, act: Callable[[], object]) -> str:
        with self.qtbot.waitSignal(self.source.refused, timeout=TIMEOUT_MS) as signal:
            act()
        return str(signal.args[0])

    def choose(self, kind: str) -> None:
        box = self.part(QComboBox, "Projection of the map")
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())

    def kinds(self) -> list[str]:
        box = self.part(QComboBox, "Projection of the map")
        return [box.itemData(index) for index in range(box.count())]

    def part(self, kind: type[Any], name: str) -> Any:
        return next(w for w in self.pane.findChildren(kind) if w.accessibleName() == name)

    def point_of(self, place: tuple[float, float]) -> QPointF:
        size = (float(self.view.width()), float(self.view.height()))
        return QPointF(*self.view.viewport.to_screen(place, size))

    def click(self, place: tuple[float, float]) -> None:
        self.qtbot.mouseClick(self.view, LEFT, pos=self.point_of(place).toPoint())

    def press(self, name: str) -> None:
        self.part(QPushButton, name).click()

    def asked(self, kind: str) -> list[Request]:
        return [request for request in self.requests if request.kind == kind]

    def answer(self, request: Request, z: Floats | None = None) -> None:
        """What an engine would say: pictures that are as grey as z's first value."""
        zs = request.arrays.get("z")
        outputs = {}
        if zs is not None:
            grey = 1 / (1 + np.exp(-zs[:, 0]))
            pictures = np.broadcast_to(grey[:, None, None, None], (len(zs), 28, 28, 1))
            outputs = {"decoder_output": pictures.astype(np.float32)}
        frame = Frame(request.seq, "", request.kind, {}, z, outputs, {}, 0.001)
        self.session.receive(frame)

    def answer_tiles(self) -> list[Request]:
        """Answer questions for pictures until none is left."""
        done: list[Request] = []

        def step() -> bool:
            for request in self.asked("tiles")[len(done) :]:
                done.append(request)
                self.answer(request)
            return bool(done) and len(done) == len(self.asked("tiles"))

        self.qtbot.waitUntil(step, timeout=TIMEOUT_MS)
        return done


@pytest.fixture
def put_up_map(
    qtbot: QtBot, tmp_path: Path, window: QWidget
) -> Iterator[Callable[[Session], Hand]]:
    """Shows the map of a session, whose codes an analysis has."""
    analysis = Analysis(tmp_path / "analysis.log", tmp_path / "cache")
    analysis.start()

    def make(session: Session) -> Hand:
        def send(change: Change) -> None:
            codes = session.subject.whereabouts.codes
            if "codes" in change.fields and codes is not None:
                analysis.set_codes(codes.codes, codes.labels)

        session.changed.connect(send)
        send(Change(frozenset({"codes"}), Source.INPUT))
        pane = MapPane(session, analysis, window)
        pane.resize(552, 600)
        hand = Hand(qtbot, session, pane, window)
        with qtbot.waitExposed(window):
            window.show()
        return hand

    yield make
    analysis.close()


@pytest.fixture
def hand(put_up_map: Callable[[Session], Hand], session: Session) -> Hand:
    """The map of the bundle's codes, with its first image of points."""
    made = put_up_map(session)
    made.qtbot.waitSignal(made.source.rastered, timeout=TIMEOUT_MS).wait()
    return made


def codes_of(values: Any, labels: Any = None) -> Codes:
    codes = np.asarray(values, np.float32)
    numbers = np.zeros(len(codes)) if labels is None else labels
    return Codes.measure(codes, np.asarray(numbers, np.int64))


# Projections ---------------------------------------------------------------------------------


def test_at_first_all_codes_are_shown_by_their_strongest_directions(hand: Hand) -> None:
    assert hand.shown.kind == "pca"
    assert hand.shown.count == 10_000
    assert hand.status.startswith("10,000 codes · PCA")
    labels, counts = hand.raster(hand.view.fit)
    assert set(np.unique(labels)) == set(range(-1, 10))
    assert counts.sum() == 10_000


@pytest.mark.parametrize("kind", ["dims", "a_to_b", "lda"])
def test_every_linear_projection_can_be_chosen(hand: Hand, kind: str) -> None:
    shown = hand.projected(lambda: hand.choose(kind))
    assert shown.kind == kind
    assert shown.linear is not None
    assert hand.view.cross == pytest.approx(shown.linear.project(hand.z[None])[0], abs=1e-5)


def test_an_axis_runs_from_a_to_b(hand: Hand, bundle: Bundle) -> None:
    codes = bundle.codes.codes
    hand.projected(lambda: hand.choose("a_to_b"))
    for name, code in (("A", codes[0]), ("B", codes[5])):
        hand.session.set_latent(code, Source.TEXT)
        hand.projected(partial(hand.press, f"Take the present z as {name}"))
    assert hand.shown.linear is not None
    a, b = hand.shown.linear.project(codes[[0, 5]])
    assert a == pytest.approx((0, 0), abs=1e-4)
    assert b == pytest.approx((np.linalg.norm(codes[5] - codes[0]), 0), abs=1e-3)


def test_a_refused_projection_changes_nothing(hand: Hand) -> None:
    hand.projected(lambda: hand.choose("dims"))
    before = hand.shown
    dimension = hand.part(QWidget, "Dimension across")
    sentence = hand.refused(lambda: dimension.setValue(1))
    assert "must be two different dimensions" in sentence
    assert hand.told == [sentence]
    assert hand.shown is before
    assert dimension.value() == 0
    hand.raster(hand.view.fit)


def test_a_map_that_is_no_longer_wanted_never_comes(hand: Hand) -> None:
    before = hand.shown
    hand.choose("tsne")
    hand.press("Do not wait for this projection")
    assert hand.told == [CANCELLED]
    assert not hand.source.is_waiting
    hand.raster(hand.view.fit)
    assert hand.shown is before
    assert hand.part(QComboBox, "Projection of the map").currentData() == "pca"


@pytest.mark.parametrize("count", [1, 10])
def test_codes_that_are_all_equal_are_told_in_one_sentence(hand: Hand, count: int) -> None:
    codes = codes_of(np.full((count, 16), 0.5))
    sentence = hand.refused(lambda: hand.session.set_data("mine", codes, None))
    assert hand.told == [sentence]
    assert "must vary" in sentence
    assert hand.projected(lambda: hand.choose("dims")).count == count
    _, counts = hand.raster(hand.view.fit)
    assert counts.sum() == count


def test_other_data_bring_another_map(hand: Hand) -> None:
    before = hand.shown
    values = np.random.default_rng(0).standard_normal((500, 16))
    after = hand.projected(lambda: hand.session.set_data("mine", codes_of(values), None))
    assert after.number != before.number
    assert after.count == 500
    assert "lda" not in hand.kinds()
    assert not hand.pane.legend.isVisible()


def test_data_that_come_while_nobody_looks_are_shown_later(hand: Hand) -> None:
    hand.pane.hide()
    values = np.random.default_rng(0).standard_normal((500, 16))
    hand.session.set_data("mine", codes_of(values), None)
    assert hand.projected(hand.pane.show).count == 500


def test_two_dimensions_are_shown_as_they_are(put_up_map: Callable[[Session], Hand]) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (2,))]), seed=7)
    values = np.random.default_rng(0).standard_normal((500, 2))
    session.set_data("mine", codes_of(values), None)
    hand = put_up_map(session)
    hand.projected(lambda: None)
    assert hand.shown.kind == "dims"
    assert hand.shown.names == ("z 0", "z 1")


# The hand ------------------------------------------------------------------------------------


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
    hand.qtbot.waitUntil(lambda: hand.view.cross == pytest.approx(wanted, abs=1e-5))


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


# What is seen --------------------------------------------------------------------------------


def test_the_legend_hides_labels(hand: Hand, bundle: Bundle) -> None:
    _, counts = hand.raster(lambda: hand.press("Show label 3"), lambda labels, _: 3 not in labels)
    assert counts.sum() == (bundle.codes.labels != 3).sum()


def test_a_selection_is_counted_isolated_and_dropped(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.BOX)
    drag(hand.view, [QPointF(200, 200), QPointF(250, 260), QPointF(300, 300)])
    hand.qtbot.waitUntil(lambda: "selected" in hand.status, timeout=TIMEOUT_MS)
    count = int(hand.status.split()[0].replace(",", ""))
    assert 0 < count < 10_000
    hand.raster(
        lambda: hand.press("Show the selected codes alone"),
        lambda _, counts: counts.sum() == count,
    )
    hand.raster(
        lambda: hand.qtbot.keyClick(hand.view, Qt.Key.Key_Escape),
        lambda _, counts: counts.sum() == 10_000,
    )
    assert "selected" not in hand.status


def test_a_lasso_around_nothing_selects_nothing(hand: Hand, drag: Drag) -> None:
    hand.view.set_tool(Tool.LASSO)
    with hand.qtbot.waitSignal(hand.pane._analysis.answered, timeout=TIMEOUT_MS) as signal:
        drag(hand.view, [QPointF(1, 1), QPointF(9, 1), QPointF(9, 9), QPointF(1, 9)])
    assert signal.args[0].fields["count"] == 0
    assert "selected" not in hand.status


def test_pictures_of_codes_stand_for_points(hand: Hand, bundle: Bundle) -> None:
    hand.press("Pictures on the map")
    requests = hand.answer_tiles()
    zs = np.concatenate([request.arrays["z"] for request in requests])
    assert len(zs) > 10
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


def test_pictures_that_cannot_be_decoded_are_told_once(hand: Hand) -> None:
    hand.press("Background on the map")
    hand.qtbot.waitUntil(lambda: bool(hand.asked("tiles")), timeout=TIMEOUT_MS)
    hand.session.failed.emit(hand.asked("tiles")[-1].seq, "The engine ended.")
    assert hand.told == ["The engine ended."]


# Maps where only codes have places -------------------------------------------------------------


@pytest.fixture
def placed(hand: Hand, bundle: Bundle, tmp_path: Path) -> Floats:
    """Points of a map by t-SNE that is kept from an earlier time, and is shown."""
    codes = bundle.codes.codes
    points = np.ascontiguousarray(codes[:, [3, 7]] * 10)
    keep_layout(layout_key(codes, "tsne"), points, tmp_path / "cache")
    hand.projected(lambda: hand.choose("tsne"))
    return points


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
    assert hand.view.cross == pytest.approx(placed[nearest])
    assert f"number {nearest:,}" in hand.told[-1]


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


# Without codes ---------------------------------------------------------------------------------


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
