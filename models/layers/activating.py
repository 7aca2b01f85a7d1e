"""Activations: as layers of their own, and as a setting of other layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.inspection.blueprint import Call, TensorSpec
from models.inspection.limits import MAX_RANK
from models.layers import checks
from models.layers.checks import (
    axis_or_axes,
    dtype_policy,
    number,
    optional,
    several,
    whole,
)
from models.layers.operands import arguments, tensor
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.settings import check_settings
from models.layers.shapes import axis_of, computed, known, one_spec, spreads_over


@dataclass(frozen=True)
class ActivationLayer:
    """A layer without weights as another layer's activation.

    Attributes
    ----------
    kind : str
        Name of the class in ``keras.layers``.
    settings : mapping
        Complete and checked: what its constructor gets.
    dtype : str or None
        Name of its dtype policy; None where the file does not tell, and that of the
        layer that it belongs to counts.
    """

    kind: str
    settings: Mapping[str, Any]
    dtype: str | None = None


def activation(value: Any) -> str | ActivationLayer:
    """A name of an activation, or a layer such as ``LeakyReLU`` in its place.

    Raises
    ------
    CodeError
        For code, or a function of another module.
    NotBuiltInError
        For any other name.
    """
    class_name = value.get("class_name") if isinstance(value, Mapping) else None
    rule = _AS_ACTIVATION.get(class_name) if isinstance(class_name, str) else None
    if rule is None:
        return checks.activation(value)
    config = value.get("config")
    if not isinstance(config, Mapping):
        raise ValueError(f"must be a {rule.kind} with its settings")
    if rule is _LEAKY_RELU:
        config = {_KERAS2_NAMES.get(name, name): given for name, given in config.items()}
    dtype = config.get("dtype")
    policy = None if dtype is None else dtype_policy(dtype)
    return ActivationLayer(rule.kind, check_settings(rule, config), policy)


def _same(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    return computed(spec, spec.shape)


def _softmax_output(settings: Settings, call: Call) -> TensorSpec:
    inputs, mask, _ = arguments(
        call, "inputs", optional={"mask": None}, keywords={"training": None}
    )
    spec = tensor(inputs)
    if mask is not None and not spreads_over(tensor(mask).shape, spec.shape):
        raise ValueError("must have a mask that spreads over its input; received another")
    axes = settings["axis"] if isinstance(settings["axis"], tuple) else (settings["axis"],)
    for each in axes:
        axis_of(each, len(spec.shape))
    return computed(spec, spec.shape)


def _prelu_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    shape = list(one_spec(call).shape)
    for shared in settings["shared_axes"] or ():
        if not 1 <= shared < len(shape):
            raise ValueError(f"must have an axis {shared}; received {len(shape)} dimensions")
        shape[shared] = 1
    return (Slot("vars/0", tuple(known(size, "values") for size in shape[1:])),)


def _prelu_output(settings: Settings, call: Call) -> TensorSpec:
    _prelu_slots(settings, call)
    return _same(settings, call)


def _shared_axes(value: Any) -> tuple[int, ...]:
    if checks.as_sequence(value) is None:
        value = [value]
    axes: tuple[int, ...] = several(whole(1, MAX_RANK))(value)
    return axes


_LEAKY_RELU = Rule("LeakyReLU", {"negative_slope": Setting(number(0), 0.3)}, _same)
_RELU = Rule(
    "ReLU",
    {
        "max_value": Setting(optional(number(0)), None),
        "negative_slope": Setting(number(0), 0.0),
        "threshold": Setting(number(0), 0.0),
    },
    _same,
)
_ELU = Rule("ELU", {"alpha": Setting(number(), 1.0)}, _same)
_SOFTMAX = Rule("Softmax", {"axis": Setting(axis_or_axes, -1)}, _softmax_output)

_AS_ACTIVATION: Final = {rule.kind: rule for rule in (_LEAKY_RELU, _RELU, _ELU, _SOFTMAX)}
_KERAS2_NAMES: Final = {"alpha": "negative_slope"}

RULES = (
    Rule("Activation", {"activation": Setting(activation, REQUIRED)}, _same),
    _ELU,
    _LEAKY_RELU,
    Rule(
        "PReLU",
        {"shared_axes": Setting(optional(_shared_axes), None)},
        _prelu_output,
        _prelu_slots,
    ),
    _RELU,
    _SOFTMAX,
)
