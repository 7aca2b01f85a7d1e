"""What a mouse does with bookmarks, the timeline and the formula, with the real engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PyQt6.QtWidgets import QApplication, QWidget

from explorer.panes.journey_pane import JourneyPane
from explorer.state.bookmark_edits import add_bookmark
from explorer.state.frame import Frame
from explorer.state.journey import Journey, Through
from explorer.state.journey_edits import journey_path, set_journey
from explorer.state.latent import Source
from explorer.state.looking import ask_tiles
from explorer.widgets.code_shelf import CodeShelf
from models.arithmetic import RANDOM_PAIRS
from tests.explorer.application.play import Drag, Floats, Play
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
ACTIONS = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
LABELS = (7, 3, 0, 5)

DropOn = Callable[[CodeShelf, int, QWidget, QPointF], None]


@pytest.fixture
def pane(play: Play) -> JourneyPane:
    """The open tab with four bookmarks, once their pictures are there."""
    play.space.tabs.open_page("Journey")
    pane = play.space.journey
    pane.pages.open_page("Travel")
    for label in LABELS:
        play.session.edit(add_bookmark(code_of(play, label), f"a {label}"))
    play.qtbot.waitUntil(
        lambda: all(item.image is not None for item in pane.bookmarks.shelf.items),
        timeout=TIMEOUT_MS,
    )
    return pane


@pytest.fixture
def drop_on(play: Play, monkeypatch: pytest.MonkeyPatch) -> DropOn:
    """Drags a code of a shelf with the mouse, and lets it go somewhere else."""

    def dropped(shelf: CodeShelf, index: int, target: QWidget, place: QPointF) -> None:
        def execute(drag: QDrag, *_: object) -> Qt.DropAction:
            data, at = drag.mimeData(), place.toPoint()
            enter = QDragEnterEvent(at, ACTIONS, data, LEFT, PLAIN)
            QApplication.sendEvent(target, enter)
            assert enter.isAccepted()
            QApplication.sendEvent(target, QDragMoveEvent(at, ACTIONS, data, LEFT, PLAIN))
            drop = QDropEvent(place, ACTIONS, data, LEFT, PLAIN)
            QApplication.sendEvent(target, drop)
            assert drop.isAccepted()
            return Qt.DropAction.MoveAction

        monkeypatch.setattr(QDrag, "exec", execute)
        start = shelf.places().tile(index).center().toPoint()
        play.qtbot.mousePress(shelf, LEFT, pos=start)
        play.qtbot.mouseMove(shelf, start * 3)
        play.qtbot.mouseRelease(shelf, LEFT, pos=start * 3)

    return dropped


def code_of(play: Play, label: int) -> Floats:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    code: Floats = codes.codes[codes.labels == label][0]
    return code


def decoded(play: Play, z: Floats) -> Floats:
    """Grey levels of what the engine makes of a code."""
    seq = ask_tiles(play.session, z[np.newaxis])
    found: list[Frame] = []

    def is_it(frame: Frame) -> bool:
        found.append(frame)
        return frame.seq == seq

    with play.qtbot.waitSignal(play.session.answered, timeout=TIMEOUT_MS, check_params_cb=is_it):
        pass
    return np.asarray(np.clip(found[-1].outputs["decoder_output"][0, :, :, 0], 0, 1) * 255)


def levels(image: QImage | None) -> Floats:
    assert image is not None
    rows = [[image.pixelColor(x, y).lightness() for x in range(28)] for y in range(28)]
    return np.array(rows, np.float32)


def names(play: Play) -> str:
    return "".join(bookmark.name[-1] for bookmark in play.session.state.bookmarks)


def test_a_bookmark_is_dragged_to_another_place_and_the_journey_follows(
    play: Play, pane: JourneyPane, drop_on: DropOn
) -> None:
    play.session.edit(set_journey(Journey(steps=1)))
    shelf = pane.bookmarks.shelf
    behind_the_first = shelf.places().tile(0).center() + QPointF(20, 0)
    drop_on(shelf, 3, shelf, behind_the_first)
    assert names(play) == "7530"
    assert play.session.undo_stack.undoText() == "move a bookmark"
    film = pane.travel.film
    play.qtbot.waitUntil(
        lambda: all(frame.image is not None and frame.near is not None for frame in film.frames),
        timeout=TIMEOUT_MS,
    )
    assert [frame.line[0] for frame in film.frames] == ["7", "5", "3", "0"]
    play.session.undo_stack.undo()
    assert names(play) == "7305"


def test_keys_put_bookmarks_into_a_and_b_and_the_journey_goes_from_one_to_the_other(
    play: Play, pane: JourneyPane
) -> None:
    shelf, travel = pane.bookmarks.shelf, pane.travel
    for place, key in ((3, Qt.Key.Key_A), (1, Qt.Key.Key_B)):
        at = shelf.places().tile(place).center().toPoint()
        play.shown(lambda at=at: play.qtbot.mouseClick(shelf, LEFT, pos=at))  # type: ignore[misc]  # of this turn
        play.qtbot.keyClick(shelf, key)
    assert play.session.state.slots == ("b4", "b2")
    travel.through.setCurrentText(Through.A_TO_B.value)
    travel.through.activated.emit(travel.through.currentIndex())
    travel.leg_s.setValue(0.2)
    travel.play.click()
    play.qtbot.waitUntil(lambda: not travel.player.is_playing, timeout=TIMEOUT_MS)
    path = journey_path(play.session.state)
    assert path.points.tobytes() == np.stack([code_of(play, 5), code_of(play, 3)]).tobytes()
    assert play.session.state.latent.z.tobytes() == code_of(play, 3).tobytes()


def test_the_timeline_is_scrubbed(play: Play, pane: JourneyPane, drag: Drag) -> None:
    timeline, path = pane.travel.timeline, journey_path(play.session.state)
    steps = play.session.undo_stack.count()
    places = [QPointF(timeline.x_at(place), 12) for place in (0.0, 0.5, 1.25, 2.5)]
    play.shown(lambda: drag(timeline, places))
    assert pane.travel.player.place == pytest.approx(2.5, abs=0.02)
    z = play.session.state.latent.z
    assert z.tobytes() == path.at(pane.travel.player.place).tobytes()
    assert play.session.state.latent.source is Source.JOURNEY
    assert play.session.undo_stack.count() == steps + 1
    np.testing.assert_allclose(np.array(play.output()), decoded(play, z), atol=1)


def test_a_loop_goes_round_at_any_speed_until_it_is_stopped(play: Play, pane: JourneyPane) -> None:
    travel = pane.travel
    travel.closed.click()
    travel.leg_s.setValue(0.1)
    steps = play.session.undo_stack.count()
    visited: list[float] = []
    travel.player.moved.connect(visited.append)
    travel.play.click()
    play.qtbot.waitUntil(lambda: _rounds(visited) == 2, timeout=TIMEOUT_MS)
    travel.leg_s.setValue(20.0)
    assert travel.player.is_playing
    before = len(visited)
    play.qtbot.waitUntil(lambda: len(visited) > before + 3, timeout=TIMEOUT_MS)
    slow = visited[before:]
    assert 0 < slow[-1] - slow[0] < 0.5 or _rounds(slow) == 1
    travel.play.click()
    assert not travel.player.is_playing
    assert max(visited) > 3  # from the last bookmark on to the first
    assert play.session.undo_stack.count() <= steps + 3  # the play, and the speed between


def _rounds(places: list[float]) -> int:
    return int((np.diff(places) < 0).sum())


def test_below_each_step_is_the_code_that_is_nearest_of_all(play: Play, pane: JourneyPane) -> None:
    play.session.edit(set_journey(Journey(steps=3)))
    path, film = journey_path(play.session.state), pane.travel.film
    play.qtbot.waitUntil(
        lambda: (
            len(film.frames) == 10
            and all(frame.image is not None and frame.near is not None for frame in film.frames)
        ),
        timeout=TIMEOUT_MS,
    )
    known = play.session.subject.whereabouts.codes
    assert known is not None
    for frame, step in zip(film.frames, path.codes(path.places(3)), strict=True):
        off = np.linalg.norm(known.codes - step, axis=1)
        nearest = int(off.argmin())
        assert f"nearest is code {nearest:,}, label {known.labels[nearest]}" in frame.tip
        assert frame.line == f"{known.labels[nearest]} · {off.min():.1f}"
        np.testing.assert_allclose(levels(frame.near), decoded(play, known.codes[nearest]), atol=1)
        np.testing.assert_allclose(levels(frame.image), decoded(play, step), atol=1)


def test_bookmarks_means_and_z_are_dropped_and_weighed(
    play: Play, pane: JourneyPane, drop_on: DropOn
) -> None:
    pane.pages.open_page("Arithmetic")
    part, bookmarks = pane.arithmetic, pane.bookmarks.shelf
    play.qtbot.waitUntil(
        lambda: len(part.shelf.items) == 11 and all(item.image for item in part.shelf.items),
        timeout=TIMEOUT_MS,
    )

    def drop(shelf: CodeShelf, index: int) -> None:
        empty = part.formula.empty
        drop_on(shelf, index, empty, QPointF(empty.rect().center()))

    drop(bookmarks, 1)
    drop(part.shelf, 1 + 5)  # the mean of 5, behind z
    drop(part.shelf, 0)
    first, second, third = part.formula.terms
    for term, weight in ((first, 0.5), (second, -1.25), (third, 2.0)):
        term.weight.setValue(weight)
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    mean = codes.codes[codes.labels == 5].mean(axis=0)
    z = play.session.state.latent.z
    wanted = 0.5 * code_of(play, 3) - 1.25 * mean + 2 * z
    play.qtbot.waitUntil(
        lambda: _shows(part.result.image, decoded(play, wanted)), timeout=TIMEOUT_MS
    )
    assert not part.save.isEnabled()  # the weights add up to 1.25, so it is no difference
    play.shown(lambda: play.session.set_value(3, 2.0))  # the result is live
    wanted = wanted + 2 * (play.session.state.latent.z - z)
    play.qtbot.waitUntil(
        lambda: _shows(part.result.image, decoded(play, wanted)), timeout=TIMEOUT_MS
    )


def _shows(image: QImage | None, wanted: Floats) -> bool:
    return image is not None and bool(np.abs(levels(image) - wanted).max() <= 1)


def test_cohens_d_is_that_of_the_codes_and_chance_that_of_their_pairs(
    play: Play, pane: JourneyPane
) -> None:
    pane.pages.open_page("Arithmetic")
    part = pane.arithmetic
    play.qtbot.waitUntil(lambda: len(part.shelf.items) == 11, timeout=TIMEOUT_MS)
    part.shelf.chosen.emit("mean 4")
    part.shelf.chosen.emit("mean 9")
    part.save.click()
    pane.pages.open_page("Directions")
    shown = pane.directions.separation
    play.qtbot.waitUntil(lambda: bool(shown.accessibleDescription()), timeout=TIMEOUT_MS)
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    (direction,) = play.session.state.directions
    along = codes.codes.astype(np.float64) @ direction.vector
    four, nine = along[codes.labels == 4], along[codes.labels == 9]
    pooled = np.sqrt((four.var(ddof=1) + nine.var(ddof=1)) / 2)  # of about as many
    d = (four.mean() - nine.mean()) / pooled
    assert float(shown.accessibleDescription()) == pytest.approx(d, rel=0.02)
    assert f"of {RANDOM_PAIRS} random pairs" in pane.directions._sentence.text()
