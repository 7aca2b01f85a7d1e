"""A decoder as an epoch keeps it, run without Keras: the window has one picture to make of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.errors import LatentError, TrainingError

STRIDE = 2  # of every transposed convolution but the last
LARGEST_LOGIT = 60.0

Floats = npt.NDArray[np.float32]
Layer = tuple[Floats, Floats]  # kernel, bias


def decode(
    weights: Sequence[npt.NDArray[np.floating]], kind: str, z: Floats, side_px: tuple[int, int]
) -> Floats:
    """What :func:`models.architecture.build_decoder`'s decoder with these weights makes of a code.

    Parameters
    ----------
    weights : sequence of ndarray
        As ``decoder.get_weights()`` has them.
    kind : str
        A key of :data:`models.architecture.AUTOENCODERS`.
    z : ndarray of float32, shape (latent_dim,)
    side_px : tuple of int
        Height and width of the picture.

    Returns
    -------
    ndarray of float32, shape (height, width, channels)
        In [0, 1].

    Raises
    ------
    LatentError
        If the code has another length than the decoder takes.
    TrainingError
        If these are no such decoder's weights.
    """
    try:
        layers = [
            (kernel.astype(np.float32), bias.astype(np.float32))
            for kernel, bias in zip(weights[::2], weights[1::2], strict=True)
        ]
        dense = [layer for layer in layers if layer[0].ndim == 2]
        latent_dim = len(dense[0][0])
        if latent_dim == len(z):
            features = _run_dense(dense, kind, z)
            return _run_convolutions(layers[len(dense) :], features, side_px)
    except (ValueError, IndexError) as error:  # whatever numpy says of shapes that do not fit
        raise TrainingError(
            "The weights of an epoch", "must be those of a decoder", str(error)
        ) from error
    raise LatentError("z", f"must have {latent_dim} dimensions", str(len(z)))


def _run_dense(layers: Sequence[Layer], kind: str, z: Floats) -> Floats:
    values = z
    for place, (kernel, bias) in enumerate(layers):
        values = values @ kernel + bias
        if kind == "vae" or place < len(layers) - 1:
            values = np.maximum(values, 0)
    return values


def _run_convolutions(
    layers: Sequence[Layer], features: Floats, side_px: tuple[int, int]
) -> Floats:
    last_kernel, last_bias = layers[-1]
    step = STRIDE ** (len(layers) - 1)
    grid = features.reshape(side_px[0] // step, side_px[1] // step, -1)
    for kernel, bias in layers[:-1]:
        grid = np.maximum(_transposed(grid, kernel, STRIDE) + bias, 0)
    logits = _transposed(grid, last_kernel, 1) + last_bias
    logits = np.clip(logits, -LARGEST_LOGIT, LARGEST_LOGIT)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def _transposed(grid: Floats, kernel: Floats, stride: int) -> Floats:
    """A transposed convolution with ``padding="same"``.

    ``grid`` is (height, width, c), ``kernel`` (k, k, filters, c).
    """
    height, width, _ = grid.shape
    size = kernel.shape[0]
    spread = np.zeros((height * stride + size, width * stride + size, kernel.shape[2]), np.float32)
    for row in range(size):
        for column in range(size):
            rows = slice(row, row + height * stride, stride)
            columns = slice(column, column + width * stride, stride)
            spread[rows, columns] += grid @ kernel[row, column].T
    before = max(size - stride, 0) // 2
    return spread[before : before + height * stride, before : before + width * stride]
