from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from explorer.widgets.rows_chooser import RowsChooser
from explorer.widgets.stepper import Stepper
from models.ports import LatentPort
from tests.explorer.finding import button

TENSOR = (4, 4, 8)


def made(qtbot: QtBot, *shapes: tuple[int, ...]) -> RowsChooser:
    ports = [LatentPort(f"z{number}", shape) for number, shape in enumerate(shapes)]
    chooser = RowsChooser(ports)
    qtbot.addWidget(chooser)
    chooser.show()
    return chooser


def choices(chooser: RowsChooser) -> list[str]:
    (box,) = chooser.findChildren(QComboBox)
    return [box.itemText(index) for index in range(box.count())]


def choose(chooser: RowsChooser, text: str) -> None:
    (box,) = chooser.findChildren(QComboBox)
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize(
    ("shapes", "needed", "offered"),
    [
        ([(16,)], False, ["all 16 values"]),
        ([(8,), (16,)], False, ["all 24 values"]),
        ([TENSOR], True, ["all 128 values", "one channel", "one place"]),
        ([(100, 100, 25)], True, ["one channel", "one place"]),
        ([(9000,)], True, ["one part"]),
    ],
)
def test_there_is_a_choice_where_one_table_is_not_enough(
    qtbot: QtBot, shapes: list[tuple[int, ...]], needed: bool, offered: list[str]
) -> None:
    chooser = made(qtbot, *shapes)
    assert chooser.is_needed is needed
    assert choices(chooser) == offered
    chooser.offer_directions()
    chooser.offer_directions()
    assert choices(chooser) == offered + (["principal directions"] if needed else [])


def test_one_channel_after_the_other(qtbot: QtBot) -> None:
    chooser = made(qtbot, TENSOR)
    seen: list[str] = []
    chooser.section_chosen.connect(lambda section: seen.append(section.names[0]))
    stepper = chooser.findChild(Stepper)
    assert not stepper.isVisible()
    choose(chooser, "one channel")
    assert stepper.isVisible()
    button(chooser, "▸").click()
    button(chooser, "▸").click()
    choose(chooser, "one place")
    button(chooser, "▸").click()
    choose(chooser, "all 128 values")
    assert not stepper.isVisible()
    assert seen == [f"c {text}" for text in ("0 · 0,0", "1 · 0,0", "2 · 0,0", "0 · 0,0", "0 · 0,1",
                                             "0 · 0,0")]  # fmt: skip


def test_directions_are_waited_for_in_words(qtbot: QtBot) -> None:
    chooser = made(qtbot, TENSOR)
    chooser.offer_directions()
    with qtbot.waitSignal(chooser.directions_wanted):
        choose(chooser, "principal directions")
    (note,) = chooser.findChildren(QLabel)
    assert chooser.shows_directions
    assert note.isVisible()
    assert "finding" in note.text()
    chooser.note_found(16)
    assert note.text() == "in standard deviations of the codes"
    chooser.note_found(0)
    assert note.text() == "the codes do not vary"
    choose(chooser, "one channel")
    assert not note.isVisible()
    assert not chooser.shows_directions
