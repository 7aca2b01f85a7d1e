from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer.widgets.status_line import Dot, Sentence, StatusLine


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    made = StatusLine()
    qtbot.addWidget(made)
    made.resize(900, 28)
    with qtbot.waitExposed(made):
        made.show()
    return made


def buttons(line: StatusLine) -> list[str]:
    return [button.text() for button in line.findChildren(QPushButton) if button.isVisible()]


def button(line: StatusLine, text: str) -> QPushButton:
    (found,) = (b for b in line.findChildren(QPushButton) if b.text() == text)
    return found


def test_all_is_well_needs_no_button(line: StatusLine) -> None:
    line.set_engine("well", "engine ready", "", False)
    assert line.engine_text() == "engine ready"
    assert buttons(line) == []


def test_a_state_that_needs_help_has_its_buttons(qtbot: QtBot, line: StatusLine) -> None:
    line.set_engine("failed", "engine failed", "Try again", True)
    assert buttons(line) == ["Try again", "Copy report"]
    for text, signal in (("Try again", line.help_wanted), ("Copy report", line.report_wanted)):
        found = button(line, text)
        assert found.accessibleName() == text
        assert found.toolTip()
        with qtbot.waitSignal(signal):
            QtBot.mouseClick(found, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(signal):
            QtBot.keyClick(found, Qt.Key.Key_Space)
    line.set_engine("well", "engine ready", "", False)
    assert buttons(line) == []


def test_a_sentence_that_is_too_long_can_be_read_as_tooltip(line: StatusLine) -> None:
    sentence = "The picture cannot be opened because " + "of this and that " * 40
    line.set_sentence(sentence)
    label = line.findChild(Sentence)
    assert label is not None
    assert line.sentence() == label.toolTip() == sentence
    assert label.accessibleName() == sentence
    assert line.width() == 900


def test_a_sentence_is_painted(line: StatusLine) -> None:
    blank = line.grab().toImage()
    line.set_sentence("Saved.")
    short = line.grab().toImage()
    line.set_sentence("Saved. " * 80)
    assert short != blank
    assert line.grab().toImage() not in (blank, short)


def test_the_mood_is_told_by_shape(qtbot: QtBot) -> None:
    dot = Dot()
    qtbot.addWidget(dot)
    inks = []
    for mood in ("well", "working", "failed"):
        dot.set_mood(mood)
        mask = dot.grab().toImage()
        ground = mask.pixel(0, 0)
        inks.append(
            frozenset(
                (x, y)
                for x in range(mask.width())
                for y in range(mask.height())
                if mask.pixel(x, y) != ground
            )
        )
    assert len(set(inks)) == 3


def test_the_way_of_the_data_and_the_timings_are_shown(line: StatusLine) -> None:
    line.set_path("sliders → decoder")
    line.set_timings("decode 1.2 ms")
    texts = [label.text() for label in line.findChildren(QLabel)]
    assert {"sliders → decoder", "decode 1.2 ms"} <= set(texts)


# Opening ----------------------------------------------------------------------------

REFUSAL = "decoder.keras must not bring code of its own; received a Lambda; save it without. " * 3


def test_what_is_being_opened_can_be_cancelled_whatever_else_is_said(
    qtbot: QtBot, line: StatusLine
) -> None:
    line.set_opening("Opening decoder…")
    line.set_sentence("z is on the clipboard.")
    assert (line.opening_text(), line.sentence()) == ("Opening decoder…", "z is on the clipboard.")
    assert buttons(line) == ["Cancel"]
    with qtbot.waitSignal(line.cancel_wanted):
        QtBot.mouseClick(button(line, "Cancel"), Qt.MouseButton.LeftButton)
    line.set_opening("")
    assert buttons(line) == []


def test_a_refusal_has_room_and_a_link_to_its_details_until_something_else_is_said(
    qtbot: QtBot, line: StatusLine
) -> None:
    line.set_path("drawing → noise → encoder → decoder")
    label = line.findChild(Sentence)
    assert label is not None
    line.set_sentence(REFUSAL)
    width = label.width()
    line.set_sentence(REFUSAL, has_details=True)
    assert label.width() > width
    assert buttons(line) == ["Details"]
    with qtbot.waitSignal(line.details_wanted):
        QtBot.keyClick(button(line, "Details"), Qt.Key.Key_Space)
    line.set_sentence("Saved.")
    assert buttons(line) == []
    assert label.width() < width


def test_the_link_stands_beside_its_sentence(line: StatusLine) -> None:
    line.set_sentence("It was not opened.", has_details=True)
    label, link = line.findChild(Sentence), button(line, "Details")
    assert label is not None
    assert 0 <= link.x() - label.geometry().right() < 16


def test_a_name_that_looks_like_html_is_shown_as_it_is(line: StatusLine) -> None:
    line.set_sentence("<img src='file:///x'> must be a model.")
    label = line.findChild(Sentence)
    assert label is not None
    assert "<img" not in label.toolTip()
    assert "&lt;img" in label.toolTip()
