from __future__ import annotations

import numpy as np
import pytest

from explorer.panes.tile_questions import (
    BESIDE_SHARE,
    FIRST_PORTION,
    MOST_AT_ONCE,
    MOST_VALUES,
    MOVING_SHARE,
    PORTION_S,
    THUMBNAIL_PX,
    TileQuestions,
    thumbnails,
)
from explorer.state.frame import Frame, Request
from explorer.state.session import Session
from models.ports import LatentPort
from tests.explorer.subjects import COLOUR, subject_of


def answer(session: Session, request: Request, seconds: float, is_beside: bool = False) -> None:
    pictures = np.zeros((len(request.arrays["z"]), 28, 28, 1), np.float32)
    outputs = {"decoder_output": pictures}
    session.receive(Frame(request.seq, "", "tiles", {}, None, outputs, {}, seconds, is_beside))


@pytest.mark.parametrize(
    ("code_s", "at_most"),
    [(PORTION_S, 1), (PORTION_S / 5, 5), (1e-6, MOST_AT_ONCE), (10.0, 1)],
)
def test_a_portion_is_as_large_as_a_hand_can_wait_for(
    session: Session, requests: list[Request], code_s: float, at_most: int
) -> None:
    questions = TileQuestions(session)
    assert questions.at_most == FIRST_PORTION
    for _ in range(6):
        count = questions.at_most
        questions.ask(np.zeros((count, 16), np.float32))
        answer(session, requests[-1], count * code_s * 0.999)
    assert questions.at_most == at_most


def test_a_hand_that_moves_z_waits_for_smaller_portions(session: Session) -> None:
    questions = TileQuestions(session)
    session.set_value(0, 1.0)
    assert questions.at_most == FIRST_PORTION
    session.set_value(0, 1.1)
    assert questions.at_most == FIRST_PORTION * MOVING_SHARE


def test_portions_that_no_hand_waits_for_are_larger(
    session: Session, requests: list[Request]
) -> None:
    questions = TileQuestions(session)
    for _ in range(8):
        count = questions.at_most
        questions.ask(np.zeros((count, 16), np.float32))
        answer(session, requests[-1], count * PORTION_S / 20 * 0.999, is_beside=True)
    assert questions.at_most == 20 * BESIDE_SHARE
    for value in (1.0, 1.1):  # a hand
        session.set_value(0, value)
    assert questions.at_most == 20 * MOVING_SHARE


@pytest.mark.parametrize(
    ("asked", "seconds", "at_most"),
    [
        (10, PORTION_S * 9, 5),  # it waited for a core
        (3, PORTION_S / 5, 10),  # the rest of a grid
        (3, PORTION_S * 2, 1),
        (1, PORTION_S * 0.7, 2),  # most of it is not the code's
    ],
)
def test_what_a_single_answer_says_of_the_next_portion(
    session: Session, requests: list[Request], asked: int, seconds: float, at_most: int
) -> None:
    questions = TileQuestions(session)
    for count, took_s in ((FIRST_PORTION, PORTION_S * 0.799), (asked, seconds)):
        questions.ask(np.zeros((count, 16), np.float32))
        answer(session, requests[-1], took_s)
    assert questions.at_most == at_most


def test_an_answer_that_is_not_waited_for_is_not_told(
    session: Session, requests: list[Request]
) -> None:
    questions = TileQuestions(session)
    heard: list[object] = []
    questions.arrived.connect(heard.append)
    questions.failed.connect(heard.append)
    for _ in range(2):
        questions.ask(np.zeros((3, 16), np.float32))
    answer(session, requests[0], 0.001)
    assert questions.is_busy
    assert not heard
    questions.forget()
    answer(session, requests[1], 0.001)
    session.failed.emit(requests[1].seq, "The engine ended.")
    assert not heard
    assert not questions.is_busy


def test_a_huge_latent_goes_out_in_pieces() -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (MOST_VALUES // 3,))]), seed=7)
    assert TileQuestions(session).at_most == 3


@pytest.mark.parametrize(
    ("shape", "small"),
    [
        ((2, 28, 28, 1), (2, 28, 28, 1)),
        ((2, 300, 150, 3), (2, 96, 48, 3)),
        ((1, 2000, 1, 4), (1, 96, 1, 4)),
        ((3, 500, 2), (3, 56, 56, 1)),
    ],
)
def test_thumbnails_are_small(shape: tuple[int, ...], small: tuple[int, ...]) -> None:
    assert thumbnails(np.zeros(shape, np.float32)).shape == small
    assert max(small[1:3]) <= THUMBNAIL_PX
