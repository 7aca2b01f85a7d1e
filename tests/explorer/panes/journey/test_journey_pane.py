"""The whole pane: in a narrow column, and of models without codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtWidgets import QWidget

from explorer.panes.journey_pane import JourneyPane
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.direction_edits import add_direction
from explorer.state.latent import Source
from explorer.state.session import Session
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import words
from tests.explorer.subjects import COLOUR, CURVE, subject_of


@pytest.mark.parametrize("page", ["Travel", "Arithmetic", "Directions"])
def test_it_fits_into_a_narrow_column(directions: JourneyPane, page: str) -> None:
    directions.pages.open_page(page)
    assert directions.minimumSizeHint().width() <= 283


# Other models --------------------------------------------------------------------------


@pytest.mark.parametrize("output", [CURVE, COLOUR])
def test_models_without_codes(output: object, put_up: Callable[[QWidget, int, int], None]) -> None:
    session = Session(subject_of(output), seed=3)  # type: ignore[arg-type]  # either kind
    answers = AnswerHere(None)
    pane = JourneyPane(session, answers.analysis)
    put_up(pane, 560, 560)
    session.edit(add_bookmark())
    session.set_value(0, 2.0)
    session.edit(add_bookmark())
    assert len(pane.travel.film.frames) == 9
    pane.pages.open_page("Arithmetic")
    assert [item.name for item in pane.arithmetic.shelf.items] == ["z"]
    session.edit(add_direction(np.ones(16, np.float32), "up", "a − b"))
    pane.pages.open_page("Directions")
    assert "needs codes with labels" in words(pane.directions)
    pane.directions.rows[0].slider.setValue(900)
    assert session.state.latent.source is Source.DIRECTION
    assert not answers.asked
