"""An engine that dies, bundles that are broken, mistakes, and the end."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt6.QtCore import QCoreApplication, Qt, QTimer
from PyQt6.QtGui import QClipboard, QColor, QPalette
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.engine.process import FORKS
from explorer.engine.status import Phase
from explorer.recent import read_recent
from explorer.theme import DARK, LIGHT, theme_of
from models.bundle import CODES, DECODER, ENCODER, read_card, write_card
from models.source import ModelSource
from tests.explorer.application.play import Drag, Play, made_by_hand, what_is_kept
from tests.patience import TIMEOUT_MS

ROOT = Path(__file__).parents[3]
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


# An engine that dies or hangs ---------------------------------------------------------


def test_a_killed_engine_comes_back_and_nothing_is_lost(new: Play, drag: Drag) -> None:
    made = made_by_hand(new, drag)
    sentences: list[str] = []
    new.engine.status_changed.connect(lambda _: sentences.append(new.window.status.sentence()))
    new.statuses.clear()
    new.shown(new.process().kill)
    assert what_is_kept(new) == made
    phases = [s.phase for s in new.statuses if s.phase not in (Phase.BUSY, Phase.HUNG)]
    assert list(dict.fromkeys(phases)) == [Phase.RESTARTING, Phase.LOADING, Phase.READY]
    assert "ended" in sentences[0]
    assert new.window.status.sentence() == ""
    assert new.window.status.engine_text() == "engine ready"
    new.shown(new.session.undo_stack.undo)
    new.shown(new.session.undo_stack.undo)


@NOT_ON_WINDOWS
def test_a_hung_engine_is_ended_by_a_button_and_nothing_is_lost(new: Play, drag: Drag) -> None:
    made_by_hand(new, drag)
    new.until(Phase.HUNG, lambda: new.process().suspend())
    assert new.helps() == ["End it"]
    assert "does not answer" in new.window.status.sentence()
    drag(*new.track(1, 0.2, 0.4))  # the window goes on while the engine hangs
    state = new.session.state
    frame = new.shown(lambda: new.click("End it"))
    assert new.session.state is state
    assert frame.z is not None
    np.testing.assert_array_equal(frame.z[0], state.latent.z)
    assert new.helps() == []
    assert new.window.status.engine_text() == "engine ready"


def test_after_three_deaths_it_says_what_to_do_and_a_button_tries_again(
    new: Play, drag: Drag, clipboard: QClipboard
) -> None:
    made = made_by_hand(new, drag)
    for _ in range(2):
        new.shown(new.process().kill)
    new.until(Phase.FAILED, new.process().kill)
    line = new.window.status
    assert line.engine_text() == "engine failed"
    assert "3 times within a minute" in line.sentence()
    assert new.helps() == ["Try again", "Copy report"]
    new.click("Copy report")
    assert "FAILED" in clipboard.text()
    new.shown(lambda: new.click("Try again"))
    assert what_is_kept(new) == made
    assert line.engine_text() == "engine ready"


# Other bundles ----------------------------------------------------------------------


def test_another_bundle_takes_the_place_of_this_one(
    new: Play, application: Application, copy: Path, qtbot: QtBot
) -> None:
    process = new.process()
    new.space.tabs.open_page("Layers")
    gone: list[str] = []
    new.session.destroyed.connect(lambda: gone.append("session"))
    new.engine.destroyed.connect(lambda: gone.append("engine"))
    with qtbot.waitSignal(application.opener.opened, timeout=TIMEOUT_MS):
        new.window.model_wanted.emit(ModelSource.of(copy))
    later = Play(qtbot, application)
    assert later.space.tabs.current_title() == "Layers"
    assert later.window is not new.window
    assert later.window.windowTitle().startswith("another")
    assert later.session.subject.source.path == copy
    later.shown(later.session.randomise)
    assert read_recent(application.settings.text("recent"))[0].path == copy
    assert process.is_running()  # it is open still, behind the other
    application.swap(new.session.subject.source)
    new.window.close_wanted.emit()
    qtbot.waitUntil(lambda: sorted(gone) == ["engine", "session"], timeout=TIMEOUT_MS)
    assert application.window is later.window
    ended, _ = psutil.wait_procs([process], timeout=10)
    assert ended


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (shutil.rmtree, "no such folder"),
    "no card": (lambda folder: (folder / "card.json").unlink(), "card.json"),
    "torn": (lambda folder: (folder / CODES).write_bytes(b"PK"), CODES),
    "tampered": (
        lambda folder: (folder / CODES).write_bytes(b"\0" + (folder / CODES).read_bytes()[1:]),
        "SHA-256",
    ),
    # What only an engine can tell.
    "no model": (lambda folder: swap_in(folder, DECODER, CODES), DECODER),
    "mismatched": (lambda folder: swap_in(folder, ENCODER, DECODER), "the same latent_dim"),
}


def swap_in(folder: Path, name: str, other: str) -> None:
    """Put another file in the place of one, and let the card say that this is right."""
    shutil.copy(folder / other, folder / name)
    write_card(folder, read_card(folder))


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_bundle_is_one_sentence_and_the_window_stays(
    play: Play, application: Application, copy: Path, drag: Drag, name: str
) -> None:
    spoil, found = BREAKS[name]
    spoil(copy)
    made = made_by_hand(play, drag)
    sentence = play.told(lambda: play.window.model_wanted.emit(ModelSource.of(copy)))
    assert str(copy) in sentence
    assert found in sentence
    assert "\n" not in sentence
    assert application.window is play.window
    assert play.window.status.opening_text() == ""
    assert what_is_kept(play) == made
    play.shown(play.session.randomise)


def test_the_window_can_be_closed_while_another_bundle_loads(
    new: Play, application: Application, copy: Path
) -> None:
    new.window.model_wanted.emit(ModelSource.of(copy))
    assert new.window.status.opening_text() == "Opening another…"
    new.window.close()
    assert application.window is None
    _, alive = psutil.wait_procs(engines(), timeout=10)
    assert not alive


def test_a_picture_that_was_still_being_read_disturbs_no_other_window(
    new: Play, application: Application, copy: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "one.png"
    assert new.window.grab().save(str(path))
    pane = new.space.input
    with qtbot.waitSignal(application.opener.opened, timeout=TIMEOUT_MS):
        new.window.model_wanted.emit(ModelSource.of(copy))
    picture = np.zeros((30, 30), np.float32)
    picture[10:20, 12:18] = 1
    pane._use(picture, "open one.png")  # as the reader's thread would have it
    later = Play(qtbot, application)
    later.shown(later.session.randomise)
    assert later.window.status.sentence() == ""


def engines() -> list[psutil.Process]:
    """Engine processes: the children of the template, or this process's own."""
    return [
        process
        for child in psutil.Process().children()
        for process in (child.children() if FORKS else [child])
    ]


# Looks and errors -------------------------------------------------------------------


def test_the_theme_follows_the_setting_at_once(play: Play, application: Application) -> None:
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        application.settings.set("theme", name)
        assert theme_of(QApplication.palette()) is theme
        colour = play.window.grab().toImage().pixelColor(3, 60)
        assert colour == QColor(theme.ground)


def test_light_and_dark_follow_the_system(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    class System:
        scheme = Qt.ColorScheme.Light

        @classmethod
        def styleHints(cls) -> type[System]:
            return cls

        @classmethod
        def colorScheme(cls) -> Qt.ColorScheme:
            return cls.scheme

    application.settings.set("theme", "system")
    hints = QApplication.styleHints()
    assert hints is not None
    monkeypatch.setattr("explorer.appearance.QGuiApplication", System)
    for scheme, theme in ((Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)):
        System.scheme = scheme
        hints.colorSchemeChanged.emit(scheme)
        window = QApplication.palette().color(QPalette.ColorRole.Window)
        assert window == QColor(theme.ground)


def test_a_mistake_of_ours_is_told_and_logged_and_the_app_goes_on(
    play: Play,
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("a mistake of ours")

    def leave() -> None:
        QCoreApplication.exit()  # unlike `quit`, without closing the window

    monkeypatch.setattr("explorer.application.configure_log", lambda: None)
    monkeypatch.setattr(application, "close", lambda: None)
    sentences: list[str] = []
    play.session.told.connect(sentences.append)
    before = signal.getsignal(signal.SIGINT)
    application.broke.connect(leave)
    QTimer.singleShot(0, stumble)
    try:
        application.run()
    finally:
        signal.signal(signal.SIGINT, before)
        application.broke.disconnect(leave)
    (sentence,) = sentences
    assert "ZeroDivisionError: a mistake of ours" in sentence
    assert "Copy report" in sentence
    assert "in stumble" in caplog.text
    play.shown(play.session.randomise)


# The end ----------------------------------------------------------------------------


def test_closing_the_window_leaves_no_engine(new: Play, application: Application) -> None:
    process = new.process()
    new.window.close()
    assert application.window is None
    ended, _ = psutil.wait_procs([process], timeout=10)
    assert ended


PROGRAM = """
import sys
from explorer.application import Application, make_qt_app
from explorer.settings import Settings
from models.bundle import DEFAULT

application = Application(make_qt_app(), Settings(sys.argv[1]))
application.open(DEFAULT)
application.engine.status_changed.connect(lambda status: print(status.phase.name, flush=True))
sys.exit(application.run())
"""


@NOT_ON_WINDOWS
def test_ctrl_c_in_the_terminal_closes_the_window_and_leaves_no_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "settings.ini")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert "READY\n" in iter(program.stdout.readline, "")
        family = psutil.Process(program.pid).children(recursive=True)
        assert family
        program.send_signal(signal.SIGINT)
        assert program.wait() == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive
