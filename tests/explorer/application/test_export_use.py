"""Taking it away from the window: films, codes, the traversal grid and Keras code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PyQt6.QtGui import QAction, QClipboard
from PyQt6.QtWidgets import QFileDialog

from explorer.export.film import FilmKind
from explorer.export.reel import CANCELLED
from explorer.panes.export_code import TOLD
from explorer.panes.export_sheet import FilmSheet
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.frame import Frame, Lane, Request
from explorer.state.journey import Journey
from explorer.state.journey_edits import journey_path, set_journey
from explorer.state.latent import Route
from explorer.state.looking import ask_tiles
from models.noise import KINDS
from tests.explorer.application.play import Floats, Play
from tests.models.scripts import run_scripts
from tests.patience import TIMEOUT_MS

Choose = Callable[[Path], None]


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Have the file dialog choose a path."""

    def chosen(path: Path) -> None:
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *arguments: (str(path), arguments[3])
        )

    return chosen


def entry(play: Play, text: str) -> QAction:
    (found,) = (each for each in play.window.findChildren(QAction) if each.text() == text)
    return found


def travel(play: Play, stops: int = 3, leg_s: float = 0.2, closed: bool = False) -> None:
    """Bookmarks, and a journey through them."""
    dim = play.session.subject.latent_dim
    for z in np.random.default_rng(4).standard_normal((stops, dim)).astype(np.float32):
        play.session.edit(add_bookmark(2 * z))
    play.session.edit(set_journey(Journey(leg_s=leg_s, closed=closed)))


def travel_far(play: Play) -> None:
    """A journey whose film is far from its end when it has begun, however busy the machine is."""
    travel(play, stops=16, leg_s=20.0)


def open_sheet(play: Play, kind: FilmKind) -> FilmSheet:
    entry(play, "Journey as a film…").trigger()
    sheet = play.window.exports.sheet
    sheet.kind.setCurrentText(kind.value)
    sheet.kind.activated.emit(sheet.kind.currentIndex())
    return sheet


def decoded(play: Play, zs: Floats) -> Floats:
    """What the engine makes of codes."""
    seq = ask_tiles(play.session, zs)
    found: list[Frame] = []

    def is_it(frame: Frame) -> bool:
        found.append(frame)
        return frame.seq == seq

    with play.qtbot.waitSignal(play.session.answered, timeout=TIMEOUT_MS, check_params_cb=is_it):
        pass
    return found[-1].outputs["decoder_output"]


def test_the_timeline_leads_to_the_film(play: Play) -> None:
    travel(play)
    play.space.tabs.open_page("Journey")
    play.space.journey.travel.export.click()
    assert play.window.exports.sheet.isVisible()
    play.window.exports.sheet.close()


def test_a_journey_becomes_a_film_of_what_the_decoder_makes_of_it(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    travel(play, closed=True)
    sheet = open_sheet(play, FilmKind.GIF)
    sheet.side_px.setValue(28)
    assert sheet.words.text() == "15 frames, 0.6 s"
    choose(tmp_path / "mine")
    sentence = play.told(sheet.export.click)
    path = tmp_path / "mine.gif"
    assert sentence == f"Saved {path}: 15 frames, 0.6 s."
    assert list(tmp_path.iterdir()) == [path]
    way = journey_path(play.session.state)
    wanted = decoded(play, way.codes(np.arange(15) / 5))[..., 0]
    with Image.open(path) as film:
        shown = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(film)]
    np.testing.assert_allclose(np.stack(shown), np.clip(wanted, 0, 1) * 255, atol=0.51)


def test_a_film_is_of_the_journey_as_it_was_when_it_was_begun(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    travel(play)
    sheet = open_sheet(play, FilmKind.PNGS)
    choose(tmp_path / "pictures")
    with play.qtbot.waitSignal(play.session.told, timeout=TIMEOUT_MS):
        sheet.export.click()
        play.session.undo_stack.setIndex(0)
    assert len(list((tmp_path / "pictures").iterdir())) == 13


def test_a_film_that_is_cancelled_leaves_nothing(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    travel_far(play)
    sheet = open_sheet(play, FilmKind.GIF)
    choose(tmp_path / "mine.gif")
    with play.qtbot.waitSignal(sheet.progress.valueChanged, timeout=TIMEOUT_MS):
        sheet.export.click()
    assert not sheet.export.isEnabled()
    assert play.told(sheet.cancel.click) == CANCELLED
    assert list(tmp_path.iterdir()) == []
    assert sheet.export.isEnabled()
    assert sheet.cancel.isHidden()


def test_a_window_that_goes_leaves_nothing_unfinished(
    new: Play, tmp_path: Path, choose: Choose
) -> None:
    travel_far(new)
    sheet = open_sheet(new, FilmKind.GIF)
    choose(tmp_path / "mine.gif")
    with new.qtbot.waitSignal(sheet.progress.valueChanged, timeout=TIMEOUT_MS):
        sheet.export.click()
    assert len(list(tmp_path.iterdir())) == 1
    new.window.exports.close()
    assert list(tmp_path.iterdir()) == []


def test_the_sheet_leaves_with_its_window_and_the_film_goes_on(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    travel(play)
    sheet = open_sheet(play, FilmKind.GIF)
    choose(tmp_path / "mine.gif")
    with play.qtbot.waitSignal(play.session.told, timeout=TIMEOUT_MS):
        sheet.export.click()
        play.window.leave_sight()
        assert sheet.isHidden()
    assert (tmp_path / "mine.gif").exists()
    play.window.show()


def test_an_engine_that_dies_ends_the_film_in_a_sentence(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    travel_far(play)
    sheet = open_sheet(play, FilmKind.GIF)
    choose(tmp_path / "mine.gif")
    with play.qtbot.waitSignal(sheet.progress.valueChanged, timeout=TIMEOUT_MS):
        sheet.export.click()

    def kill(request: Request) -> None:  # between two requests it would not be missed
        if request.lane is Lane.EXPORT:
            play.engine.end_and_restart()

    play.session.requested.connect(kill)  # again and again: an answer may be quicker than the kill
    with play.qtbot.waitSignal(play.window.exports.film_ended, timeout=TIMEOUT_MS) as ended:
        pass
    play.session.requested.disconnect(kill)
    assert ended.args == ["The engine ended before it answered; try again."]
    assert list(tmp_path.iterdir()) == []
    play.shown(play.session.ask)


def test_without_a_journey_there_is_nothing_to_export_and_the_sheet_says_why(play: Play) -> None:
    sheet = open_sheet(play, FilmKind.MP4)
    assert not sheet.export.isEnabled()
    assert "must have at least two bookmarks" in sheet.words.text()
    travel(play)
    assert sheet.export.isEnabled()
    play.start_over()
    assert not sheet.export.isEnabled()
    assert "must be there" in play.told(entry(play, "Bookmarks…").trigger)


def test_without_the_library_the_sheet_says_what_to_do(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(play)
    monkeypatch.setattr("explorer.export.film.find_spec", lambda _: None)
    sheet = open_sheet(play, FilmKind.MP4)
    assert "pip install av, or export a GIF" in sheet.words.text()
    assert not sheet.export.isEnabled()
    assert open_sheet(play, FilmKind.GIF).export.isEnabled()


@pytest.mark.parametrize(
    ("text", "count"), [("z…", 1), ("Bookmarks…", 3), ("Codes of the journey…", 17)]
)
def test_codes_are_saved(play: Play, tmp_path: Path, choose: Choose, text: str, count: int) -> None:
    travel(play)
    path = tmp_path / "codes.npy"
    choose(path)
    sentence = play.told(entry(play, text).trigger)
    assert sentence == f"Saved {path}: {count} × 16 values."
    assert np.load(path).shape == (count, 16)


def test_the_whole_grid_is_saved_as_soon_as_it_is_there(
    play: Play, tmp_path: Path, choose: Choose
) -> None:
    path = tmp_path / "grid.png"
    choose(path)
    with play.qtbot.waitSignal(
        play.session.told,
        timeout=TIMEOUT_MS,
        check_params_cb=lambda sentence: sentence.startswith("Saved"),
    ):
        entry(play, "Traversal grid…").trigger()
    grid = play.space.traversal.grid
    with Image.open(path) as image:
        assert image.size == (2 * grid.width(), 2 * grid.height())
        cell = grid.cell_rect(15, 5)
        box = [2 * round(edge) for edge in (cell.left(), cell.top(), cell.right(), cell.bottom())]
        low, high = image.convert("L").crop((box[0], box[1], box[2], box[3])).getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    assert high - low > 100


def test_copied_code_makes_what_is_on_the_screen(
    play: Play, tmp_path: Path, clipboard: QClipboard
) -> None:
    scripts: list[str] = []
    frames: list[Frame] = []

    def copy(frame: Frame) -> None:
        code = entry(play, "Copy Keras code")
        assert play.told(code.trigger) == TOLD
        scripts.append(clipboard.text())
        frames.append(frame)

    for kind in KINDS.values():
        noise = kind.parameters.at_strength(0.7)
        if noise != play.session.state.noise:
            copy(play.shown(lambda noise=noise: play.session.set_noise(noise)))  # type: ignore[misc]  # of this turn
    play.shown(lambda: play.session.plug(Route.HELD))
    copy(play.shown(play.session.randomise))
    entry(play, "Copy as Keras code").trigger()
    assert clipboard.text() == scripts[-1]
    for left, frame in zip(run_scripts(scripts, tmp_path), frames, strict=True):
        assert np.abs(left["picture"] - frame.outputs["decoder_output"]).max() <= 1e-5
        if frame.z is not None:
            assert np.abs(left["z"] - frame.z).max() <= 1e-5
