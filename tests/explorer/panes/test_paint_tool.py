"""The tools under the picture, and what they ask an engine that answers by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QColorDialog, QLabel, QPushButton, QWidget

from explorer.panes.output_pane import OutputPane
from explorer.panes.paint_tool import NO_CURVE, PaintTool
from explorer.settings import Settings
from explorer.state.frame import Frame, Lane, Request
from explorer.state.latent import Route, Source
from explorer.state.painting import LATE_ROUNDS, RESTING_ROUNDS
from explorer.state.session import Session
from models.subject import Subject
from tests.explorer.finding import button
from tests.explorer.subjects import COLOUR, CURVE, FLAT, ramp, subject_of

PutUp = Callable[[QWidget, int, int], None]


class Painted:
    """A pane, and an engine that answers when it is told to."""

    def __init__(self, subject: Subject, settings: Settings, put_up: PutUp) -> None:
        self.session = Session(subject, seed=7)
        self.asked: list[Request] = []
        self.session.requested.connect(self._note)
        self.pane = OutputPane(self.session, settings)
        put_up(self.pane, 360, 620)
        self.tool: PaintTool = self.pane.paint
        self.view = self.pane.view

    def take(self, tool: str) -> None:
        """Choose a tool, and answer the round that makes the engine ready."""
        button(self.tool, tool).click()
        self.answer()

    def answer(self, z: float | None = None, done: bool = False, seconds: float = 0.01) -> None:
        """Answer the newest round, with z as it was or another."""
        request = self.asked[-1]
        found = request.arrays["z"].copy()
        if z is not None:
            found[:] = z
        metrics = {"paint": {"error": 0.5, "done": float(done)}}
        self.session.receive(Frame(request.seq, "", "paint", {}, found, {}, metrics, seconds))

    def _note(self, request: Request) -> None:
        if request.kind == "paint":
            self.asked.append(request)


@pytest.fixture
def open_pane(put_up: PutUp, settings: Settings) -> Callable[[Subject], Painted]:
    return lambda subject: Painted(subject, settings, put_up)


@pytest.fixture
def grey(open_pane: Callable[[Subject], Painted]) -> Painted:
    return open_pane(subject_of(FLAT))


def shown(tool: PaintTool) -> list[str]:
    return [each.accessibleName() for each in tool.findChildren(QPushButton) if each.isVisible()]


def colour_button(tool: PaintTool) -> QPushButton:
    (found,) = (b for b in tool.findChildren(QPushButton) if b.accessibleName() == "Paint colour")
    return found


# Rounds --------------------------------------------------------------------------------


def test_taking_up_a_brush_asks_for_a_round_that_paints_nothing(grey: Painted) -> None:
    before = grey.session.state
    grey.take("Light")
    (request,) = grey.asked
    assert request.lane is Lane.PAINT
    assert not request.arrays["mask"].any()
    assert grey.session.state is before


def test_one_round_is_on_its_way_at_a_time_and_the_next_has_the_whole_stroke(
    grey: Painted,
) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    for x in (0.4, 0.6, 0.8):
        grey.view.stroke_moved.emit(x, 0.2)
    assert len(grey.asked) == 2
    grey.answer(0.25)
    assert len(grey.asked) == 3
    first, next_ = (request.arrays["mask"] for request in grey.asked[1:])
    assert next_.sum() > 3 * first.sum()
    assert set(grey.asked[2].arrays["z"][0]) == {0.25}


def test_a_stroke_moves_z_as_one_step(grey: Painted) -> None:
    session, start = grey.session, grey.session.state.latent.z
    grey.take("Dark")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    for z in (0.1, 0.2, 0.3):
        grey.answer(z)
    grey.view.stroke_ended.emit()
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == "paint dark"
    assert (session.state.route, session.state.latent.source) == (Route.HELD, Source.PAINT)
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.state.latent.z, start)
    assert not grey.tool.painting.is_painting


def test_a_stroke_goes_on_for_a_while_once_the_brush_is_lifted(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    grey.view.stroke_ended.emit()
    for number in range(LATE_ROUNDS):
        assert grey.tool.painting.is_painting
        grey.answer(0.01 * number)
    assert not grey.tool.painting.is_painting


def test_a_picture_that_comes_no_nearer_rests_until_the_brush_moves(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    for _ in range(RESTING_ROUNDS):
        grey.answer(done=True)
    count = len(grey.asked)
    assert grey.tool.painting.is_painting
    grey.view.stroke_moved.emit(0.3, 0.3)
    assert len(grey.asked) == count + 1
    for _ in range(RESTING_ROUNDS):
        grey.answer(done=True)
    grey.view.stroke_ended.emit()
    assert not grey.tool.painting.is_painting
    assert grey.session.undo_stack.count() == 0  # z has not moved


def test_a_hand_on_anything_else_ends_the_stroke(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    grey.answer(0.1)
    grey.session.set_value(0, 1.5)
    z = grey.session.state.latent.z
    grey.answer(0.2)
    assert grey.session.state.latent.z is z
    assert not grey.tool.painting.is_painting


def test_a_new_stroke_takes_no_answer_to_the_one_before(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    grey.session.set_value(0, 1.5)
    grey.view.stroke_began.emit(0.8, 0.8, False)
    z = grey.session.state.latent.z
    grey.answer(0.2)
    assert grey.session.state.latent.z is z
    np.testing.assert_array_equal(grey.asked[-1].arrays["start"][0], z)


def test_a_failure_ends_the_stroke_and_changes_nothing(grey: Painted) -> None:
    before = grey.session.state
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    grey.session.failed.emit(grey.asked[-1].seq, "The decoder must be differentiable.")
    assert not grey.tool.painting.is_painting
    assert grey.session.state is before
    grey.view.stroke_began.emit(0.2, 0.2, False)
    assert grey.tool.painting.is_painting


def test_a_slow_decoder_is_asked_for_one_step_at_a_time(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.2, 0.2, False)
    assert grey.asked[-1].settings["steps"] > 1
    grey.answer(0.1, seconds=0.3)
    assert grey.asked[-1].settings["steps"] == 1


def test_locked_dimensions_are_told_to_the_engine(grey: Painted) -> None:
    grey.session.set_lock(1, True)
    grey.take("Light")
    free = grey.asked[-1].arrays["free"][0]
    assert not free[1]
    assert free.sum() == free.size - 1


# Tools ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "opposite", "colour", "step"),
    [
        ("Light", False, 1, "paint light"),
        ("Light", True, 0, "paint dark"),
        ("Dark", False, 0, "paint dark"),
        ("Dark", True, 1, "paint light"),
    ],
)
def test_the_right_button_paints_the_opposite(
    grey: Painted, tool: str, opposite: bool, colour: int, step: str
) -> None:
    grey.take(tool)
    grey.view.stroke_began.emit(0.2, 0.2, opposite)
    grey.answer(0.1)
    assert grey.asked[1].arrays["colour"].tolist() == [[colour]]
    assert grey.session.undo_stack.undoText() == step


def test_keys_swap_the_tools_change_the_size_and_lay_the_brush_down(grey: Painted) -> None:
    grey.take("Light")
    grey.view.stroke_began.emit(0.5, 0.5, False)
    small = grey.asked[-1].arrays["mask"].sum()
    grey.view.stroke_ended.emit()
    grey.answer(done=True)
    grey.tool.painting.stop()
    for command in ("swap", "larger", "larger"):
        grey.view.commanded.emit(command)
    assert button(grey.tool, "Dark").isChecked()
    grey.answer()
    grey.view.stroke_began.emit(0.5, 0.5, False)
    assert grey.asked[-1].arrays["mask"].sum() > 1.5 * small
    grey.view.commanded.emit("leave")
    assert button(grey.tool, "Pointer").isChecked()
    assert not grey.view.has_brush


def test_a_brush_is_never_larger_than_its_slider_can_say(grey: Painted) -> None:
    grey.take("Light")
    for _ in range(40):
        grey.view.commanded.emit("larger")
    grey.view.stroke_began.emit(0.5, 0.5, False)
    grey.answer()
    assert grey.asked[-1].arrays["mask"].sum() < 0.25 * 28 * 28


def test_strength_is_chosen_from_a_menu(grey: Painted) -> None:
    grey.take("Light")
    much = button(grey.tool, "100 % ▾")
    assert isinstance(much, QPushButton)
    menu = much.menu()
    assert menu is not None
    menu.actions()[0].trigger()
    assert much.text() == "25 % ▾"
    grey.view.stroke_began.emit(0.5, 0.5, False)
    assert grey.asked[-1].settings["strength"] == 0.25


def test_the_brush_is_as_it_was_left(
    open_pane: Callable[[Subject], Painted], settings: Settings
) -> None:
    before = open_pane(subject_of(FLAT))
    before.view.commanded.emit("larger")
    settings.set("brush_strength", "25")
    after = open_pane(subject_of(FLAT))
    after.take("Light")
    assert button(after.tool, "25 % ▾").isEnabled()
    for painted in (before, after):
        painted.take("Light")
        painted.view.stroke_began.emit(0.5, 0.5, False)
    first, second = (painted.asked[-1] for painted in (before, after))
    assert first.arrays["mask"].tolist() == second.arrays["mask"].tolist()
    assert first.settings["strength"] == second.settings["strength"] == 0.25


def test_colour_pictures_have_a_colour_to_choose(
    open_pane: Callable[[Subject], Painted], monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = open_pane(subject_of(COLOUR))
    assert "Paint colour" in shown(painted.tool)
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#ff0000"))
    colour_button(painted.tool).click()
    painted.answer()
    painted.view.stroke_began.emit(0.5, 0.5, False)
    assert painted.asked[-1].arrays["colour"].tolist() == [[1, 0, 0]]


def test_without_a_colour_the_tool_stays_as_it_was(
    open_pane: Callable[[Subject], Painted], monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = open_pane(subject_of(COLOUR))
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    colour_button(painted.tool).click()
    assert button(painted.tool, "Pointer").isChecked()


def test_a_curve_cannot_be_painted_on(open_pane: Callable[[Subject], Painted]) -> None:
    painted = open_pane(subject_of(CURVE))
    assert shown(painted.tool) == []
    words = [label.text() for label in painted.tool.findChildren(QLabel) if label.isVisible()]
    assert words == [NO_CURVE]


def test_a_picture_that_is_read_as_a_curve_lays_the_brush_down(grey: Painted) -> None:
    grey.take("Light")
    outputs = {"decoder_output": ramp(CURVE.port)[None]}
    grey.session.receive(Frame(1, "", "decode", {}, None, outputs, {}, 0.1))
    assert not grey.view.has_brush
    assert NO_CURVE in [label.text() for label in grey.tool.findChildren(QLabel)]
