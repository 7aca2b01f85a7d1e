"""A small built-in set of digits, drawn from strokes and jittered by seed.

With it samples, tests and the tour work offline, and training sees lines as a
pen leaves them: thicker, thinner, slanted, wavering.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.digits import Picture, Stroke, normalise_digit, rasterise

Point = tuple[float, float]

# Control points in the unit square (x to the right, y down), joined by a
# Catmull-Rom curve; a point written twice makes a corner.
TEMPLATES: dict[int, tuple[tuple[tuple[Point, ...], ...], ...]] = {
    0: (
        (((0.55, 0.15), (0.33, 0.25), (0.26, 0.5), (0.35, 0.78), (0.53, 0.85), (0.7, 0.72),
          (0.75, 0.47), (0.68, 0.22), (0.54, 0.15)),),
        (((0.5, 0.14), (0.38, 0.28), (0.34, 0.52), (0.4, 0.78), (0.5, 0.86), (0.61, 0.76),
          (0.66, 0.5), (0.6, 0.24), (0.49, 0.14)),),
        (((0.68, 0.2), (0.5, 0.16), (0.28, 0.32), (0.2, 0.58), (0.34, 0.8), (0.6, 0.76),
          (0.8, 0.52), (0.76, 0.26), (0.62, 0.18), (0.52, 0.22)),),
    ),
    1: (
        (((0.5, 0.13), (0.5, 0.5), (0.5, 0.87)),),
        (((0.62, 0.14), (0.52, 0.5), (0.42, 0.87)),),
        (((0.36, 0.32), (0.53, 0.14), (0.53, 0.14), (0.52, 0.5), (0.52, 0.86)),),
        (((0.36, 0.3), (0.52, 0.15), (0.52, 0.15), (0.52, 0.85)),
         ((0.34, 0.86), (0.7, 0.85))),
    ),
    2: (
        (((0.27, 0.31), (0.37, 0.17), (0.57, 0.15), (0.68, 0.3), (0.58, 0.52), (0.4, 0.7),
          (0.25, 0.83), (0.25, 0.83), (0.5, 0.82), (0.76, 0.82)),),
        (((0.25, 0.28), (0.42, 0.15), (0.63, 0.2), (0.64, 0.4), (0.48, 0.64), (0.32, 0.79),
          (0.22, 0.77), (0.27, 0.67), (0.42, 0.72), (0.6, 0.83), (0.79, 0.76)),),
        (((0.32, 0.2), (0.52, 0.14), (0.68, 0.24), (0.66, 0.42), (0.5, 0.62), (0.3, 0.84),
          (0.3, 0.84), (0.72, 0.84)),),
    ),
    3: (
        (((0.29, 0.22), (0.45, 0.14), (0.64, 0.2), (0.63, 0.37), (0.45, 0.47), (0.45, 0.47),
          (0.64, 0.52), (0.7, 0.7), (0.54, 0.85), (0.27, 0.79)),),
        (((0.3, 0.16), (0.68, 0.16), (0.68, 0.16), (0.47, 0.42), (0.47, 0.42), (0.68, 0.5),
          (0.7, 0.7), (0.52, 0.85), (0.28, 0.8)),),
        (((0.32, 0.26), (0.42, 0.15), (0.6, 0.17), (0.63, 0.32), (0.5, 0.46), (0.41, 0.48),
          (0.52, 0.47), (0.68, 0.57), (0.67, 0.76), (0.48, 0.87), (0.3, 0.77)),),
    ),
    4: (
        (((0.36, 0.14), (0.28, 0.52), (0.28, 0.52), (0.74, 0.52)),
         ((0.66, 0.14), (0.62, 0.5), (0.6, 0.87))),
        (((0.6, 0.13), (0.42, 0.34), (0.24, 0.62), (0.24, 0.62), (0.78, 0.6)),
         ((0.62, 0.36), (0.6, 0.88))),
        (((0.58, 0.14), (0.24, 0.6), (0.24, 0.6), (0.76, 0.58)),
         ((0.58, 0.14), (0.58, 0.87))),
        (((0.3, 0.16), (0.27, 0.4), (0.38, 0.52), (0.56, 0.47), (0.66, 0.2), (0.66, 0.2),
          (0.62, 0.5), (0.58, 0.87)),),
    ),
    5: (
        (((0.68, 0.16), (0.36, 0.17), (0.36, 0.17), (0.31, 0.46), (0.31, 0.46), (0.52, 0.41),
          (0.7, 0.55), (0.66, 0.77), (0.47, 0.86), (0.27, 0.79)),),
        (((0.37, 0.17), (0.34, 0.45), (0.34, 0.45), (0.54, 0.42), (0.69, 0.57), (0.62, 0.78),
          (0.44, 0.86), (0.26, 0.8)),
         ((0.37, 0.17), (0.72, 0.15))),
        (((0.74, 0.18), (0.5, 0.16), (0.42, 0.2), (0.36, 0.42), (0.5, 0.48), (0.62, 0.62),
          (0.56, 0.8), (0.4, 0.86), (0.25, 0.8)),),
    ),
    6: (
        (((0.62, 0.14), (0.42, 0.3), (0.31, 0.58), (0.38, 0.81), (0.56, 0.85), (0.68, 0.7),
          (0.6, 0.54), (0.44, 0.56), (0.34, 0.68)),),
        (((0.5, 0.13), (0.36, 0.38), (0.32, 0.66), (0.44, 0.85), (0.61, 0.8), (0.66, 0.63),
          (0.52, 0.52), (0.36, 0.63)),),
        (((0.7, 0.18), (0.48, 0.24), (0.31, 0.5), (0.31, 0.75), (0.49, 0.86), (0.68, 0.76),
          (0.68, 0.59), (0.5, 0.53), (0.33, 0.66)),),
    ),
    7: (
        (((0.27, 0.18), (0.72, 0.17), (0.72, 0.17), (0.58, 0.45), (0.45, 0.86)),),
        (((0.27, 0.24), (0.29, 0.17), (0.72, 0.17), (0.72, 0.17), (0.5, 0.52), (0.42, 0.86)),
         ((0.36, 0.52), (0.66, 0.5))),
        (((0.25, 0.22), (0.45, 0.16), (0.7, 0.2), (0.66, 0.42), (0.55, 0.64), (0.5, 0.86)),),
    ),
    8: (
        (((0.64, 0.25), (0.48, 0.14), (0.34, 0.26), (0.43, 0.43), (0.6, 0.57), (0.66, 0.74),
          (0.5, 0.86), (0.34, 0.74), (0.42, 0.57), (0.6, 0.42), (0.65, 0.26)),),
        (((0.5, 0.47), (0.36, 0.36), (0.38, 0.2), (0.52, 0.14), (0.65, 0.24), (0.6, 0.4),
          (0.42, 0.54), (0.32, 0.7), (0.44, 0.86), (0.62, 0.82), (0.66, 0.65), (0.5, 0.48)),),
        (((0.7, 0.2), (0.5, 0.15), (0.36, 0.26), (0.48, 0.44), (0.58, 0.6), (0.54, 0.8),
          (0.38, 0.84), (0.32, 0.7), (0.48, 0.52), (0.66, 0.34), (0.7, 0.2)),),
    ),
    9: (
        (((0.66, 0.3), (0.52, 0.15), (0.35, 0.26), (0.36, 0.45), (0.52, 0.5), (0.66, 0.34),
          (0.66, 0.24), (0.64, 0.5), (0.58, 0.86)),),
        (((0.64, 0.2), (0.44, 0.17), (0.32, 0.33), (0.42, 0.48), (0.6, 0.4), (0.66, 0.2),
          (0.66, 0.2), (0.64, 0.55), (0.64, 0.87)),),
        (((0.65, 0.28), (0.48, 0.15), (0.34, 0.3), (0.44, 0.46), (0.62, 0.38), (0.67, 0.25),
          (0.67, 0.52), (0.58, 0.78), (0.42, 0.86), (0.3, 0.78)),),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Jitter:
    """How far a drawn digit may stray from its template; all are standard deviations.

    ``wobble`` and ``shift`` are shares of the canvas, ``rotation`` and
    ``slant`` radians, ``stretch`` a factor's logarithm; ``width`` bounds the
    thickness, a share of the canvas.
    """

    wobble: float = 0.018
    shift: float = 0.02
    rotation: float = 0.08
    slant: float = 0.16
    stretch: float = 0.1
    width: tuple[float, float] = (0.05, 0.12)


def draw_digit(
    digit: int, seed: int | np.random.Generator, jitter: Jitter | None = None
) -> tuple[Stroke, ...]:
    """Strokes of one digit; the same seed gives the same strokes.

    Parameters
    ----------
    digit : int
        0 to 9.
    seed : int or numpy.random.Generator
        Chooses the variant, the slant, the width and every waver.
    """
    generator = np.random.default_rng(seed)
    jitter = jitter or Jitter()
    variants = TEMPLATES[digit]
    curves = variants[generator.integers(len(variants))]
    width = float(generator.uniform(*jitter.width))
    bend = _bend(generator, jitter)
    shift = generator.normal(0, jitter.shift, 2)
    strokes = []
    for curve in curves:
        control = np.array(curve)
        moves = generator.normal(0, jitter.wobble, control.shape)
        corners = (control[1:] == control[:-1]).all(axis=1)
        moves[1:][corners] = moves[:-1][corners]  # a corner stays a corner
        points = (_smooth(control + moves) - 0.5) @ bend.T + 0.5 + shift
        strokes.append(Stroke(tuple((float(x), float(y)) for x, y in points), width))
    return tuple(strokes)


def draw_digits(
    count: int, seed: int | np.random.Generator, jitter: Jitter | None = None, side_px: int = 112
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Pictures of drawn digits as MNIST would make them, and their labels.

    Returns
    -------
    pictures : ndarray of float32, shape (count, 28, 28, 1)
    labels : ndarray of uint8, shape (count,)
    """
    generator = np.random.default_rng(seed)
    labels = np.resize(np.arange(10, dtype=np.uint8), count)
    pictures = np.empty((count, 28, 28, 1), np.float32)
    for index, digit in enumerate(labels):
        canvas: Picture = rasterise(draw_digit(int(digit), generator, jitter), side_px)
        pictures[index, :, :, 0] = normalise_digit(canvas)
    return pictures, labels


def _bend(generator: np.random.Generator, jitter: Jitter) -> npt.NDArray[np.float64]:
    """Rotation, slant and stretch as one matrix, shape (2, 2)."""
    angle = generator.normal(0, jitter.rotation)
    slant = generator.normal(0, jitter.slant)
    x_stretch, y_stretch = np.exp(generator.normal(0, jitter.stretch, 2))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bend: npt.NDArray[np.float64] = rotation @ np.array([[x_stretch, -slant], [0, y_stretch]])
    return bend


def _smooth(control: npt.NDArray[np.float64], steps: int = 6) -> npt.NDArray[np.float64]:
    """Points on the Catmull-Rom curve through the control points, shape (m, 2)."""
    padded = np.concatenate([control[:1], control, control[-1:]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )  # (steps, segments, 2)
    points = curve.transpose(1, 0, 2).reshape(-1, 2)
    return np.concatenate([points, control[-1:]])
