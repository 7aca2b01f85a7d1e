"""What the traversal grid and the neighbours make of the real engine's pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLabel

from explorer.panes.neighbours_pane import COUNT, NeighboursPane
from explorer.panes.traversal_pane import TraversalPane
from explorer.state.frame import Frame
from explorer.state.latent import Source
from explorer.state.looking import ask_tiles
from models.bundle import Codes
from models.loading import load_models
from models.traversal import COLUMNS, LEVELS
from tests.explorer.application.play import Drag, Floats, Play
from tests.patience import TIMEOUT_MS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def grid(play: Play) -> TraversalPane:
    """The open tab, its rows the dimensions, once all is decoded."""
    play.space.tabs.open_page("Traversal")
    pane = play.space.traversal
    choose_rows(pane, 0)
    until_decoded(play, pane)
    return pane


def choose_rows(pane: TraversalPane, index: int) -> None:
    (box,) = pane._choice.chooser.findChildren(QComboBox)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def until_decoded(play: Play, pane: TraversalPane) -> None:
    play.qtbot.waitUntil(
        lambda: len(pane._pictures) == 16 * COLUMNS and not pane._questions.is_busy,
        timeout=TIMEOUT_MS,
    )


def decoded(play: Play, zs: Floats) -> Floats:
    """What the engine makes of codes."""
    found: list[Frame] = []
    seq = ask_tiles(play.session, zs)

    def is_it(frame: Frame) -> bool:
        found.append(frame)
        return frame.seq == seq

    with play.qtbot.waitSignal(play.session.answered, timeout=TIMEOUT_MS, check_params_cb=is_it):
        pass
    return found[-1].outputs["decoder_output"]


def test_columns_are_quantiles_and_cells_what_the_engine_makes_of_them(
    play: Play, grid: TraversalPane, drag: Drag
) -> None:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    below = (codes.codes[:, :, None] < grid._traversal.values).mean(axis=0)
    np.testing.assert_allclose(below, np.tile(LEVELS, (16, 1)), atol=0.03)
    play.shown(lambda: play.session.set_value(3, 1.25))
    until_decoded(play, grid)
    z = play.session.state.latent.z
    zs = np.tile(z, (COLUMNS, 1))
    zs[:, 7] = grid._traversal.values[7]
    shown = np.stack([grid._pictures[7, column] for column in range(COLUMNS)])
    np.testing.assert_allclose(shown, decoded(play, zs), atol=1e-4)


def test_a_row_under_the_pointer_plays_its_pictures(play: Play, grid: TraversalPane) -> None:
    frame, z = play.session.frame, play.session.state.latent.z
    seen: dict[int, float] = {}

    def has_seen_three() -> bool:
        image, step = grid.player.image(), grid.grid._step
        if image is not None and step is not None and step[0] == 5:
            seen[step[1]] = image.pixelColor(14, 14).lightness() / 255
        return len(seen) >= 3

    play.qtbot.mouseMove(grid.grid, grid.grid.cell_rect(5, 0).center().toPoint())
    play.qtbot.waitUntil(has_seen_three, timeout=TIMEOUT_MS)
    for column, lightness in seen.items():
        assert grid._pictures[5, column][14, 14, 0] == pytest.approx(lightness, abs=0.01)
    grid.grid.leaveEvent(None)
    assert play.session.frame is frame
    assert play.session.state.latent.z is z


def test_a_cell_of_a_direction_leads_along_it(play: Play, grid: TraversalPane) -> None:
    with play.qtbot.waitSignal(grid._choice.changed, timeout=TIMEOUT_MS):
        choose_rows(grid, 1)
    until_decoded(play, grid)
    assert grid._traversal.names[0] == "direction 0"
    shown = grid._pictures[0, 10]
    place = grid.grid.cell_rect(0, 10).center().toPoint()
    frame = play.shown(lambda: play.qtbot.mouseClick(grid.grid, LEFT, pos=place))
    assert play.session.state.latent.source is Source.GRID
    assert play.session.undo_stack.undoText() == "go along direction 0"
    np.testing.assert_allclose(frame.outputs["decoder_output"][0], shown, atol=1e-4)
    choose_rows(grid, 0)


@pytest.mark.parametrize("count", [1, 10])
def test_among_equal_codes_every_row_stands_still(new: Play, count: int) -> None:
    new.space.tabs.open_page("Traversal")
    pane = new.space.traversal
    equal = np.full((count, 16), 0.5, np.float32)
    codes = Codes.measure(equal, np.zeros(count, np.uint8))
    state = new.session.state
    new.session.set_data("equal", codes, None)

    def is_told() -> bool:
        words = " ".join(label.text() for label in pane.findChildren(QLabel))
        return "16 of 16 hardly change the picture" in words

    new.qtbot.waitUntil(is_told, timeout=TIMEOUT_MS)
    assert new.session.state is state


# Neighbours -----------------------------------------------------------------------------


@pytest.fixture
def pane(play: Play) -> NeighboursPane:
    play.space.tabs.open_page("Neighbours")
    return play.space.neighbours


def test_neighbours_gauge_and_round_trip_follow_a_hand(play: Play, pane: NeighboursPane) -> None:
    codes = play.session.subject.whereabouts.codes
    assert codes is not None
    gesture = play.session.new_gesture()
    for value in (-2.0, 0.5, 3.0):  # one drag; after each step all that is shown is of this z
        play.shown(lambda value=value: play.session.set_value(6, value, gesture=gesture))  # type: ignore[misc]  # of this turn
        z = play.session.state.latent.z
        far = np.linalg.norm(codes.codes - z, axis=1)
        wanted = [f"{distance:.2f}" for distance in np.sort(far)[:COUNT]]
        play.qtbot.waitUntil(
            lambda wanted=wanted: [one.line for one in pane.near.neighbours] == wanted,  # type: ignore[misc]  # of this turn
            timeout=TIMEOUT_MS,
        )
        play.qtbot.waitUntil(lambda: not pane._awaited, timeout=TIMEOUT_MS)
        assert f"nearest code {far.min():.2f} away" in pane._words.text()
    play.qtbot.waitUntil(
        lambda: all(one.image is not None for one in pane.near.neighbours), timeout=TIMEOUT_MS
    )


def test_a_round_trip_is_what_the_encoder_makes_of_the_picture_less_z(
    play: Play, pane: NeighboursPane
) -> None:
    z = play.session.state.latent.z.copy()
    z[3] += 2.5
    models = load_models(play.session.subject.source.path)
    expected = np.asarray(models.encoder(models.decoder(z[None])))[0] - z

    def is_it(difference: Floats) -> bool:
        return bool(np.allclose(difference, expected, atol=1e-3))

    with play.qtbot.waitSignal(pane._trip.arrived, timeout=TIMEOUT_MS, check_params_cb=is_it):
        play.session.set_latent(z, Source.SLIDERS)
    farthest = int(np.abs(expected).argmax())
    assert f"farthest off is z {farthest}: " in pane._trip_words.text()
