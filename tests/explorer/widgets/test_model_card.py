"""The card over the middle of a window."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.model_card import ModelCard

CARD: dict[str, Any] = {
    "name": "<b>decoder</b>.keras",
    "format": "Keras archive",
    "inputs": [{"name": "z", "kind": "latent", "shape": [4]}],
    "outputs": [{"name": "out", "kind": "picture", "shape": [28, 28, 1]}],
    "parameters": 3,
    "layers": 2,
    "encoder": None,
    "notes": [],
}
CUTS = [
    {"layer": "code", "shape": [4], "sentence": "it is the bottleneck"},
    {"layer": "wide", "shape": [7, 7, 8], "sentence": "everything passes it"},
]
ROLES = [
    {"text": "Decoder", "choices": {}, "chosen": True},
    {"text": "Encoder", "choices": {"role": "encoder"}, "chosen": False},
]
CLASSES = [
    {"text": "No input takes a class", "choices": {"input:y": "latent"}, "chosen": False},
    {"text": "y takes a class", "choices": {}, "chosen": True},
]
SIZES = [
    {"text": "28×28", "choices": {"cut": "a", "size": "28x28"}, "chosen": False},
    {"text": "64×64", "choices": {"cut": "a"}, "chosen": True},
]
OVER = QRect(100, 50, 600, 400)

Open = Callable[..., ModelCard]


@pytest.fixture
def open_card(qtbot: QtBot) -> Open:
    """Opens a card over a part of a window."""
    window = QWidget()
    qtbot.addWidget(window)

    def make(**changes: Any) -> ModelCard:
        window.resize(800, 500)
        over = QWidget(window)
        over.setGeometry(OVER)
        card = ModelCard({**CARD, **changes}, over, window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        card.open()
        return card

    return make


def words(card: ModelCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


def close_button(card: ModelCard) -> QAbstractButton:
    (found,) = (b for b in card.findChildren(QAbstractButton) if b.text() == "✕")
    return found


def test_it_lies_over_its_place_and_says_what_the_model_is(open_card: Open) -> None:
    card = open_card()
    assert card.isVisible()
    assert OVER.contains(card.geometry().adjusted(0, 0, 0, -30))  # it slides in from below
    assert "z 4 → out 28×28×1\n3 parameters in 2 layers" in words(card)


def test_what_a_file_says_is_never_taken_for_html(open_card: Open) -> None:
    (name,) = (w for w in open_card().findChildren(QLabel) if "decoder" in w.text())
    assert name.text() == CARD["name"]
    assert name.textFormat() is Qt.TextFormat.PlainText


def test_many_notes_scroll(open_card: Open) -> None:
    card = open_card(notes=[f"layer {number} was changed" for number in range(80)])
    assert card.height() == OVER.height()


def test_it_follows_the_place_that_it_lies_over(open_card: Open) -> None:
    card = open_card()
    window = card.parentWidget()
    assert window is not None
    over = next(w for w in window.children() if isinstance(w, QWidget) and w is not card)
    over.setGeometry(300, 50, 300, 400)
    assert card.geometry().right() == 599
    assert card.width() == 300


def test_a_click_or_a_key_closes_it(qtbot: QtBot, open_card: Open) -> None:
    card = open_card()
    assert close_button(card).hasFocus()
    with qtbot.waitSignal(card.closed):
        qtbot.keyClick(close_button(card), Qt.Key.Key_Space)
    assert not card.isVisible()
    card.open()
    qtbot.mouseClick(close_button(card), Qt.MouseButton.LeftButton)
    assert not card.isVisible()


@pytest.mark.parametrize("cuts", [[], CUTS[:1]])
def test_a_cut_without_a_choice_is_told(open_card: Open, cuts: list[Any]) -> None:
    card = open_card(cut=CUTS[0], cuts=cuts)
    assert "after code (4)\nIt is the bottleneck." in words(card)
    assert not card.findChildren(QComboBox)


def test_another_cut_can_be_chosen(qtbot: QtBot, open_card: Open) -> None:
    card = open_card(cut=CUTS[0], cuts=CUTS)
    (choice,) = card.findChildren(QComboBox)
    assert choice.currentText() == "after code (4)"
    assert "It is the bottleneck." in words(card)
    with qtbot.assertNotEmitted(card.cut_wanted):
        qtbot.keyClick(choice, Qt.Key.Key_Home)
        choice.activated.emit(0)
    with qtbot.waitSignal(card.cut_wanted, check_params_cb=lambda layer: layer == "wide"):
        qtbot.keyClick(choice, Qt.Key.Key_Down)


def test_a_cut_that_nobody_proposed_leaves_the_choice_open(open_card: Open) -> None:
    card = open_card(cut={"layer": "own", "shape": [3], "sentence": "chosen"}, cuts=CUTS)
    (choice,) = card.findChildren(QComboBox)
    assert choice.currentText() == ""


@pytest.mark.parametrize(
    ("offers", "shown", "other"),
    [
        ({"role_offers": ROLES}, "Decoder", 1),
        ({"class_offers": CLASSES}, "y takes a class", 0),
        ({"size_offers": SIZES}, "64×64", 0),
    ],
)
def test_the_files_can_be_read_in_another_way(
    qtbot: QtBot, open_card: Open, offers: dict[str, Any], shown: str, other: int
) -> None:
    card = open_card(reason="A decoder: 4 becomes 28×28×1.", **offers)
    (choice,) = card.findChildren(QComboBox)
    assert choice.currentText() == shown
    assert "A decoder: 4 becomes 28×28×1." in words(card)
    (wanted,) = offers.values()
    expected = wanted[other]["choices"]
    with qtbot.waitSignal(card.reading_wanted, check_params_cb=lambda chosen: chosen == expected):
        qtbot.keyClick(choice, Qt.Key.Key_Up if other == 0 else Qt.Key.Key_Down)
    assert choice.currentText() == shown  # until the model is there


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("96", "96x96"),
        ("28×28", "28x28"),
        (" 96 x 128 ", "96x128"),
        ("96X128", "96x128"),
        ("small", "small"),
    ],
)
def test_any_size_can_be_typed(qtbot: QtBot, open_card: Open, typed: str, size: str) -> None:
    card = open_card(size_offers=SIZES)
    gc.collect()  # as Python does by itself sooner or later
    (choice,) = card.findChildren(QComboBox)
    wanted: list[Any] = []
    card.reading_wanted.connect(wanted.append)
    line = choice.lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, typed)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert wanted == [{"cut": "a", "size": size}]
    assert choice.currentText() == "64×64"  # until the model is there


@pytest.mark.parametrize("typed", ["64×64", "64", "64 x 64"])
def test_the_size_that_is_there_is_not_asked_for(qtbot: QtBot, open_card: Open, typed: str) -> None:
    card = open_card(size_offers=SIZES)
    (choice,) = card.findChildren(QComboBox)
    line = choice.lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, typed)
    with qtbot.assertNotEmitted(card.reading_wanted):
        qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_size_that_is_left_half_typed_is_as_it_was(qtbot: QtBot, open_card: Open) -> None:
    card = open_card(size_offers=SIZES)
    (choice,) = card.findChildren(QComboBox)
    line = choice.lineEdit()
    assert line is not None
    choice.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "12")
    close_button(card).setFocus()
    assert choice.currentText() == "64×64"
