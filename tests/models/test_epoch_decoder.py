"""The decoder of a kept epoch gives what Keras gives."""

from __future__ import annotations

import numpy as np
import pytest

from models.architecture import Architecture, build_decoder
from models.epoch_decoder import decode
from models.errors import LatentError, TrainingError


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(),
        Architecture(kind="vae", latent_dim=2, filters=(4, 6), hidden=5),
        Architecture(kind="vae", latent_dim=3, filters=(5,), kernel_size=4),
        Architecture((16, 8, 3), 4, (4, 5, 6), kernel_size=1, hidden=7),
        Architecture((8, 12, 1), 4, (4,), kernel_size=5),
    ],
)
def test_it_decodes_as_keras_does(architecture: Architecture) -> None:
    decoder = build_decoder(architecture)
    generator = np.random.default_rng(3)
    weights = [
        generator.normal(0, 0.3, weight.shape).astype(np.float32)
        for weight in decoder.get_weights()
    ]
    decoder.set_weights(weights)
    z = generator.normal(0, 1, architecture.latent_dim).astype(np.float32)
    expected = np.asarray(decoder(z[None]))[0]
    found = decode(weights, architecture.kind, z, architecture.picture_shape[:2])
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-5


def test_a_code_of_another_length_is_refused() -> None:
    weights = build_decoder(Architecture(filters=(4,))).get_weights()
    with pytest.raises(LatentError, match="z must have 16 dimensions; received 3"):
        decode(weights, "dae", np.zeros(3, np.float32), (28, 28))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_other_weights_are_refused(count: int) -> None:
    weights = build_decoder(Architecture(filters=(4,))).get_weights()[:count]
    with pytest.raises(TrainingError, match="must be those of a decoder"):
        decode(weights, "dae", np.zeros(16, np.float32), (28, 28))
