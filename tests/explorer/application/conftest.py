"""The app with its real engine, and windows of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.settings import SETTINGS, Settings
from models.bundle import DEFAULT
from tests.explorer.application.play import Play


@pytest.fixture(scope="module")
def application(
    qapp: QApplication, keep_looks: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.application.log_path", lambda: folder / "app.log")
        patch.setattr("explorer.opening.log_path", lambda: folder / "app.log")
        made = Application(qapp, Settings(str(folder / "settings.ini")), seed=7)
        yield made
        made.close()


@pytest.fixture
def open_window(qtbot: QtBot, application: Application) -> Callable[[], Play]:
    """Opens a window as the first start does; no event is handled yet."""

    def make() -> Play:
        for key, setting in SETTINGS.items():
            application.settings.set(key, setting.default)
        application.open(DEFAULT)
        return Play(qtbot, application)

    return make


@pytest.fixture
def new(open_window: Callable[[], Play]) -> Play:
    """A new window with its first live picture."""
    opened = open_window()
    opened.shown(opened.window.activateWindow)
    return opened


@pytest.fixture(scope="module")
def spare() -> list[Play]:
    """The window that the last test of ``play`` has left, if any."""
    return []


@pytest.fixture
def play(
    qtbot: QtBot, application: Application, open_window: Callable[[], Play], spare: list[Play]
) -> Play:
    """A window as a new one is; opening one takes longer than undoing what was done in one."""
    if spare and spare[0].window is application.window:
        (left,) = spare
        left.qtbot = qtbot
        left.shown(left.start_over)
        return left
    spare[:] = [open_window()]
    spare[0].shown(spare[0].window.activateWindow)
    return spare[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundle, under another name."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "another"))
