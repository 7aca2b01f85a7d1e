"""Pooling: the largest or the mean of windows, or of whole pictures."""

from __future__ import annotations

from models.inspection.blueprint import Call, TensorSpec
from models.layers.checks import data_format, flag, one_of, optional, sizes
from models.layers.rule import REQUIRED, Rule, Setting, Settings
from models.layers.shapes import (
    channel_axis,
    computed,
    elements,
    picture_of,
    spec_of_rank,
    window_places,
    with_picture,
)

_DATA_FORMAT = Setting(data_format, "channels_last")


def _window_output(settings: Settings, call: Call) -> TensorSpec:
    pool_size, padding = settings["pool_size"], settings["padding"]
    spec = spec_of_rank(call, len(pool_size) + 2)
    strides = settings["strides"] or pool_size
    axes = zip(picture_of(spec.shape, settings), pool_size, strides, strict=True)
    picture = tuple(window_places(*axis, padding) for axis in axes)
    channels = spec.shape[channel_axis(settings)]
    return computed(spec, with_picture(spec.shape, settings, picture, channels))


def _window(kind: str, rank: int) -> Rule:
    settings = {
        "pool_size": Setting(sizes(rank), (2,) * rank),
        "strides": Setting(optional(sizes(rank)), None),
        "padding": Setting(one_of("valid", "same"), "valid"),
        "data_format": _DATA_FORMAT,
    }
    name = f"{kind}Pooling{rank}D"
    return Rule(name, settings, _window_output, aliases=(_short(name),))


def _global(kind: str, rank: int) -> Rule:
    def output(settings: Settings, call: Call) -> TensorSpec:
        spec = spec_of_rank(call, rank + 2)
        channels = spec.shape[channel_axis(settings)]
        if not settings["keepdims"]:
            return computed(spec, (spec.shape[0], channels))
        return computed(spec, with_picture(spec.shape, settings, (1,) * rank, channels))

    settings = {"data_format": _DATA_FORMAT, "keepdims": Setting(flag, False)}
    name = f"Global{kind}Pooling{rank}D"
    return Rule(name, settings, output, aliases=(_short(name),))


def _adaptive_output(settings: Settings, call: Call) -> TensorSpec:
    picture = settings["output_size"]
    spec = spec_of_rank(call, len(picture) + 2)
    channels = spec.shape[channel_axis(settings)]
    return computed(spec, with_picture(spec.shape, settings, picture, channels))


def _adaptive_cost(settings: Settings, call: Call) -> int:
    """Keras pools one axis after the other, each with windows of two sizes."""
    spec = spec_of_rank(call, len(settings["output_size"]) + 2)
    before = list(picture_of(spec.shape, settings))
    beside = (spec.shape[0], spec.shape[channel_axis(settings)])
    cost = 0
    for axis, size in enumerate(settings["output_size"]):
        rest = elements((*beside, *before[:axis], *before[axis + 1 :]))
        cost = max(cost, rest * max(size, 2 * (before[axis] or 1)))
        before[axis] = size
    return cost


def _adaptive(kind: str, rank: int) -> Rule:
    settings = {"output_size": Setting(sizes(rank), REQUIRED), "data_format": _DATA_FORMAT}
    return Rule(f"Adaptive{kind}Pooling{rank}D", settings, _adaptive_output, cost=_adaptive_cost)


def _short(name: str) -> str:
    return name.replace("Average", "Avg").replace("Pooling", "Pool")


RULES = tuple(
    make(kind, rank)
    for make in (_window, _global, _adaptive)
    for kind in ("Max", "Average")
    for rank in (1, 2, 3)
)
