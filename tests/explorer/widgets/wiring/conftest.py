"""A strip on the screen."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.widgets.wiring_layout import STRIP_PX
from explorer.widgets.wiring_strip import WiringStrip
from tests.explorer.widgets.wiring.networks import (
    BY_ENCODER,
    EXAMPLE,
)


@pytest.fixture
def strip(qtbot: QtBot) -> WiringStrip:
    made = WiringStrip(EXAMPLE, BY_ENCODER)
    made.resize(1600, STRIP_PX)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made
