from __future__ import annotations

import itertools

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QPaintEvent, QRegion
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from explorer.state.latent import Route
from explorer.state.wiring import DECODER_SIDE, ENCODER_SIDE, Wiring
from explorer.widgets.network import Layer, Model, Network, network_of_card
from explorer.widgets.wiring_layout import SIDE_PX, STRIP_PX, WiringLayout, lay_out
from explorer.widgets.wiring_painter import picture_rect, plug_point
from explorer.widgets.wiring_strip import WiringStrip

EXAMPLE = network_of_card(
    {"picture_shape": [28, 28, 1], "latent_dim": 16, "filters": [32, 64], "kernel_size": 3}
)
DEEP = network_of_card(
    {"picture_shape": [256, 256, 3], "latent_dim": 512, "filters": [16] * 7, "kernel_size": 3}
)
ALONE = Network(None, EXAMPLE.decoder)
LONG_NAME = "a_name_that_is_longer_than_most_names_are"
HUGE = Network(
    *(
        Model(
            name,
            (
                Layer(f"{name}_{LONG_NAME}", "InputLayer", (16,), 0, is_end=True),
                *(Layer(f"conv2d_{n}", "Conv2D", (8, 8, 64), n % 2) for n in range(400)),
                Layer("label", "InputLayer", (10,), 0, is_end=True),
                *(Layer(f"dense_{n}", "Dense", (8, 8, 64), n % 2) for n in range(397)),
                Layer(f"{name}_output_{LONG_NAME}", "Conv2D", (256, 256, 3), 9, is_end=True),
            ),
        )
        for name in ("encoder", "decoder")
    )
)
BY_ENCODER = Wiring(
    Route.ENCODER, ENCODER_SIDE | DECODER_SIDE, "", "plugged in: encoder", "", "drawing → decoder"
)
BY_SLIDERS = Wiring(
    Route.HELD, DECODER_SIDE | {"sliders"}, "", "plugged in: sliders", "", "sliders → decoder"
)
WIDTHS = (1024, 1099, 1100, 1280, 1366, 1480, 1600, 1920, 2560, 3840)


def text_width(text: str, bold: bool) -> float:
    return len(text) * (7.0 if bold else 6.4)


def all_rects(layout: WiringLayout) -> list[QRect]:
    rects = [*layout.pictures.values(), layout.noise, layout.switch, *layout.models.values()]
    return [rect for rect in (*rects, layout.absent) if not rect.isNull()]


# Where things lie ------------------------------------------------------------------


@pytest.mark.parametrize("network", [EXAMPLE, DEEP, HUGE, ALONE, Network(None, HUGE.decoder)])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_or_is_cut(width: int, network: Network) -> None:
    layout = lay_out(width, network, text_width)
    strip = QRect(0, 0, width, STRIP_PX)
    rects = all_rects(layout)
    assert all(strip.contains(rect) for rect in rects)
    assert not any(one.intersects(other) for one, other in itertools.combinations(rects, 2))
    for name, model in layout.models.items():
        inner = [box.rect for box in layout.boxes if box.model == name]
        assert all(model.contains(rect) for rect in inner)
        assert not any(one.intersects(other) for one, other in itertools.combinations(inner, 2))
    for point in (layout.encoder_socket, layout.sliders_socket, layout.entry):
        assert layout.switch.contains(point)


@pytest.mark.parametrize("network", [EXAMPLE, DEEP])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_has_room(width: int, network: Network) -> None:
    for box in lay_out(width, network, text_width).boxes:
        if not box.slot.left_out:
            layer = box.layer
            assert text_width(layer.label, layer.is_end) <= box.rect.width()
            assert text_width(layer.shape_text, False) <= box.rect.width()


@pytest.mark.parametrize("network", [EXAMPLE, DEEP, HUGE, ALONE])
@pytest.mark.parametrize("width", WIDTHS)
def test_each_layer_is_shown_or_counted_in_order(width: int, network: Network) -> None:
    boxes = lay_out(width, network, text_width).boxes
    shown = [layer.name for box in boxes for layer in box.slot.layers]
    assert shown == [layer.name for model in network.models for layer in model.layers]


@pytest.mark.parametrize("width", WIDTHS)
def test_both_ends_of_both_models_always_stay(width: int) -> None:
    names = {
        box.layer.name for box in lay_out(width, DEEP, text_width).boxes if not box.slot.left_out
    }
    assert names >= {"encoder_input", "latent_vector", "decoder_input", "decoder_output"}


@pytest.mark.parametrize("width", WIDTHS)
def test_layers_without_parameters_go_first(width: int) -> None:
    boxes = lay_out(width, EXAMPLE, text_width).boxes
    for model in ("encoder", "decoder"):
        mine = [box for box in boxes if box.model == model]
        out = [layer for box in mine if box.slot.left_out for layer in box.slot.layers]
        kept = [box.layer for box in mine if not box.slot.left_out and not box.layer.is_end]
        if any(layer.parameters for layer in out):
            assert all(layer.parameters for layer in kept)


def test_all_layers_are_shown_where_there_is_room() -> None:
    assert not any(box.slot.left_out for box in lay_out(1600, EXAMPLE, text_width).boxes)


@pytest.mark.parametrize("width", [1920, 2560, 3840])
def test_a_wide_strip_is_centred_and_not_stretched(width: int) -> None:
    layout = lay_out(width, EXAMPLE, text_width)
    left, right = layout.pictures["input"].left(), layout.pictures["output"].right() + 1
    assert right - left <= 1500
    assert abs(left - (width - right)) <= 1


def test_the_strip_is_used_to_its_edges_at_the_width_it_is_made_for() -> None:
    layout = lay_out(1280, EXAMPLE, text_width)
    assert layout.pictures["input"].left() <= SIDE_PX + 1
    assert layout.pictures["output"].right() >= 1280 - SIDE_PX - 2


@pytest.mark.parametrize("width", WIDTHS)
def test_of_very_many_layers_both_ends_and_a_count_are_shown(width: int) -> None:
    boxes = lay_out(width, HUGE, text_width).boxes
    assert len(boxes) < 60
    for name in ("encoder", "decoder"):
        mine = [box for box in boxes if box.model == name]
        assert not mine[0].slot.left_out
        assert not mine[-1].slot.left_out
        for box in mine:
            if box.slot.left_out:
                assert text_width(box.slot.count_text, False) <= box.rect.width()


def test_further_inputs_are_left_out_last() -> None:
    boxes = lay_out(1920, Network(None, HUGE.decoder), text_width).boxes
    assert "label" in [box.layer.name for box in boxes if not box.slot.left_out]


def test_without_an_encoder_its_room_is_the_decoders() -> None:
    alone, both = (lay_out(1100, network, text_width) for network in (ALONE, EXAMPLE))
    assert list(alone.pictures) == ["output"]
    assert alone.noise.isNull()
    assert not alone.absent.isNull()
    assert both.absent.isNull()
    shown = [len([box for box in layout.boxes if box.model == "decoder" and not box.slot.left_out])
             for layout in (alone, both)]  # fmt: skip
    assert shown[0] == len(EXAMPLE.decoder.layers) > shown[1]


def test_a_strip_narrower_than_any_window_squeezes_its_boxes() -> None:
    long = Layer("a_name_that_is_longer_than_most_names_are", "Dense", (16,), 1, is_end=True)
    network = Network(Model("encoder", (long, long)), Model("decoder", (long, long)))
    rects = all_rects(lay_out(1024, network, text_width))
    assert not any(one.intersects(other) for one, other in itertools.combinations(rects, 2))
    assert max(rect.right() for rect in rects) < 1024


@pytest.mark.parametrize(
    ("size", "ratio", "side", "whole"),
    [
        ((28, 28), 1.0, 56, True),
        ((28, 28), 1.5, 56, True),
        ((28, 28), 1.25, 44.8, True),
        ((28, 28), 3.0, 56, True),
        ((32, 32), 1.0, 32, True),
        ((112, 112), 1.0, 56, False),
    ],
)
def test_pictures_keep_whole_pixels(
    size: tuple[int, int], ratio: float, side: float, whole: bool
) -> None:
    target, keeps = picture_rect(QRect(10, 10, 58, 58), size, ratio)
    assert (target.width(), target.height()) == pytest.approx((side, side))
    assert keeps is whole
    if whole:
        assert target.x() * ratio == pytest.approx(round(target.x() * ratio))


# The widget ------------------------------------------------------------------------


@pytest.fixture
def strip(qtbot: QtBot) -> WiringStrip:
    made = WiringStrip(EXAMPLE, BY_ENCODER)
    made.resize(1600, STRIP_PX)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def spot(strip: WiringStrip, name: str) -> QAbstractButton:
    spots = strip.findChildren(QAbstractButton)
    return next(button for button in spots if button.accessibleName().startswith(name))


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


def test_the_plug_leaves_its_socket_before_it_goes_down() -> None:
    layout = lay_out(1280, EXAMPLE, text_width)
    assert plug_point(layout, 0.0).toPoint() == layout.encoder_socket
    assert plug_point(layout, 1.0).toPoint() == layout.sliders_socket
    assert plug_point(layout, 0.5).x() > layout.encoder_socket.x() + 5


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


class Recording(WiringStrip):
    painted = QRegion()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
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


def test_a_box_under_the_pointer_tells_its_names(qtbot: QtBot, strip: WiringStrip) -> None:
    spot = strip._layers["decoder", "decoder_input"]
    with qtbot.waitSignal(strip.pointed) as told:
        spot.pointed.emit(True)
    assert told.args == [frozenset({"decoder", "decoder_input"})]
    with qtbot.waitSignal(strip.pointed) as told:
        spot.pointed.emit(False)
    assert told.args == [frozenset()]
