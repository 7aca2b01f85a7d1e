"""Exports of every kind from the window, and what comes between them and the disk."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFileDialog

from explorer.application import Application
from explorer.export.film import Film, FilmKind
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.frame import Floats, Frame
from explorer.state.journey import Journey
from explorer.state.journey_edits import journey_path, set_journey
from explorer.state.latent import Route
from explorer.state.looking import ask_tiles
from models.source import ModelSource
from tests.explorer.application.play import Play
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton
LONG = Film(FilmKind.GIF, 512, 50, 600.0)
ENTRIES = {"z…": 1, "Bookmarks…": 3, "Codes of the journey…": 17}


def entry(play: Play, text: str) -> QAction:
    (found,) = (each for each in play.window.findChildren(QAction) if each.text() == text)
    return found


@pytest.fixture
def travelling(play: Play) -> Play:
    travel(play)
    return play


def travel(play: Play) -> None:
    """Three bookmarks, and a journey through them."""
    for z in np.random.default_rng(4).standard_normal((3, 16)).astype(np.float32):
        play.session.edit(add_bookmark(2 * z, "=1+1"))
    play.session.edit(set_journey(Journey(leg_s=0.2)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where everything goes."""
    made = tmp_path / "taken"
    made.mkdir()
    return made


def saved(play: Play, text: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose an entry and a path; what is told in the end."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(path), given[3]))
    with play.qtbot.waitSignal(
        play.session.told,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda sentence: "as soon as" not in sentence,
    ) as told:
        entry(play, text).trigger()
    assert told.args is not None
    return str(told.args[0])


def read_codes(path: Path) -> Floats:
    """What another program finds in a file of codes."""
    if path.suffix == ".npy":
        return np.load(path)  # type: ignore[no-any-return]  # it may hold anything
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))[1:]
        return np.array([row[1:] for row in rows], np.float32)
    record = json.loads(path.read_text("utf-8"))
    what = next(name for name in ("steps", "bookmarks", "z") if name in record)
    return np.array([each["z"] for each in record[what]], np.float32)


def wanted_codes(play: Play, text: str) -> Floats:
    state = play.session.state
    if text == "z…":
        return state.latent.z[np.newaxis]
    if text == "Bookmarks…":
        return np.stack([mark.z for mark in state.bookmarks])
    path = journey_path(state)
    return path.codes(path.places(state.journey.steps))


@pytest.mark.parametrize("suffix", [".npy", ".csv", ".json"])
@pytest.mark.parametrize("text", ENTRIES)
def test_codes_come_back_bit_by_bit(
    travelling: Play, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, suffix: str
) -> None:
    path = folder / f"codes{suffix}"
    told = saved(travelling, text, path, monkeypatch)
    assert told == f"Saved {path}: {ENTRIES[text]} × 16 values."
    assert read_codes(path).tobytes() == wanted_codes(travelling, text).tobytes()


def fill_disk(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("text", [*ENTRIES, "Traversal grid…"])
def test_a_full_disk_is_one_sentence_and_leaves_the_earlier_file(
    travelling: Play, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = folder / ("grid.png" if "grid" in text else "codes.npy")
    path.write_bytes(b"before")
    monkeypatch.setattr("models.files.os.fsync", fill_disk)
    assert saved(travelling, text, path, monkeypatch) == f"{path}: No space left on device."
    assert path.read_bytes() == b"before"
    assert list(folder.iterdir()) == [path]


def decoded(play: Play, zs: Floats) -> Floats:
    """Grey levels of what the engine makes of codes."""
    seq = ask_tiles(play.session, zs)
    found: list[Frame] = []

    def is_it(frame: Frame) -> bool:
        found.append(frame)
        return frame.seq == seq

    with play.qtbot.waitSignal(play.session.answered, timeout=TIMEOUT_MS, check_params_cb=is_it):
        pass
    return np.asarray(np.clip(found[-1].outputs["decoder_output"][..., 0], 0, 1) * 255)


def test_an_mp4_is_of_what_the_decoder_makes(travelling: Play, folder: Path) -> None:
    av = pytest.importorskip("av")
    exports = travelling.window.exports
    path = folder / "journey.mp4"
    with travelling.qtbot.waitSignal(exports.film_ended, timeout=TIMEOUT_MS) as ended:
        exports.write_film(Film(FilmKind.MP4, 280, 50, 0.4), path)
    assert ended.args == [f"Saved {path}: 21 frames, 0.4 s."]
    assert list(folder.iterdir()) == [path]
    way = journey_path(travelling.session.state)
    wanted = decoded(travelling, way.codes(np.arange(21) / 10))
    with av.open(str(path)) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(film.streams.video[0])]
    shown = np.stack(frames)[:, 5::10, 5::10].astype(np.float32)  # the middle of each pixel
    assert shown.shape == wanted.shape
    assert np.abs(shown - wanted).mean() < 3


def begin_film(play: Play, path: Path) -> None:
    """Begin a film of many minutes, and wait for its first frames."""
    exports = play.window.exports
    with play.qtbot.waitSignal(exports.sheet.progress.valueChanged, timeout=TIMEOUT_MS):
        exports.write_film(LONG, path)


def filmers() -> list[psutil.Process]:
    family = psutil.Process().children(recursive=True)
    return [child for child in family if "explorer.export.filming" in " ".join(child.cmdline())]


def test_a_model_that_is_closed_takes_its_film_along(
    new: Play, application: Application, folder: Path, copy: Path
) -> None:
    application.swap(ModelSource(bundle=copy))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    there = Play(new.qtbot, application)
    there.shown(there.session.ask)
    travel(there)
    begin_film(there, folder / "journey.gif")
    (filmer,) = filmers()
    application.close_model()
    assert application.window is new.window
    _, alive = psutil.wait_procs([filmer], timeout=10)
    assert not alive
    assert list(folder.iterdir()) == []
    new.shown(new.session.randomise)


def test_a_film_and_a_hand_go_on_side_by_side_and_with_another_model(
    new: Play, application: Application, folder: Path, copy: Path
) -> None:
    travel(new)
    begin_film(new, folder / "journey.gif")
    new.shown(new.session.randomise)
    new.session.undo_stack.setIndex(0)
    new.shown(lambda: new.session.plug(Route.HELD))
    application.swap(ModelSource(bundle=copy))
    new.qtbot.waitUntil(lambda: application.window is not new.window, timeout=TIMEOUT_MS)
    there = Play(new.qtbot, application)
    there.shown(there.session.randomise)
    with new.qtbot.waitSignal(new.window.exports.sheet.progress.valueChanged, timeout=TIMEOUT_MS):
        pass
    application.close_model()
    with new.qtbot.waitSignal(new.window.exports.film_ended, timeout=TIMEOUT_MS):
        new.window.exports.cancel()
        new.window.exports.cancel()
    assert list(folder.iterdir()) == []


def test_there_is_one_film_at_a_time(travelling: Play, folder: Path) -> None:
    begin_film(travelling, folder / "journey.gif")
    exports = travelling.window.exports
    exports.show_sheet()
    assert not exports.sheet.export.isEnabled()
    told = travelling.told(lambda: exports.write_film(LONG, folder / "other.gif"))
    assert told == "A film is being written already; wait for it, or cancel it."
    assert len(filmers()) == 1
    with travelling.qtbot.waitSignal(exports.film_ended, timeout=TIMEOUT_MS):
        exports.cancel()
    assert not filmers()
    assert list(folder.iterdir()) == []
