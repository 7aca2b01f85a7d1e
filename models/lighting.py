"""Photographs of digits: what is light and grain, and what is ink."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]  # (height, width) in [0, 1]

INK_CONTRAST = 0.06
ROUNDS = 12
SAMPLES = 80
DARKEST_PAPER = 0.1
MOST_GRAIN = 0.3
SPECK_REACH_PX = 2
SPECK_MEAN = 0.03


def ink_is_dark(picture: Floats) -> bool:
    """Whether what stands out from the ground is darker than it.

    The ground is a smooth surface through the rim; the third power lets few
    pixels of ink outweigh many of grain or shadow.
    """
    picture = _sample(picture)
    on_rim = np.ones(picture.shape, bool)
    on_rim[1:-1, 1:-1] = False
    terms = _terms(picture.shape)
    ground = terms @ _fit(terms, picture, on_rim)
    return bool(((picture - ground) ** 3).sum() < 0)


def even_light(picture: Floats) -> Floats:
    """Divide a picture by the light on its paper, so that paper becomes 1.

    The light is a smooth surface through the pixels that are paper; those that
    lie below it are taken for ink and left out of the next fit.

    Parameters
    ----------
    picture : ndarray of float32, shape (height, width)
        Dark ink on light paper, in [0, 1].
    """
    terms, sample = _terms(picture.shape), _sample(picture)
    few = _sample(terms)
    weights = np.array([sample.mean(), 0, 0, 0, 0, 0])
    for _ in range(ROUNDS):
        weights = _fit(few, sample, sample > few @ weights - INK_CONTRAST)
    return np.asarray(
        np.clip(picture / np.maximum(terms @ weights, DARKEST_PAPER), 0, 1), np.float32
    )


def without_grain(ink: Floats) -> Floats:
    """Take away as much ink as is found on the rim, where paper should be, and lone specks."""
    rim = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    grain = min(float(np.quantile(rim, 0.98)), MOST_GRAIN)
    ink = np.clip((ink - grain) / (1 - grain), 0, 1)
    around = sliding_window_view(np.pad(ink, SPECK_REACH_PX), (2 * SPECK_REACH_PX + 1,) * 2)
    return np.asarray(np.where(around.mean(axis=(2, 3)) < SPECK_MEAN, 0, ink), np.float32)


def _sample(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Few enough pixels to fit a surface at once."""
    step = max(1, min(pixels.shape[:2]) // SAMPLES)
    return pixels[::step, ::step]


def _terms(shape: tuple[int, ...]) -> Doubles:
    """What a quadratic surface is a sum of, shape (height, width, 6)."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _fit(terms: Doubles, picture: Floats, chosen: npt.NDArray[np.bool_]) -> Doubles:
    """Weights of the terms in the surface that fits the chosen pixels best, shape (6,)."""
    basis, values = terms[chosen], picture[chosen].astype(np.float64)
    weights = np.linalg.lstsq(basis.T @ basis, basis.T @ values, rcond=None)[0]
    return np.asarray(weights, np.float64)
