"""Where everything in the wiring strip lies: a pure function of width and network."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QRect

from explorer.widgets.network import DECODER, ENCODER, Layer, Model, Network

STRIP_PX = 132
WIRE_Y_PX = 72
PICTURE_PX = 56
FRAME_PX = 1
MAX_WIDTH_PX = 1480
SIDE_PX = 16
NOISE_PX = 72
SWITCH_PX = 96
MORE_PX = 20
MODEL_TOP_PX, MODEL_BOTTOM_PX = 32, 106
LAYER_PX = 36
SOCKET_INSET_PX = 12
SLIDERS_SOCKET_Y_PX = 114
END_PAD_PX, INNER_PAD_PX = 7, 5
LEAST_BOX_PX = 34
LEAST_SQUEEZE = 0.3
# (tightest, widest): all gaps grow together between these.
WIRE_GAP_PX = (9.0, 34.0)
LAYER_GAP_PX = (5.0, 12.0)
MODEL_PAD_PX = (9.0, 14.0)

TextWidth = Callable[[str, bool], float]
"""Width in pixels of a text in the strip's font, bold or not."""


@dataclass(frozen=True)
class Slot:
    """A place in a model's row: one layer, or the mark of some that found no room."""

    layers: tuple[Layer, ...]
    left_out: bool = False

    @property
    def can_go(self) -> bool:
        """Whether the layer may be left out; both ends of a model stay."""
        return not self.left_out and not self.layers[0].is_end


@dataclass(frozen=True)
class LayerBox:
    """An inner box of the strip."""

    model: str
    slot: Slot
    rect: QRect

    @property
    def layer(self) -> Layer:
        """The layer, or the first one that is left out."""
        return self.slot.layers[0]


@dataclass(frozen=True)
class WiringLayout:
    """Rectangles and points in the widget's coordinates.

    Attributes
    ----------
    pictures : dict of QRect
        ``input``, ``noisy`` and ``output``, frames included.
    noise, switch : QRect
    models : dict of QRect
        ``encoder`` and ``decoder``.
    boxes : tuple of LayerBox
        From left to right.
    encoder_socket, sliders_socket, entry : QPoint
        Where the plug can be, and where its cable enters the decoder's wire.
    """

    pictures: dict[str, QRect]
    noise: QRect
    switch: QRect
    models: dict[str, QRect]
    boxes: tuple[LayerBox, ...]
    encoder_socket: QPoint
    sliders_socket: QPoint
    entry: QPoint

    @property
    def switch_body(self) -> QRect:
        """The switch without its labels, which are wider."""
        return self.switch.adjusted(0, MODEL_TOP_PX, 0, -2)


@dataclass(frozen=True)
class _Row:
    """The slots of a model and what they measure."""

    model: Model
    slots: tuple[Slot, ...]
    text_width: TextWidth
    squeeze: float = 1.0

    def sizes_px(self) -> list[float]:
        return [self._size_px(slot) for slot in self.slots]

    def width_px(self, ease: float) -> float:
        gaps = (len(self.slots) - 1) * _eased(LAYER_GAP_PX, ease)
        return sum(self.sizes_px()) + gaps + 2 * _eased(MODEL_PAD_PX, ease)

    def _size_px(self, slot: Slot) -> float:
        if slot.left_out:
            return MORE_PX
        layer = slot.layers[0]
        pad = END_PAD_PX if layer.is_end else INNER_PAD_PX
        text = max(
            self.text_width(layer.label, layer.is_end), self.text_width(layer.shape_text, False)
        )
        return max(LEAST_BOX_PX, math.ceil(text + 2 * pad) * self.squeeze)

    def without_one(self) -> _Row | None:
        """Leave out the layer that is missed least, or None where only ends are left."""
        indices = [index for index, slot in enumerate(self.slots) if slot.can_go]
        if not indices:
            return None
        index = min(indices, key=self._worth)
        slots = list(self.slots)
        slots[index] = Slot(slots[index].layers, left_out=True)
        merged = slots[:1]
        for slot in slots[1:]:
            if slot.left_out and merged[-1].left_out:
                merged[-1] = Slot(merged[-1].layers + slot.layers, left_out=True)
            else:
                merged.append(slot)
        return _Row(self.model, tuple(merged), self.text_width)

    def _worth(self, index: int) -> tuple[bool, bool, int]:
        beside = self.slots[index - 1].left_out or self.slots[index + 1].left_out
        return self.slots[index].layers[0].parameters > 0, not beside, -index


def lay_out(width_px: int, network: Network, text_width: TextWidth) -> WiringLayout:
    """Lay the strip out.

    Layers are left out where there is no room for all, those without
    parameters first; both ends of a model always stay.

    Parameters
    ----------
    width_px : int
        Of the whole strip.
    network : Network
    text_width : callable
        Measures a text.
    """
    rows = [
        _Row(model, tuple(Slot((layer,)) for layer in model.layers), text_width)
        for model in network.models
    ]
    room = min(width_px, MAX_WIDTH_PX) - 2 * SIDE_PX
    while _total_px(rows, 0) > room:
        shorter = [(row.width_px(0), index, row.without_one()) for index, row in enumerate(rows)]
        possible = [entry for entry in shorter if entry[2] is not None]
        if not possible:
            rows = _squeezed(rows, room)
            break
        _, index, row = max(possible, key=lambda entry: entry[0])
        assert row is not None
        rows[index] = row
    tight, wide = _total_px(rows, 0), _total_px(rows, 1)
    ease = min(1.0, max(0.0, (room - tight) / (wide - tight)))
    return _place(max(0.0, (width_px - _total_px(rows, ease)) / 2), rows, ease)


def _total_px(rows: list[_Row], ease: float) -> float:
    pictures = 3 * (PICTURE_PX + 2 * FRAME_PX)
    models = sum(row.width_px(ease) for row in rows)
    return pictures + NOISE_PX + SWITCH_PX + models + 6 * _eased(WIRE_GAP_PX, ease)


def _squeezed(rows: list[_Row], room: float) -> list[_Row]:
    """Narrower boxes, for a window smaller than any that is meant; texts are cut short."""
    boxes = sum(sum(row.sizes_px()) for row in rows)
    squeeze = max(LEAST_SQUEEZE, 1 - (_total_px(rows, 0) - room) / boxes)
    return [_Row(row.model, row.slots, row.text_width, squeeze) for row in rows]


def _place(left: float, rows: list[_Row], ease: float) -> WiringLayout:
    picture = PICTURE_PX + 2 * FRAME_PX
    encoder, decoder = rows
    flow = {
        "input": picture,
        "noise": NOISE_PX,
        "noisy": picture,
        ENCODER: encoder.width_px(ease),
        "switch": SWITCH_PX,
        DECODER: decoder.width_px(ease),
        "output": picture,
    }
    spans = _spans(left, list(flow.values()), _eased(WIRE_GAP_PX, ease))
    across = dict(zip(flow, spans, strict=True))
    switch = _between(across["switch"], 0, STRIP_PX)
    return WiringLayout(
        pictures={
            name: _around_wire(across[name], picture) for name in ("input", "noisy", "output")
        },
        noise=_around_wire(across["noise"], picture),
        switch=switch,
        models={
            name: _between(across[name], MODEL_TOP_PX, MODEL_BOTTOM_PX)
            for name in (ENCODER, DECODER)
        },
        boxes=(*_boxes(encoder, across[ENCODER], ease), *_boxes(decoder, across[DECODER], ease)),
        encoder_socket=QPoint(switch.left() + SOCKET_INSET_PX, WIRE_Y_PX),
        sliders_socket=QPoint(switch.left() + SOCKET_INSET_PX, SLIDERS_SOCKET_Y_PX),
        entry=QPoint(switch.right() - SOCKET_INSET_PX, WIRE_Y_PX),
    )


def _boxes(row: _Row, span: tuple[int, int], ease: float) -> list[LayerBox]:
    left = span[0] + _eased(MODEL_PAD_PX, ease)
    spans = _spans(left, row.sizes_px(), _eased(LAYER_GAP_PX, ease))
    return [
        LayerBox(row.model.name, slot, _around_wire(across, LAYER_PX))
        for slot, across in zip(row.slots, spans, strict=True)
    ]


def _spans(left: float, sizes: list[float], gap: float) -> list[tuple[int, int]]:
    spans = []
    for size in sizes:
        spans.append((round(left), round(left + size)))
        left += size + gap
    return spans


def _around_wire(span: tuple[int, int], height: int) -> QRect:
    return _between(span, WIRE_Y_PX - height // 2, WIRE_Y_PX + height // 2)


def _between(span: tuple[int, int], top: int, bottom: int) -> QRect:
    return QRect(span[0], top, span[1] - span[0], bottom - top)


def _eased(limits: tuple[float, float], ease: float) -> float:
    return limits[0] + ease * (limits[1] - limits[0])
