"""Other models: chosen, dropped, refused; and the card of the one that is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QClipboard, QDragEnterEvent, QDropEvent, QImage
from PyQt6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from explorer.engine.client import Engine
from explorer.main_window import MainWindow
from explorer.recent import add_recent
from explorer.refusal_view import RefusalView
from explorer.settings import Settings
from explorer.state.session import Session
from models.source import ModelSource
from models.subject import Subject
from tests.explorer.finding import action, button, menu

Open = Callable[[], MainWindow]
LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction
PLAIN = Qt.KeyboardModifier.NoModifier
DECODER = ModelSource(model=Path("/models/decoder.keras"), choices={"cut": "code"})
SENTENCE = "decoder.keras must not bring code; received a Lambda; save it without."


def wanted_of(window: MainWindow) -> list[ModelSource]:
    sources: list[ModelSource] = []
    window.model_wanted.connect(sources.append)
    return sources


# Chosen -----------------------------------------------------------------------------


@pytest.fixture
def source() -> ModelSource | None:
    """Of the model that is open; None for the bundle."""
    return None


@pytest.fixture
def session(session: Session, source: ModelSource | None) -> Session:
    """A session on a bundle, or on a decoder of one's own without an encoder."""
    if source is None:
        return session
    subject: Subject = replace(session.subject, source=source)
    return Session(subject, seed=7)


@pytest.mark.parametrize("source", [None, DECODER])
def test_a_model_with_an_encoder_needs_no_other(window: MainWindow) -> None:
    assert not action(menu(window, "&File"), "Add an encoder…").isEnabled()


def test_recent_models_are_in_the_file_menu(
    window: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    mine = ModelSource(model=tmp_path / "mine.keras", encoder=tmp_path / "other.h5")
    for path in mine.files():
        path.touch()
    recent = menu(window, "Open recent")
    for _ in range(2):  # each time it is opened it is filled anew
        settings.set("recent", add_recent("", mine))
        recent.aboutToShow.emit()
    assert [entry.text() for entry in recent.actions()] == [
        "mnist-dae-16", "mnist-vae-16", "mnist-vae-2", "mine, with other",
    ]  # fmt: skip
    wanted = wanted_of(window)
    action(recent, "mine, with other").trigger()
    assert wanted == [mine]


def test_data_sets_of_keras_are_listed(qtbot: QtBot, window: MainWindow) -> None:
    listed = menu(window, "Open data of Keras")
    listed.aboutToShow.emit()
    assert [action.text() for action in listed.actions()][:2] == ["mnist", "fashion_mnist"]
    with qtbot.waitSignal(window.data_wanted, check_params_cb=lambda name: name == "mnist"):
        listed.actions()[0].trigger()


# Dropped ----------------------------------------------------------------------------


def drop(window: MainWindow, data: QMimeData) -> bool:
    """Whether the window took what was dropped on its middle."""
    middle = QPoint(window.width() // 2, window.height() // 2)
    enter = QDragEnterEvent(middle, COPY, data, LEFT, PLAIN)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(middle), COPY, data, LEFT, PLAIN))
    return enter.isAccepted()


def of_files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_dropped_models_are_opened(window: MainWindow, tmp_path: Path) -> None:
    wanted = wanted_of(window)
    paths = (tmp_path / "a.keras", tmp_path / "b.h5")
    assert drop(window, of_files(paths[0]))
    assert drop(window, of_files(*paths))
    assert wanted == [ModelSource(model=paths[0]), ModelSource(model=paths[0], encoder=paths[1])]


def test_the_canvas_leaves_what_is_dropped_on_it_to_the_window(window: MainWindow) -> None:
    assert window.acceptDrops()
    assert not window.workspace.input.canvas.acceptDrops()


def test_a_dropped_picture_is_drawn(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "digit.png"
    assert window.grab().save(str(path))
    with qtbot.waitSignal(session.requested, check_params_cb=lambda r: r.kind == "picture"):
        assert drop(window, of_files(path))  # the engine is to take it apart
    data = QMimeData()
    image = QImage(30, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    data.setImageData(image)
    with qtbot.waitSignal(session.told, check_params_cb=lambda text: "30×40" in text):
        assert drop(window, data)


def test_what_is_neither_is_one_sentence(window: MainWindow, tmp_path: Path) -> None:
    wanted = wanted_of(window)
    assert drop(window, of_files(tmp_path / "notes.txt"))
    assert "notes.txt is nothing that opens here" in window.status.sentence()
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/decoder.keras")])
    assert drop(window, data)
    assert "cannot be opened" in window.status.sentence()
    data = QMimeData()
    data.setText("some words")
    assert not drop(window, data)
    assert wanted == []


# On the way, and refused ------------------------------------------------------------


def test_what_is_being_opened_can_be_cancelled(qtbot: QtBot, window: MainWindow) -> None:
    window.show_opening("Opening decoder…")
    assert window.status.opening_text() == "Opening decoder…"
    with qtbot.waitSignal(window.cancel_wanted):
        qtbot.mouseClick(button(window.status, "Cancel"), LEFT)


def test_a_refusal_is_one_sentence_with_details_to_read_and_copy(
    qtbot: QtBot, window: MainWindow, clipboard: QClipboard
) -> None:
    window.show_opening("Opening decoder…")
    window.show_refusal(SENTENCE, "File: /models/decoder.keras")
    assert window.status.opening_text() == ""
    assert window.status.sentence() == SENTENCE
    qtbot.mouseClick(button(window.status, "Details"), LEFT)
    view = window.findChild(RefusalView)
    assert view is not None
    assert view.isVisible()
    assert not view.isModal()
    more = view.findChild(QPlainTextEdit)
    assert more is not None
    assert more.toPlainText() == "File: /models/decoder.keras"
    qtbot.mouseClick(button(view, "Copy"), LEFT)
    assert clipboard.text() == f"{SENTENCE}\n\nFile: /models/decoder.keras"
    with qtbot.waitSignal(view.destroyed):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_the_details_go_when_something_else_is_said(window: MainWindow, session: Session) -> None:
    window.show_refusal(SENTENCE, "")
    session.told.emit("z is on the clipboard.")
    assert not button(window.status, "Details").isVisible()


# The card ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["menu", "key"])
def test_the_card_is_opened_and_closed_wherever_the_keyboard_is(
    qtbot: QtBot, window: MainWindow, how: str
) -> None:
    for _ in range(2):
        if how == "menu":
            action(menu(window, "&Help"), "About this model").trigger()
        else:
            qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
        assert window.card.isVisible()
        window.workspace.latent.table.setFocus()
        qtbot.keyClick(window.workspace.latent.table, Qt.Key.Key_Escape)
        assert not window.card.isVisible()
        assert window.workspace.latent.table.hasFocus()


def test_escape_without_a_card_does_nothing(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()


@pytest.mark.parametrize("source", [DECODER])
def test_another_cut_is_asked_for_on_the_card(
    window: MainWindow, source: ModelSource, engine: Engine
) -> None:
    wanted = wanted_of(window)
    window.card.cut_wanted.emit("wide")
    assert wanted == [replace(source, choices={"cut": "wide"})]


# Without an encoder -----------------------------------------------------------------


class TestDecoderAlone:
    @pytest.fixture
    def session(self, session: Session) -> Session:
        """A session on a decoder that came alone."""
        subject = session.subject
        first = replace(subject.first, clean=None, noisy=None)
        return Session(replace(subject, source=DECODER, picture=None, first=first), seed=7)

    @pytest.mark.parametrize("asked", [True, False])
    def test_an_encoder_can_be_added(
        self, monkeypatch: pytest.MonkeyPatch, window: MainWindow, tmp_path: Path, asked: bool
    ) -> None:
        wanted = wanted_of(window)
        path = tmp_path / "encoder.keras"
        chosen = str(path) if asked else ""
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
        action(menu(window, "&File"), "Add an encoder…").trigger()
        assert wanted == [replace(DECODER, encoder=path)] * asked
