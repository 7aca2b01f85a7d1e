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
ABSENT_PX = 112
MORE_PX, MORE_PAD_PX = 20, 2
MODEL_TOP_PX, MODEL_BOTTOM_PX = 32, 106
LAYER_PX = 36
SOCKET_INSET_PX = 12
SLIDERS_SOCKET_Y_PX = 114
END_PAD_PX, INNER_PAD_PX = 7, 5
LEAST_BOX_PX, MOST_BOX_PX = 34, 150
MOST_SLOTS = MAX_WIDTH_PX // LEAST_BOX_PX  # of a model; more never find room
MARK_Y_PX, MARK_PX = 31, 14
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
    def count_text(self) -> str:
        """How many layers it stands for."""
        return f"+{len(self.layers)}"


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
        ``input``, ``noisy`` and ``output``, frames included; without an encoder only
        the last.
    noise, switch : QRect
        The former is empty without an encoder.
    models : dict of QRect
        ``encoder`` and ``decoder``, each where there is one.
    absent : QRect
        Where an encoder would be; empty where there is one.
    mark : QRect
        Room for a word about the place where encoder and decoder meet.
    boxes : tuple of LayerBox
        From left to right.
    encoder_socket, sliders_socket, entry : QPoint
        Where the plug can be, and where its cable enters the decoder's wire.
    """

    pictures: dict[str, QRect]
    noise: QRect
    switch: QRect
    models: dict[str, QRect]
    absent: QRect
    mark: QRect
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
            return max(MORE_PX, self.text_width(slot.count_text, False) + MORE_PAD_PX)
        layer = slot.layers[0]
        pad = END_PAD_PX if layer.is_end else INNER_PAD_PX
        text = max(
            self.text_width(layer.label, layer.is_end), self.text_width(layer.shape_text, False)
        )
        wanted = min(MOST_BOX_PX, math.ceil(text + 2 * pad))
        return max(LEAST_BOX_PX, wanted * self.squeeze)

    def without(self, count: int) -> _Row | None:
        """Leave out the layers that are missed least, or None where only both ends are left."""
        inner = range(1, len(self.slots) - 1)
        out = set(sorted((i for i in inner if not self.slots[i].left_out), key=self._worth)[:count])
        if not out:
            return None
        merged: list[Slot] = []
        for index, slot in enumerate(self.slots):
            left_out = slot.left_out or index in out
            if left_out and merged and merged[-1].left_out:
                merged[-1] = Slot(merged[-1].layers + slot.layers, left_out=True)
            else:
                merged.append(Slot(slot.layers, left_out))
        return _Row(self.model, tuple(merged), self.text_width)

    def _worth(self, index: int) -> tuple[bool, bool, bool, int]:
        layer = self.slots[index].layers[0]
        beside = self.slots[index - 1].left_out or self.slots[index + 1].left_out
        return layer.is_end, layer.parameters > 0, not beside, -index


def lay_out(width_px: int, network: Network, text_width: TextWidth) -> WiringLayout:
    """Lay the strip out.

    Layers are left out where there is no room for all, those without
    parameters first; the first and the last of a model always stay.

    Parameters
    ----------
    width_px : int
        Of the whole strip.
    network : Network
    text_width : callable
        Measures a text.
    """
    rows = [_row_of(model, text_width) for model in network.models]
    room = min(width_px, MAX_WIDTH_PX) - 2 * SIDE_PX
    while _total_px(rows, 0) > room:
        shorter = [(row.width_px(0), index, row.without(1)) for index, row in enumerate(rows)]
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


def _row_of(model: Model, text_width: TextWidth) -> _Row:
    row = _Row(model, tuple(Slot((layer,)) for layer in model.layers), text_width)
    return row.without(len(row.slots) - MOST_SLOTS) or row if len(row.slots) > MOST_SLOTS else row


def _total_px(rows: list[_Row], ease: float) -> float:
    flow = _flow(rows, ease).values()
    return sum(flow) + (len(flow) - 1) * _eased(WIRE_GAP_PX, ease)


def _flow(rows: list[_Row], ease: float) -> dict[str, float]:
    """All that stands in a row, from left to right, and how wide it is."""
    picture = PICTURE_PX + 2 * FRAME_PX
    widths = {row.model.name: row.width_px(ease) for row in rows}
    if ENCODER in widths:
        before = {"input": picture, "noise": NOISE_PX, "noisy": picture, ENCODER: widths[ENCODER]}
    else:
        before = {"absent": ABSENT_PX}
    return {**before, "switch": SWITCH_PX, DECODER: widths[DECODER], "output": picture}


def _squeezed(rows: list[_Row], room: float) -> list[_Row]:
    """Narrower boxes, for a window smaller than any that is meant; texts are cut short."""
    boxes = sum(sum(row.sizes_px()) for row in rows)
    squeeze = max(LEAST_SQUEEZE, 1 - (_total_px(rows, 0) - room) / boxes)
    return [_Row(row.model, row.slots, row.text_width, squeeze) for row in rows]


def _place(left: float, rows: list[_Row], ease: float) -> WiringLayout:
    flow = _flow(rows, ease)
    spans = _spans(left, list(flow.values()), _eased(WIRE_GAP_PX, ease))
    across = dict(zip(flow, spans, strict=True))
    picture = PICTURE_PX + 2 * FRAME_PX
    switch = _between(across["switch"], 0, STRIP_PX)
    before = across.get("absent") or across[ENCODER]
    return WiringLayout(
        pictures={
            name: _around_wire(across[name], picture)
            for name in ("input", "noisy", "output")
            if name in across
        },
        noise=_around_wire(across["noise"], picture) if "noise" in across else QRect(),
        switch=switch,
        models={
            row.model.name: _between(across[row.model.name], MODEL_TOP_PX, MODEL_BOTTOM_PX)
            for row in rows
        },
        absent=_around_wire(across["absent"], picture) if "absent" in across else QRect(),
        mark=_between((before[1], across[DECODER][0]), MARK_Y_PX, MARK_Y_PX + MARK_PX),
        boxes=tuple(box for row in rows for box in _boxes(row, across[row.model.name], ease)),
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
