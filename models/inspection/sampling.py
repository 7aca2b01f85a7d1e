"""The one custom layer that is replaced: a variational encoder's Gaussian sampling.

Its code is never looked at: what tells is its name and what it is called with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from models.inspection.blueprint import Call, TensorSpec
from models.layers.checks import flag
from models.layers.rule import Rule, Setting, Settings

SAMPLING: Final = "Sampling"
MAX_NAMED_CHARS: Final = 64

_SAMPLES = re.compile("sampl|reparam", re.IGNORECASE)
_SPREAD = re.compile("log|var|std|sigma", re.IGNORECASE)
_MEAN = re.compile("mean|mu|loc", re.IGNORECASE)


def _output(settings: Settings, call: Call) -> TensorSpec:
    specs = call.tensors()
    if len(specs) != 2 or specs[0].shape != specs[1].shape or len(specs[0].shape) < 2:
        raise ValueError("must be given z_mean and z_log_var of one shape (batch, ...)")
    mean: TensorSpec = specs[0]
    return mean


# Without noise it gives z_mean.
SAMPLING_RULE: Final = Rule(SAMPLING, {"noise": Setting(flag, True)}, _output)


def sampling_calls(
    class_name: str, name: str, config: Mapping[str, Any], calls: tuple[Call, ...]
) -> tuple[Call, ...] | None:
    """Calls as ``Sampling([z_mean, z_log_var])``, or None where a layer is something else.

    Parameters
    ----------
    class_name, name : str
        Of a layer that is custom, or a Lambda.
    config : mapping
    calls : tuple of Call
    """
    if not calls or any(len(call.tensors()) != 2 for call in calls):
        return None
    said = [name, class_name]
    if class_name == "Lambda":
        said = [name, _function_name(config.get("function"))]
    if any(_SAMPLES.search(text[:MAX_NAMED_CHARS]) for text in said) or (
        class_name == "Lambda" and all(_tells(call) for call in calls)
    ):
        return tuple(_mean_first(call) for call in calls)
    return None


def _function_name(function: Any) -> str:
    if isinstance(function, Mapping):
        function = function.get("config")
    return function if isinstance(function, str) else ""


def _tells(call: Call) -> bool:
    """Whether the names of both inputs say what they are."""
    mean, spread = (ref.layer for ref in _mean_first(call).tensors())
    return bool(_MEAN.search(mean) and not _SPREAD.search(mean) and _SPREAD.search(spread))


def _mean_first(call: Call) -> Call:
    first, second = call.tensors()
    if _SPREAD.search(first.layer) and not _SPREAD.search(second.layer):
        first, second = second, first
    return replace(call, args=([first, second],), kwargs={})
