"""Training pictures: clean targets as people draw them, and what spoils them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.data import to_float
from models.errors import TrainingError
from models.noise import KINDS, Gaussian, Noise, Pictures, corrupt
from models.stroke_digits import draw_digits


@dataclass(frozen=True)
class Mix:
    """What a training batch is made of; all are shares of the batch.

    Attributes
    ----------
    strokes : float
        Digits drawn from the built-in strokes.
    warped : float
        Data set pictures that are slanted, scaled, shifted, thinned or thickened.
    clean : float
        Pictures that are given to the encoder without noise.
    example : float
        Gaussian noise exactly as the Keras example has it.
    gaussian : float
        Gaussian noise from nothing to full; the rest is divided evenly among
        the other kinds.
    """

    strokes: float = 0.06
    warped: float = 0.14
    clean: float = 0.2
    example: float = 0.3
    gaussian: float = 0.2

    def __post_init__(self) -> None:
        shares = dataclasses.astuple(self)
        if not all(0 <= share <= 1 for share in shares) or sum(shares[2:]) > 1:
            raise TrainingError(
                "The mix",
                "needs shares from 0 to 1, and clean, example and gaussian of at most 1 together",
                ", ".join(f"{key} {share:g}" for key, share in dataclasses.asdict(self).items()),
            )


def batches(
    pictures: npt.NDArray[np.uint8], mix: Mix, batch_size: int, seed: tuple[int, ...]
) -> Iterator[tuple[Pictures, Pictures]]:
    """One epoch of (noisy, clean) batches, shuffled, with fresh noise.

    Parameters
    ----------
    pictures : ndarray of uint8, shape (n, height, width, channels)
    seed : tuple of int
        The same seed gives the same epoch; the last, smaller batch is left out.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(pictures))
    drawn = draw_digits(max(1, round(mix.strokes * len(pictures) / 4)), generator)[0]
    for start in range(0, len(order) - batch_size + 1, batch_size):
        clean = to_float(pictures[order[start : start + batch_size]])
        strokes = round(mix.strokes * batch_size)
        if strokes and clean.shape[1:] == drawn.shape[1:]:
            clean[:strokes] = drawn[generator.integers(0, len(drawn), strokes)]
        warped = round(mix.warped * batch_size)
        chosen = generator.permutation(batch_size)[:warped]
        clean[chosen] = warp(clean[chosen], generator)
        yield spoil(clean, mix, generator), clean


def spoil(clean: Pictures, mix: Mix, generator: np.random.Generator) -> Pictures:
    """Give every picture of a batch a noise of its own kind and strength."""
    noisy = clean.copy()
    order = generator.permutation(len(clean))
    others = [kind.parameters for name, kind in KINDS.items() if name not in ("none", "gaussian")]
    taken = 0
    for share, parameters, group in (
        (mix.clean, Noise, 1 << 30),
        (mix.example, None, 1 << 30),
        (mix.gaussian, Gaussian, 4),
        *((_rest(mix) / len(others), kind, 3) for kind in others),
    ):
        end = min(len(order), taken + round(share * len(order)))
        for start in range(taken, end, group):
            rows = order[start : min(start + group, end)]
            chosen = parameters.draw(generator) if parameters else Gaussian()
            noisy[rows] = corrupt(clean[rows], chosen, generator)
        taken = end
    return noisy


def warp(pictures: Pictures, generator: np.random.Generator) -> Pictures:
    """Slant, scale, turn and shift pictures, and make their lines thinner or thicker."""
    count, height, width = pictures.shape[:3]
    if count == 0:
        return pictures
    each = (count, 1, 1)
    angle, slant = generator.normal(0, 0.08, each), generator.normal(0, 0.15, each)
    stretch_x, stretch_y = np.exp(generator.normal(0, 0.08, (2, *each)))
    shift_x, shift_y = generator.normal(0, 0.9, (2, *each))
    y = np.arange(height)[:, None] - (height - 1) / 2
    x = np.arange(width)[None, :] - (width - 1) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    source_x = (cos * x + sin * y) * stretch_x + slant * y + shift_x + (width - 1) / 2
    source_y = (cos * y - sin * x) * stretch_y + shift_y + (height - 1) / 2
    return _change_thickness(_sample(pictures, source_y, source_x), generator)


def _sample(pictures: Pictures, y: npt.NDArray[np.float64], x: npt.NDArray[np.float64]) -> Pictures:
    """Bilinear look-up at (n, height, width) places; outside is black."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)))
    height, width = pictures.shape[1:3]
    y, x = np.clip(y + 1, 0, height + 0.999), np.clip(x + 1, 0, width + 0.999)
    top, left = y.astype(np.intp), x.astype(np.intp)
    down, right = (y - top)[..., None], (x - left)[..., None]
    index = np.arange(len(pictures))[:, None, None]
    upper = padded[index, top, left] * (1 - right) + padded[index, top, left + 1] * right
    lower = padded[index, top + 1, left] * (1 - right) + padded[index, top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).astype(np.float32)


def _change_thickness(pictures: Pictures, generator: np.random.Generator) -> Pictures:
    """Mix each picture with its dilation or its erosion by a cross of 3×3 pixels."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)))
    cross = np.stack(
        [
            pictures,
            padded[:, :-2, 1:-1],
            padded[:, 2:, 1:-1],
            padded[:, 1:-1, :-2],
            padded[:, 1:-1, 2:],
        ]
    )
    amount = generator.uniform(-0.5, 0.9, len(pictures)).astype(np.float32)
    amount *= generator.random(len(pictures)) < 0.6
    weight = np.abs(amount)[:, None, None, None]
    changed = np.where(amount[:, None, None, None] > 0, cross.max(axis=0), cross.min(axis=0))
    return np.asarray(pictures + weight * (changed - pictures), np.float32)


def _rest(mix: Mix) -> float:
    return 1 - mix.clean - mix.example - mix.gaussian
