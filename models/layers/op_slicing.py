"""Operations that take tensors apart and put them together: slices, splits, stacks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_INTEGER, MAX_RANK
from models.layers.checks import as_sequence, axis, optional, several, whole
from models.layers.operands import (
    any_tensor,
    arguments,
    operand,
    operation,
    place,
    promote,
    several_operands,
    tensor,
    with_size,
    without,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings

# Each part is a tensor of its own in the graph.
MAX_PARTS: Final = 1024
_WHERE: Final = whole(-MAX_INTEGER)


def _get_item(settings: Settings, call: Call) -> TensorSpec:
    x, key = arguments(call, "x", "key")
    keys = list(key) if isinstance(key, tuple | list) else [key]
    if len(keys) > 2 * MAX_RANK or sum(part is Ellipsis for part in keys) > 1:
        raise ValueError("must have an index for each axis at most")
    shape = list(tensor(x).shape)
    if Ellipsis not in keys:
        keys.append(Ellipsis)
    taken = sum(part is not None and part is not Ellipsis for part in keys)
    if taken > len(shape):
        raise ValueError("must have an index for each axis at most")
    sizes: list[int | None] = []
    for part in keys:
        if part is Ellipsis:
            kept = len(shape) - taken
            sizes, shape = sizes + shape[:kept], shape[kept:]
        elif part is None:
            sizes.append(1)
        else:
            taken -= 1
            sizes += _picked(part, shape.pop(0))
    return TensorSpec(tuple(sizes), x.dtype)


def _picked(part: Any, size: int | None) -> list[int | None]:
    if isinstance(part, slice):
        ends = [end if end is None else _WHERE(end) for end in (part.start, part.stop, part.step)]
        if ends[2] == 0:
            raise ValueError("must have a step other than 0")
        return [None if size is None else len(range(*slice(*ends).indices(size)))]
    index = _WHERE(part)
    if size is not None and not -size <= index < size:
        raise ValueError("must have an index within the tensor")
    return []


def _slice(settings: Settings, call: Call) -> TensorSpec:
    inputs, start_indices = arguments(call, "inputs", "start_indices")
    starts = several(whole(0))(_plain(start_indices))
    shape = tensor(inputs).shape
    if not len(starts) == len(shape) == len(settings["shape"]):
        raise ValueError("must have a start and a size for each axis")
    sizes = []
    for size, start, wanted in zip(shape, starts, settings["shape"], strict=True):
        left = None if size is None else size - start
        if left is not None and max(wanted, 0) > left:
            raise ValueError("must stay within the tensor")
        sizes.append(left if wanted == -1 else wanted)
    return TensorSpec(tuple(sizes), inputs.dtype)


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) and value.ndim <= 1 else value


def _take(settings: Settings, call: Call) -> TensorSpec:
    x, indices = arguments(call, "x", "indices")
    where = _indices(indices)
    shape = tensor(x).shape
    if settings["axis"] is None:
        return TensorSpec(where, x.dtype)
    index = place(settings["axis"], len(shape))
    return TensorSpec((*shape[:index], *where, *shape[index + 1 :]), x.dtype)


def _indices(value: Any) -> Shape:
    members = as_sequence(value)
    if members is not None:
        return (len(several(_WHERE, MAX_INTEGER)(members)),)
    spec = operand(value)
    if "int" not in spec.dtype:
        raise ValueError("must be given whole numbers as indices")
    return spec.shape


def _concatenate(settings: Settings, call: Call) -> TensorSpec:
    return _joined(arguments(call, "xs")[0], settings["axis"])


def _hstack(settings: Settings, call: Call) -> TensorSpec:
    return _joined(arguments(call, "xs")[0], 1)


def _vstack(settings: Settings, call: Call) -> TensorSpec:
    return _joined(arguments(call, "xs")[0], 0)


def _joined(values: Any, along: int) -> TensorSpec:
    specs = several_operands(values)
    any_tensor(*values)
    first = specs[0].shape
    index = place(along, len(first))
    _same_but(specs, (index,))
    sizes = [spec.shape[index] for spec in specs]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    dtype = promote(*(spec.dtype for spec in specs))
    return TensorSpec(with_size(first, index, total), dtype)


def _stack(settings: Settings, call: Call) -> TensorSpec:
    (values,) = arguments(call, "x")
    specs = several_operands(values)
    any_tensor(*values)
    _same_but(specs, ())
    first = specs[0].shape
    index = place(settings["axis"], len(first) + 1)
    dtype = promote(*(spec.dtype for spec in specs))
    return TensorSpec((*first[:index], len(specs), *first[index:]), dtype)


def _same_but(specs: Sequence[TensorSpec], axes: tuple[int, ...]) -> None:
    first = without(specs[0].shape, axes)
    for spec in specs[1:]:
        rest = without(spec.shape, axes)
        pairs = zip(first, rest, strict=False)
        if len(spec.shape) != len(specs[0].shape) or any(
            one != other and None not in (one, other) for one, other in pairs
        ):
            raise ValueError("must be given tensors of the same shape")


def _split(settings: Settings, call: Call) -> tuple[TensorSpec, ...]:
    x = tensor(*arguments(call, "x"))
    index = place(settings["axis"], len(x.shape))
    return tuple(
        TensorSpec(with_size(x.shape, index, size), x.dtype)
        for size in _part_sizes(settings["indices_or_sections"], x.shape[index])
    )


def _part_sizes(parts: int | tuple[int, ...], size: int | None) -> list[int | None]:
    if isinstance(parts, int):
        if size is not None and size % parts:
            raise ValueError("must be split into equal parts")
        return [None if size is None else size // parts] * parts
    if size is None:
        raise ValueError("must be split along a known size")
    ends = [0, *parts, size]
    if sorted(ends) != ends:
        raise ValueError("must be split at rising indices")
    return [end - start for start, end in pairwise(ends)]


def _parts(value: Any) -> Any:
    if as_sequence(value) is None:
        return whole(1, MAX_PARTS)(value)
    return several(whole(0), MAX_PARTS)(value)


def _unstack(settings: Settings, call: Call) -> tuple[TensorSpec, ...]:
    x = tensor(*arguments(call, "x"))
    index = place(settings["axis"], len(x.shape))
    size = x.shape[index]
    parts = settings["num"] or size
    if parts is None or parts > MAX_PARTS or (size is not None and parts != size):
        raise ValueError(f"must come apart into a known number of parts, {MAX_PARTS} at most")
    return (TensorSpec(without(x.shape, (index,)), x.dtype),) * parts


RULES: Final[tuple[Rule, ...]] = (
    operation("GetItem", _get_item),
    operation("Slice", _slice, {"shape": Setting(several(whole(-1)), REQUIRED)}),
    operation("Take", _take, {"axis": Setting(optional(axis), None)}),
    operation("Concatenate", _concatenate, {"axis": Setting(axis, 0)}),
    operation("Hstack", _hstack),
    operation("Vstack", _vstack),
    operation("Stack", _stack, {"axis": Setting(axis, 0)}),
    operation(
        "Split",
        _split,
        {"indices_or_sections": Setting(_parts, REQUIRED), "axis": Setting(axis, 0)},
    ),
    operation(
        "Unstack",
        _unstack,
        {"num": Setting(optional(whole(1, MAX_PARTS)), None), "axis": Setting(axis, 0)},
    ),
)
