"""Operations that give another shape to the same values: reshaping, turning, sorting, repeating."""

from __future__ import annotations

from typing import Any, Final

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_INTEGER
from models.layers.checks import (
    as_sequence,
    axis,
    axis_or_axes,
    number,
    one_of,
    optional,
    several,
    single_axis,
    whole,
)
from models.layers.operands import (
    arguments,
    broadcast,
    operand,
    operation,
    optional_dtype,
    place,
    places,
    tensor,
    with_size,
    without,
)
from models.layers.operands import count as count_elements
from models.layers.rule import REQUIRED, Rule, Setting, Settings


def _alike(settings: Settings, call: Call) -> TensorSpec:
    return tensor(*arguments(call, "x"))


def _turned(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    places(settings.get("axis"), len(x.shape))
    return x


def _matrix(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    if len(x.shape) < 2:
        raise ValueError("must be given a matrix")
    return x


def _reshape(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    wanted = settings["newshape"]
    size = count_elements(x.shape)
    if wanted.count(-1) > 1:
        raise ValueError("must leave one size open at most")
    known = count_elements(tuple(side for side in wanted if side != -1)) or 0
    if size is None:
        return TensorSpec(tuple(None if side == -1 else side for side in wanted), x.dtype)
    if -1 in wanted and known and size % known == 0:
        return TensorSpec(tuple(size // known if side == -1 else side for side in wanted), x.dtype)
    if known != size or -1 in wanted:
        raise ValueError("must keep the number of elements")
    return TensorSpec(wanted, x.dtype)


def _flat(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    return TensorSpec((count_elements(x.shape),), x.dtype)


def _transpose(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    axes = settings["axes"]
    order = tuple(reversed(range(len(x.shape)))) if axes is None else places(axes, len(x.shape))
    if len(order) != len(x.shape):
        raise ValueError("must name every axis")
    return TensorSpec(tuple(x.shape[index] for index in order), x.dtype)


def _moveaxis(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    rank = len(x.shape)
    source, destination = places(settings["source"], rank), places(settings["destination"], rank)
    if len(source) != len(destination):
        raise ValueError("must have as many destinations as sources")
    order = [index for index in range(rank) if index not in source]
    for where, what in sorted(zip(destination, source, strict=True)):
        order.insert(where, what)
    return TensorSpec(tuple(x.shape[index] for index in order), x.dtype)


def _swapaxes(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    first, second = (place(settings[name], len(x.shape)) for name in ("axis1", "axis2"))
    swapped = with_size(with_size(x.shape, first, x.shape[second]), second, x.shape[first])
    return TensorSpec(swapped, x.dtype)


def _expand_dims(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    axes = settings["axis"]
    rank = len(x.shape) + (1 if isinstance(axes, int) else len(axes))
    sizes = iter(x.shape)
    new = places(axes, rank)
    return TensorSpec(tuple(1 if index in new else next(sizes) for index in range(rank)), x.dtype)


def _squeeze(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    if settings["axis"] is None:
        return TensorSpec(tuple(size for size in x.shape if size != 1), x.dtype)
    gone = places(settings["axis"], len(x.shape))
    if any(x.shape[index] != 1 for index in gone):
        raise ValueError("must squeeze axes of size 1")
    return TensorSpec(without(x.shape, gone), x.dtype)


def _tile(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    repeats = settings["repeats"]
    repeats = (repeats,) if isinstance(repeats, int) else repeats
    rank = max(len(x.shape), len(repeats))
    repeats = (1,) * (rank - len(repeats)) + repeats
    shape = (1,) * (rank - len(x.shape)) + tuple(x.shape)
    return TensorSpec(
        tuple(
            None if size is None else size * repeat
            for size, repeat in zip(shape, repeats, strict=True)
        ),
        x.dtype,
    )


def _repeat(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    shape: Shape = (count_elements(x.shape),) if settings["axis"] is None else x.shape
    index = place(settings["axis"] or 0, len(shape))
    repeats = settings["repeats"]
    size = shape[index]
    if isinstance(repeats, tuple):
        if size is not None and len(repeats) not in (1, size):
            raise ValueError("must have a number of repeats for each place")
        total = sum(repeats) if len(repeats) > 1 else size and size * repeats[0]
    else:
        total = size and size * repeats
    return TensorSpec(with_size(shape, index, None if size is None else total), x.dtype)


def _pad(settings: Settings, call: Call) -> TensorSpec:
    x, values = arguments(call, "x", keywords={"constant_values": None})
    if values is not None:
        number()(values)
    shape = tensor(x).shape
    widths = settings["pad_width"]
    widths = widths * len(shape) if len(widths) == 1 else widths
    if len(widths) != len(shape):
        raise ValueError("must have a width for each axis")
    spare = {"constant": MAX_INTEGER, "reflect": -1, "symmetric": 0}[settings["mode"]]
    for size, width in zip(shape, widths, strict=True):
        if size is not None and max(width) > size + spare:
            raise ValueError("must be padded by less than there is to mirror")
    return TensorSpec(
        tuple(
            None if size is None else size + sum(width)
            for size, width in zip(shape, widths, strict=True)
        ),
        x.dtype,
    )


def _pad_width(value: Any) -> tuple[tuple[int, ...], ...]:
    members = as_sequence(value)
    if members is None:
        width: int = whole(0)(value)
        return ((width, width),)
    pair = several(whole(0), 2, 2)
    if all(as_sequence(member) is None for member in members):
        return (pair(members),)
    widths: tuple[tuple[int, ...], ...] = several(pair)(value)
    return widths


def _new_shape(value: Any) -> tuple[int, ...]:
    # An unknown size, most often the batch, is written as null.
    members = as_sequence(value)
    if members is None:
        members = (value,)
    sizes = tuple(-1 if member is None else member for member in members)
    checked: tuple[int, ...] = several(whole(-1), minimum=0)(sizes)
    return checked


def _broadcast_to(settings: Settings, call: Call) -> TensorSpec:
    x = _alike(settings, call)
    if len(x.shape) > len(settings["shape"]):
        raise ValueError("must have as many axes as the tensor")
    broadcast(x.shape, settings["shape"])
    return TensorSpec(settings["shape"], x.dtype)


def _sorted(settings: Settings, call: Call) -> TensorSpec:
    return _flat(settings, call) if settings["axis"] is None else _turned(settings, call)


def _order(settings: Settings, call: Call) -> TensorSpec:
    return TensorSpec(_sorted(settings, call).shape, "int32")


def _diff(settings: Settings, call: Call) -> TensorSpec:
    a = tensor(*arguments(call, "a"))
    index = place(settings["axis"], len(a.shape))
    size = a.shape[index]
    left = None if size is None else max(size - settings["n"], 0)
    return TensorSpec(with_size(a.shape, index, left), a.dtype)


def _one_hot(settings: Settings, call: Call) -> TensorSpec:
    x = operand(*arguments(call, "x"))
    if settings["axis"] != -1:
        raise ValueError("must have the classes last")
    return TensorSpec((*x.shape, settings["num_classes"]), settings["dtype"] or "float32")


_AXIS: Final = {"axis": Setting(optional(axis), -1)}
_SHIFTS: Final = (whole(-MAX_INTEGER), several(whole(-MAX_INTEGER)))


def _shift(value: Any) -> Any:
    single, many = _SHIFTS
    return single(value) if as_sequence(value) is None else many(value)


def _repeats(value: Any) -> Any:
    many = several(whole(0), MAX_INTEGER)
    return whole(0)(value) if as_sequence(value) is None else many(value)


def _tiles(value: Any) -> Any:
    return whole(0)(value) if as_sequence(value) is None else several(whole(0))(value)


RULES: Final[tuple[Rule, ...]] = (
    operation("Reshape", _reshape, {"newshape": Setting(_new_shape, REQUIRED)}),
    operation("Ravel", _flat),
    operation("Transpose", _transpose, {"axes": Setting(optional(several(axis)), None)}),
    operation(
        "Moveaxis",
        _moveaxis,
        {
            "source": Setting(axis_or_axes, REQUIRED),
            "destination": Setting(axis_or_axes, REQUIRED),
        },
    ),
    operation(
        "Swapaxes", _swapaxes, {"axis1": Setting(axis, REQUIRED), "axis2": Setting(axis, REQUIRED)}
    ),
    operation("ExpandDims", _expand_dims, {"axis": Setting(axis_or_axes, REQUIRED)}),
    operation("Squeeze", _squeeze, {"axis": Setting(optional(axis_or_axes), None)}),
    operation("Tile", _tile, {"repeats": Setting(_tiles, REQUIRED)}),
    operation(
        "Repeat",
        _repeat,
        {"repeats": Setting(_repeats, REQUIRED), "axis": Setting(optional(single_axis), None)},
    ),
    operation(
        "Pad",
        _pad,
        {
            "pad_width": Setting(_pad_width, REQUIRED),
            "mode": Setting(one_of("constant", "reflect", "symmetric"), "constant"),
        },
    ),
    operation("BroadcastTo", _broadcast_to, {"shape": Setting(several(whole()), REQUIRED)}),
    operation("Flip", _turned, {"axis": Setting(optional(axis_or_axes), None)}),
    operation("Fliplr", _matrix),
    operation("Flipud", _turned),
    operation("Tril", _matrix, {"k": Setting(whole(-MAX_INTEGER), 0)}),
    operation("Triu", _matrix, {"k": Setting(whole(-MAX_INTEGER), 0)}),
    operation(
        "Roll",
        _turned,
        {
            "shift": Setting(_shift, REQUIRED),
            "axis": Setting(optional(axis_or_axes), None),
        },
    ),
    operation("Sort", _sorted, _AXIS),
    operation("Argsort", _order, _AXIS),
    operation("Diff", _diff, {"n": Setting(whole(1, 16), 1), "axis": Setting(axis, -1)}),
    operation(
        "OneHot",
        _one_hot,
        {
            "num_classes": Setting(whole(), REQUIRED),
            "axis": Setting(axis, -1),
            "dtype": Setting(optional_dtype, None),
        },
    ),
)
