"""How arrays go into a model and come out of it (first form)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LatentPort:
    """One latent input of a decoder."""

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many values."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class ClassPort:
    """A class input of a conditional decoder."""

    name: str
    classes: int


@dataclass(frozen=True)
class PicturePort:
    """How a picture's values are arranged."""

    layout: str
    height: int
    width: int
    channels: int
    low: float = 0.0
    high: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """In JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class CurvePort:
    """An output that is no picture."""

    length: int

    def to_json(self) -> dict[str, Any]:
        """In JSON values."""
        return asdict(self)
