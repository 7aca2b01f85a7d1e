"""Clicks, keys and words of the wiring strip."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from explorer.state.latent import Route
from explorer.state.wiring import DECODER_SIDE, Wiring
from explorer.widgets.wiring_layout import STRIP_PX
from explorer.widgets.wiring_strip import WiringStrip
from tests.explorer.widgets.wiring.networks import (
    ALONE,
    BY_ENCODER,
    BY_SLIDERS,
    HUGE,
    spot,
)


@pytest.mark.parametrize(
    ("name", "model", "layer"),
    [
        ("encoder: 5 layers", "encoder", ""),
        ("decoder: 6 layers", "decoder", ""),
        ("conv2d:", "encoder", "conv2d"),
        ("latent_vector:", "encoder", "latent_vector"),
        ("decoder_input:", "decoder", "decoder_input"),
    ],
)
def test_a_click_on_a_box_names_model_and_layer(
    qtbot: QtBot, strip: WiringStrip, name: str, model: str, layer: str
) -> None:
    button = spot(strip, name)
    with qtbot.waitSignal(strip.box_clicked) as signal:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert signal.args == [model, layer]


def test_a_click_on_the_noise_box_asks_for_the_noise(qtbot: QtBot, strip: WiringStrip) -> None:
    strip.set_noise_label("Salt and pepper")
    with qtbot.waitSignal(strip.noise_clicked):
        qtbot.mouseClick(spot(strip, "Noise: Salt and pepper"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("wiring", "name", "wanted"),
    [
        (BY_ENCODER, "Switch", Route.HELD),
        (BY_ENCODER, "Socket sliders", Route.HELD),
        (BY_SLIDERS, "Switch", Route.ENCODER),
        (BY_SLIDERS, "Socket encoder", Route.ENCODER),
    ],
)
def test_a_click_on_the_switch_asks_for_the_other_route(
    qtbot: QtBot, strip: WiringStrip, wiring: Wiring, name: str, wanted: Route
) -> None:
    strip.set_wiring(wiring)
    with qtbot.waitSignal(strip.plug_requested) as signal:
        qtbot.mouseClick(spot(strip, name), Qt.MouseButton.LeftButton)
    assert signal.args == [wanted]


def test_the_socket_that_is_plugged_in_asks_for_nothing(qtbot: QtBot, strip: WiringStrip) -> None:
    with qtbot.assertNotEmitted(strip.plug_requested):
        qtbot.mouseClick(spot(strip, "Socket encoder"), Qt.MouseButton.LeftButton)


def test_without_an_encoder_the_switch_says_why_and_asks_for_nothing(
    qtbot: QtBot, strip: WiringStrip
) -> None:
    off = "this model came without an encoder"
    strip.set_wiring(Wiring(Route.HELD, DECODER_SIDE, off, "plugged in: sliders", "", ""))
    assert off in spot(strip, "Switch").toolTip()
    with qtbot.assertNotEmitted(strip.plug_requested):
        qtbot.mouseClick(spot(strip, "Switch"), Qt.MouseButton.LeftButton)


def test_a_decoder_alone_has_an_empty_place_for_an_encoder(qtbot: QtBot) -> None:
    off = "this model came without an encoder"
    wiring = Wiring(Route.HELD, DECODER_SIDE, off, "plugged in: sliders", "", "")
    strip = WiringStrip(ALONE, wiring)
    strip.set_noise_label("Gaussian")
    strip.resize(1280, STRIP_PX)
    qtbot.addWidget(strip)
    with qtbot.waitExposed(strip):
        strip.show()
    place = spot(strip, "No encoder")
    assert off in place.toolTip()
    assert off in spot(strip, "Socket encoder").toolTip()
    with qtbot.assertNotEmitted(strip.box_clicked):
        qtbot.mouseClick(place, Qt.MouseButton.LeftButton)
    assert not spot(strip, "Noise").isVisible()
    strip.activateWindow()
    place.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(place.hasFocus)
    qtbot.keyClick(place, Qt.Key.Key_Left)  # there is nothing before it
    assert place.hasFocus()
    picture = np.ones((28, 28), np.float32)
    strip.set_pictures(picture, picture, picture)
    centre = strip.geometry_now.pictures["output"].center()
    assert strip.grab().toImage().pixelColor(centre).name() == "#ffffff"


@pytest.mark.parametrize(("wiring", "fed"), [(BY_ENCODER, "encoder"), (BY_SLIDERS, "sliders")])
def test_the_state_is_told_in_words(strip: WiringStrip, wiring: Wiring, fed: str) -> None:
    strip.set_wiring(wiring)
    assert strip.accessibleName() == f"Wiring: latent_inputs is fed by the {fed}"
    assert strip.accessibleDescription() == wiring.path
    assert "plugged in" in spot(strip, f"Socket {fed}").accessibleName()


def test_every_hot_spot_has_a_name_and_a_tooltip(strip: WiringStrip) -> None:
    strip.set_noise_label("Gaussian")
    for button in strip.findChildren(QAbstractButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_arrows_walk_through_all_hot_spots_and_enter_activates(
    qtbot: QtBot, strip: WiringStrip
) -> None:
    strip.set_noise_label("Gaussian")
    strip.activateWindow()
    first = spot(strip, "Noise")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus)
    walked = []
    for _ in range(16):
        focused = strip.focusWidget()
        assert focused is not None
        walked.append(focused.accessibleName().split(":")[0].split()[0])
        qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert walked == [
        "Noise",
        "encoder",
        *("encoder_input", "conv2d", "conv2d_1", "flatten", "latent_vector"),
        *("Switch", "Socket", "Socket"),
        "decoder",
        *("decoder_input", "dense", "reshape", "conv2d_transpose"),
        "conv2d_transpose_1",
    ]
    with qtbot.waitSignal(strip.box_clicked) as signal:
        qtbot.keyClick(strip.focusWidget(), Qt.Key.Key_Return)
    assert signal.args == ["decoder", "decoder_output"]


def test_tab_stops_at_the_large_boxes_only(strip: WiringStrip) -> None:
    strip.set_noise_label("Gaussian")
    stops = [
        button.accessibleName().split(":")[0]
        for button in strip.findChildren(QAbstractButton)
        if button.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert sorted(stops) == ["Noise", "Switch", "decoder", "encoder"]


def test_boxes_that_found_no_room_are_named_in_a_tooltip(strip: WiringStrip) -> None:
    strip.resize(1024, STRIP_PX)
    assert "reshape" in spot(strip, "decoder: more layers").toolTip()


def test_very_many_of_them_are_counted(qtbot: QtBot) -> None:
    strip = WiringStrip(HUGE, BY_ENCODER)
    qtbot.addWidget(strip)
    strip.resize(1280, STRIP_PX)
    tip = spot(strip, "decoder: more layers").toolTip()
    assert " layers, " in tip
    assert len(tip) < 200


def test_a_box_under_the_pointer_tells_its_names(qtbot: QtBot, strip: WiringStrip) -> None:
    spot = strip._layers["decoder", "decoder_input"]
    with qtbot.waitSignal(strip.pointed) as told:
        spot.pointed.emit(True)
    assert told.args == [frozenset({"decoder", "decoder_input"})]
    with qtbot.waitSignal(strip.pointed) as told:
        spot.pointed.emit(False)
    assert told.args == [frozenset()]
