"""Layers that make a vector of a number, such as a class: a learnt one, or ones and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.inspection.blueprint import Call, TensorSpec
from models.inspection.limits import MAX_EMBEDDING
from models.layers.checks import flag, one_of, whole
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.shapes import computed, elements, one_spec


def _output(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    return computed(spec, (*spec.shape, settings["output_dim"]))


def _slots(settings: Settings, call: Call) -> Sequence[Slot]:
    return (Slot("vars/0", (settings["input_dim"], settings["output_dim"])),)


def _encoded(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    if settings["output_mode"] == "one_hot":
        kept = spec.shape[:-1] if len(spec.shape) > 1 and spec.shape[-1] == 1 else spec.shape
    elif len(spec.shape) == 2:
        kept = spec.shape[:-1]
    else:  # of more axes Keras gives another shape than it promises
        raise ValueError(f"must have one list of classes; received {spec.shape}")
    return computed(spec, (*kept, settings["num_tokens"]))


def _encoding_cost(settings: Settings, call: Call) -> int:
    """Of a row of ones and zeros for each class, which are put together afterwards."""
    return elements(one_spec(call).shape) * int(settings["num_tokens"])


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "Embedding",
        {
            "input_dim": Setting(whole(1, MAX_EMBEDDING), REQUIRED),
            "output_dim": Setting(whole(), REQUIRED),
            "mask_zero": Setting(flag, False),
        },
        _output,
        _slots,
    ),
    Rule(
        "CategoryEncoding",
        {
            "num_tokens": Setting(whole(), REQUIRED),
            # "binary" is how multi_hot was first called.
            "output_mode": Setting(one_of("multi_hot", "one_hot", "count", "binary"), "multi_hot"),
        },
        _encoded,
        cost=_encoding_cost,
    ),
)
