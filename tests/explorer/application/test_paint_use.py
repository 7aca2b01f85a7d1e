"""Painting on the decoded picture in the window, with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget

from explorer.state.latent import Route, Source
from models.brush import dab
from tests.explorer.application.play import Play
from tests.explorer.finding import button
from tests.patience import TIMEOUT_MS

Floats = npt.NDArray[np.float32]
Drag = Callable[[QWidget, Sequence[QPointF]], None]
SPOT = [(0.62, 0.55), (0.68, 0.55)]  # right of the middle of the two that is shown at first


def places(play: Play, spot: Sequence[tuple[float, float]] = SPOT) -> list[QPointF]:
    room = play.space.output.view.picture_rect()
    return [QPointF(room.width() * x, room.height() * y) for x, y in spot]


def paint(play: Play, drag: Drag, tool: str) -> tuple[Floats, Floats]:
    """One stroke, and the pictures before it and after it has come to rest."""
    before = play.session.frame.outputs["decoder_output"][0, :, :, 0]
    button(play.space.output.paint, tool).click()
    painting = play.space.output.paint.painting
    drag(play.space.output.view, places(play))
    play.qtbot.waitUntil(lambda: not painting.is_painting, timeout=TIMEOUT_MS)
    play.shown(play.session.ask)
    return before, play.session.frame.outputs["decoder_output"][0, :, :, 0]


def mask_of(width: float = 0.12) -> Floats:
    mask = np.zeros((28, 28), np.float32)
    dab(mask, SPOT[0], SPOT[1], width)
    return mask


@pytest.fixture
def pointer(play: Play) -> Play:
    """The window with a pointer in the hand, as a new one has it."""
    button(play.space.output.paint, "Pointer").click()
    return play


def test_light_makes_a_dark_spot_lighter_and_leaves_the_rest(pointer: Play, drag: Drag) -> None:
    before, after = paint(pointer, drag, "Light")
    mask = mask_of()
    lighter = float((mask * (after - before)).sum() / mask.sum())
    elsewhere = float(((1 - mask) * np.abs(after - before)).sum() / (1 - mask).sum())
    assert lighter > 0.2
    assert elsewhere < lighter / 4
    state = pointer.session.state
    assert (state.route, state.latent.source) == (Route.HELD, Source.PAINT)
    assert "painted" in pointer.session.wiring.heading


def test_a_stroke_is_one_step_and_undone_exactly(pointer: Play, drag: Drag) -> None:
    session, stack = pointer.session, pointer.session.undo_stack
    z, index = session.state.latent.z.copy(), stack.index()
    paint(pointer, drag, "Light")
    painted = session.state.latent.z.copy()
    assert (stack.index(), stack.undoText()) == (index + 1, "paint light")
    stack.undo()
    np.testing.assert_array_equal(session.state.latent.z, z)
    assert session.state.route is Route.ENCODER
    stack.redo()
    np.testing.assert_array_equal(session.state.latent.z, painted)


def test_locked_dimensions_stay_and_the_sliders_follow(pointer: Play, drag: Drag) -> None:
    session = pointer.session
    locked = [0, 5, 11]
    for dim in locked:
        session.set_lock(dim, True)
    z = session.state.latent.z.copy()
    paint(pointer, drag, "Light")
    moved = session.state.latent.z != z
    assert not moved[locked].any()
    assert moved.sum() == z.size - len(locked)
    np.testing.assert_array_equal(pointer.space.latent.table.latent.z, session.state.latent.z)


def test_every_dimension_locked_is_told(pointer: Play, drag: Drag) -> None:
    for dim in range(pointer.session.subject.latent_dim):
        pointer.session.set_lock(dim, True)
    button(pointer.space.output.paint, "Dark").click()
    view = pointer.space.output.view
    assert "locked" in pointer.told(lambda: drag(view, places(pointer)))


def test_dark_after_light_is_a_step_of_its_own(pointer: Play, drag: Drag) -> None:
    _, light = paint(pointer, drag, "Light")
    _, dark = paint(pointer, drag, "Dark")
    mask = mask_of()
    assert (mask * dark).sum() < (mask * light).sum()
    assert pointer.session.undo_stack.undoText() == "paint dark"


def test_with_the_pointer_a_drag_on_the_picture_does_nothing(pointer: Play, drag: Drag) -> None:
    z = pointer.session.state.latent
    drag(pointer.space.output.view, places(pointer))
    assert pointer.session.state.latent is z
    assert not pointer.space.output.paint.painting.is_painting
