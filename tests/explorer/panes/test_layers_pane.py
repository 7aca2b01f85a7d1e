from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.layers_pane import NO_ANSWER_YET, NOTHING_CHOSEN, LayersPane
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from tests.explorer.subjects import COLOUR, described, subject_of

Asked = list[Request]


@pytest.fixture
def asked(session: Session) -> Asked:
    """Questions about activations, in order."""
    requests: Asked = []
    session.requested.connect(
        lambda request: requests.append(request) if request.kind == "activations" else None
    )
    return requests


@pytest.fixture
def pane(qtbot: QtBot, session: Session, window: QWidget, asked: Asked) -> LayersPane:
    made = LayersPane(session, window)
    made.resize(552, 500)
    with qtbot.waitExposed(window):
        window.show()
    return made


@pytest.fixture
def show_frame(session: Session) -> Callable[[], None]:
    """A live picture arrives."""

    def show() -> None:
        output = np.zeros((1, 28, 28, 1), np.float32)
        seq = session.frame.seq + 1
        session.receive(Frame(seq, "", "decode", {}, None, {"decoder_output": output}, {}, 0.0))

    return show


def answer(session: Session, request: Request, shape: tuple[int, ...] = (1, 14, 14, 32)) -> None:
    activations = np.random.default_rng(request.seq).random(shape, np.float32)
    session.receive(
        Frame(request.seq, "", "activations", {}, None, {"activations": activations}, {}, 0.0)
    )


def words(pane: LayersPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]


def layer_of(request: Request) -> tuple[str, str]:
    return request.settings["model"], request.settings["layer"]


def test_it_lists_both_models(pane: LayersPane) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    rows = [pane.layers.item(index) for index in range(pane.layers.count())]
    texts = [row.data(role) for row in rows if row is not None]
    assert texts[0].startswith("encoder, ")
    assert "conv2d: Conv2D, 14·14·32, 320 parameters" in texts
    assert "decoder_input: InputLayer, 16" in texts


def test_before_a_choice_it_says_what_to_do(pane: LayersPane, asked: Asked) -> None:
    assert NOTHING_CHOSEN in words(pane)
    assert not asked


def test_a_chosen_layer_is_asked_for_and_shown(
    pane: LayersPane, session: Session, asked: Asked
) -> None:
    pane.choose("encoder", "conv2d")
    assert [layer_of(request) for request in asked] == [("encoder", "conv2d")]
    assert NO_ANSWER_YET in words(pane)
    answer(session, asked[0])
    assert NO_ANSWER_YET not in words(pane)
    assert pane.grid.isVisible()
    assert pane.grid.describe(31).startswith("channel 31")


def test_without_a_name_the_first_layer_after_the_input_is_chosen(
    pane: LayersPane, asked: Asked
) -> None:
    pane.choose("decoder", "")
    assert layer_of(asked[0]) == ("decoder", "dense")


def test_arrow_keys_go_through_the_layers(qtbot: QtBot, pane: LayersPane, asked: Asked) -> None:
    pane.choose("encoder", "latent_vector")
    qtbot.keyClick(pane.layers, Qt.Key.Key_Down)
    assert layer_of(asked[-1]) == ("decoder", "decoder_input")


def test_at_most_one_question_is_under_way(
    pane: LayersPane, session: Session, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    for _ in range(5):
        show_frame()
    assert len(asked) == 1
    answer(session, asked[0])
    assert len(asked) == 2
    answer(session, asked[1])
    assert len(asked) == 2
    show_frame()
    assert len(asked) == 3


def test_an_answer_about_another_layer_is_not_shown(
    pane: LayersPane, session: Session, asked: Asked
) -> None:
    pane.choose("encoder", "conv2d")
    pane.choose("encoder", "conv2d_1")
    answer(session, asked[0])
    assert NO_ANSWER_YET in words(pane)
    answer(session, asked[1], (1, 7, 7, 64))
    assert NO_ANSWER_YET not in words(pane)


def test_an_answer_that_never_comes_is_asked_for_again(
    qtbot: QtBot, pane: LayersPane, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    show_frame()
    qtbot.waitUntil(lambda: len(asked) == 2)


def test_nothing_is_asked_while_nobody_looks(
    qtbot: QtBot, pane: LayersPane, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    pane.hide()
    show_frame()
    assert len(asked) == 1
    pane.show()
    assert len(asked) == 2


def test_nothing_is_asked_while_the_window_is_minimised(
    pane: LayersPane, window: QWidget, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    window.showMinimized()
    show_frame()
    assert len(asked) == 1
    window.showNormal()
    assert len(asked) == 2


def test_a_vector_has_no_common_scale(pane: LayersPane, session: Session, asked: Asked) -> None:
    pane.choose("encoder", "latent_vector")
    answer(session, asked[0], (1, 16))
    assert pane.grid.is_vector
    assert not pane._common.isVisible()
    pane.choose("encoder", "conv2d")
    answer(session, asked[1])
    assert pane._common.isVisible()


def test_it_says_when_only_some_channels_came(
    pane: LayersPane, session: Session, asked: Asked
) -> None:
    pane.choose("encoder", "flatten")
    answer(session, asked[0], (1, 100))
    assert any("the first 100 of 3136" in text for text in words(pane))


@pytest.mark.parametrize("width", [404, 552, 1200])
def test_no_label_is_wider_than_the_pane(
    pane: LayersPane, session: Session, asked: Asked, width: int
) -> None:
    pane.resize(width, 500)
    pane.choose("decoder", "conv2d_transpose_1")
    answer(session, asked[0], (1, 28, 28, 32))
    assert pane.minimumSizeHint().width() <= 404
    for label in pane.findChildren(QLabel):
        right = label.mapTo(pane, label.rect().topRight()).x()
        assert not label.isVisible() or right < width


def test_layers_an_engine_describes_replace_those_of_the_card(pane: LayersPane) -> None:
    pane.choose("encoder", "latent_vector")
    one = {"name": "latent_vector", "type": "Dense", "output_shape": [None, 16], "parameters": 9}
    two = {"name": "paint", "type": "Dense", "output_shape": [None, 28, 28, 1], "parameters": 9}
    pane.set_description(
        {
            "encoder": {"name": "encoder", "input": "encoder_input", "layers": [one]},
            "decoder": {"name": "decoder", "input": "decoder_input", "layers": [two]},
        }
    )
    assert pane.layers.count() == 6
    assert pane.layers.current() == ("encoder", "latent_vector")


def test_a_refused_layer_says_why_and_is_not_asked_for_with_every_frame(
    pane: LayersPane, session: Session, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    session.failed.emit(asked[0].seq, "The layer conv2d is too large to be shown.")
    assert "The layer conv2d is too large to be shown." in words(pane)
    show_frame()
    assert len(asked) == 1
    pane.choose("encoder", "conv2d_1")
    assert NO_ANSWER_YET in words(pane)
    assert len(asked) == 2


def test_another_engine_is_asked_again(
    pane: LayersPane, session: Session, asked: Asked, show_frame: Callable[[], None]
) -> None:
    pane.choose("encoder", "conv2d")
    session.failed.emit(asked[0].seq, "The engine ended before it answered; try again.")
    pane.set_description(None)
    show_frame()
    assert len(asked) == 2


def test_what_failed_elsewhere_is_not_told_here(
    pane: LayersPane, session: Session, asked: Asked
) -> None:
    pane.choose("encoder", "conv2d")
    session.failed.emit(asked[0].seq + 1, "The steps must be from 1 to 200.")
    assert NO_ANSWER_YET in words(pane)


def test_a_late_answer_is_shown(
    qtbot: QtBot, pane: LayersPane, session: Session, asked: Asked
) -> None:
    pane.choose("encoder", "conv2d")
    qtbot.waitUntil(lambda: not pane._in_flight)  # as after a layer that took long to compile
    answer(session, asked[0])
    assert NO_ANSWER_YET not in words(pane)


def test_a_decoder_alone_lists_its_layers(qtbot: QtBot, window: QWidget) -> None:
    session = Session(subject_of(COLOUR), seed=7)
    requests: Asked = []
    session.requested.connect(requests.append)
    pane = LayersPane(session, window)
    with qtbot.waitExposed(window):
        window.show()
    pane.set_description(
        {
            "decoder": described(
                ("z", "InputLayer", [None, 16]),
                ("n" * 256, "Functional", [None, None, None, 3]),
                ("lstm", "LSTM", [[None, 5], [None, 5]]),
                ("mean", "GlobalAveragePooling1D", [None]),
                ("picture", "Conv2D", [None, 64, 64, 3]),
            )
        }
    )
    assert pane.layers.count() == 6
    for name, shape in (("n" * 256, (1, 8, 8, 3)), ("lstm", (1, 5)), ("mean", (1,))):
        pane.choose("decoder", name)
        assert layer_of(requests[-1]) == ("decoder", name)
        answer(session, requests[-1], shape)
        assert pane.grid.isVisible()
    assert pane.minimumSizeHint().width() <= 404
