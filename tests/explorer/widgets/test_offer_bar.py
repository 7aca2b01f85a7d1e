"""An offer stays until it is answered."""

from __future__ import annotations

from functools import partial

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from explorer.widgets.offer_bar import OfferBar


@pytest.fixture
def bar(qtbot: QtBot) -> OfferBar:
    made = OfferBar()
    qtbot.addWidget(made)
    return made


def buttons(bar: OfferBar) -> dict[str, QPushButton]:
    return {each.text(): each for each in bar.findChildren(QPushButton) if each.isVisibleTo(bar)}


def test_without_an_offer_there_is_nothing_to_see(bar: OfferBar) -> None:
    assert bar.isHidden()
    assert bar.sentence() == ""


@pytest.mark.parametrize("text", ["Yes", "No"])
def test_an_answer_does_what_it_says_and_ends_the_offer(
    qtbot: QtBot, bar: OfferBar, text: str
) -> None:
    done: list[str] = []
    answers = [(each, f"Say {each}", partial(done.append, each)) for each in ("Yes", "No")]
    bar.ask("Do it?", answers)
    bar.show()
    assert bar.sentence() == "Do it?"
    qtbot.mouseClick(buttons(bar)[text], Qt.MouseButton.LeftButton)
    assert done == [text]
    assert bar.isHidden()


def test_a_later_offer_takes_the_place_of_an_earlier(qtbot: QtBot, bar: OfferBar) -> None:
    bar.ask("First?", [("One", "One", pytest.fail)])
    bar.ask("Second?", [("Two", "Two", lambda: None)])
    with qtbot.waitExposed(bar):
        bar.show()
    assert bar.sentence() == "Second?"
    assert list(buttons(bar)) == ["Two"]


def test_answers_are_reached_by_key_and_named(qtbot: QtBot, bar: OfferBar) -> None:
    done: list[int] = []
    bar.ask("Do it?", [("Yes", "Do it now", lambda: done.append(1))])
    bar.show()
    (answer,) = buttons(bar).values()
    assert (answer.accessibleName(), answer.toolTip()) == ("Yes", "Do it now")
    qtbot.keyClick(answer, Qt.Key.Key_Space)
    assert done == [1]
