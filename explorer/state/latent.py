"""The latent vector, who wrote it last, and what feeds the decoder."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


class Source(enum.Enum):
    """Who wrote a value last."""

    START = "the stored first picture"
    SLIDERS = "the sliders"
    ENCODER = "the encoder"
    RANDOM = "chance"
    MEAN = "the mean of the codes"
    TEXT = "pasted text"
    INPUT = "the input"
    FIT = "a search for the drawing"
    PAINT = "a brush on the picture"
    MAP = "the map"
    GRID = "the traversal grid"
    NEIGHBOUR = "a neighbour"
    BOOKMARK = "a bookmark"
    JOURNEY = "the journey"
    ARITHMETIC = "arithmetic"
    DIRECTION = "a direction"
    SESSION = "a saved session"
    SWITCH = "the switch"
    UNDO = "undo"


class Route(enum.Enum):
    """What is plugged into ``latent_inputs`` now."""

    ENCODER = "encoder"
    HELD = "sliders"


@dataclass(frozen=True, eq=False)
class Latent:
    """A latent vector; ``z`` is the truth, sliders only show it.

    Attributes
    ----------
    z : ndarray of float32, shape (latent_dim,)
        Read-only.
    source : Source
    """

    z: npt.NDArray[np.float32]
    source: Source

    def __post_init__(self) -> None:
        z = np.array(self.z, np.float32)
        z.setflags(write=False)
        object.__setattr__(self, "z", z)
