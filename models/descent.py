"""Ways down an error in ``z``: what finds a picture's code, and what follows a brush."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from models.errors import EngineError
from models.networks import Arrays, Chosen, Networks

DECAYS = (0.9, 0.99)
LEAST_GAIN = 0.002  # of the error, from one round to the next; less is no more progress
TINY = 1e-12
GROWN, SHRUNK = 1.1, 0.5  # times a step, after a round that gained and one that did not

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


class Objective(Protocol):
    """An error of ``z`` of shape (1, latent_dim)."""

    def error(self, z: Floats) -> float:
        """How far ``z`` is off; not finite where its picture is not."""

    def slope(self, z: Floats) -> tuple[float, Doubles]:
        """The error, and its gradient of shape (1, latent_dim)."""


class Reached(NamedTuple):
    """Where a round ended.

    Attributes
    ----------
    z : ndarray of float32, shape (1, latent_dim)
        The best of the round, which may be where it began.
    error : float
    gained : bool
        Whether the round brought more than hardly anything.
    """

    z: Floats
    error: float
    gained: bool


class Closeness:
    """How far a decoder's output is from a target: a sum of weighted squares.

    Parameters
    ----------
    networks : Networks
    output : int
        Which of the decoder's outputs.
    target, weights : ndarray of float32, shape (1, *the output's)
    chosen : mapping of str to int
        Classes of a conditional model.
    """

    def __init__(
        self, networks: Networks, output: int, target: Floats, weights: Floats, chosen: Chosen
    ) -> None:
        self._networks = networks
        self._output = output
        self._target, self._weights = target, weights
        self._chosen = chosen
        self._decoded: tuple[Floats, Arrays] | None = None

    def decoded(self, z: Floats) -> Arrays | None:
        """All outputs for ``z``, if they were computed last."""
        return self._decoded[1] if self._decoded and self._decoded[0] is z else None

    def error(self, z: Floats) -> float:
        """See :class:`Objective`."""
        outputs = self._networks.decode(z, self._chosen)
        self._decoded = z, outputs
        off = outputs[self._output] - self._target
        return float(np.sum(self._weights * off * off))

    def slope(self, z: Floats) -> tuple[float, Doubles]:
        """See :class:`Objective`."""
        error, slope = self._networks.gradient(
            z, self._output, self._target, self._weights, self._chosen
        )
        return error, slope.astype(np.float64)


class Descent:
    """Gradient descent with Adam's moments (Kingma & Ba 2015), in rounds that go on.

    All dimensions share one step size, so that a step goes along the gradient and
    what does not matter stays. A round that finds nothing better forgets its momentum
    and makes the next one's steps smaller.
    """

    def __init__(self) -> None:
        self._reached: Floats | None = None
        self._forget(0)
        self._share = 1.0

    def run(self, objective: Objective, z: Floats, steps: int, pace: Doubles) -> Reached:
        """Take steps from ``z`` of shape (1, latent_dim); no round ends higher than it began.

        Parameters
        ----------
        pace : ndarray of float64, shape (1, latent_dim)
            Length of a step in each dimension; those of 0 keep their value exactly.

        Raises
        ------
        EngineError
            If the picture of ``z`` is not finite.
        """
        if self._reached is None or not np.array_equal(z, self._reached):
            self._forget(z.shape)
            self._share = 1.0
        here, best, best_z, first = z.astype(np.float64), np.inf, z, np.inf
        for step in range(steps):
            at = here.astype(np.float32)
            error, slope = objective.slope(at)
            first = error if step == 0 else first
            if error < best:
                best, best_z = error, at
            here = here - self._stride(slope * pace) * pace * self._share
        last = here.astype(np.float32)
        error = objective.error(last)
        if error < best:
            best, best_z = error, last
        self._reached = best_z
        if best < first:
            self._share = min(1.0, self._share * GROWN)
        else:
            self._forget(z.shape)
            self._share *= SHRUNK
        if not np.isfinite(first) or not np.isfinite(best):
            raise EngineError(
                "The decoder", "must give values that are finite", "none near this z", "move z"
            )
        return Reached(best_z, best, best < first * (1 - LEAST_GAIN))

    def _forget(self, shape: int | tuple[int, ...]) -> None:
        self._steps, self._mean, self._square = 0, np.zeros(shape), 0.0

    def _stride(self, slope: Doubles) -> Doubles:
        slope = np.where(np.isfinite(slope), slope, 0)
        self._steps += 1
        first, second = DECAYS
        self._mean = first * self._mean + (1 - first) * slope
        self._square = second * self._square + (1 - second) * float(np.mean(slope**2))
        mean = self._mean / (1 - first**self._steps)
        square = self._square / (1 - second**self._steps)
        stride: Doubles = mean / (np.sqrt(square) + TINY)
        return stride
