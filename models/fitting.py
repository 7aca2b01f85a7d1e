"""The ``z`` whose picture is nearest to a given one, for a decoder without an encoder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.errors import EngineError
from models.networks import Chosen, Networks
from models.ports import PicturePort

RATE = 0.1  # a tenth of a standard deviation of the usual prior
DECAYS = (0.9, 0.99)
LEAST_GAIN = 0.002  # of the error, from one round to the next; less is no more progress

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Found:
    """Where a round of the search ended.

    Attributes
    ----------
    z : ndarray of float32, shape (1, latent_dim)
        The best so far.
    mse : float
        Of its picture, with values in [0, 1].
    done : bool
        Whether the round brought hardly anything.
    """

    z: Floats
    mse: float
    done: bool


class Search:
    """Gradient descent by Adam (Kingma & Ba 2015), in rounds that go on from each other."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._reached: Floats | None = None
        self._steps = 0
        self._mean: Doubles = np.zeros(0)
        self._square: Doubles = np.zeros(0)

    def run(
        self,
        z: Floats,
        output: int,
        port: PicturePort,
        target: Floats,
        chosen: Chosen,
        steps: int,
    ) -> Found:
        """Take steps from ``z`` of shape (1, latent_dim) towards the ``target`` picture.

        Raises
        ------
        EngineError
            If no picture on the way is finite.
        """
        if self._reached is None or not np.array_equal(z, self._reached):
            self._steps, self._mean, self._square = 0, np.zeros(z.shape), np.zeros(z.shape)
        wanted, unit = port.from_picture(target), (port.high - port.low) ** 2
        here, best_z, best, first = z.astype(np.float64), z, np.inf, np.inf
        for step in range(steps):
            at = here.astype(np.float32)
            error, slope = self._networks.gradient(at, output, wanted, chosen)
            first = error if step == 0 else first
            if error < best:
                best, best_z = error, at
            here = here - self._stride(slope.astype(np.float64) / unit)
        self._reached = best_z
        if not np.isfinite(best):
            raise EngineError(
                "The decoder", "must give values that are finite", "none near this z", "move z"
            )
        return Found(best_z, best / unit, not best < first * (1 - LEAST_GAIN))

    def _stride(self, slope: Doubles) -> Doubles:
        slope = np.nan_to_num(slope)
        self._steps += 1
        first, second = DECAYS
        self._mean = first * self._mean + (1 - first) * slope
        self._square = second * self._square + (1 - second) * slope**2
        mean = self._mean / (1 - first**self._steps)
        square = self._square / (1 - second**self._steps)
        stride: Doubles = RATE * mean / (np.sqrt(square) + 1e-12)
        return stride
