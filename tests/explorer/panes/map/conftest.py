"""Map panes, each with an analysis that has its session's codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.analysis import Analysis
from explorer.panes.map_pane import MapPane
from explorer.settings import Settings
from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from models.bundle import Bundle
from models.layout_cache import keep_layout, layout_key
from tests.explorer.panes.map.map_hand import Floats, Hand
from tests.patience import TIMEOUT_MS


@pytest.fixture
def put_up_map(
    qtbot: QtBot, tmp_path: Path, window: QWidget, settings: Settings
) -> Iterator[Callable[[Session], Hand]]:
    """Shows the map of a session, whose codes an analysis has."""
    analysis = Analysis(tmp_path / "analysis.log", tmp_path / "cache")
    analysis.start()

    def make(session: Session) -> Hand:
        def send(change: Change) -> None:
            codes = session.subject.whereabouts.codes
            if "codes" in change.fields and codes is not None:
                analysis.set_codes(codes.codes, codes.labels)

        session.changed.connect(send)
        send(Change(frozenset({"codes"}), Source.INPUT))
        pane = MapPane(session, analysis, settings, window)
        pane.resize(552, 600)
        hand = Hand(qtbot, session, pane, window)
        with qtbot.waitExposed(window):
            window.show()
        return hand

    yield make
    analysis.close()


@pytest.fixture
def hand(put_up_map: Callable[[Session], Hand], session: Session) -> Hand:
    """The map of the bundle's codes, with its first image of points."""
    made = put_up_map(session)
    made.qtbot.waitSignal(made.source.rastered, timeout=TIMEOUT_MS).wait()
    return made


@pytest.fixture
def placed(hand: Hand, bundle: Bundle, tmp_path: Path) -> Floats:
    """Points of a map by t-SNE that is kept from an earlier time, and is shown."""
    codes = bundle.codes.codes
    points = np.ascontiguousarray(codes[:, [3, 7]] * 10)
    keep_layout(layout_key(codes, "tsne"), points, tmp_path / "cache")
    hand.projected(lambda: hand.choose("tsne"))
    return points
