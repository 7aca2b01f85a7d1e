from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.widgets.stepper import Stepper
from tests.explorer.finding import button

Key = Qt.Key
NAMES = ("zero", "one", "two", "three")


def find(text: str, now: int) -> int | None:
    return NAMES.index(text) if text in NAMES else None


@pytest.fixture
def stepper(qtbot: QtBot) -> Stepper:
    made = Stepper("Number")
    made.set_choices(len(NAMES), NAMES.__getitem__, find)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.field.setFocus()
    return made


@pytest.fixture
def steps(stepper: Stepper) -> list[int]:
    taken: list[int] = []
    stepper.stepped.connect(taken.append)
    return taken


def test_arrows_and_keys_step(qtbot: QtBot, stepper: Stepper, steps: list[int]) -> None:
    button(stepper, "▸").click()
    qtbot.keyClick(stepper.field, Key.Key_Up)
    button(stepper, "◂").click()
    assert steps == [1, 2, 1]
    assert stepper.field.text() == "one"


@pytest.mark.parametrize(("typed", "taken"), [("three", [3]), ("zero", []), ("seven", [])])
def test_a_name_can_be_typed(
    qtbot: QtBot, stepper: Stepper, steps: list[int], typed: str, taken: list[int]
) -> None:
    stepper.field.selectAll()
    qtbot.keyClicks(stepper.field, typed)
    qtbot.keyClick(stepper.field, Key.Key_Return)
    assert steps == taken
    assert stepper.field.text() == NAMES[taken[0] if taken else 0]


def test_showing_one_says_nothing_and_ends_are_ends(stepper: Stepper, steps: list[int]) -> None:
    for index, (back, on) in enumerate([(False, True), (True, True), (True, True), (True, False)]):
        stepper.show_index(index)
        assert button(stepper, "◂").isEnabled() is back
        assert button(stepper, "▸").isEnabled() is on
    assert steps == []
