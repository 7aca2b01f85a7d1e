"""The losses of a training as they are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.checkpoint import read_epochs

MOST_POINTS = 1000

Points = npt.NDArray[np.float64]
EarlierLosses = list[tuple[float, float, float]]  # number, loss and validation loss of an epoch


class Curves:
    """Losses over epochs; few enough points to be drawn in a moment.

    Attributes
    ----------
    steps : list of (float, float)
        Epochs that have passed, and the loss.
    epochs : list of (float, float)
        Number of a whole epoch, and its validation loss.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[float, float]] = []
        self.epochs: list[tuple[float, float]] = []

    def add_step(self, passed: float, loss: float) -> None:
        """Add the loss of some steps; of very many every second is given up."""
        self.steps.append((passed, loss))
        if len(self.steps) > MOST_POINTS:
            del self.steps[:-1:2]

    def add_epoch(self, number: int, validation_loss: float) -> None:
        """Add a whole epoch."""
        self.epochs.append((float(number), validation_loss))

    def add_earlier(self, losses: EarlierLosses) -> None:
        """Put whole epochs before what there is; those that are known already are left out."""
        first = min((passed for passed, _ in self.steps), default=np.inf)
        known = {number for number, _ in self.epochs}
        means = [(epoch - 0.5, loss) for epoch, loss, _ in losses]
        self.steps = [each for each in means if each[0] < first] + self.steps
        ends = [(epoch, validation) for epoch, _, validation in losses if epoch not in known]
        self.epochs = sorted(ends + self.epochs)

    def step_points(self) -> Points:
        """Shape (n, 2)."""
        return np.array(self.steps, np.float64).reshape(-1, 2)

    def epoch_points(self) -> Points:
        """Shape (n, 2)."""
        return np.array(self.epochs, np.float64).reshape(-1, 2)


def read_earlier(statistics: Path) -> EarlierLosses:
    """Losses of whole epochs in the statistics of a training; none where they are torn."""
    try:
        found = read_epochs(statistics)
        columns = (found["epoch"], found["loss"], found["validation_loss"])
        return [(float(a), float(b), float(c)) for a, b, c in zip(*columns, strict=True)]
    except (OSError, ValueError, KeyError, TypeError):  # of a training that was killed, or none
        return []
