"""Layers that change values only while a model is trained, or not at all."""

from __future__ import annotations

from typing import Any

from models.inspection.blueprint import Call, TensorSpec
from models.layers.checks import data_format, number, optional, several, whole
from models.layers.rule import REQUIRED, Rule, Setting, Settings
from models.layers.shapes import computed, one_spec, spec_of_rank

_FRACTION = Setting(number(0, 1), REQUIRED)
_NOISE_SHAPE = Setting(optional(several(optional(whole()))), None)


def _same(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    return computed(spec, spec.shape)


def _untouched(settings: Settings, call: Call) -> TensorSpec:
    return one_spec(call)


def _stddev(value: Any) -> float:
    # Keras 2 takes any and Keras 3 none beyond 1; it only matters in training.
    deviation: float = number(0)(value)
    return min(deviation, 1.0)


def _spatial(rank: int) -> Rule:
    def output(settings: Settings, call: Call) -> TensorSpec:
        spec = spec_of_rank(call, rank + 2)
        return computed(spec, spec.shape)

    settings = {"rate": _FRACTION}
    if rank > 1:
        settings["data_format"] = Setting(data_format, "channels_last")
    return Rule(f"SpatialDropout{rank}D", settings, output)


RULES = (
    Rule(
        "ActivityRegularization",
        {"l1": Setting(number(0), 0.0), "l2": Setting(number(0), 0.0)},
        _same,
    ),
    Rule("AlphaDropout", {"rate": _FRACTION, "noise_shape": _NOISE_SHAPE}, _same),
    Rule("Dropout", {"rate": _FRACTION, "noise_shape": _NOISE_SHAPE}, _same),
    Rule("GaussianDropout", {"rate": _FRACTION}, _same),
    Rule("GaussianNoise", {"stddev": Setting(_stddev, REQUIRED)}, _same),
    Rule("Identity", {}, _untouched),
    Rule("Masking", {"mask_value": Setting(number(), 0.0)}, _same),
    *(_spatial(rank) for rank in (1, 2, 3)),
)
