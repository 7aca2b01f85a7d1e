"""Sliders that an engine measures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QWidget

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.session import Session
from tests.explorer.panes.latent.measuring import (
    Engine,
)

PutUp = Callable[[QWidget, int, int], None]


@pytest.fixture
def engine(session: Session) -> Engine:
    return Engine(session)


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings, engine: Engine) -> LatentPane:
    made = LatentPane(session, settings)
    put_up(made, 600, 580)
    return made
