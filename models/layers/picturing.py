"""Layers that prepare pictures: their range, size and standard scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_INTEGER, MAX_RANK
from models.layers.checks import (
    TooLargeError,
    as_sequence,
    axis,
    data_format,
    flag,
    number,
    one_of,
    optional,
    several,
    whole,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.shapes import (
    axis_of,
    channel_axis,
    computed,
    elements,
    known,
    one_spec,
    picture_of,
    resizing_cost,
    spec_of_rank,
    spreads_over,
    with_picture,
)

Nested = float | tuple[Any, ...]  # a number, or tuples of numbers within tuples, all as long

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
_number = number()


def numbers(value: Any) -> Nested:
    """A number or a small array of them, as a nest of tuples.

    Arrays are lists, or as Keras writes them:
    ``{"class_name": "__numpy__", "config": {"value": [...]}}``.
    """
    if isinstance(value, Mapping) and value.get("class_name") in ("__numpy__", "__tensor__"):
        config = value.get("config")
        value = config.get("value") if isinstance(config, Mapping) else None
    nested = _nested(value, MAX_RANK)
    if prod(_shape_of(nested)) > MAX_INTEGER:
        raise TooLargeError(f"must be at most {MAX_INTEGER} numbers")
    return nested


def _nested(value: Any, depth: int) -> Nested:
    members = as_sequence(value)
    if members is None:
        checked: float = _number(value)
        return checked
    if not members or depth == 0:
        raise ValueError("must be a number or a list of numbers")
    if len(members) > MAX_INTEGER:
        raise TooLargeError(f"must be at most {MAX_INTEGER} numbers")
    nested = tuple(_nested(member, depth - 1) for member in members)
    if len({_shape_of(member) for member in nested}) > 1:
        raise ValueError("must be lists of the same length")
    return nested


def _shape_of(nested: Nested) -> tuple[int, ...]:
    return (len(nested), *_shape_of(nested[0])) if isinstance(nested, tuple) else ()


def _rescaling_output(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    for name in ("scale", "offset"):
        if not spreads_over(_shape_of(settings[name]), spec.shape):
            raise ValueError(
                f"must have a {name} that fits its input;"
                f" received {_shape_of(settings[name])} for {spec.shape}"
            )
    return computed(spec, spec.shape)


def _sized(settings: Settings, spec: TensorSpec) -> Shape:
    picture = (settings["height"], settings["width"])
    return with_picture(spec.shape, settings, picture, spec.shape[channel_axis(settings)])


def _resizing_output(settings: Settings, call: Call) -> TensorSpec:
    spec = spec_of_rank(call, 4)
    if settings["crop_to_aspect_ratio"] and settings["pad_to_aspect_ratio"]:
        raise ValueError("must either crop or pad to the aspect ratio; received both")
    return computed(spec, _sized(settings, spec))


def _resizing_cost(settings: Settings, call: Call) -> int:
    spec = spec_of_rank(call, 4)
    size = settings["height"], settings["width"]
    picture = picture_of(spec.shape, settings)
    beside = elements((spec.shape[0], spec.shape[channel_axis(settings)]))
    return beside * resizing_cost(picture, size, padded=settings["pad_to_aspect_ratio"])


def _crop_output(settings: Settings, call: Call) -> TensorSpec:
    spec = spec_of_rank(call, 4)
    return computed(spec, _sized(settings, spec))


def _normalised_axes(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    if as_sequence(value) is None:
        return (axis(value),)
    axes: tuple[int, ...] = several(axis, minimum=0)(value)
    return axes


def _kept_shape(settings: Settings, spec: TensorSpec) -> tuple[int, ...]:
    rank = len(spec.shape)
    kept = sorted(axis_of(each, rank) for each in settings["axis"])
    return tuple(known(spec.shape[each]) for each in kept)


def _normalization_output(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    kept = _kept_shape(settings, spec)
    mean, variance = settings["mean"], settings["variance"]
    if (mean is None) != (variance is None):
        raise ValueError("must have both mean and variance or neither; received one")
    for values in (mean, variance):
        if values is not None and not spreads_over(_shape_of(values), kept):
            raise ValueError(
                f"must have a mean and a variance that fit its input;"
                f" received {_shape_of(values)} for {kept}"
            )
    if mean is not None and _shape_of(mean) != _shape_of(variance):
        raise ValueError("must have a mean and a variance of one shape; received two")
    return computed(spec, spec.shape)


def _normalization_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    if settings["mean"] is not None:
        return ()
    kept = _kept_shape(settings, one_spec(call))
    shapes = (kept, kept, ())  # mean, variance and how many were seen
    return [Slot(f"vars/{index}", shape, trainable=False) for index, shape in enumerate(shapes)]


_SIZE = {
    "height": Setting(whole(), REQUIRED),
    "width": Setting(whole(), REQUIRED),
    "data_format": Setting(data_format, "channels_last"),
}

RULES = (
    Rule("CenterCrop", _SIZE, _crop_output),
    Rule(
        "Normalization",
        {
            "axis": Setting(_normalised_axes, (-1,)),
            "mean": Setting(optional(numbers), None),
            "variance": Setting(optional(numbers), None),
            "invert": Setting(flag, False),
        },
        _normalization_output,
        _normalization_slots,
    ),
    Rule(
        "Rescaling",
        {"scale": Setting(numbers, REQUIRED), "offset": Setting(numbers, 0.0)},
        _rescaling_output,
    ),
    Rule(
        "Resizing",
        {
            **_SIZE,
            "interpolation": Setting(one_of(*_INTERPOLATIONS), "bilinear"),
            "crop_to_aspect_ratio": Setting(flag, False),
            "pad_to_aspect_ratio": Setting(flag, False),
            "fill_mode": Setting(one_of("constant"), "constant"),
            "fill_value": Setting(_number, 0.0),
            "antialias": Setting(flag, False),
        },
        _resizing_output,
        cost=_resizing_cost,
    ),
)
