"""Normalisation by batch, layer, group or length."""

from __future__ import annotations

from collections.abc import Sequence

from models.inspection.blueprint import Call, TensorSpec
from models.layers.checks import axis_or_axes, flag, number, single_axis, whole
from models.layers.operands import arguments, tensor
from models.layers.rule import Rule, Setting, Settings, Slot
from models.layers.shapes import axis_of, computed, known, one_spec, spreads_over

_EPSILON = Setting(number(0), 1e-3)
_CENTER_SCALE = {"center": Setting(flag, True), "scale": Setting(flag, True)}


def _same(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    axes = [axis_of(axis, len(spec.shape)) for axis in _axes(settings)]
    if len(set(axes)) < len(axes):
        raise ValueError(f"must have each axis once; received {settings['axis']}")
    return computed(spec, spec.shape)


def _axes(settings: Settings) -> Sequence[int]:
    axes = settings["axis"]
    # Sorted as Keras does it, which counts axes from the back first.
    return sorted(axes) if isinstance(axes, tuple) else [axes]


def _normalised_sizes(settings: Settings, call: Call) -> tuple[int, ...]:
    shape = one_spec(call).shape
    return tuple(known(shape[axis_of(axis, len(shape))]) for axis in _axes(settings))


def _numbered(count: int, shape: tuple[int, ...]) -> list[Slot]:
    return [Slot(f"vars/{index}", shape) for index in range(count)]


def _gamma_beta(settings: Settings, call: Call) -> Sequence[Slot]:
    return _numbered(settings["scale"] + settings["center"], _normalised_sizes(settings, call))


def _unmasked(call: Call) -> Call:
    """With what is normalised alone; the mask may matter to training."""
    inputs, mask, _ = arguments(call, "inputs", keywords={"mask": None, "training": None})
    spec = tensor(inputs)
    rank = len(spec.shape) - 1
    if mask is not None and not (
        len(tensor(mask).shape) == rank and spreads_over(mask.shape, spec.shape[:-1])
    ):
        raise ValueError("must have a mask of its input's axes but the last; received another")
    return Call((spec,))


def _batch_output(settings: Settings, call: Call) -> TensorSpec:
    return _same(settings, _unmasked(call))


def _batch_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    shape = _normalised_sizes(settings, _unmasked(call))
    trained = settings["scale"] + settings["center"]
    moving = [Slot(f"vars/{trained + index}", shape, trainable=False) for index in range(2)]
    return [*_numbered(trained, shape), *moving]


def _layer_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    shape = _normalised_sizes(settings, call)
    if settings["rms_scaling"]:
        return _numbered(1, shape)
    return _numbered(settings["scale"] + settings["center"], shape)


def _group_output(settings: Settings, call: Call) -> TensorSpec:
    spec = _same(settings, call)
    (channels,) = _normalised_sizes(settings, call)
    groups = settings["groups"]
    if groups == 0 or channels % groups:
        raise ValueError(f"must divide its channels among {groups} groups; received {channels}")
    return spec


def _rms_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    return _numbered(1, _normalised_sizes(settings, call))


RULES = (
    Rule(
        "BatchNormalization",
        {
            "axis": Setting(single_axis, -1),
            "momentum": Setting(number(), 0.99),
            "epsilon": _EPSILON,
            **_CENTER_SCALE,
        },
        _batch_output,
        _batch_slots,
    ),
    Rule(
        "LayerNormalization",
        {
            "axis": Setting(axis_or_axes, -1),
            "epsilon": _EPSILON,
            **_CENTER_SCALE,
            "rms_scaling": Setting(flag, False),
        },
        _same,
        _layer_slots,
    ),
    Rule(
        "GroupNormalization",
        {
            "groups": Setting(whole(-1), 32),
            "axis": Setting(single_axis, -1),
            "epsilon": _EPSILON,
            **_CENTER_SCALE,
        },
        _group_output,
        _gamma_beta,
    ),
    Rule("UnitNormalization", {"axis": Setting(axis_or_axes, -1)}, _same),
    Rule(
        "RMSNormalization",
        {"axis": Setting(axis_or_axes, -1), "epsilon": Setting(number(0), 1e-6)},
        _same,
        _rms_slots,
    ),
)
