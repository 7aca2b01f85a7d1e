"""The window with an engine that never starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.engine.client import Engine
from explorer.main_window import MainWindow
from explorer.settings import Settings
from explorer.state.session import Session
from explorer.training_desk import TrainingDesk

Open = Callable[[], MainWindow]


@pytest.fixture
def engine(session: Session, tmp_path: Path) -> Engine:
    """An engine that nobody starts."""
    return Engine(session.subject.source, tmp_path / "some.log", session)


@pytest.fixture
def open_window(
    qtbot: QtBot, session: Session, engine: Engine, settings: Settings, tmp_path: Path
) -> Open:
    """Opens the window as a start of the app would."""
    desk = TrainingDesk(session)

    def make() -> MainWindow:
        made = MainWindow(session, engine, settings, tmp_path / "some.log", lambda: desk)
        qtbot.addWidget(made)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.workspace.restore_torn_off()
        return made

    return make


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window()
