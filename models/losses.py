"""What a training makes small, and the parts it is the sum of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.architecture import Autoencoder

# (noisy, clean, training) -> tensors by name, each of one number: "loss" and its parts.
Loss = Callable[[Any, Any, bool], dict[str, Any]]


def squared_error(models: Autoencoder) -> Loss:
    """Of a denoising autoencoder: the mean over pixels of (reconstruction - clean)²."""
    import keras

    def measure(noisy: Any, clean: Any, training: bool) -> dict[str, Any]:
        reconstruction = models.autoencoder(noisy, training=training)
        return {"loss": keras.ops.mean(keras.ops.square(reconstruction - clean))}

    return measure


def negative_elbo(models: Autoencoder, beta: float = 1.0) -> Loss:
    """Of a variational autoencoder: ``reconstruction_loss + beta * kl_loss``.

    The first is the binary cross-entropy summed over a picture's pixels, the second
    :func:`kl_divergence`; both are means over the batch, in nats (Kingma and Welling
    2014; ``beta`` as Higgins et al. 2017 have it).
    """
    import keras

    ops = keras.ops

    def measure(noisy: Any, clean: Any, training: bool) -> dict[str, Any]:
        z_mean, z_log_var, z = models.encoder(noisy, training=training)
        reconstruction = models.decoder(z, training=training)
        entropies = ops.binary_crossentropy(clean, reconstruction)  # (n, h, w, c)
        reconstruction_loss = ops.mean(ops.sum(entropies, axis=(1, 2, 3)))
        kl_loss = ops.mean(kl_divergence(z_mean, z_log_var))
        return {
            "loss": reconstruction_loss + beta * kl_loss,
            "reconstruction_loss": reconstruction_loss,
            "kl_loss": kl_loss,
        }

    return measure


def kl_divergence(z_mean: Any, z_log_var: Any) -> Any:
    """KL divergence of N(z_mean, exp(z_log_var)) from N(0, 1).

    Parameters
    ----------
    z_mean, z_log_var : tensor, shape (n, latent_dim)

    Returns
    -------
    tensor, shape (n,)
        In nats, summed over the dimensions.
    """
    from keras import ops

    each = 1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var)
    return -0.5 * ops.sum(each, axis=-1)
