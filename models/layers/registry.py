"""The allow-list: every kind of layer that a file may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.layers import (
    activating,
    arranging,
    attending,
    convolution,
    dense,
    embedding,
    merging,
    normalising,
    operating,
    picturing,
    pooling,
    recurring,
    regularising,
    wrapping,
)
from models.layers.rule import Rule

_MODULES: Final = (
    activating,
    arranging,
    attending,
    convolution,
    dense,
    embedding,
    merging,
    normalising,
    operating,
    picturing,
    pooling,
    recurring,
    regularising,
    wrapping,
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.kind: rule for module in _MODULES for rule in module.RULES}
)
ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {alias: rule.kind for rule in RULES.values() for alias in rule.aliases}
)


def find_rule(class_name: str) -> Rule | None:
    """What is known of a class by its name or a former one, or None where it is not allowed."""
    return RULES.get(ALIASES.get(class_name, class_name))
