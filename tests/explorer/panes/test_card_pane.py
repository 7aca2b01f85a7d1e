"""The card of a session's model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.card_pane import CardPane, card_of
from explorer.state.session import Session
from models.source import ModelSource

DECODER = Path("/models/decoder.keras")


def test_a_bundle_has_a_card_too(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    card = CardPane(session, window, window)
    words = [label.text() for label in card.findChildren(QLabel)]
    assert session.subject.name in words
    assert "decoder_input 16 → decoder_output 28×28×1" in words
    assert "picture 28×28×1" in words
    assert "From the codes of the test digits." in words


def test_a_decoder_alone_has_no_encoder_on_its_card(session: Session) -> None:
    alone = replace(session.subject, picture=None)
    assert card_of(alone)["encoder"] is None


def test_the_card_of_a_file_is_its_own(session: Session) -> None:
    card = {"name": "decoder.keras"}
    assert card_of(replace(session.subject, card=card)) == card


def test_another_cut_is_another_model_of_the_same_file(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    source = ModelSource(model=DECODER, choices={"other": "kept", "cut": "code"})
    card = CardPane(Session(replace(session.subject, source=source)), window, window)
    expected = replace(source, choices={"other": "kept", "cut": "wide"})
    with qtbot.waitSignal(card.model_wanted, check_params_cb=lambda wanted: wanted == expected):
        card.cut_wanted.emit("wide")


def test_another_reading_is_another_model_of_the_same_files(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    source = ModelSource(model=DECODER, choices={"role": "decoder", "cut": "code"})
    card = CardPane(Session(replace(session.subject, source=source)), window, window)
    expected = replace(source, choices={"role": "encoder"})
    with qtbot.waitSignal(card.model_wanted, check_params_cb=lambda wanted: wanted == expected):
        card.reading_wanted.emit({"role": "encoder"})
