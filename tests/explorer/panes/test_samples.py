"""Samples of a user's data in the input pane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtGui import QAction
from pytestqt.qtbot import QtBot

from explorer.panes.input_pane import InputPane
from explorer.settings import Settings
from explorer.state.session import Session
from explorer.widgets.sample_menu import SampleMenu
from models.subject import Samples


@pytest.fixture
def pane(qtbot: QtBot, session: Session, settings: Settings) -> InputPane:
    made = InputPane(session, settings)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def samples(session: Session) -> Samples:
    generator = np.random.default_rng(2)
    pictures = generator.integers(0, 256, (6, *session.subject.picture_shape), np.uint8)
    return Samples("a & b.npz", pictures, np.array([3, 5, 3, 5, 5, -1], np.int32))


def entry(pane: InputPane, text: str) -> QAction:
    found = [action for action in pane.findChildren(QAction) if action.text() == text]
    assert len(found) == 1
    return found[0]


def taken(session: Session, samples: Samples) -> int:
    """Which sample the encoder gets."""
    same = [np.array_equal(session.clean[0], samples.picture(n)) for n in range(6)]
    return same.index(True)


def test_a_label_is_picked_from_the_data(
    pane: InputPane, session: Session, samples: Samples
) -> None:
    session.set_data("a & b.npz", None, samples)
    entry(pane, "Label 3").trigger()
    assert taken(session, samples) in (0, 2)
    entry(pane, "Any of a && b.npz").trigger()
    assert 0 <= taken(session, samples) <= 5


def test_a_random_sample_comes_from_the_data_where_there_are_any(
    pane: InputPane, session: Session, samples: Samples
) -> None:
    pane.pick_sample()
    assert session.state.drawing.strokes
    session.set_data("a & b.npz", None, samples)
    pane.pick_sample()
    assert taken(session, samples) >= 0
    entry(pane, "7").trigger()
    assert session.state.drawing.strokes


def test_other_data_bring_other_labels(pane: InputPane, session: Session, samples: Samples) -> None:
    session.set_data("a & b.npz", None, samples)
    later = Samples("c.npz", samples.pictures, np.full(6, 8, np.int32))
    session.set_data("c.npz", None, later)
    (menu,) = pane.findChildren(SampleMenu)
    texts = [action.text() for action in menu.actions()]
    assert "Label 8" in texts
    assert "Label 3" not in texts


def test_labels_are_called_as_the_data_call_them(
    pane: InputPane, session: Session, samples: Samples
) -> None:
    names = ("a", "b", "c", "d & e", "f", "g")
    session.set_data("a & b.npz", None, replace(samples, label_names=names))
    entry(pane, "d && e").trigger()
    assert taken(session, samples) in (0, 2)
