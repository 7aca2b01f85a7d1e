"""The ``z`` whose picture is nearest to a given one, for a decoder without an encoder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.descent import Closeness, Descent
from models.networks import Chosen, Networks
from models.ports import PicturePort

RATE = 0.1  # a tenth of a standard deviation of the usual prior

Floats = npt.NDArray[np.float32]


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
    """Goes down the mean squared error, in rounds that go on from each other."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._descent = Descent()

    def run(
        self,
        z: Floats,
        output: int,
        port: PicturePort,
        target: Floats,
        chosen: Chosen,
        steps: int,
        free: npt.NDArray[np.bool_],
    ) -> Found:
        """Take steps from ``z`` of shape (1, latent_dim) towards the ``target`` picture.

        Dimensions that are not ``free``, of the same shape, keep their values.

        Raises
        ------
        EngineError
            If the picture of ``z`` is not finite, or the decoder has no gradient.
        """
        wanted = port.from_picture(target)
        each = 1 / (wanted.size * (port.high - port.low) ** 2)
        weights = np.full(wanted.shape, each, np.float32)
        objective = Closeness(self._networks, output, wanted, weights, chosen)
        reached = self._descent.run(objective, z, steps, np.where(free, RATE, 0.0))
        return Found(reached.z, reached.error, not reached.gained)
