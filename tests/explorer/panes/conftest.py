"""What the tests of every pane need: a place on the screen, and who listens to the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.state.frame import Request
from explorer.state.session import Session


@pytest.fixture
def put_up(qtbot: QtBot) -> Callable[[QWidget, int, int], None]:
    """Shows a pane as a window of this width and height, which has the keyboard."""

    def show(pane: QWidget, width_px: int, height_px: int) -> None:
        qtbot.addWidget(pane)
        pane.resize(width_px, height_px)
        with qtbot.waitActive(pane):
            pane.show()
            pane.activateWindow()

    return show


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window without a layout: a pane in it has the size it is given."""
    made = QWidget()
    made.resize(1300, 600)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def told(session: Session) -> list[str]:
    """Sentences for the status line."""
    sentences: list[str] = []
    session.told.connect(sentences.append)
    return sentences


@pytest.fixture
def requests(session: Session) -> list[Request]:
    """What the engine would have been asked, in order."""
    asked: list[Request] = []
    session.requested.connect(asked.append)
    return asked
