"""What the window says, does and remembers while its engine never starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QClipboard
from PyQt6.QtWidgets import QFileDialog, QLabel, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from explorer.engine.client import Engine
from explorer.engine.status import EngineStatus, Phase
from explorer.main_window import MainWindow
from explorer.recent import add_recent
from explorer.settings import Settings
from explorer.state.latent import Route
from explorer.state.session import Session
from models.source import ModelSource
from tests.explorer.finding import action, button, menu

Open = Callable[[], MainWindow]
CTRL = Qt.KeyboardModifier.ControlModifier


def shown_buttons(window: MainWindow) -> list[str]:
    return [b.text() for b in window.status.findChildren(QPushButton) if b.isVisible()]


# What it says -----------------------------------------------------------------------


def test_before_the_engine_is_ready_the_window_can_be_used(
    window: MainWindow, session: Session
) -> None:
    assert window.status.engine_text() == "engine starting"
    assert window.workspace.output.view.image() is not None
    assert window.workspace.input.isEnabled()
    assert session.state.route is Route.ENCODER
    assert shown_buttons(window) == []


@pytest.mark.parametrize(
    ("phase", "text", "buttons"),
    [
        (Phase.LOADING, "loading the model", []),
        (Phase.READY, "engine ready", []),
        (Phase.BUSY, "engine busy", ["End it"]),
        (Phase.HUNG, "engine not answering", ["End it"]),
        (Phase.RESTARTING, "engine restarting", []),
        (Phase.FAILED, "engine failed", ["Try again", "Copy report"]),
    ],
)
def test_the_status_line_says_how_the_engine_is(
    window: MainWindow, engine: Engine, phase: Phase, text: str, buttons: list[str]
) -> None:
    engine.status_changed.emit(EngineStatus(phase, "What has happened."))
    assert window.status.engine_text() == text
    assert shown_buttons(window) == buttons
    trouble = phase not in (Phase.LOADING, Phase.READY)
    assert window.status.sentence() == ("What has happened." if trouble else "")


def test_a_sentence_about_trouble_goes_with_the_trouble(
    window: MainWindow, engine: Engine, session: Session
) -> None:
    engine.status_changed.emit(EngineStatus(Phase.RESTARTING, "The engine ended."))
    engine.status_changed.emit(EngineStatus(Phase.READY, "The engine is ready."))
    assert window.status.sentence() == ""
    session.told.emit("z is on the clipboard.")
    engine.status_changed.emit(EngineStatus(Phase.READY, "The engine is ready.", "other"))
    assert window.status.sentence() == "z is on the clipboard."


@pytest.mark.parametrize(("phase", "text"), [(Phase.HUNG, "End it"), (Phase.FAILED, "Try again")])
def test_the_button_that_helps_starts_a_new_engine(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    engine: Engine,
    open_window: Open,
    phase: Phase,
    text: str,
) -> None:
    restarts: list[int] = []
    monkeypatch.setattr(engine, "end_and_restart", lambda: restarts.append(1))
    window = open_window()
    engine.status_changed.emit(EngineStatus(phase, "What has happened."))
    qtbot.mouseClick(button(window.status, text), Qt.MouseButton.LeftButton)
    assert restarts == [1]


def test_a_request_that_fails_is_one_sentence(window: MainWindow, session: Session) -> None:
    session.failed.emit(7, "z must be finite; received NaN.")
    assert window.status.sentence() == "z must be finite; received NaN."


def test_the_way_of_the_data_is_shown(window: MainWindow, session: Session) -> None:
    def texts() -> list[str]:
        return [label.text() for label in window.status.findChildren(QLabel)]

    assert "drawing → noise → encoder → decoder" in texts()
    session.plug(Route.HELD)
    assert "sliders → decoder" in texts()


@pytest.mark.parametrize("how", ["menu", "failed state"])
def test_a_report_can_be_copied(
    window: MainWindow,
    engine: Engine,
    clipboard: QClipboard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    (tmp_path / "some.log").write_text("ERROR out of memory")
    (tmp_path / "own.log").write_text("ERROR a mistake of ours")
    monkeypatch.setattr("explorer.main_window.own_log_path", lambda: tmp_path / "own.log")
    engine.status_changed.emit(EngineStatus(Phase.FAILED, "It ended."))
    if how == "menu":
        action(menu(window, "&Help"), "Copy report").trigger()
    else:
        button(window.status, "Copy report").click()
    assert "ERROR out of memory" in clipboard.text()
    assert "ERROR a mistake of ours" in clipboard.text()
    assert "bundle: " in clipboard.text()
    assert window.status.sentence() == "A report is on the clipboard."


# Deeds ------------------------------------------------------------------------------


def test_undo_and_redo_say_what_they_would_do(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    undo, redo = button(window, "↶ Undo"), button(window, "↷ Redo")
    assert not undo.isEnabled()
    before = session.state.latent.z
    qtbot.mouseClick(button(window, "Randomise"), Qt.MouseButton.LeftButton)
    assert session.state.latent.z is not before
    assert "randomise" in undo.toolTip()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert session.state.latent.z is before
    assert "randomise" in redo.toolTip()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert session.state.latent.z is not before
    assert (undo.text(), redo.text()) == ("↶ Undo", "↷ Redo")


@pytest.mark.parametrize(
    ("text", "undo_text"),
    [("Random sample", "sample"), ("Switch the plug", "plug in the sliders")],
)
def test_the_edit_menu_does_what_it_says(
    window: MainWindow, session: Session, text: str, undo_text: str
) -> None:
    action(menu(window, "&Edit"), text).trigger()
    assert session.undo_stack.undoText().startswith(undo_text)


def test_the_plug_is_switched_by_keyboard(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    routes = []
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Space, CTRL)
        routes.append(session.state.route)
    assert routes == [Route.HELD, Route.ENCODER]


def test_reset_sets_z_to_the_mean(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert session.state.latent.z.tolist() == session.subject.whereabouts.mean.tolist()


def test_saving_asks_for_a_place(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "digit.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    button(window, "Save picture").click()
    assert path.is_file()
    assert str(path) in window.status.sentence()


def model_menu(window: MainWindow) -> QMenu:
    """The menu of the button with the model's name, as it is when it opens."""
    (chooser,) = (
        each
        for each in window.findChildren(QToolButton)
        if each.accessibleName().endswith("choose another")
    )
    made = chooser.menu()
    assert made is not None
    made.aboutToShow.emit()
    return made


def test_another_bundle_is_chosen_from_those_that_are_known(
    qtbot: QtBot, settings: Settings, session: Session, open_window: Open, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    recent = add_recent("", session.subject.source)
    settings.set("recent", add_recent(recent, ModelSource.of(tmp_path / "mine")))
    window = open_window()
    entries = model_menu(window)
    names = [entry.text() for entry in entries.actions()]
    assert names.count(session.subject.name) == 1
    assert "mine" in names
    with qtbot.waitSignal(
        window.model_wanted, check_params_cb=lambda source: source.path == tmp_path / "mine"
    ):
        action(entries, "mine").trigger()


def test_open_models_come_first_and_the_one_in_sight_is_marked(
    qtbot: QtBot, settings: Settings, session: Session, open_window: Open, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    mine = ModelSource.of(tmp_path / "mine")
    settings.set("recent", add_recent("", mine))
    window = open_window()
    window.set_open_models([mine, session.subject.source])
    entries = model_menu(window)
    first, second = entries.actions()[:2]
    assert (first.text(), first.isChecked()) == ("mine", False)
    assert (second.text(), second.isChecked()) == (session.subject.name, True)
    assert [entry.text() for entry in entries.actions()].count("mine") == 1
    with qtbot.waitSignal(window.model_wanted, check_params_cb=lambda source: source == mine):
        first.trigger()
    with qtbot.waitSignal(window.close_wanted):
        action(entries, f"Close {session.subject.name}").trigger()


def test_the_only_open_model_cannot_be_closed_on_its_own(
    session: Session, open_window: Open
) -> None:
    window = open_window()
    window.set_open_models([session.subject.source])
    names = [entry.text() for entry in model_menu(window).actions()]
    assert not any(name.startswith("Close") for name in names)


@pytest.mark.parametrize("asked", [True, False])
def test_another_bundle_is_chosen_by_its_folder(
    monkeypatch: pytest.MonkeyPatch, window: MainWindow, tmp_path: Path, asked: bool
) -> None:
    sources: list[ModelSource] = []
    window.model_wanted.connect(sources.append)
    chosen = str(tmp_path) if asked else ""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen)
    action(menu(window, "&File"), "Open bundle…").trigger()
    assert sources == [ModelSource(bundle=tmp_path)] * asked


@pytest.mark.parametrize("asked", [True, False])
def test_a_model_of_ones_own_is_chosen_by_its_file(
    monkeypatch: pytest.MonkeyPatch, window: MainWindow, tmp_path: Path, asked: bool
) -> None:
    sources: list[ModelSource] = []
    window.model_wanted.connect(sources.append)
    path = tmp_path / "decoder.keras"
    chosen = str(path) if asked else ""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    action(menu(window, "&File"), "Open model…").trigger()
    assert sources == [ModelSource(model=path)] * asked


def test_the_view_menu_chooses_theme_and_colours(window: MainWindow, settings: Settings) -> None:
    for title, key, text, value in (
        ("Theme", "theme", "Light", "light"),
        ("Colours of the picture", "colour_map", "magma", "magma"),
    ):
        entries = menu(window, title)
        action(entries, text).trigger()
        assert settings.text(key) == value
        entries.aboutToShow.emit()
        assert [entry.text() for entry in entries.actions() if entry.isChecked()] == [text]


# What it remembers ------------------------------------------------------------------


def test_place_layout_and_tab_are_remembered(
    window: MainWindow, open_window: Open, settings: Settings, tmp_path: Path
) -> None:
    window.resize(960, 704)
    window.workspace.tabs.open_page("Layers")
    window.workspace.tabs.tear_off("Why two inputs?")
    window.close()
    stored = Settings(str(tmp_path / "settings.ini"))
    assert stored.text("tab") == "Layers"
    assert stored.text("torn_off") == "Why two inputs?"
    later = open_window()
    assert later.height() == 704  # as to the width, this screen is narrower than any window
    assert later.workspace.tabs.current_title() == "Layers"
    assert later.workspace.tabs.torn_off() == ["Why two inputs?"]


def test_closing_tells_the_engine(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closing):
        qtbot.keyClick(window, Qt.Key.Key_Q, CTRL)
    assert not window.isVisible()


@pytest.mark.parametrize("stored", [b"", b"nonsense"])
def test_the_first_window_fits_the_screen(
    settings: Settings, open_window: Open, stored: bytes
) -> None:
    settings.set("geometry", stored)
    settings.set("columns", stored)
    window = open_window()
    screen = window.screen()
    assert screen is not None
    room = screen.availableSize().expandedTo(window.minimumSize())
    assert window.size().boundedTo(room) == window.size()
