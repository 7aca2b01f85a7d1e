"""Where boxes, pictures and the switch of the strip lie."""

from __future__ import annotations

import itertools

import pytest
from PyQt6.QtCore import QRect

from explorer.widgets.network import Layer, Model, Network
from explorer.widgets.wiring_layout import SIDE_PX, STRIP_PX, WiringLayout, lay_out
from explorer.widgets.wiring_painter import picture_rect, plug_point
from tests.explorer.widgets.wiring.networks import (
    ALONE,
    DEEP,
    EXAMPLE,
    HUGE,
    text_width,
)

WIDTHS = (1024, 1099, 1100, 1280, 1366, 1480, 1600, 1920, 2560, 3840)


def all_rects(layout: WiringLayout) -> list[QRect]:
    rects = [*layout.pictures.values(), layout.noise, layout.switch, *layout.models.values()]
    return [rect for rect in (*rects, layout.absent) if not rect.isNull()]


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


def test_the_plug_leaves_its_socket_before_it_goes_down() -> None:
    layout = lay_out(1280, EXAMPLE, text_width)
    assert plug_point(layout, 0.0).toPoint() == layout.encoder_socket
    assert plug_point(layout, 1.0).toPoint() == layout.sliders_socket
    assert plug_point(layout, 0.5).x() > layout.encoder_socket.x() + 5
