"""Losses are what the papers say, checked against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from models.architecture import Architecture, build_autoencoder
from models.losses import kl_divergence, negative_elbo, squared_error

VARIATIONAL = Architecture((8, 8, 1), latent_dim=3, filters=(4, 6), kind="vae", hidden=5)


def floats(*shape: int, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(seed).random(shape, np.float32)


@pytest.mark.parametrize(
    ("mean", "log_var", "nats"),
    [
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([1.0, 0.0], [0.0, 0.0], 0.5),
        ([0.0, -2.0], [0.0, 0.0], 2.0),
        ([0.0, 0.0], [0.0, np.log(4.0)], 1.5 - np.log(2.0)),
    ],
)
def test_the_divergence_of_known_gaussians(
    mean: list[float], log_var: list[float], nats: float
) -> None:
    given = np.array([mean], np.float32), np.array([log_var], np.float32)
    assert float(kl_divergence(*given)[0]) == pytest.approx(nats, abs=1e-6)


def test_the_divergence_is_what_samples_say() -> None:
    mean, log_var = np.array([0.7, -0.4]), np.array([-1.2, 0.3])
    z = mean + np.exp(log_var / 2) * np.random.default_rng(1).standard_normal((200_000, 2))
    inside = -0.5 * (log_var + (z - mean) ** 2 / np.exp(log_var))
    sampled = (inside + 0.5 * z**2).sum(axis=1).mean()
    given = (mean[None].astype(np.float32), log_var[None].astype(np.float32))
    assert float(kl_divergence(*given)[0]) == pytest.approx(sampled, abs=0.02)


@pytest.mark.parametrize("beta", [1.0, 0.25])
def test_the_parts_of_a_variational_loss_add_up(beta: float) -> None:
    models = build_autoencoder(VARIATIONAL)
    noisy, clean = floats(5, 8, 8, 1), floats(5, 8, 8, 1, seed=1)
    sampling = models.encoder.get_layer("z")
    sampling.seed_generator.state.assign([7, 0])
    losses = {name: float(loss) for name, loss in
              negative_elbo(models, beta)(noisy, clean, False).items()}  # fmt: skip
    assert losses["loss"] == pytest.approx(
        losses["reconstruction_loss"] + beta * losses["kl_loss"], rel=1e-6
    )
    sampling.seed_generator.state.assign([7, 0])
    z_mean, z_log_var, z = (np.asarray(array) for array in models.encoder(noisy))
    shown = np.asarray(models.decoder(z), np.float64)
    entropies = -(clean * np.log(shown) + (1 - clean) * np.log(1 - shown))
    assert losses["reconstruction_loss"] == pytest.approx(entropies.sum() / 5, rel=1e-5)
    divergence = 0.5 * (z_mean**2 + np.exp(z_log_var) - 1 - z_log_var)
    assert losses["kl_loss"] == pytest.approx(divergence.sum() / 5, rel=1e-4)


def test_a_denoising_loss_is_the_mean_squared_error() -> None:
    models = build_autoencoder(Architecture((8, 8, 1), latent_dim=3, filters=(4, 6)))
    noisy, clean = floats(5, 8, 8, 1), floats(5, 8, 8, 1, seed=1)
    losses = squared_error(models)(noisy, clean, False)
    expected = np.mean((np.asarray(models.autoencoder(noisy)) - clean) ** 2)
    assert set(losses) == {"loss"}
    assert float(losses["loss"]) == pytest.approx(float(expected), rel=1e-5)
