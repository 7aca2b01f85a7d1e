"""Codes that make no sense, in the window with the real engine and the real analysis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from explorer.application import Application
from explorer.panes.map_pane import CANCELLED, MapPane
from models.bundle import CODES, Codes, read_card, write_card
from models.source import ModelSource
from tests.explorer.application.play import Play, what_is_kept
from tests.patience import TIMEOUT_MS

Arrays = dict[str, Any]
MOST_CHARS = 200


def is_one_sentence(text: str) -> bool:
    return len(text) <= MOST_CHARS and text.endswith(".") and "\n" not in text


def spoil_codes(arrays: Arrays) -> None:
    arrays["codes"][5, 3] = np.nan


def shorten_labels(arrays: Arrays) -> None:
    arrays["labels"] = arrays["labels"][:-7]


@pytest.mark.parametrize(
    ("spoil", "said"), [(spoil_codes, "codes must be finite"), (shorten_labels, "labels must be")]
)
def test_a_bundle_with_bad_codes_is_refused_and_the_open_one_stays(
    play: Play,
    application: Application,
    copy: Path,
    spoil: Callable[[Arrays], None],
    said: str,
) -> None:
    with np.load(copy / CODES) as stored:
        arrays = dict(stored)
    spoil(arrays)
    np.savez(copy / CODES, **arrays)
    write_card(copy, {name: part for name, part in read_card(copy).items() if name != "files"})
    before, codes = what_is_kept(play), play.session.subject.whereabouts.codes
    with play.qtbot.waitSignal(application.opener.refused, timeout=TIMEOUT_MS) as refused:
        application.swap(ModelSource(bundle=copy))
    assert refused.args is not None
    assert said in refused.args[0]
    assert application.window is play.window
    assert what_is_kept(play) == before
    assert play.session.subject.whereabouts.codes is codes


def test_data_without_a_finite_picture_are_told_in_one_sentence_and_change_nothing(
    play: Play, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.full((9, 28, 28), np.nan, np.float32), y=np.zeros(9, np.uint8))
    before, codes = what_is_kept(play), play.session.subject.whereabouts.codes
    sentence = play.told(lambda: play.window.data_wanted.emit(str(path)))
    assert "must hold finite numbers" in sentence
    assert is_one_sentence(sentence)
    assert what_is_kept(play) == before
    assert play.session.subject.whereabouts.codes is codes


def test_labels_that_do_not_fit_their_pictures_are_left_out_and_that_is_told(
    new: Play, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, x=np.zeros((9, 28, 28), np.uint8), y=np.arange(8, dtype=np.uint8))
    before = what_is_kept(new)
    sentence = new.told(lambda: new.window.data_wanted.emit(str(path)))
    assert sentence.endswith("8 labels for 9 pictures are left out.")
    codes = new.session.subject.whereabouts.codes
    assert codes is not None
    assert len(codes.codes) == 9
    assert not codes.labels.any()
    assert what_is_kept(new) == before


def test_labels_of_another_length_never_reach_the_analysis(new: Play) -> None:
    new.space.tabs.open_page("Neighbours")
    codes = new.session.subject.whereabouts.codes
    assert codes is not None
    before = what_is_kept(new)
    misfit = Codes(**{**vars(codes), "labels": codes.labels[:5]})
    sentence = new.told(lambda: new.session.set_data("mine", misfit, None))
    assert "must be one for each code" in sentence
    assert is_one_sentence(sentence)
    assert what_is_kept(new) == before


def test_a_projection_cancelled_half_way_leaves_the_map_as_it_was(play: Play) -> None:
    pane = open_map(play.qtbot, play)
    shown, before = pane.source.projection, what_is_kept(play)
    chooser = pane.findChild(QComboBox)
    assert chooser is not None
    index = chooser.findData("tsne")
    chooser.setCurrentIndex(index)
    chooser.activated.emit(index)
    name = "Do not wait for this projection"
    stop = next(b for b in pane.findChildren(QPushButton) if b.accessibleName() == name)
    assert play.told(stop.click) == CANCELLED
    assert pane.source.projection is shown
    assert chooser.currentData() == "pca"
    assert what_is_kept(play) == before


@pytest.mark.parametrize("count", [1, 10])
def test_one_code_or_equal_ones_have_neighbours_and_no_map_of_their_spread(
    new: Play, count: int
) -> None:
    pane = open_map(new.qtbot, new)
    before = what_is_kept(new)
    codes = Codes.measure(np.full((count, 16), 0.5, np.float32), np.zeros(count, np.uint8))
    sentence = new.told(lambda: new.session.set_data("mine", codes, None))
    assert "must vary" in sentence
    assert is_one_sentence(sentence)
    assert pane.source.projection is None
    new.space.tabs.open_page("Neighbours")
    near = new.space.neighbours
    new.qtbot.waitUntil(
        lambda: len(near.near.neighbours) == count and not near._awaited, timeout=TIMEOUT_MS
    )
    assert "farther out than all" in near._words.text()
    assert what_is_kept(new) == before


def open_map(qtbot: QtBot, play: Play) -> MapPane:
    """The open tab, once the points are there."""
    play.space.tabs.open_page("Map")
    pane = play.space.map
    if pane.source.projection is None:
        with qtbot.waitSignal(pane.source.rastered, timeout=TIMEOUT_MS):
            pass
    return pane
