from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.traversal_pane import PAGE_ROWS, TraversalPane
from explorer.panes.traversal_words import INTRODUCTION
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route, Source
from explorer.state.session import Session
from models.bundle import Codes
from models.ports import ClassPort, LatentPort
from models.ranking import Order
from models.traversal import COLUMNS
from tests.explorer.subjects import COLOUR, CURVE, subject_of

DEAD = 3


class Engine:
    """Answers about codes when it is told to: dimension k lights the kth pixel, one does not."""

    def __init__(self, session: Session, shape: tuple[int, ...] = (28, 28, 1)) -> None:
        self._session = session
        self._shape = shape
        self.waiting: list[Request] = []
        self.answered: list[Request] = []
        session.requested.connect(self._hear)

    def _hear(self, request: Request) -> None:
        if request.kind == "tiles":
            self.waiting.append(request)

    def answer_one(self) -> None:
        request = self.waiting.pop(0)
        self.answered.append(request)
        pictures = self.pictures(request.arrays["z"])
        outputs = {"decoder_output": pictures}
        self._session.receive(Frame(request.seq, "", "tiles", {}, None, outputs, {}, 0.001))

    def answer_all(self) -> None:
        while self.waiting:
            self.answer_one()

    def pictures(self, zs: np.ndarray) -> np.ndarray:
        flat = np.zeros((len(zs), int(np.prod(self._shape))), np.float32)
        width = min(zs.shape[1], flat.shape[1])
        flat[:, :width] = 0.1 * zs[:, :width] * np.arange(1, width + 1)
        flat[:, DEAD] = 0
        return flat.reshape(-1, *self._shape)


@pytest.fixture
def engine(session: Session) -> Engine:
    return Engine(session)


@pytest.fixture
def pane(qtbot: QtBot, session: Session, window: QWidget, engine: Engine) -> TraversalPane:
    return put_up(qtbot, session, window)


def put_up(qtbot: QtBot, session: Session, window: QWidget) -> TraversalPane:
    made = TraversalPane(session, window)
    made.resize(552, 560)
    with qtbot.waitExposed(window):
        window.show()
    return made


def words(pane: TraversalPane) -> str:
    return " | ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())


def order(pane: TraversalPane, which: Order) -> None:
    pane.order.setCurrentText(which.value)
    pane.order.activated.emit(pane.order.currentIndex())


def choose_directions(qtbot: QtBot, pane: TraversalPane) -> None:
    (box,) = pane._choice.chooser.findChildren(QComboBox)
    box.setCurrentText("principal directions")
    with qtbot.waitSignal(pane._choice.changed):
        box.activated.emit(box.currentIndex())


def names(pane: TraversalPane) -> list[str]:
    return [pane.grid.describe(row, 0).split(" = ")[0] for row in range(len(pane._traversal.names))]


def cells(requests: Sequence[Request]) -> np.ndarray:
    return np.concatenate([request.arrays["z"] for request in requests])


def test_it_asks_for_the_whole_grid_in_small_portions(
    pane: TraversalPane, session: Session, engine: Engine
) -> None:
    while len(pane._pictures) < 16 * COLUMNS:
        assert len(engine.waiting) <= 2
        engine.answer_one()
    sent = cells(engine.answered)
    z = session.state.latent.z
    assert len(sent) >= 16 * COLUMNS
    for row in range(16):
        others = np.delete(sent[row * COLUMNS : (row + 1) * COLUMNS], row, axis=1)
        assert (others == np.delete(z, row)).all()
    assert max(len(request.arrays["z"]) for request in engine.answered) <= 64


def test_nothing_of_it_changes_the_state(
    pane: TraversalPane, session: Session, engine: Engine
) -> None:
    before = session.state
    engine.answer_all()
    assert session.state is before
    assert not session.undo_stack.canUndo()


def test_a_click_goes_to_the_code_of_the_cell(
    qtbot: QtBot, pane: TraversalPane, session: Session, engine: Engine
) -> None:
    engine.answer_all()
    before = session.state.latent.z
    place = pane.grid.cell_rect(2, 7).center().toPoint()
    qtbot.mouseClick(pane.grid, Qt.MouseButton.LeftButton, pos=place)
    z = session.state.latent.z
    assert session.state.latent.source is Source.GRID
    assert session.state.route is Route.HELD
    assert z[2] == pane._traversal.values[2, 7]
    assert np.array_equal(np.delete(z, 2), np.delete(before, 2))
    session.undo_stack.undo()
    assert np.array_equal(session.state.latent.z, before)


def test_while_z_moves_every_question_is_about_the_newest(
    pane: TraversalPane, session: Session, engine: Engine
) -> None:
    engine.answer_all()
    for value in (0.5, 1.0, 1.5):
        session.set_value(0, value)
    assert len(engine.waiting) == 2
    engine.answer_one()
    assert (engine.waiting[1].arrays["z"][:, 0] != 0.5).all()
    engine.answered.clear()
    engine.answer_all()
    sent = cells(engine.answered)
    rows_of_others = sent[(sent[:, 0] == 1.5)]
    assert len(rows_of_others) >= 15 * COLUMNS


def test_dimensions_are_ranked_and_the_dead_are_flagged(
    pane: TraversalPane, engine: Engine
) -> None:
    engine.answer_all()
    assert names(pane) == [f"z {dim}" for dim in range(16)]
    assert "1 of 16 hardly change the picture" in words(pane)
    order(pane, Order.OVER_CODES)
    engine.answer_all()
    effects = pane._ranking.over_codes[pane._ordered]
    assert (np.diff(effects) <= 0).all()
    assert names(pane)[-1] == f"z {DEAD}"
    assert [effect.is_dead for effect in pane._effects] == [False] * 15 + [True]


def test_the_order_around_z_follows_once_z_rests(
    qtbot: QtBot, pane: TraversalPane, session: Session, engine: Engine
) -> None:
    order(pane, Order.AROUND_Z)
    engine.answer_all()
    assert names(pane)[-1] == f"z {DEAD}"
    session.set_value(0, 1.0)
    engine.answer_all()
    asked = len(engine.answered)
    qtbot.waitUntil(lambda: len(engine.waiting) == 1)  # once more, though no cell is due
    engine.answer_all()
    assert len(engine.answered) > asked


def test_a_row_under_the_pointer_plays(qtbot: QtBot, pane: TraversalPane, engine: Engine) -> None:
    engine.answer_all()
    qtbot.mouseMove(pane.grid, pane.grid.cell_rect(5, 0).center().toPoint())
    qtbot.waitUntil(lambda: pane._pointed == 5)
    assert words(pane).startswith("z 5: changes each value")
    seen = set()

    def plays() -> bool:
        seen.add(pane.grid._step)
        return len(seen) >= 3

    qtbot.waitUntil(plays)
    assert pane.player.image() is not None
    pane.grid.leaveEvent(None)
    assert pane.player.image() is None
    assert INTRODUCTION in words(pane)


def test_playing_goes_to_the_end_and_back(pane: TraversalPane, engine: Engine) -> None:
    engine.answer_all()
    pane._point_at(1)
    columns = []
    for _ in range(2 * COLUMNS - 1):
        assert pane.grid._step is not None
        columns.append(pane.grid._step[1])
        pane._playing.step()
    there = list(range(COLUMNS))
    assert columns == there + there[-2::-1]


def test_principal_directions_are_rows_too(
    qtbot: QtBot, pane: TraversalPane, session: Session, engine: Engine
) -> None:
    choose_directions(qtbot, pane)
    engine.answer_all()
    assert names(pane)[0] == "direction 0"
    pane._go_to(0, 9)
    assert session.state.latent.source is Source.GRID
    assert pane._traversal.places(session.state.latent.z)[0] == pytest.approx(9, abs=1e-3)


def test_locked_dimensions_stay_where_a_direction_would_move_them(
    qtbot: QtBot, pane: TraversalPane, session: Session, engine: Engine
) -> None:
    choose_directions(qtbot, pane)
    session.set_lock(4, True)
    before = session.state.latent.z
    pane._go_to(0, 9)
    assert session.state.latent.z[4] == before[4]
    assert (np.delete(session.state.latent.z, 4) != np.delete(before, 4)).all()


def test_nothing_is_asked_while_nobody_looks(
    pane: TraversalPane, session: Session, engine: Engine
) -> None:
    engine.answer_all()
    pane.hide()
    session.set_value(0, 1.0)
    assert not engine.waiting
    pane.show()
    assert engine.waiting


def test_another_class_is_another_picture(qtbot: QtBot, window: QWidget) -> None:
    session = Session(subject_of(COLOUR, classes=[ClassPort("digit", 10, "index", (1,))]), seed=7)
    engine = Engine(session, (64, 64, 3))
    pane = put_up(qtbot, session, window)
    engine.answer_all()
    session.set_class("digit", 5)
    assert engine.waiting[0].settings["classes"] == {"digit": 5}
    engine.answer_all()
    assert len(pane._pictures) == 16 * COLUMNS


def test_curves_are_drawn_small(qtbot: QtBot, window: QWidget) -> None:
    session = Session(subject_of(CURVE), seed=7)
    engine = Engine(session, (200, 1))
    pane = put_up(qtbot, session, window)
    engine.answer_all()
    assert pane._pictures[0, 0].shape == (56, 56, 1)


def test_large_pictures_are_kept_small(qtbot: QtBot, window: QWidget) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (2,))]), seed=7)
    engine = Engine(session, (300, 150, 3))
    pane = put_up(qtbot, session, window)
    engine.answer_all()
    assert pane._pictures[0, 0].shape == (96, 48, 3)


def test_more_rows_than_fit_come_in_pages(qtbot: QtBot, window: QWidget) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (600,))]), seed=7)
    engine = Engine(session, (64, 64, 3))
    pane = put_up(qtbot, session, window)
    engine.answer_all()
    assert names(pane)[0] == "z 0"
    assert pane.pages.field.text() == "1 to 16 of 600"
    pane.pages.field.setValue(37)
    engine.answer_all()
    assert names(pane) == [f"z {dim}" for dim in range(592, 600)]
    assert len(pane._pictures) == (600 - 37 * PAGE_ROWS) * COLUMNS
    assert pane._find_page("20 to 30", 0) == 1
    assert pane._find_page("some", 0) is None


def test_an_engine_that_died_is_told_and_asked_again(
    pane: TraversalPane, session: Session, engine: Engine
) -> None:
    for _ in engine.waiting[:]:
        lost = engine.waiting.pop(0)
        session.failed.emit(lost.seq, "The engine ended before it answered; try again.")
    assert "The engine ended before it answered" in words(pane)
    assert not engine.waiting
    seq = session.frame.seq + 1
    output = {"decoder_output": np.zeros((1, 28, 28, 1), np.float32)}
    session.receive(Frame(seq, "", "decode", {}, None, output, {}, 0.0))
    engine.answer_all()
    assert len(pane._pictures) == 16 * COLUMNS


@pytest.fixture
def ten_equal(session: Session) -> Codes:
    codes = session.subject.whereabouts.codes
    assert codes is not None
    return Codes.measure(np.repeat(codes.codes[:1], 10, axis=0), codes.labels[:10])


def test_ten_identical_codes_give_rows_without_effect(
    pane: TraversalPane, session: Session, engine: Engine, ten_equal: Codes
) -> None:
    session.set_data("ten of one", ten_equal, None)
    engine.answer_all()
    assert "16 of 16 hardly change the picture" in words(pane)


def test_a_single_code_has_no_directions(
    qtbot: QtBot, pane: TraversalPane, session: Session, engine: Engine, ten_equal: Codes
) -> None:
    one = replace(ten_equal, codes=ten_equal.codes[:1], labels=ten_equal.labels[:1])
    session.set_data("one", one, None)
    choose_directions(qtbot, pane)
    engine.answer_all()
    assert names(pane) == []
    assert "the codes do not vary" in words(pane)


@pytest.mark.parametrize("width", [404, 552, 1200])
def test_no_label_is_wider_than_the_pane(pane: TraversalPane, engine: Engine, width: int) -> None:
    engine.answer_all()
    pane.resize(width, 500)
    assert pane.minimumSizeHint().width() <= 404
    for label in pane.findChildren(QLabel):
        right = label.mapTo(pane, label.rect().topRight()).x()
        assert not label.isVisible() or right < width
