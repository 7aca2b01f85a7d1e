from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from explorer.panes.wiring_pane import WiringPane
from explorer.state.frame import Frame
from explorer.state.session import Session
from models.noise import Occlusion
from models.ports import PicturePort
from tests.explorer.subjects import COLOUR, CURVE, described, subject_of


@pytest.fixture
def pane(qtbot: QtBot, session: Session) -> WiringPane:
    made = WiringPane(session)
    made.resize(1280, 132)
    qtbot.addWidget(made)
    return made


def spot(pane: WiringPane, name: str) -> QAbstractButton:
    spots = pane.findChildren(QAbstractButton)
    return next(button for button in spots if button.accessibleName().startswith(name))


def brightness_of(pane: WiringPane, name: str) -> int:
    image = pane.strip.grab().toImage()
    return image.pixelColor(pane.strip.geometry_now.pictures[name].center()).lightness()


def test_it_shows_the_stored_first_picture_at_once(pane: WiringPane) -> None:
    assert pane.strip.geometry_now.boxes[0].layer.name == "encoder_input"
    image = pane.strip.grab().toImage()
    rect = pane.strip.geometry_now.pictures["input"]
    shades = {image.pixel(x, rect.center().y()) for x in range(rect.left(), rect.right())}
    assert len(shades) > 3


def test_the_switch_plugs_in_the_sliders_and_keeps_z(
    qtbot: QtBot, pane: WiringPane, session: Session
) -> None:
    z = session.state.latent.z
    qtbot.mouseClick(spot(pane, "Switch"), Qt.MouseButton.LeftButton)
    assert session.wiring.plugged_in == "plugged in: sliders"
    assert session.state.latent.z.tolist() == z.tolist()
    qtbot.mouseClick(spot(pane, "Switch"), Qt.MouseButton.LeftButton)
    assert session.wiring.plugged_in == "plugged in: encoder"


def test_a_hand_on_a_slider_moves_the_plug(pane: WiringPane, session: Session) -> None:
    session.set_value(3, 1.5)
    assert pane.strip.plug_position == 1.0
    assert pane.strip.accessibleName() == "Wiring: latent_inputs is fed by the sliders"
    session.undo_stack.undo()
    assert pane.strip.plug_position == 0.0


def test_another_noise_is_named(pane: WiringPane, session: Session) -> None:
    assert spot(pane, "Noise: Gaussian")
    session.set_noise(Occlusion())
    assert spot(pane, "Noise: Occlusion")


def test_clicks_on_boxes_are_passed_on(qtbot: QtBot, pane: WiringPane) -> None:
    with qtbot.waitSignal(pane.layers_wanted) as signal:
        qtbot.mouseClick(spot(pane, "latent_vector"), Qt.MouseButton.LeftButton)
    assert signal.args == ["encoder", "latent_vector"]
    with qtbot.waitSignal(pane.noise_wanted):
        qtbot.mouseClick(spot(pane, "Noise"), Qt.MouseButton.LeftButton)


def test_a_frame_brings_its_pictures(pane: WiringPane, session: Session) -> None:
    white = np.ones((1, 28, 28, 1), np.float32)
    black = np.zeros((1, 28, 28, 1), np.float32)
    z = session.state.latent.z[None]
    inputs = {"clean": black, "noisy": white}
    session.receive(Frame(1, "", "denoise", inputs, z, {"decoder_output": white}, {}, 0.0))
    assert brightness_of(pane, "noisy") == 255
    assert brightness_of(pane, "output") == 255
    session.receive(Frame(2, "", "decode", {}, z, {"decoder_output": black}, {}, 0.0))
    assert brightness_of(pane, "noisy") == 255
    assert brightness_of(pane, "output") == 0


def test_a_new_drawing_is_seen_before_any_answer(pane: WiringPane, session: Session) -> None:
    before = pane.strip.grab().toImage()
    session.set_drawing(session.state.drawing.cleared(), "clear")
    assert pane.strip.grab().toImage() != before


def test_an_engine_may_describe_other_layers(pane: WiringPane) -> None:
    layer = {"name": "latent_vector", "type": "Dense", "output_shape": [16], "parameters": 9}
    other = {"name": "paint", "type": "Dense", "output_shape": [28, 28, 1], "parameters": 9}
    pane.set_description(
        {
            "encoder": {"name": "encoder", "input": "encoder_input", "layers": [layer]},
            "decoder": {"name": "decoder", "input": "decoder_input", "layers": [other]},
        }
    )
    names = [box.layer.name for box in pane.strip.geometry_now.boxes]
    assert names == ["encoder_input", "latent_vector", "decoder_input", "paint"]
    pane.set_description(None)
    assert len(pane.strip.geometry_now.boxes) > 4


def test_a_decoder_alone_shows_its_picture_and_no_encoder(qtbot: QtBot) -> None:
    session = Session(subject_of(COLOUR), seed=7)
    pane = WiringPane(session)
    pane.resize(1280, 132)
    qtbot.addWidget(pane)
    assert spot(pane, "No encoder")
    pane.set_description(
        {"decoder": described(("z", "InputLayer", [None, 16]), ("picture", "Conv2D", [None, 9]))}
    )
    assert [box.layer.name for box in pane.strip.geometry_now.boxes] == ["z", "picture"]
    session.receive(decoded(np.ones((1, 64, 64, 3), np.float32)))
    assert brightness_of(pane, "output") == 255


def test_a_curve_is_a_small_picture_too(qtbot: QtBot) -> None:
    session = Session(subject_of(CURVE), seed=7)
    pane = WiringPane(session)
    pane.resize(1280, 132)
    qtbot.addWidget(pane)
    session.receive(decoded(np.zeros((1, 200, 1), np.float32)))
    flat = pane.strip.grab().toImage()
    session.receive(decoded(np.linspace(-1, 1, 200, dtype=np.float32).reshape(1, 200, 1)))
    assert pane.strip.grab().toImage() != flat


def test_a_cut_is_told(qtbot: QtBot) -> None:
    card = {"cut": {"layer": "bottleneck", "shape": [16]}}
    picture = PicturePort("HWC", 64, 64, 3)
    pane = WiringPane(Session(subject_of(COLOUR, picture=picture, card=card), seed=7))
    qtbot.addWidget(pane)
    assert "cut apart at bottleneck" in spot(pane, "Switch").toolTip()


def decoded(output: npt.NDArray[np.float32]) -> Frame:
    return Frame(1, "", "decode", {}, None, {"decoder_output": output}, {}, 0.0)
