"""The drawing a window starts with, and what a bundle makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.architecture import code_of
from models.bundle import FirstPicture
from models.digits import Stroke, normalise_digit, rasterise, resize_picture
from models.noise import Gaussian, corrupt
from models.stroke_digits import draw_digit

if TYPE_CHECKING:
    from models.architecture import Autoencoder

FIRST_DIGIT = 2
FIRST_DRAWING_SEED = 4
FIRST_NOISE = Gaussian()
FIRST_NOISE_SEED = 1337


def first_strokes() -> tuple[Stroke, ...]:
    """Strokes of the drawing a new window shows."""
    return draw_digit(FIRST_DIGIT, FIRST_DRAWING_SEED)


def make_first_picture(models: Autoencoder, picture_shape: tuple[int, int, int]) -> FirstPicture:
    """Denoise the first drawing, to be stored in the bundle."""
    height, width, channels = picture_shape
    digit = resize_picture(normalise_digit(rasterise(first_strokes())), height, width)
    clean = np.repeat(digit[None, :, :, None], channels, axis=3)  # (1, h, w, c)
    noisy = corrupt(clean, FIRST_NOISE, FIRST_NOISE_SEED)
    z = np.asarray(code_of(models.encoder(noisy)))
    output = np.asarray(models.decoder(z))
    return FirstPicture(clean[0], noisy[0], z[0], output[0])
