"""Convolutions along one, two or three axes, and their transposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import gcd

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.layers.activating import activation
from models.layers.checks import (
    data_format,
    flag,
    one_of,
    optional,
    sizes,
    whole,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.shapes import (
    channel_axis,
    computed,
    elements,
    known,
    picture_of,
    spec_of_rank,
    window_places,
    with_picture,
)


def _rule(
    kind: str,
    output: Callable[[Settings, Call], TensorSpec],
    slots: Callable[[Settings, Call], Sequence[Slot]],
    settings: dict[str, Setting],
    *more_paddings: str,
) -> Rule:
    rank = _rank(kind)
    ones = (1,) * rank
    shared = {
        "kernel_size": Setting(sizes(rank), REQUIRED),
        "strides": Setting(sizes(rank), ones),
        "padding": Setting(one_of("valid", "same", *more_paddings), "valid"),
        "data_format": Setting(data_format, "channels_last"),
        "dilation_rate": Setting(sizes(rank), ones),
        "activation": Setting(activation, "linear"),
        "use_bias": Setting(flag, True),
    }
    aliases = [kind.replace("Conv", "Convolution")]
    if kind.endswith("Transpose"):
        aliases.append(f"Deconvolution{rank}D")
    return Rule(kind, shared | settings, output, slots, aliases=tuple(aliases))


def _rank(kind: str) -> int:
    return next(int(letter) for letter in kind if letter.isdigit())


def _input(settings: Settings, call: Call) -> tuple[TensorSpec, int]:
    """A call's tensor and its channels."""
    spec = spec_of_rank(call, len(settings["kernel_size"]) + 2)
    return spec, known(spec.shape[channel_axis(settings)])


def _refuse_dilated_strides(settings: Settings) -> None:
    if max(settings["strides"]) > 1 and max(settings["dilation_rate"]) > 1:
        raise ValueError(
            f"must not have both strides and a dilation; received {settings['strides']}"
            f" and {settings['dilation_rate']}"
        )


def _extents(settings: Settings) -> tuple[int, ...]:
    """Of the kernel, from its first to its last place."""
    pairs = zip(settings["kernel_size"], settings["dilation_rate"], strict=True)
    return tuple((size - 1) * dilation + 1 for size, dilation in pairs)


def _convolved(settings: Settings, spec: TensorSpec, channels: int) -> TensorSpec:
    axes = zip(
        picture_of(spec.shape, settings), _extents(settings), settings["strides"], strict=True
    )
    picture = tuple(window_places(*axis, settings["padding"]) for axis in axes)
    return computed(spec, with_picture(spec.shape, settings, picture, channels))


def _numbered(settings: Settings, kernels: Sequence[Shape], outputs: int) -> Sequence[Slot]:
    shapes = [*kernels, (outputs,)] if settings["use_bias"] else kernels
    return [
        Slot(f"vars/{index}", tuple(known(size) for size in shape))
        for index, shape in enumerate(shapes)
    ]


def _conv_input(settings: Settings, call: Call) -> tuple[TensorSpec, int]:
    _refuse_dilated_strides(settings)
    spec, channels = _input(settings, call)
    filters, groups = settings["filters"], settings["groups"]
    if gcd(filters, channels) % groups:
        raise ValueError(
            f"must divide its channels and filters among {groups} groups;"
            f" received {channels} and {filters}"
        )
    return spec, channels


def _conv_output(settings: Settings, call: Call) -> TensorSpec:
    spec, _ = _conv_input(settings, call)
    return _convolved(settings, spec, settings["filters"])


def _conv_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    _, channels = _conv_input(settings, call)
    filters = settings["filters"]
    kernel = (*settings["kernel_size"], channels // settings["groups"], filters)
    return _numbered(settings, [kernel], filters)


def _transposed_size(
    size: int | None, extent: int, stride: int, added: int | None, padding: str
) -> int | None:
    if size is None:
        return None
    if padding == "same":
        more = stride if added is None else extent % 2 + added
        if not 1 <= more <= stride:
            raise ValueError(f"must have an output padding that suits its kernel; received {added}")
        return (size - 1) * stride + more
    return (size - 1) * stride + extent + (max(stride - extent, 0) if added is None else added)


def _transpose_output(settings: Settings, call: Call) -> TensorSpec:
    _refuse_dilated_strides(settings)
    spec, _ = _input(settings, call)
    strides, added = settings["strides"], settings["output_padding"]
    if added is None:
        added = (None,) * len(strides)
    elif any(more >= stride for more, stride in zip(added, strides, strict=True)):
        raise ValueError(f"must have an output padding below its strides; received {added}")
    axes = zip(picture_of(spec.shape, settings), _extents(settings), strides, added, strict=True)
    picture = tuple(_transposed_size(*axis, settings["padding"]) for axis in axes)
    return computed(spec, with_picture(spec.shape, settings, picture, settings["filters"]))


def _transpose_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    _, channels = _input(settings, call)
    filters = settings["filters"]
    return _numbered(settings, [(*settings["kernel_size"], filters, channels)], filters)


def _depthwise_output(settings: Settings, call: Call) -> TensorSpec:
    spec, channels = _input(settings, call)
    return _convolved(settings, spec, channels * settings["depth_multiplier"])


def _depthwise_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    _, channels = _input(settings, call)
    multiplier = settings["depth_multiplier"]
    kernel = (*settings["kernel_size"], channels, multiplier)
    return _numbered(settings, [kernel], channels * multiplier)


def _separable_output(settings: Settings, call: Call) -> TensorSpec:
    spec, _ = _input(settings, call)
    return _convolved(settings, spec, settings["filters"])


def _separable_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    _, channels = _input(settings, call)
    kernel_size, multiplier = settings["kernel_size"], settings["depth_multiplier"]
    depthwise = (*kernel_size, channels, multiplier)
    pointwise = (*(1 for _ in kernel_size), channels * multiplier, settings["filters"])
    return _numbered(settings, [depthwise, pointwise], settings["filters"])


def _padded_cost(settings: Settings, call: Call) -> int:
    """Of the input as padded, and cut into the places that a dilation skips."""
    spec, channels = _input(settings, call)
    if max(settings["dilation_rate"]) == 1 and settings["padding"] != "causal":
        return 0
    cost = (spec.shape[0] or 1) * channels
    axes = zip(
        picture_of(spec.shape, settings), _extents(settings), settings["dilation_rate"], strict=True
    )
    for size, extent, dilation in axes:
        padded = (size or 1) + (0 if settings["padding"] == "valid" else extent - 1)
        cost *= -(-padded // dilation) * dilation
    return cost


def _separable_cost(settings: Settings, call: Call) -> int:
    """Of the depthwise convolution's output."""
    spec, channels = _input(settings, call)
    between = _convolved(settings, spec, channels * settings["depth_multiplier"])
    return max(elements(between.shape), _padded_cost(settings, call))


_FILTERS = Setting(whole(), REQUIRED)
_MULTIPLIER = Setting(whole(), 1)


def _conv(rank: int) -> Rule:
    causal = ("causal",) if rank == 1 else ()
    settings = {"filters": _FILTERS, "groups": Setting(whole(), 1)}
    rule = _rule(f"Conv{rank}D", _conv_output, _conv_slots, settings, *causal)
    return replace(rule, cost=_padded_cost)


def _transpose(rank: int) -> Rule:
    settings = {"filters": _FILTERS, "output_padding": Setting(optional(sizes(rank, 0)), None)}
    return _rule(f"Conv{rank}DTranspose", _transpose_output, _transpose_slots, settings)


def _depthwise(rank: int) -> Rule:
    settings = {"depth_multiplier": _MULTIPLIER}
    rule = _rule(f"DepthwiseConv{rank}D", _depthwise_output, _depthwise_slots, settings)
    return replace(rule, cost=_padded_cost)


def _separable(rank: int) -> Rule:
    settings = {"filters": _FILTERS, "depth_multiplier": _MULTIPLIER}
    rule = _rule(f"SeparableConv{rank}D", _separable_output, _separable_slots, settings)
    return replace(rule, cost=_separable_cost)


RULES = (
    *(_conv(rank) for rank in (1, 2, 3)),
    *(_transpose(rank) for rank in (1, 2, 3)),
    *(_depthwise(rank) for rank in (1, 2)),
    *(_separable(rank) for rank in (1, 2)),
)
