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
from models.ports import ClassPort
from tests.explorer.panes.answering import AnswerHere
from tests.explorer.panes.journey.painting import Painter, words
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


def test_a_conditional_decoder_draws_bookmarks_in_their_classes(
    put_up: Callable[[QWidget, int, int], None],
) -> None:
    session = Session(subject_of(COLOUR, classes=[ClassPort("label", 3, "one_hot", (3,))]), seed=3)
    painter = Painter(session)
    pane = JourneyPane(session, AnswerHere(None).analysis)
    put_up(pane, 560, 560)
    for chosen in (2, 1):
        session.set_class("label", chosen)
        session.edit(add_bookmark(np.full(16, chosen, np.float32)))
    tiles = [request for request in painter.asked if request.kind == "tiles"]
    painter.paint()
    assert all(item.image is not None for item in pane.bookmarks.shelf.items)
    drawn = {
        (float(z[0]), request.settings["classes"]["label"])
        for request in tiles
        for z in request.arrays["z"]
    }
    assert (2.0, 2) in drawn
    assert "label 2" in pane.bookmarks.shelf.items[0].tip
    assert "all in the class that is chosen now" in words(pane.travel)
    pane.bookmarks.shelf.chosen.emit("b1")
    assert session.state.classes == {"label": 2}
    assert [item.is_live for item in pane.bookmarks.shelf.items] == [True, False]
    session.set_class("label", 0)
    assert not any(item.is_live for item in pane.bookmarks.shelf.items)
