"""Recurrent layers: a cell that goes over a sequence step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from models.inspection.blueprint import Call, Layer, Shape, TensorSpec
from models.layers.activating import activation
from models.layers.checks import (
    data_format,
    flag,
    number,
    one_of,
    sizes,
    whole,
)
from models.layers.operands import arguments, tensor
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot, Specs
from models.layers.shapes import (
    channel_axis,
    computed,
    elements,
    known,
    picture_of,
    window_places,
    with_picture,
)

# Gates, each with its part of the kernels; a state for h, and one for a memory beside it.
_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
_STATES: Final = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
_SNAKE: Final = {"SimpleRNN": "simple_rnn_cell", "GRU": "gru_cell", "LSTM": "lstm_cell"}
_STACK: Final = "StackedRNNCells"


def _never(value: Any) -> bool:
    """Checked and set to False.

    The results are the same whether a loop is unrolled, but a long one takes ages to
    build; and a state kept from picture to picture would make the same z give others.
    """
    flag(value)
    return False


_SEQUENCE: Final = {
    "return_sequences": Setting(flag, False),
    "return_state": Setting(flag, False),
    "go_backwards": Setting(flag, False),
    "stateful": Setting(_never, False),
    "unroll": Setting(_never, False),
    "zero_output_for_mask": Setting(flag, False),
}
_CELL: Final = {
    "activation": Setting(activation, "tanh"),
    "use_bias": Setting(flag, True),
    "dropout": Setting(number(0, 1), 0.0),
    "recurrent_dropout": Setting(number(0, 1), 0.0),
}
_UNITS: Final = {"units": Setting(whole(), REQUIRED), **_CELL}
_GATED: Final = {**_UNITS, "recurrent_activation": Setting(activation, "sigmoid")}
_CELLS: Final = {
    "SimpleRNN": _UNITS,
    "GRU": {**_GATED, "reset_after": Setting(flag, True)},
    "LSTM": {**_GATED, "unit_forget_bias": Setting(flag, True)},
}


def _sequence(call: Call, rank: int) -> tuple[TensorSpec, Any]:
    """What a call goes over, and the states it starts with, however these nest."""
    sequences, states, mask, _ = arguments(
        call, "sequences", optional={"initial_state": None, "mask": None, "training": None}
    )
    spec = tensor(sequences)
    if len(spec.shape) != rank:
        raise ValueError(f"must have a sequence of {rank} dimensions")
    if mask is not None and tensor(mask).shape != spec.shape[:2]:
        raise ValueError("must have a mask of each step")
    return spec, states


def _over_time(
    settings: Settings, spec: TensorSpec, given: Any, step: Shape, kept: Sequence[Sequence[Shape]]
) -> Specs:
    """What a recurrent layer gives.

    Its cell gives ``step`` each time, less the batch; ``kept`` are the shapes of its states,
    and of each cell's where there are several.
    """
    batch = spec.shape[0]
    states = [[computed(spec, (batch, *shape)) for shape in of_cell] for of_cell in kept]
    if given is not None:
        _check_states(given if len(kept) > 1 else [given], states)
    length = spec.shape[1:2] if settings["return_sequences"] else ()
    output = computed(spec, (batch, *length, *step))
    return (output, *chain(*states)) if settings["return_state"] else output


def _members(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _check_states(given: Any, wanted: Sequence[Sequence[TensorSpec]]) -> None:
    found = [[tensor(state).shape for state in _members(row)] for row in _members(given)]
    if found != [[state.shape for state in row] for row in wanted]:
        raise ValueError("must have initial states of its own shapes")


def _cell_slots(family: str, settings: Settings, inputs: int | None) -> list[Slot]:
    units, gates = settings["units"], _GATES[family]
    bias = (2, gates * units) if settings.get("reset_after") else (gates * units,)
    shapes = [(known(inputs, "features"), gates * units), (units, gates * units), bias]
    return _numbered(shapes if settings["use_bias"] else shapes[:2])


def _numbered(shapes: Sequence[tuple[int, ...]]) -> list[Slot]:
    return [Slot(f"vars/{index}", shape) for index, shape in enumerate(shapes)]


def _in_cell(slots: Sequence[Slot]) -> list[Slot]:
    return [replace(slot, path=f"cell/{slot.path}") for slot in slots]


def _layer(kind: str) -> Rule:
    def output(settings: Settings, call: Call) -> Specs:
        spec, states = _sequence(call, 3)
        step = (settings["units"],)
        return _over_time(settings, spec, states, step, [[step] * _STATES[kind]])

    def slots(settings: Settings, call: Call) -> Sequence[Slot]:
        spec, _ = _sequence(call, 3)
        return _in_cell(_cell_slots(kind, settings, spec.shape[-1]))

    return Rule(kind, {**_CELLS[kind], **_SEQUENCE}, output, slots)


def _cell(kind: str) -> Rule:
    def slots(settings: Settings, call: Call) -> Sequence[Slot]:
        return _cell_slots(kind, settings, tensor(call.args[0]).shape[-1])

    return Rule(f"{kind}Cell", _CELLS[kind], _alone, slots)


def _alone(settings: Settings, call: Call) -> Specs:
    raise ValueError("must be the cell of an RNN layer")


def _cells(settings: Settings) -> tuple[Layer, ...]:
    """The cell of an RNN layer, or those that are stacked in it."""
    cell = settings.get("cell")
    cells: tuple[Any, ...] = (cell,)
    if isinstance(cell, Layer) and cell.kind == _STACK:
        cells = tuple(cell.inner.values())
        if len(cells) < 2:  # of which Keras loses count of the states
            raise ValueError("must have several cells in its stack")
    if any(_family(each) not in _CELLS for each in cells):
        raise ValueError(f"must have a cell, or several, of {', '.join(_CELLS)}")
    return cells


def _family(cell: Any) -> str:
    return cell.kind.removesuffix("Cell") if isinstance(cell, Layer) else ""


def _rnn_output(settings: Settings, call: Call) -> Specs:
    cells = _cells(settings)
    spec, states = _sequence(call, 3)
    steps = [(cell.settings["units"],) for cell in cells]
    kept = [[step] * _STATES[_family(cell)] for cell, step in zip(cells, steps, strict=True)]
    return _over_time(settings, spec, states, steps[-1], kept)


def _rnn_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    cells = _cells(settings)
    spec, _ = _sequence(call, 3)
    inputs = [spec.shape[-1], *(cell.settings["units"] for cell in cells)]
    slots = [
        _cell_slots(_family(cell), cell.settings, size)
        for cell, size in zip(cells, inputs, strict=False)
    ]
    if len(cells) == 1:
        return _in_cell(slots[0])
    return [
        replace(slot, path=f"cell/cells/{place}/{slot.path}")
        for place, of_cell in zip(_places(cells), slots, strict=True)
        for slot in of_cell
    ]


def _places(cells: Sequence[Layer]) -> Iterator[str]:
    """Where archives keep the cells of a stack: under their classes, numbered."""
    counts: Counter[str] = Counter()
    for cell in cells:
        name = _SNAKE[_family(cell)]
        yield f"{name}_{counts[name]}" if counts[name] else name
        counts[name] += 1


def _conv_lstm(rank: int) -> Rule:
    def step(settings: Settings, spec: TensorSpec) -> Shape:
        shape = (spec.shape[0], *spec.shape[2:])
        windows, strides = settings["kernel_size"], settings["strides"]
        axes = zip(
            picture_of(shape, settings), windows, strides, settings["dilation_rate"], strict=True
        )
        picture = tuple(
            window_places(
                known(size, "places"), (window - 1) * dilation + 1, stride, settings["padding"]
            )
            for size, window, stride, dilation in axes
        )
        if max(strides) > 1 and max(settings["dilation_rate"]) > 1:
            raise ValueError("must not have both strides and a dilation")
        return with_picture(shape, settings, picture, settings["filters"])[1:]

    def output(settings: Settings, call: Call) -> Specs:
        spec, states = _sequence(call, rank + 3)
        shape = step(settings, spec)
        return _over_time(settings, spec, states, shape, [[shape, shape]])

    def cost(settings: Settings, call: Call) -> int:
        spec, _ = _sequence(call, rank + 3)
        return _GATES["LSTM"] * elements((spec.shape[0], *step(settings, spec)))

    def slots(settings: Settings, call: Call) -> Sequence[Slot]:
        spec, _ = _sequence(call, rank + 3)
        filters, window = settings["filters"], settings["kernel_size"]
        channels = known((spec.shape[0], *spec.shape[2:])[channel_axis(settings)])
        shapes = [(*window, inputs, 4 * filters) for inputs in (channels, filters)]
        shapes += [(4 * filters,)] if settings["use_bias"] else []
        return _in_cell(_numbered(shapes))

    ones = (1,) * rank
    return Rule(
        f"ConvLSTM{rank}D",
        {
            "filters": Setting(whole(), REQUIRED),
            "kernel_size": Setting(sizes(rank), REQUIRED),
            "strides": Setting(sizes(rank), ones),
            "padding": Setting(one_of("valid", "same"), "valid"),
            "data_format": Setting(data_format, "channels_last"),
            "dilation_rate": Setting(sizes(rank), ones),
            "recurrent_activation": Setting(activation, "sigmoid"),
            "unit_forget_bias": Setting(flag, True),
            **_CELL,
            **_SEQUENCE,
        },
        output,
        slots,
        cost,
    )


RULES: Final[tuple[Rule, ...]] = (
    *(_layer(kind) for kind in _CELLS),
    *(_cell(kind) for kind in _CELLS),
    Rule(_STACK, {}, _alone, inner=("cells",)),
    Rule("RNN", _SEQUENCE, _rnn_output, _rnn_slots, inner=("cell",)),
    *(_conv_lstm(rank) for rank in (1, 2, 3)),
)
