from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QScrollArea, QSplitter
from pytestqt.qtbot import QtBot

from explorer.settings import Settings
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route
from explorer.state.session import Session
from explorer.widgets.hot_spot import HotSpot
from explorer.widgets.tear_tabs import TornWindow
from explorer.workspace import LEFT_PX, RIGHT_PX, Workspace
from models.subject import Subject
from tests.explorer.subjects import COLOUR, CURVE, subject_of

Open = Callable[[], Workspace]


@pytest.fixture
def open_space(qtbot: QtBot, session: Session, settings: Settings) -> Open:
    """Opens a workspace as a start of the app would."""

    def make() -> Workspace:
        made = Workspace(session, settings)
        qtbot.addWidget(made)
        made.resize(1280, 700)
        with qtbot.waitExposed(made):
            made.show()
        made.restore_torn_off()
        return made

    return make


@pytest.fixture
def space(open_space: Open) -> Workspace:
    return open_space()


def columns(space: Workspace) -> QSplitter:
    found = space.findChild(QSplitter)
    assert found is not None
    return found


def spot(space: Workspace, start: str) -> HotSpot:
    """The hot spot of the strip whose accessible name starts so."""
    return next(s for s in space.findChildren(HotSpot) if s.accessibleName().startswith(start))


def test_left_to_right_is_the_way_data_flows(space: Workspace) -> None:
    panes = (space.input, space.latent, space.output)
    lefts = [pane.mapTo(space, pane.rect().topLeft()).x() for pane in panes]
    assert lefts == sorted(lefts)
    strip = space.wiring.mapTo(space, space.wiring.rect().bottomLeft()).y()
    assert all(pane.mapTo(space, pane.rect().topLeft()).y() > strip for pane in panes)


def test_the_output_is_the_biggest_picture(space: Workspace) -> None:
    output = space.output.view.picture_rect().width()
    assert output >= space.input.canvas.square().width()


def test_the_way_its_columns_stand_is_remembered(space: Workspace, open_space: Open) -> None:
    columns(space).setSizes([400, 400, 480])
    stood = columns(space).sizes()
    space.remember()
    assert columns(open_space()).sizes() == stood


def test_the_open_tab_is_remembered(space: Workspace, open_space: Open) -> None:
    space.tabs.open_page("Why two inputs?")
    space.remember()
    assert open_space().tabs.current_title() == "Why two inputs?"


def test_torn_off_tabs_are_remembered(space: Workspace, open_space: Open) -> None:
    space.tabs.tear_off("Layers")
    space.remember()
    later = open_space()
    assert later.tabs.torn_off() == ["Layers"]
    (window,) = later.findChildren(TornWindow)
    assert window.isVisible()
    window.close()
    later.remember()
    assert open_space().tabs.torn_off() == []


def test_tabs_that_are_no_more_are_forgotten(settings: Settings, open_space: Open) -> None:
    settings.set("torn_off", "Atlas,Globe")
    settings.set("tab", "Atlas")
    space = open_space()
    assert space.tabs.torn_off() == []
    assert space.tabs.current_title() == "Sliders"


@pytest.mark.parametrize(("width", "left", "right"), [(1024, 300, 320), (1280, LEFT_PX, RIGHT_PX)])
def test_the_outer_columns_narrow_before_anything_is_cut(
    space: Workspace, width: int, left: int, right: int
) -> None:
    columns(space).setSizes([1, width, 1])
    space.resize(width, 620)
    assert space.width() == width
    areas = [columns(space).widget(index) for index in (0, 2)]
    for area, most in zip(areas, (left, right), strict=True):
        assert area is not None
        assert area.minimumWidth() <= most
    for area in space.findChildren(QScrollArea):
        widget, viewport = area.widget(), area.viewport()
        if area.isVisible() and widget is not None and viewport is not None:
            assert widget.width() <= viewport.width()


@pytest.mark.parametrize(
    ("box", "model", "layer"),
    [
        ("encoder: 5", "encoder", "conv2d"),
        ("decoder: 6", "decoder", "dense"),
        ("latent_vector", "encoder", "latent_vector"),
        ("decoder_output", "decoder", "decoder_output"),
    ],
)
def test_a_click_on_a_box_shows_its_layers(
    qtbot: QtBot, space: Workspace, session: Session, box: str, model: str, layer: str
) -> None:
    asked: list[Request] = []
    session.requested.connect(asked.append)
    qtbot.mouseClick(spot(space, box), Qt.MouseButton.LeftButton)
    assert space.tabs.current_title() == "Layers"
    assert space.layers.layers.current() == (model, layer)
    assert [(r.kind, r.settings["model"], r.settings["layer"]) for r in asked] == [
        ("activations", model, layer)
    ]


def test_a_click_on_the_noise_puts_the_keyboard_on_its_kind(qtbot: QtBot, space: Workspace) -> None:
    with qtbot.waitActive(space):
        space.activateWindow()
    qtbot.mouseClick(spot(space, "Noise"), Qt.MouseButton.LeftButton)
    assert isinstance(space.focusWidget(), QComboBox)
    assert space.noise.isAncestorOf(space.focusWidget())


def test_the_switch_plugs_in_and_back(qtbot: QtBot, space: Workspace, session: Session) -> None:
    z = session.state.latent.z
    for route in (Route.HELD, Route.ENCODER):
        with qtbot.waitSignal(space.wiring.strip.plug_arrived):  # one sees it move
            qtbot.mouseClick(spot(space, "Switch"), Qt.MouseButton.LeftButton)
        assert session.state.route is route
        np.testing.assert_array_equal(session.state.latent.z, z)
        assert spot(space, "Switch").accessibleName().endswith(route.value)


def test_it_measures_from_the_request_to_the_painted_picture(
    qtbot: QtBot, space: Workspace, session: Session
) -> None:
    asked: list[Request] = []
    session.requested.connect(asked.append)
    session.set_value(0, 1.0)
    assert space.painted_ms == 0
    output = {"decoder_output": np.zeros((1, 28, 28, 1), np.float32)}
    with qtbot.waitSignal(space.output.view.painted):
        session.receive(Frame(asked[-1].seq, "", "decode", {}, None, output, {}, 0.001))
    assert space.painted_ms > 0


def open_for(qtbot: QtBot, subject: Subject, settings: Settings) -> Workspace:
    made = Workspace(Session(subject, seed=7), settings)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_decoder_alone_has_a_target_and_no_noise(qtbot: QtBot, settings: Settings) -> None:
    space = open_for(qtbot, subject_of(COLOUR), settings)
    assert space.input.isVisible()
    assert not space.noise.isVisible()


def test_a_decoder_of_curves_has_sliders_and_output_alone(qtbot: QtBot, settings: Settings) -> None:
    space = open_for(qtbot, subject_of(CURVE), settings)
    assert not space.input.isVisible()
    assert space.latent.isVisible()
    assert space.output.curve.isVisible()
    columns(space).setSizes([0, 700, 500])
    space.remember()  # what other models' columns are like is not forgotten
    again = open_for(qtbot, subject_of(COLOUR), settings)
    assert again.input.width() >= 240


def test_it_measures_curves_too(qtbot: QtBot, settings: Settings) -> None:
    space = open_for(qtbot, subject_of(CURVE), settings)
    asked: list[Request] = []
    space.session.requested.connect(asked.append)
    space.session.set_value(0, 1.0)
    output = {"decoder_output": np.zeros((1, 200, 1), np.float32)}
    with qtbot.waitSignal(space.output.view.painted):
        space.session.receive(Frame(asked[-1].seq, "", "decode", {}, None, output, {}, 0.001))
    assert space.painted_ms > 0
