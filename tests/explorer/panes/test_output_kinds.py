"""Outputs of users' models: several, curves, colours, without an encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.output_pane import OutputPane
from explorer.settings import Settings
from explorer.state.frame import Frame
from explorer.state.session import Session
from explorer.widgets.figure_table import NOTHING
from explorer.widgets.image_view import ImageView
from models.digits import Stroke
from models.ports import CurvePort, PicturePort
from models.subject import Output, Subject
from tests.explorer.finding import action, button
from tests.explorer.subjects import COLOUR, CURVE, FLAT, SENTENCE, ramp, subject_of

Floats = npt.NDArray[np.float32]
PutUp = Callable[[QWidget, int, int], None]
Open = Callable[[Subject], tuple[OutputPane, Session]]
SPRITE = Output("sprite", PicturePort("HWC", 16, 16, 4))


@pytest.fixture
def open_pane(put_up: PutUp, settings: Settings) -> Open:
    """The pane for a model of the user's."""

    def make(subject: Subject) -> tuple[OutputPane, Session]:
        session = Session(subject, seed=7)
        pane = OutputPane(session, settings)
        put_up(pane, 360, 620)
        return pane, session

    return make


def show(session: Session, output: Floats, **more: Floats) -> None:
    outputs = {"decoder_output": output[None]}
    session.receive(Frame(session.frame.seq + 1, "", "decode", more, None, outputs, {}, 0.001))


def chooser(pane: OutputPane, name: str) -> QComboBox:
    (found,) = (box for box in pane.findChildren(QComboBox) if box.accessibleName() == name)
    return found


def reading(pane: OutputPane) -> QMenu:
    read = button(pane, "Read as ▾")
    assert isinstance(read, QPushButton)
    menu = read.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    return menu


def view_named(pane: OutputPane, name: str) -> ImageView:
    (found,) = (view for view in pane.findChildren(ImageView) if view.accessibleName() == name)
    return found


def figures(pane: OutputPane) -> dict[str, str]:
    labels = pane.findChildren(QLabel)
    return {w.accessibleName(): w.text() for w in labels if w.accessibleName()}


# Several outputs, and ways to read them -----------------------------------------------


def test_a_bundle_offers_nothing_to_choose(put_up: PutUp, session: Session, settings: Settings
) -> None:  # fmt: skip
    pane = OutputPane(session, settings)
    put_up(pane, 360, 620)
    assert not chooser(pane, "Which output is shown").isVisible()
    assert not button(pane, "Read as ▾").isVisible()


def test_another_output_can_be_chosen_and_taken_back(open_pane: Open) -> None:
    pane, session = open_pane(subject_of(FLAT, CURVE))
    outputs = chooser(pane, "Which output is shown")
    assert outputs.isVisible()
    assert [outputs.itemText(index) for index in range(2)] == ["pixels", "signal"]
    outputs.activated.emit(1)
    assert session.state.shown == "signal"
    assert not button(pane, "Read as ▾").isVisible()
    session.undo_stack.undo()
    assert session.state.shown == ""
    assert outputs.currentText() == "pixels"
    assert button(pane, "Read as ▾").isVisible()


def test_an_output_can_be_read_as_another_layout_and_taken_back(open_pane: Open) -> None:
    pane, session = open_pane(subject_of(FLAT))
    assert button(pane, "Read as ▾").toolTip() == SENTENCE
    action(reading(pane), "56×14 picture").trigger()
    assert session.state.port == PicturePort("flat", 14, 56)
    assert action(reading(pane), "56×14 picture").isChecked()
    action(reading(pane), "Values from -1 to 1").trigger()
    assert session.state.port == PicturePort("flat", 14, 56, low=-1)
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.state.port is None
    assert action(reading(pane), "28×28 picture").isChecked()


def test_what_is_read_as_a_curve_has_no_black_and_white(open_pane: Open) -> None:
    pane, _ = open_pane(subject_of(FLAT))
    action(reading(pane), "Curve of 784 values").trigger()
    assert SENTENCE not in button(pane, "Read as ▾").toolTip()
    assert not [entry for entry in reading(pane).actions() if entry.text().startswith("Values")]


def test_the_way_to_read_one_output_is_not_that_of_another(open_pane: Open) -> None:
    other = dataclasses.replace(FLAT, name="other")
    pane, session = open_pane(subject_of(FLAT, other))
    action(reading(pane), "Curve of 784 values").trigger()
    chooser(pane, "Which output is shown").activated.emit(1)
    assert (session.state.shown, session.state.port) == ("other", None)
    assert action(reading(pane), "28×28 picture").isChecked()


# Curves -------------------------------------------------------------------------------


def test_a_curve_takes_the_place_of_the_picture(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(subject_of(CURVE))
    assert pane.curve.isVisible()
    assert not pane.view.isVisible()
    assert not chooser(pane, "Colours of the picture").isVisible()
    with qtbot.waitSignal(pane.view.painted):  # whoever measures waits for this
        show(session, ramp(CURVE.port))


def test_picture_and_curve_change_places(open_pane: Open) -> None:
    pane, session = open_pane(subject_of(FLAT))
    show(session, ramp(CurvePort(784)))
    assert (pane.view.isVisible(), pane.curve.isVisible()) == (False, True)
    show(session, ramp(PicturePort("flat", 14, 56)))
    assert (pane.view.isVisible(), pane.curve.isVisible()) == (True, False)
    image = pane.view.image()
    assert image is not None
    assert (image.width(), image.height()) == (56, 14)


@pytest.mark.parametrize("as_shown", [True, False])
def test_a_curve_is_saved_as_shown(open_pane: Open, tmp_path: Path, as_shown: bool) -> None:
    pane, session = open_pane(subject_of(CURVE))
    show(session, ramp(CURVE.port))
    path = tmp_path / "curve.png"
    assert pane.save(path, as_shown)
    saved = QImage(str(path))
    assert (saved.width(), saved.height()) == (pane.curve.width(), pane.curve.height())
    assert len({saved.pixel(saved.width() // 2, y) for y in range(saved.height())}) > 3


# Colours, and pictures that cannot be compared -------------------------------------------


def test_a_colour_picture_is_shown_in_its_own_colours(open_pane: Open, settings: Settings) -> None:
    settings.set("colour_map", "magma")
    pane, session = open_pane(subject_of(COLOUR))
    show(session, np.full((64, 64, 3), [1, 0.5, 0], np.float32))
    image = pane.view.image()
    assert image is not None
    assert image.pixelColor(5, 5).name() == "#ff8000"
    assert not chooser(pane, "Colours of the picture").isEnabled()
    show(session, np.ones((28, 28, 1), np.float32))
    assert chooser(pane, "Colours of the picture").isEnabled()


def test_what_is_transparent_is_told_from_what_is_black(open_pane: Open) -> None:
    pane, session = open_pane(subject_of(SPRITE))
    sprite = np.zeros((16, 16, 4), np.float32)
    sprite[:, 8:, 3] = 1
    show(session, sprite)
    image, rect = pane.view.grab().toImage(), pane.view.picture_rect()
    middle = round(rect.height() / 2)
    shades = [image.pixelColor(round(rect.width() * share), middle).lightness() for share in
              (0.25, 0.75)]  # fmt: skip
    assert shades[0] > 50
    assert shades[1] == 0


def test_a_picture_of_another_shape_than_the_drawing_is_not_compared(
    qtbot: QtBot, open_pane: Open
) -> None:
    pane, session = open_pane(subject_of(COLOUR, picture=PicturePort("HWC", 28, 28)))
    clean = np.zeros((1, 28, 28, 1), np.float32)
    show(session, ramp(COLOUR.port), clean=clean, noisy=clean)
    assert view_named(pane, "Difference to the drawing").image() is None
    qtbot.waitUntil(lambda: set(figures(pane).values()) == {NOTHING})


# Without an encoder -----------------------------------------------------------------------


def test_without_an_encoder_the_output_is_compared_with_the_target(
    qtbot: QtBot, open_pane: Open
) -> None:
    pane, session = open_pane(subject_of(SPRITE))
    assert figures(pane) == {"MSE of the decoded picture": NOTHING}
    drawing = session.state.drawing.begin_stroke(Stroke(((0.2, 0.2), (0.8, 0.8)), 0.2))
    session.set_drawing(drawing, "draw")
    show(session, np.zeros((16, 16, 4), np.float32))
    mse = float(np.mean(session.clean**2))
    qtbot.waitUntil(lambda: figures(pane)["MSE of the decoded picture"] == f"{mse:.4f}")
    difference = view_named(pane, "Difference to the drawing").image()
    assert difference is not None
    assert not difference.hasAlphaChannel()
    session.set_drawing(drawing.cleared(), "clear")
    qtbot.waitUntil(lambda: figures(pane)["MSE of the decoded picture"] == NOTHING)
    assert view_named(pane, "Difference to the drawing").image() is None


def test_an_error_that_is_no_number_is_not_shown_as_one(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(subject_of(SPRITE))
    session.set_drawing(session.state.drawing.begin_stroke(Stroke(((0.2, 0.2),))), "draw")
    mse = "MSE of the decoded picture"
    qtbot.waitUntil(lambda: figures(pane)[mse] != NOTHING)
    show(session, np.full((16, 16, 4), np.nan, np.float32))
    qtbot.waitUntil(lambda: figures(pane)[mse] == NOTHING)
