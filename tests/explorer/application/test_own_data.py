"""Data of a user's own in the window, with real engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.state.record import Change
from models.bundle import DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.code_cache.cache_folder", lambda: tmp_path / "cache")


def drop(play: Play, *paths: Path) -> None:
    """Let go of files over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    play.window._chooser.take(data)


def brings_codes(change: Change) -> bool:
    return "codes" in change.fields


def test_data_chosen_in_the_window_bring_ranges_and_samples(
    play: Play, qtbot: QtBot, strokes_npz: Path
) -> None:
    with qtbot.waitSignal(play.session.changed, timeout=TIMEOUT_MS, check_params_cb=brings_codes):
        play.window.data_wanted.emit(str(strokes_npz))
    assert play.session.subject.whereabouts.sentence == "from the codes of strokes.npz"
    play.shown(lambda: play.session.set_sample(2))
    assert play.session.state.drawing.sample is not None


def test_data_named_at_the_start_belong_to_the_model_that_is_opened(
    application: Application, qtbot: QtBot, strokes_npz: Path
) -> None:
    application.start(ModelSource(bundle=DEFAULT), str(strokes_npz))
    opened = Play(qtbot, application)
    with qtbot.waitSignal(opened.session.changed, timeout=TIMEOUT_MS, check_params_cb=brings_codes):
        pass
    codes = opened.session.subject.whereabouts.codes
    assert codes is not None
    assert len(codes.codes) == 30


def test_data_dropped_with_a_model_wait_for_it(
    play: Play, application: Application, qtbot: QtBot, strokes_npz: Path, copy: Path
) -> None:
    drop(play, copy, strokes_npz)
    qtbot.waitUntil(
        lambda: (
            application.session is not None
            and application.session.subject.source == ModelSource(bundle=copy)
            and application.session.subject.samples is not None
        ),
        timeout=TIMEOUT_MS,
    )
    session = application.session
    assert session is not None
    assert session.subject.whereabouts.sentence == "from the codes of strokes.npz"
    assert ModelSource(bundle=copy) in [model.source for model in application.models]


def test_data_dropped_with_the_model_in_sight_are_its_data(
    play: Play, qtbot: QtBot, strokes_npz: Path
) -> None:
    with qtbot.waitSignal(play.session.changed, timeout=TIMEOUT_MS, check_params_cb=brings_codes):
        drop(play, DEFAULT, strokes_npz)
    assert play.session.subject.samples is not None


def test_data_of_a_model_that_is_refused_are_nobody_elses(
    play: Play, application: Application, strokes_npz: Path, tmp_path: Path, copy: Path
) -> None:
    (tmp_path / "torn.keras").write_bytes(b"no model")
    refused = "must be a Keras model"
    sentence = play.told(lambda: drop(play, tmp_path / "torn.keras", strokes_npz))
    assert refused in sentence
    play.qtbot.waitUntil(lambda: not application.opener.is_busy, timeout=TIMEOUT_MS)
    application.swap(ModelSource(bundle=copy))
    play.qtbot.waitUntil(
        lambda: (
            application.session is not None
            and application.session.subject.source == ModelSource(bundle=copy)
        ),
        timeout=TIMEOUT_MS,
    )
    assert application.window is not None
    assert application.window.status.opening_text() == ""  # nothing is being encoded
