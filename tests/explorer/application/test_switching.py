"""Several open models: switching between them loses nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PyQt6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.open_models import MAX_OPEN
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.journey import Journey
from explorer.state.journey_edits import set_journey
from explorer.state.latent import Source
from models.bundle import DEFAULT
from models.source import ModelSource
from tests.explorer.application.play import Drag, Play, made_by_hand, what_is_kept
from tests.hostile.sound import write_keras
from tests.patience import TIMEOUT_MS

BUNDLE = ModelSource(bundle=DEFAULT)


@pytest.fixture
def decoder(tmp_path: Path) -> Path:
    path = tmp_path / "decoder.keras"
    write_keras(path)
    return path


@pytest.fixture(autouse=True)
def _close_what_is_open(application: Application) -> Iterator[None]:
    yield
    if application.window is not None:
        application.window.close()


def switch(qtbot: QtBot, application: Application, source: ModelSource) -> Play:
    assert application.window is not None
    application.window.model_wanted.emit(source)
    qtbot.waitUntil(
        lambda: application.session is not None and application.session.subject.source == source,
        timeout=TIMEOUT_MS,
    )
    return Play(qtbot, application)


def offered(play: Play) -> list[str]:
    """What the chooser of models offers, once it is opened."""
    choosers = play.window.findChildren(QToolButton)
    (chooser,) = (one for one in choosers if one.toolTip() == "Choose another model")
    menu = chooser.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    open_ones = itertools.takewhile(lambda entry: not entry.isSeparator(), menu.actions())
    return [action.text() for action in (*open_ones, menu.actions()[-1])]


def engines() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def serves(process: psutil.Process) -> bool:
    """Unlike a template, a helper of `multiprocessing`, and what has just ended."""
    try:
        return not process.children() and "resource_tracker" not in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def assert_ended(processes: set[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive


def test_each_model_keeps_its_work(
    qtbot: QtBot, application: Application, new: Play, decoder: Path, drag: Drag
) -> None:
    made_by_hand(new, drag)
    kept = what_is_kept(new)
    mine = switch(qtbot, application, ModelSource(model=decoder))
    assert not new.window.isVisible()
    mine.shown(lambda: mine.session.set_latent([1, 2, 3, 4], Source.SLIDERS))
    application.window.model_wanted.emit(BUNDLE)  # type: ignore[union-attr]  # it is open
    assert application.session is new.session  # without waiting for anything
    assert new.window.isVisible()
    assert not mine.window.isVisible()
    assert new.window.geometry() == mine.window.geometry()
    assert what_is_kept(new) == kept
    new.shown(new.session.randomise)
    application.window.model_wanted.emit(ModelSource(model=decoder))  # type: ignore[union-attr]  # it is open
    assert application.session is mine.session
    assert mine.session.state.latent.z.tolist() == [1, 2, 3, 4]
    assert mine.session.undo_stack.undoText() == "change z"
    mine.shown(mine.session.randomise)


def test_a_file_that_has_changed_is_opened_anew(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    source = ModelSource(model=decoder)
    old = switch(qtbot, application, source).session
    switch(qtbot, application, BUNDLE)
    write_keras(decoder)
    with qtbot.waitSignal(application.opener.opened, timeout=TIMEOUT_MS):
        application.swap(source)
    assert application.session is not old
    assert [model.source for model in application.models] == [BUNDLE, source]


def test_closing_a_model_shows_the_one_before(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    before = engines()
    mine = switch(qtbot, application, ModelSource(model=decoder))
    with qtbot.waitSignal(mine.window.destroyed, timeout=TIMEOUT_MS):
        mine.window.close_wanted.emit()
    assert application.session is new.session
    assert new.window.isVisible()
    assert_ended(engines() - before)
    assert not any("decoder" in entry or "Close" in entry for entry in offered(new))
    assert not any("Opening" in label.text() for label in new.window.findChildren(QLabel))
    application.close_model()
    assert application.session is new.session  # the last one stays
    new.shown(new.session.randomise)


def test_the_app_ends_with_the_window_in_sight(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    mine = switch(qtbot, application, ModelSource(model=decoder))
    serving = set(filter(serves, engines()))
    assert len(serving) >= 2
    with qtbot.waitSignal(new.window.destroyed, timeout=TIMEOUT_MS):
        mine.window.close()
    assert application.window is None
    assert_ended(serving)


def test_only_so_many_stay_open(
    qtbot: QtBot, application: Application, new: Play, tmp_path: Path
) -> None:
    sources = []
    for number in range(MAX_OPEN):
        path = tmp_path / f"decoder-{number}.keras"
        write_keras(path)
        sources.append(ModelSource(model=path))
        switch(qtbot, application, sources[-1])
    assert [model.source for model in application.models] == sources


def test_live_noise_rests_while_nobody_sees_it(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    new.shown(lambda: new.session.set_live_noise(True))
    mine = switch(qtbot, application, ModelSource(model=decoder))
    asked = new.asked_seq
    mine.shown(mine.session.randomise)
    mine.shown(mine.session.randomise)
    assert new.asked_seq == asked
    new.shown(lambda: application.swap(BUNDLE))  # and goes on when it is seen again


def test_a_journey_stops_when_nobody_sees_it(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    for value in (0.0, 1.0):
        new.session.set_value(0, value)
        new.session.edit(add_bookmark())
    new.session.edit(set_journey(Journey(closed=True, leg_s=20)))
    player = new.space.journey.travel.player
    player.play()
    new.space.tabs.open_page("Sliders")
    assert player.is_playing  # its pictures are seen beside every tab
    switch(qtbot, application, ModelSource(model=decoder))
    assert not player.is_playing


def test_a_window_comes_back_as_large_as_the_one_before(
    qtbot: QtBot, application: Application, new: Play, decoder: Path
) -> None:
    new.window.showMaximized()
    mine = switch(qtbot, application, ModelSource(model=decoder))
    mine.window.showNormal()
    mine.window.resize(1100, 700)
    application.swap(BUNDLE)
    assert not new.window.isMaximized()
    assert new.window.geometry() == mine.window.geometry()
