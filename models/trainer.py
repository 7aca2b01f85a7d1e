"""One step of a training, and the weights that it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.checkpoint import Checkpoint
from models.errors import TrainingError
from models.noise import Gaussian, corrupt

if TYPE_CHECKING:
    import keras

    from models.architecture import Autoencoder
    from models.losses import Loss

VALIDATION_SEED = 20_080_705
VALIDATION_BATCH = 500
# More draws than an epoch has steps: no two epochs see the same.
DRAWS_PER_EPOCH = 1 << 24

Floats = npt.NDArray[np.float32]
Weights = list[npt.NDArray[Any]]
Losses = Mapping[str, float]


class Trainer:
    """Encoder and decoder, one optimizer, one compiled step.

    Parameters
    ----------
    models : Autoencoder
    optimizer : keras.optimizers.Optimizer
        With a running mean of the weights.
    loss : Loss
    """

    def __init__(
        self, models: Autoencoder, optimizer: keras.optimizers.Optimizer, loss: Loss
    ) -> None:
        import tensorflow as tf

        self._models = (models.encoder, models.decoder)
        self._optimizer = optimizer
        variables = [variable for model in self._models for variable in model.trainable_variables]
        self._variables = variables
        optimizer.build(variables)

        def step(noisy: Any, clean: Any) -> Any:
            with tf.GradientTape() as tape:
                losses = loss(noisy, clean, True)
            optimizer.apply(tape.gradient(losses["loss"], variables), variables)
            return losses

        self._step = tf.function(step, reduce_retracing=True)
        self._validate = tf.function(lambda noisy, clean: loss(noisy, clean, False))

    @property
    def rate(self) -> float:
        """The learning rate of the last step."""
        return float(self._optimizer.learning_rate)

    def seed_chance(self, seed: int, epoch: int) -> None:
        """Let a variational encoder draw what this epoch is to see, and nothing else."""
        for layer in self._models[0].layers:
            if hasattr(layer, "seed_generator"):
                layer.seed_generator.state.assign([seed, epoch * DRAWS_PER_EPOCH])

    def step(self, noisy: Floats, clean: Floats) -> Losses:
        """Take one step; the losses before it.

        Raises
        ------
        TrainingError
            If the loss is not finite.
        """
        losses = _as_numbers(self._step(noisy, clean))
        if not np.isfinite(losses["loss"]):
            raise TrainingError(
                "The training loss",
                "must stay finite",
                repr(losses["loss"]),
                "lower the learning rate",
            )
        return losses

    def validate(self, pictures: Floats) -> tuple[Losses, Weights]:
        """Losses of the averaged weights on held-out pictures, and those weights.

        Half of each loss is of clean pictures, half of the example's noise.
        """
        raw = self.weights()
        self._optimizer.finalize_variable_values(self._variables)
        averaged = self.weights()
        self.seed_chance(VALIDATION_SEED, 0)
        found = []
        for start in range(0, len(pictures), VALIDATION_BATCH):
            clean = pictures[start : start + VALIDATION_BATCH]
            noisy = corrupt(clean, Gaussian(), VALIDATION_SEED + start)
            found += [_as_numbers(self._validate(given, clean)) for given in (clean, noisy)]
        self.set_weights(raw)
        return mean_losses(found), averaged

    def weights(self) -> Weights:
        """Of the encoder, then of the decoder."""
        return [weight for model in self._models for weight in model.get_weights()]

    def set_weights(self, weights: Weights) -> None:
        """Give both Models what :meth:`weights` gave."""
        encoder, decoder = self._models
        count = len(encoder.weights)
        encoder.set_weights(weights[:count])
        decoder.set_weights(weights[count:])

    @contextmanager
    def having(self, weights: Weights) -> Iterator[None]:
        """Give both Models other weights until the end of the block."""
        raw = self.weights()
        self.set_weights(weights)
        try:
            yield
        finally:
            self.set_weights(raw)

    def variables(self) -> Weights:
        """All that a checkpoint has to keep."""
        return self.weights() + [np.asarray(variable) for variable in self._optimizer.variables]

    def restore(self, point: Checkpoint) -> None:
        """Go on from a checkpoint, unless it is that before the first epoch."""
        if point.variables:
            count = sum(len(model.weights) for model in self._models)
            self.set_weights(list(point.variables[:count]))
            self._optimizer.set_weights(list(point.variables[count:]))


def mean_losses(losses: list[Losses]) -> Losses:
    """The mean of each."""
    return {name: float(np.mean([each[name] for each in losses])) for name in losses[0]}


def _as_numbers(losses: Mapping[str, Any]) -> Losses:
    return {name: float(value) for name, value in losses.items()}
