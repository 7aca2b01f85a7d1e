"""Data of a user's own in the window, with real engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.state.record import Change
from models.bundle import DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import TIMEOUT_MS, Play


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.code_cache.cache_folder", lambda: tmp_path / "cache")


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
