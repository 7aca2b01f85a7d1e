"""The input of a decoder alone: a target to search z for; and drawings for other encoders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtGui import QClipboard, QColor, QImage
from PyQt6.QtWidgets import QAbstractButton, QLabel, QWidget

from explorer.panes.input_pane import InputPane, wants_drawing
from explorer.settings import Settings
from explorer.state.frame import Frame, Request
from explorer.state.latent import Source
from explorer.state.session import Session
from models.ports import CurvePort, PicturePort
from models.subject import Output, Subject
from tests.explorer.finding import button
from tests.explorer.subjects import COLOUR, CURVE, FLAT, subject_of

PutUp = Callable[[QWidget, int, int], None]
Open = Callable[[Subject], tuple[InputPane, Session, list[Request]]]
FIND = "Find z for this drawing"


@pytest.fixture
def open_pane(put_up: PutUp, settings: Settings) -> Open:
    """The pane for a model of the user's, and what is asked of its engine."""

    def make(subject: Subject) -> tuple[InputPane, Session, list[Request]]:
        session = Session(subject, seed=7)
        asked: list[Request] = []
        session.requested.connect(asked.append)
        pane = InputPane(session, settings)
        put_up(pane, 320, 500)
        return pane, session, asked

    return make


def answer(session: Session, request: Request, z: float, done: bool = False) -> None:
    found = np.full((1, session.subject.latent_dim), z, np.float32)
    metrics = {"fit": {"mse": 0.5, "done": float(done)}}
    session.receive(Frame(request.seq, "", "fit", {}, found, {}, metrics, 0.1))


def searches(asked: list[Request]) -> list[Request]:
    return [request for request in asked if request.kind == "fit"]


def search_button(pane: InputPane) -> QAbstractButton:
    """Whatever is written on it now."""
    (found,) = (b for b in pane.findChildren(QAbstractButton) if b.text() in (FIND, "Stop"))
    return found


def test_with_an_encoder_there_is_nothing_to_search(open_pane: Open) -> None:
    pane, _, _ = open_pane(subject_of(COLOUR, picture=PicturePort("HWC", 64, 64, 3)))
    words = [label.text() for label in pane.findChildren(QLabel)]
    assert "Input" in words
    assert not [b for b in pane.findChildren(QAbstractButton) if b.text() == FIND]


def test_without_one_a_drawing_is_a_target_and_plugs_nothing(open_pane: Open) -> None:
    pane, session, _ = open_pane(subject_of(FLAT))
    assert "Target" in [label.text() for label in pane.findChildren(QLabel)]
    route = session.state.route
    pane.pick_sample(3)
    assert session.clean.max() > 0.5
    assert session.state.route is route


def test_z_is_searched_until_it_comes_no_closer(open_pane: Open) -> None:
    pane, session, asked = open_pane(subject_of(FLAT))
    pane.pick_sample(3)
    session.undo_stack.clear()
    button(pane, FIND).click()
    (first,) = searches(asked)
    np.testing.assert_array_equal(first.arrays["clean"], session.clean)
    assert search_button(pane).text() == "Stop"
    answer(session, first, 0.5)
    assert session.state.latent.z.tolist() == [0.5] * 16
    assert session.state.latent.source is Source.FIT
    answer(session, searches(asked)[-1], 0.75, done=True)
    assert search_button(pane).text() == FIND
    assert len(searches(asked)) == 2
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.state.latent.z.tolist() == [0] * 16


@pytest.mark.parametrize(
    "interrupt",
    [
        lambda pane, session, seq: search_button(pane).click(),
        lambda pane, session, seq: pane.clear(),
        lambda pane, session, seq: session.set_value(0, 1.0),
        lambda pane, session, seq: session.failed.emit(seq, "The engine ended."),
    ],
    ids=["stop", "another drawing", "a hand on a slider", "a failure"],
)
def test_a_search_ends_early(
    open_pane: Open, interrupt: Callable[[InputPane, Session, int], None]
) -> None:
    pane, session, asked = open_pane(subject_of(FLAT))
    pane.pick_sample(3)
    button(pane, FIND).click()
    interrupt(pane, session, searches(asked)[-1].seq)
    assert search_button(pane).text() == FIND
    answer(session, searches(asked)[-1], 9)
    assert session.state.latent.z.max() < 9


def test_locked_dimensions_are_told_and_with_all_of_them_there_is_no_search(
    open_pane: Open,
) -> None:
    pane, session, asked = open_pane(subject_of(FLAT))
    pane.pick_sample(3)
    session.set_lock(2, True)
    button(pane, FIND).click()
    (first,) = searches(asked)
    assert first.arrays["free"].tolist() == [[dim != 2 for dim in range(16)]]
    button(pane, "Stop").click()
    for dim in range(16):
        session.set_lock(dim, True)
    told: list[str] = []
    session.told.connect(told.append)
    button(pane, FIND).click()
    assert told == ["Every dimension is locked; unlock one to search."]
    assert len(searches(asked)) == 1
    assert search_button(pane).text() == FIND


def test_nothing_is_searched_for_an_empty_canvas(open_pane: Open) -> None:
    pane, _, _ = open_pane(subject_of(FLAT))
    find = button(pane, FIND)
    assert not find.isEnabled()
    assert "Draw" in find.toolTip()
    pane.pick_sample(3)
    assert find.isEnabled()


def test_nothing_is_searched_for_a_curve_or_another_shape(open_pane: Open) -> None:
    pane, session, _ = open_pane(subject_of(FLAT))
    pane.pick_sample(3)
    find = button(pane, FIND)
    for port, why in ((CurvePort(784), "curve"), (PicturePort("flat", 14, 56), "recognised")):
        session.show_output("pixels", port)
        assert not find.isEnabled()
        assert why in find.toolTip()
    session.show_output("pixels")
    assert find.isEnabled()


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (subject_of(CURVE), False),
        (subject_of(CURVE, FLAT), True),
        (subject_of(Output("v", CurvePort(784), FLAT.alternatives)), True),
        (subject_of(CURVE, picture=PicturePort("HWC", 8, 8)), True),
    ],
)
def test_a_model_of_curves_alone_wants_no_drawing(subject: Subject, wanted: bool) -> None:
    assert wants_drawing(subject) is wanted


@pytest.mark.parametrize(("height", "width"), [(64, 64), (32, 96)])
def test_a_drawing_reaches_an_encoder_of_another_shape_in_all_channels(
    open_pane: Open, height: int, width: int
) -> None:
    port = PicturePort("HWC", height, width, 3)
    pane, session, asked = open_pane(subject_of(COLOUR, picture=port))
    assert not button(pane, "Centre").isChecked()
    pane.pick_sample(3)
    assert session.clean.shape == (1, height, width, 3)
    assert session.clean.max() > 0.5
    np.testing.assert_array_equal(session.clean[..., 0], session.clean[..., 2])
    assert asked[-1].kind == "denoise"


def test_a_pasted_target_is_told_of_as_one(open_pane: Open, clipboard: QClipboard) -> None:
    pane, session, _ = open_pane(subject_of(COLOUR))
    told: list[str] = []
    session.told.connect(told.append)
    image = QImage(80, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#101010"))
    clipboard.setImage(image)
    pane.paste()
    (sentence,) = told
    assert sentence.startswith("The picture has 80×100 pixels")
    assert sentence.endswith("; as a target it is taken at 64×64.")
