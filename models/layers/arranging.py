"""Layers that move, repeat, pad or cut values without computing any."""

from __future__ import annotations

from math import prod
from typing import Any

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_ACTIVATION_ELEMENTS, MAX_RANK
from models.layers.checks import (
    as_sequence,
    data_format,
    one_of,
    several,
    sizes,
    whole,
)
from models.layers.rule import REQUIRED, Check, Rule, Setting, Settings
from models.layers.shapes import (
    channel_axis,
    computed,
    one_spec,
    picture_of,
    spec_of_rank,
    with_picture,
)

_DATA_FORMAT = Setting(data_format, "channels_last")
_LAST = {"data_format": "channels_last"}


def _flatten_output(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    lengths = spec.shape[1:]
    return TensorSpec((spec.shape[0], None if None in lengths else _elements(lengths)), spec.dtype)


def _elements(shape: Shape) -> int:
    return prod(size for size in shape if size is not None)


def _target_shape(value: Any) -> tuple[int, ...]:
    # Not bounded as other sizes are: no value is added, and a picture in a row is long.
    target: tuple[int, ...] = several(whole(-1, MAX_ACTIVATION_ELEMENTS), minimum=0)(value)
    if target.count(-1) > 1:
        raise ValueError("must have at most one -1")
    return target


def _reshape_output(settings: Settings, call: Call) -> TensorSpec:
    spec, target = one_spec(call), settings["target_shape"]
    if len(target) >= MAX_RANK:
        raise ValueError(f"must give at most {MAX_RANK} dimensions; received {len(target) + 1}")
    lengths = spec.shape[1:]
    if None in lengths:
        shape: Shape = tuple(None if size == -1 else size for size in target)
        return TensorSpec((spec.shape[0], *shape), spec.dtype)
    have, given = _elements(lengths), prod(size for size in target if size != -1)
    rest = have // given if given else 0
    filled = tuple(rest if size == -1 else size for size in target)
    if prod(filled) != have:
        raise ValueError(f"must keep the number of values; received {lengths} for {target}")
    return TensorSpec((spec.shape[0], *filled), spec.dtype)


def _dims(value: Any) -> tuple[int, ...]:
    dims: tuple[int, ...] = several(whole(1, MAX_RANK), MAX_RANK - 1)(value)
    if sorted(dims) != list(range(1, len(dims) + 1)):
        raise ValueError(f"must have each of 1 to {len(dims)} once")
    return dims


def _permute_output(settings: Settings, call: Call) -> TensorSpec:
    spec = spec_of_rank(call, len(settings["dims"]) + 1)
    return TensorSpec((spec.shape[0], *(spec.shape[axis] for axis in settings["dims"])), spec.dtype)


def _repeat_output(settings: Settings, call: Call) -> TensorSpec:
    spec = spec_of_rank(call, 2)
    return computed(spec, (spec.shape[0], settings["n"], spec.shape[1]))


def _up_sampling_output(settings: Settings, call: Call) -> TensorSpec:
    factors = settings["size"] if isinstance(settings["size"], tuple) else (settings["size"],)
    spec = spec_of_rank(call, len(factors) + 2)
    where = settings if "data_format" in settings else _LAST
    lengths = zip(picture_of(spec.shape, where), factors, strict=True)
    picture = tuple(None if size is None else size * factor for size, factor in lengths)
    shape = with_picture(spec.shape, where, picture, spec.shape[channel_axis(where)])
    return computed(spec, shape)


def _margins(rank: int) -> Check:
    """Of both ends of each axis: one number, one for each axis, or one for each end."""
    pair = sizes(2, 0)

    def check(value: Any) -> tuple[Any, ...]:
        if as_sequence(value) is None:
            return (pair(value),) * rank
        checked: tuple[Any, ...] = several(pair, rank, rank)(value)
        return checked

    return pair if rank == 1 else check


def _margin_output(name: str, sign: int, rank: int) -> Any:
    def output(settings: Settings, call: Call) -> TensorSpec:
        spec = spec_of_rank(call, rank + 2)
        margins = (settings[name],) if rank == 1 else settings[name]
        where = settings if "data_format" in settings else _LAST
        pairs = zip(picture_of(spec.shape, where), margins, strict=True)
        picture = tuple(None if size is None else size + sign * sum(ends) for size, ends in pairs)
        if any(size is not None and size < 1 for size in picture):
            raise ValueError(f"must leave something of its input; received {spec.shape}")
        shape = with_picture(spec.shape, where, picture, spec.shape[channel_axis(where)])
        return computed(spec, shape)

    return output


def _up_sampling(rank: int) -> Rule:
    kind = f"UpSampling{rank}D"
    if rank == 1:
        return Rule(kind, {"size": Setting(whole(), 2)}, _up_sampling_output)
    settings = {"size": Setting(sizes(rank), (2,) * rank), "data_format": _DATA_FORMAT}
    if rank == 2:
        words = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        settings["interpolation"] = Setting(one_of(*words), "nearest")
    return Rule(kind, settings, _up_sampling_output)


def _zero_padding(rank: int) -> Rule:
    settings = {
        "padding": Setting(_margins(rank), _margins(rank)(1)),
        "data_format": _DATA_FORMAT,
    }
    return Rule(f"ZeroPadding{rank}D", settings, _margin_output("padding", 1, rank))


def _cropping(rank: int) -> Rule:
    # Keras crops a picture by nothing and the others by one, unless told.
    settings = {"cropping": Setting(_margins(rank), _margins(rank)(0 if rank == 2 else 1))}
    if rank > 1:
        settings["data_format"] = _DATA_FORMAT
    return Rule(f"Cropping{rank}D", settings, _margin_output("cropping", -1, rank))


RULES = (
    Rule("Flatten", {"data_format": _DATA_FORMAT}, _flatten_output),
    Rule("Reshape", {"target_shape": Setting(_target_shape, REQUIRED)}, _reshape_output),
    Rule("Permute", {"dims": Setting(_dims, REQUIRED)}, _permute_output),
    Rule("RepeatVector", {"n": Setting(whole(), REQUIRED)}, _repeat_output),
    *(_up_sampling(rank) for rank in (1, 2, 3)),
    *(_zero_padding(rank) for rank in (1, 2, 3)),
    *(_cropping(rank) for rank in (1, 2, 3)),
)
