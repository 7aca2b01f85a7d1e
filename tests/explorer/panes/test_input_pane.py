from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.input_pane import InputPane
from explorer.settings import Settings
from explorer.state.latent import Route
from explorer.state.session import Session
from models.digits import Stroke
from tests.explorer.finding import button, on_canvas

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
Key = Qt.Key


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings) -> InputPane:
    made = InputPane(session, settings)
    put_up(made, 320, 460)
    return made


def places(pane: InputPane, *points: tuple[float, float]) -> list[QPointF]:
    return on_canvas(pane.canvas, points)


def ink(session: Session) -> float:
    return float(session.canvas.sum())


# Drawing ------------------------------------------------------------------------------


def test_a_stroke_of_the_mouse_is_ink_and_one_step(
    pane: InputPane, session: Session, drag: Drag
) -> None:
    pane.clear()
    session.undo_stack.clear()
    drag(pane.canvas, places(pane, (0.2, 0.2), (0.2, 0.5), (0.4, 0.5)))
    (stroke,) = session.state.drawing.strokes
    assert [tuple(round(v, 2) for v in point) for point in stroke.points] == [
        (0.2, 0.2),
        (0.2, 0.5),
        (0.4, 0.5),
    ]
    assert session.canvas[140, 56] == 1
    assert session.clean.max() > 0.5
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == "draw a stroke"
    session.undo_stack.undo()
    assert session.state.drawing.is_empty


def test_the_canvas_shows_what_is_drawn_where_it_is_drawn(
    pane: InputPane, session: Session, drag: Drag
) -> None:
    pane.clear()
    drag(pane.canvas, places(pane, (0.1, 0.1), (0.1, 0.3)))
    image = pane.canvas.grab().toImage()
    (on_ink, beside) = (place.toPoint() for place in places(pane, (0.1, 0.2), (0.5, 0.5)))
    assert image.pixelColor(on_ink).lightness() > 250
    assert image.pixelColor(beside).lightness() == 0


def test_drawing_plugs_the_encoder_in(pane: InputPane, session: Session, drag: Drag) -> None:
    session.plug(Route.HELD)
    drag(pane.canvas, places(pane, (0.5, 0.5)))
    assert session.state.route is Route.ENCODER


def test_a_stroke_can_be_drawn_from_the_keyboard(
    qtbot: QtBot, pane: InputPane, session: Session
) -> None:
    pane.clear()
    pane.canvas.setFocus()
    for key in (Key.Key_Space, Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Space):
        qtbot.keyClick(pane.canvas, key)
    qtbot.keyClick(pane.canvas, Key.Key_Right)
    (stroke,) = session.state.drawing.strokes
    assert len(stroke.points) == 4
    assert stroke.points[-1] == pytest.approx((0.52, 0.54))
    assert session.undo_stack.undoText() == "draw a stroke"


def test_the_eraser_takes_ink_away_and_leaves_the_rest(
    qtbot: QtBot, pane: InputPane, session: Session, drag: Drag
) -> None:
    pane.clear()
    drag(pane.canvas, places(pane, (0.2, 0.5), (0.8, 0.5)))
    qtbot.keyClick(pane, Key.Key_E)
    assert button(pane, "Eraser").isChecked()
    drag(pane.canvas, places(pane, (0.5, 0.4), (0.5, 0.6)))
    assert session.canvas[140, 140] == 0
    assert session.canvas[140, 70] == 1
    assert session.undo_stack.undoText() == "erase"
    qtbot.keyClick(pane, Key.Key_P)
    assert button(pane, "Pen").isChecked()
    assert not button(pane, "Eraser").isChecked()
    drag(pane.canvas, places(pane, (0.5, 0.5)))
    assert session.canvas[140, 140] == 1


def test_clicking_the_pen_that_is_chosen_keeps_it(pane: InputPane) -> None:
    button(pane, "Pen").click()
    assert button(pane, "Pen").isChecked()


def test_a_stroke_is_taken_back_and_the_canvas_cleared(
    qtbot: QtBot, pane: InputPane, session: Session, drag: Drag
) -> None:
    before = session.state.drawing.strokes
    drag(pane.canvas, places(pane, (0.1, 0.9), (0.9, 0.9)))
    qtbot.keyClick(pane, Key.Key_Backspace)
    assert session.state.drawing.strokes == before
    assert session.undo_stack.count() == 2  # to take back is a step as well
    button(pane, "Clear").click()
    assert session.state.drawing.is_empty
    session.undo_stack.undo()
    assert session.state.drawing.strokes == before


def test_nothing_to_take_back_or_to_clear_is_no_step(pane: InputPane, session: Session) -> None:
    pane.clear()
    session.undo_stack.clear()
    pane.clear()
    pane.undo_stroke()
    assert session.undo_stack.count() == 0


def test_the_pens_width_is_used_and_remembered(
    pane: InputPane, session: Session, settings: Settings, drag: Drag
) -> None:
    pane.clear()
    inks = []
    (slider,) = (s for s in pane.findChildren(QSlider) if s.accessibleName() == "Pen width")
    for value in (slider.minimum(), slider.maximum()):
        slider.setValue(value)
        drag(pane.canvas, places(pane, (0.5, 0.3), (0.5, 0.7)))
        inks.append(ink(session))
        pane.clear()
    assert settings.number("pen_width") == 0.25
    assert inks[1] > 8 * inks[0]


def test_an_undo_in_the_middle_of_a_stroke_ends_it(
    qtbot: QtBot, pane: InputPane, session: Session
) -> None:
    strokes = session.state.drawing.strokes
    pane.canvas.setFocus()
    qtbot.keyClick(pane.canvas, Key.Key_Space)
    qtbot.keyClick(pane.canvas, Key.Key_Right)
    session.undo_stack.undo()
    qtbot.keyClick(pane.canvas, Key.Key_Right)
    assert session.state.drawing.strokes == strokes


# Samples and centring -----------------------------------------------------------------


def test_a_sample_of_each_digit_is_a_key_away(pane: InputPane, session: Session) -> None:
    actions = {action.shortcut().toString(): action for action in pane.actions()}
    for digit in range(10):
        before = session.state.drawing
        actions[f"Alt+{digit}"].trigger()
        assert session.state.drawing is not before
        assert session.undo_stack.undoText() == f"sample {digit}"
        assert session.clean.max() > 0.5


def test_two_samples_of_a_digit_differ(pane: InputPane, session: Session) -> None:
    pictures = []
    for _ in range(2):
        pane.pick_sample(3)
        pictures.append(session.clean.copy())
    assert (pictures[0] != pictures[1]).any()


def test_centring_can_be_switched_off_and_back_on(
    pane: InputPane, session: Session, drag: Drag
) -> None:
    pane.clear()
    drag(pane.canvas, places(pane, (0.1, 0.1), (0.1, 0.3)))
    centred, drawn = session.clean.copy(), session.canvas.copy()
    button(pane, "Centre").click()
    assert session.clean[0, :12, :6].sum() == pytest.approx(session.clean.sum())
    np.testing.assert_array_equal(session.canvas, drawn)
    assert session.undo_stack.undoText() == "do not centre"
    pane.pick_sample(1)
    assert not session.state.drawing.normalised  # what was chosen stays chosen
    session.undo_stack.undo()
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.clean, centred)
    assert button(pane, "Centre").isChecked()


# For everyone ---------------------------------------------------------------------------


def test_every_tool_names_its_key_in_its_tooltip(pane: InputPane) -> None:
    native = QKeySequence.SequenceFormat.NativeText
    tips = {
        action.shortcut().toString(native): tool.toolTip()
        for tool in pane.findChildren(QPushButton)
        for action in tool.actions()
        if not action.shortcut().isEmpty()
    }
    assert len(tips) == 5
    assert all(f"({keys})" in tip for keys, tip in tips.items())


def test_a_change_from_elsewhere_shows(pane: InputPane, session: Session) -> None:
    before = pane.canvas.grab().toImage()
    drawing = session.state.drawing.begin_stroke(Stroke(((0.1, 0.1), (0.9, 0.1))))
    session.set_drawing(drawing, "draw")
    assert pane.canvas.grab().toImage() != before
    session.undo_stack.undo()
    assert pane.canvas.grab().toImage() == before
