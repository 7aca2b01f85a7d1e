"""Journey panes: empty ones, and one with three bookmarks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QWidget

from explorer.panes.journey_pane import JourneyPane
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.direction_edits import add_direction
from explorer.state.session import Session
from models.bundle import Codes
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import Painter


@pytest.fixture
def codes(session: Session) -> Codes:
    found = session.subject.whereabouts.codes
    assert found is not None
    return found


@pytest.fixture
def answers(codes: Codes) -> AnswerHere:
    return AnswerHere(codes)


@pytest.fixture
def painter(session: Session) -> Painter:
    return Painter(session)


@pytest.fixture
def pane(
    session: Session,
    answers: AnswerHere,
    painter: Painter,
    put_up: Callable[[QWidget, int, int], None],
) -> JourneyPane:
    made = JourneyPane(session, answers.analysis)
    put_up(made, 560, 560)
    return made


@pytest.fixture
def kept(pane: JourneyPane, session: Session, codes: Codes) -> JourneyPane:
    """With three bookmarks."""
    for place, name in enumerate(("one", "two", "three")):
        session.edit(add_bookmark(codes.codes[place], name))
    return pane


@pytest.fixture
def directions(kept: JourneyPane, session: Session, codes: Codes) -> JourneyPane:
    """With one from the mean of 1 to that of 0."""
    means = [codes.codes[codes.labels == label].mean(axis=0) for label in (0, 1)]
    session.edit(add_direction(means[0] - means[1], "rounder", "mean of 0 − mean of 1"))
    kept.pages.open_page("Directions")
    return kept
