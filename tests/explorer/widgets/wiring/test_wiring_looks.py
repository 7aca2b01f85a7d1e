"""What the wiring strip shows."""

from __future__ import annotations

import numpy as np
from PyQt6.QtGui import QPaintEvent, QRegion
from pytestqt.qtbot import QtBot

from explorer.widgets.network import network_of_card
from explorer.widgets.wiring_layout import STRIP_PX
from explorer.widgets.wiring_strip import WiringStrip
from tests.explorer.widgets.wiring.networks import (
    ALONE,
    BY_ENCODER,
    BY_SLIDERS,
    EXAMPLE,
    spot,
)


def test_an_encoder_that_is_described_later_takes_its_place(strip: WiringStrip) -> None:
    strip.set_noise_label("Gaussian")
    before = strip.geometry_now
    strip.set_network(ALONE)
    assert not spot(strip, "Noise").isVisible()
    strip.set_network(EXAMPLE)
    assert spot(strip, "Noise").isVisible()
    assert strip.geometry_now == before


def test_a_cut_is_marked_between_encoder_and_decoder(strip: WiringStrip) -> None:
    before = strip.grab().toImage()
    strip.set_cut("bottleneck")
    after = strip.grab().toImage()
    mark = strip.geometry_now.mark
    assert after.copy(mark) != before.copy(mark)
    assert "cut apart at bottleneck" in spot(strip, "Switch").toolTip()
    strip.set_cut("")
    assert strip.grab().toImage() == before


def test_the_plug_moves_to_the_other_socket(qtbot: QtBot, strip: WiringStrip) -> None:
    before = strip.grab().toImage()
    with qtbot.waitSignal(strip.plug_arrived):
        strip.set_wiring(BY_SLIDERS)
    assert strip.grab().toImage() != before
    assert strip.plug_position == 1.0


def test_a_strip_that_nobody_sees_moves_its_plug_at_once(qtbot: QtBot) -> None:
    strip = WiringStrip(EXAMPLE, BY_ENCODER)
    qtbot.addWidget(strip)
    strip.set_wiring(BY_SLIDERS)
    assert strip.plug_position == 1.0


class Recording(WiringStrip):
    painted = QRegion()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        assert event is not None
        self.painted = self.painted.united(event.region())
        super().paintEvent(event)


def test_a_new_picture_repaints_only_its_own_rectangle(qtbot: QtBot) -> None:
    strip = Recording(EXAMPLE, BY_ENCODER)
    strip.resize(1280, STRIP_PX)
    qtbot.addWidget(strip)
    with qtbot.waitExposed(strip):
        strip.show()
    clean = np.zeros((28, 28, 1), np.float32)
    qtbot.waitUntil(lambda: not strip.painted.isEmpty())
    strip.painted = QRegion()
    strip.set_pictures(clean, clean, clean)
    qtbot.waitUntil(lambda: not strip.painted.isEmpty())
    strip.painted = QRegion()
    strip.set_pictures(clean, clean, np.ones((28, 28, 1), np.float32))
    qtbot.waitUntil(lambda: not strip.painted.isEmpty())
    assert strip.geometry_now.pictures["output"].contains(strip.painted.boundingRect())


def test_the_picture_given_is_the_picture_shown(strip: WiringStrip) -> None:
    strip.set_pictures(None, None, np.ones((28, 28), np.float32))
    image = strip.grab().toImage()
    centre = strip.geometry_now.pictures["output"].center()
    assert image.pixelColor(centre).name() == "#ffffff"
    assert image.pixelColor(strip.geometry_now.pictures["noisy"].center()).name() == "#000000"


def test_pointed_out_boxes_look_different(strip: WiringStrip) -> None:
    before = strip.grab().toImage()
    strip.highlight(frozenset({"encoder"}))
    assert strip.grab().toImage() != before
    strip.highlight(frozenset())
    assert strip.grab().toImage() == before


def test_other_layers_bring_other_boxes(strip: WiringStrip) -> None:
    strip.set_network(network_of_card({"picture_shape": [8, 8, 1], "latent_dim": 2}))
    assert [box.layer.name for box in strip.geometry_now.boxes] == [
        "encoder_input",
        "latent_vector",
        "decoder_input",
        "decoder_output",
    ]
    assert spot(strip, "decoder_input: InputLayer, 2")
