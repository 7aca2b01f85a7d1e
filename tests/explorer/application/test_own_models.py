"""A user's own model: in the window as soon as it is loaded, or refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QClipboard
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.recent import read_recent
from explorer.refusal_view import RefusalView
from models.bundle import DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import Drag, Play, made_by_hand, what_is_kept
from tests.explorer.finding import button
from tests.hostile.sound import config, write_keras
from tests.patience import TIMEOUT_MS


@pytest.fixture
def decoder(tmp_path: Path) -> Path:
    path = tmp_path / "decoder.keras"
    write_keras(path)
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A decoder that would run code."""
    path = tmp_path / "hostile.keras"
    write_keras(path, json.dumps(config()).replace('"Dense"', '"Lambda"').encode())
    return path


def opened(qtbot: QtBot, application: Application, act: Callable[[], object]) -> Play:
    """Do something and wait for the window of a user's model."""
    act()
    qtbot.waitUntil(
        lambda: (
            application.session is not None and application.session.subject.source.model is not None
        ),
        timeout=TIMEOUT_MS,
    )
    return Play(qtbot, application)


def engines() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def test_a_model_takes_the_place_of_the_bundle_that_is_shown_at_once(
    qtbot: QtBot, application: Application, decoder: Path
) -> None:
    def start() -> None:
        application.start(ModelSource(model=decoder))
        assert application.session is not None
        assert application.session.subject.source.path == DEFAULT

    later = opened(qtbot, application, start)
    assert later.window.windowTitle().startswith("decoder")
    qtbot.waitUntil(later.window.card.isVisible, timeout=TIMEOUT_MS)  # the picture goes first
    words = [label.text() for label in later.window.card.findChildren(QLabel)]
    assert "z 4 → dense 6\n30 parameters in 2 layers" in words
    frame = later.shown(later.session.randomise)
    assert [a.shape for a in frame.outputs.values()] == [(1, 6, 1)], frame.outputs.keys()
    assert read_recent(application.settings.text("recent"))[0] == ModelSource(model=decoder)
    qtbot.keyClick(later.window, Qt.Key.Key_Escape)
    assert not later.window.card.isVisible()


def test_a_model_that_must_not_be_opened_leaves_everything_as_it_was(
    play: Play, application: Application, hostile: Path, drag: Drag, clipboard: QClipboard
) -> None:
    made = made_by_hand(play, drag)
    sentence = play.told(lambda: play.window.model_wanted.emit(ModelSource(model=hostile)))
    assert "must not" in sentence
    assert len(sentence) <= 200
    assert application.window is play.window
    assert what_is_kept(play) == made
    button(play.window.status, "Details").click()
    view = play.window.findChild(RefusalView)
    assert view is not None
    view.copy()
    assert clipboard.text().startswith(sentence)
    assert f"File: {hostile}" in clipboard.text()
    assert "it would run code that the file brings (code)" in clipboard.text()
    view.close()
    play.shown(play.session.randomise)


def test_the_window_stays_where_the_model_it_was_started_with_is_refused(
    qtbot: QtBot, application: Application, hostile: Path
) -> None:
    application.start(ModelSource(model=hostile))
    window = application.window
    assert window is not None
    qtbot.waitUntil(lambda: "must not" in window.status.sentence(), timeout=TIMEOUT_MS)
    assert application.window is window
    shown = Play(qtbot, application)
    shown.shown(shown.session.randomise)


def test_what_is_cancelled_is_not_opened(
    play: Play, application: Application, decoder: Path
) -> None:
    before = engines()
    play.window.model_wanted.emit(ModelSource(model=decoder))
    assert play.window.status.opening_text() == "Opening decoder…"
    button(play.window.status, "Cancel").click()
    assert play.window.status.opening_text() == ""
    play.shown(play.session.randomise)
    _, alive = psutil.wait_procs(engines() - before, timeout=10)
    assert not alive
    assert application.window is play.window
