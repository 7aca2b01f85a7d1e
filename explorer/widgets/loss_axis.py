"""The axis of a loss: equal ways are equal factors, for losses fall by ever less."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from explorer.widgets.curves import scale_around

ROUND = (1.0, 2.0, 5.0)
MOST_TICKS = 6
WIDE = 4.0  # greatest by least: from there on ticks are powers and their doubles
ROOM = 1.06  # beyond the values, as a factor
LEAST = 1e-12  # what is drawn of a loss of nothing

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LossAxis:
    """From ``low`` to ``high``, both above 0."""

    low: float
    high: float

    @classmethod
    def around(cls, values: Values) -> LossAxis:
        """The narrowest that holds all finite values."""
        finite = np.maximum(values[np.isfinite(values)], LEAST)
        if not finite.size:
            return cls(0.1, 1.0)
        return cls(float(finite.min()) / ROOM, float(finite.max()) * ROOM)

    def share(self, values: Values) -> Values:
        """How far up they lie, from 0 to 1."""
        logs = np.log(np.maximum(values, LEAST) / self.low)
        return np.asarray(logs / math.log(self.high / self.low), np.float64)

    def ticks(self) -> list[float]:
        """Round values on the axis."""
        if self.high / self.low < WIDE:
            found = scale_around(self.low, self.high).ticks()
        else:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            found = [share * 10.0**power for power in powers for share in ROUND]
        inside = [tick for tick in found if self.low <= tick <= self.high]
        return inside[:: 1 + (len(inside) - 1) // MOST_TICKS]


def tick_label(value: float) -> str:
    """A loss in few characters."""
    return f"{value:.4g}"
