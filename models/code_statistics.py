"""What is known of many codes, measured within bounded memory and time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FLOAT32_MAX = float(np.finfo(np.float32).max)
# Of a code: the squares of larger ones, summed up, are more than float32 can hold.
MAX_MAGNITUDE = 1e15
CHUNK_VALUES = 2**22  # worked on at once: 32 MiB as float64
MAX_QUANTILE_VALUES = 2**25  # sorted in about three seconds
MAX_PRODUCTS = 2**35  # multiplied for a covariance, in about as long
MIXED_CODES = 512  # a mixture of these takes 20 ms at 10,000 dimensions
RIDGE = 1e-4  # of the mean variance among codes: keeps the equations solvable


def quantiles(codes: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of each dimension.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Of very many, evenly spaced ones are sorted; the smallest and the largest
        value are always those of all.
    levels : sequence of float
        In [0, 1].

    Returns
    -------
    ndarray of float32, shape (q, latent_dim)
    """
    dim = codes.shape[1]
    chosen = spread(codes, MAX_QUANTILE_VALUES // dim)
    result = np.empty((len(levels), dim), np.float32)
    width = max(1, CHUNK_VALUES // len(chosen))
    for start in range(0, dim, width):
        columns = slice(start, start + width)
        result[:, columns] = np.quantile(chosen[:, columns], levels, axis=0)
    for row, level in zip(result, levels, strict=True):
        if level in (0, 1):
            row[:] = codes.min(axis=0) if level == 0 else codes.max(axis=0)
    return result


def covariance(codes: Floats, max_dim: int) -> Floats:
    """Covariance of the dimensions, or their variances where there are too many.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        Of very many, evenly spaced ones are measured.
    max_dim : int
        Most dimensions whose covariance is measured.

    Returns
    -------
    ndarray of float32, shape (latent_dim, latent_dim) or (latent_dim,)
        Finite: at most what float32 can hold.
    """
    dim = codes.shape[1]
    pairs = dim <= max_dim
    chosen = spread(codes, max(2 * dim, MAX_PRODUCTS // (dim * dim))) if pairs else codes
    mean = chosen.mean(axis=0, dtype=np.float64)
    total = np.zeros((dim, dim) if pairs else dim)
    rows = max(1, CHUNK_VALUES // dim)
    for start in range(0, len(chosen), rows):
        centred = chosen[start : start + rows] - mean  # float64
        total += centred.T @ centred if pairs else (centred**2).sum(axis=0)
    measured = np.clip(total / max(1, len(chosen) - 1), -FLOAT32_MAX, FLOAT32_MAX)
    return np.asarray(measured, np.float32)


def spread(codes: Floats, count: int) -> Floats:
    """At most ``count`` codes, at least two where there are, evenly spaced among all."""
    count = max(2, count)
    if len(codes) <= count:
        return codes
    return codes[np.linspace(0, len(codes) - 1, count).astype(np.intp)]


def draw_like(
    codes: Floats,
    mean: Floats,
    locks: npt.NDArray[np.bool_],
    z: Floats,
    generator: np.random.Generator,
) -> Floats:
    """Draw the unlocked dimensions from the codes' Gaussian without its covariance.

    A random mixture of the codes' deviations from their mean has just their
    covariance, whatever the number of dimensions. What the locked dimensions
    say of the others is taken from the same mixture.

    Parameters
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
        At most some hundreds are mixed.
    mean : ndarray of float32, shape (latent_dim,)
    locks : ndarray of bool, shape (latent_dim,)
    z : ndarray of float32, shape (latent_dim,)
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of float32, shape (latent_dim,)
        Locked dimensions are exactly those of ``z``.
    """
    chosen = codes
    if len(codes) > MIXED_CODES:
        chosen = codes[generator.choice(len(codes), MIXED_CODES, replace=False)]
    deviations = (chosen - mean) / np.float32(np.sqrt(max(1, len(chosen) - 1)))  # (m, latent_dim)
    weights = generator.standard_normal(len(chosen)).astype(np.float32)
    if locks.any():
        fixed = deviations[:, locks]
        missing = (z - mean)[locks] - weights @ fixed
        among = (fixed @ fixed.T).astype(np.float64)
        ridge = RIDGE * (float(np.trace(among)) / len(among) + np.finfo(np.float32).tiny)
        among[np.diag_indices_from(among)] += ridge
        weights = weights + np.linalg.solve(among, fixed @ missing).astype(np.float32)
    drawn = mean + weights @ deviations
    return np.where(locks, z, drawn).astype(np.float32)
