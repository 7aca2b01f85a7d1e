"""Embedding: a vector for each of a list of numbers, such as a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.inspection.blueprint import Call, TensorSpec
from models.inspection.limits import MAX_EMBEDDING
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.settings import flag, whole
from models.layers.shapes import computed, one_spec


def _output(settings: Settings, call: Call) -> TensorSpec:
    spec = one_spec(call)
    return computed(spec, (*spec.shape, settings["output_dim"]))


def _slots(settings: Settings, call: Call) -> Sequence[Slot]:
    return (Slot("vars/0", (settings["input_dim"], settings["output_dim"])),)


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
)
