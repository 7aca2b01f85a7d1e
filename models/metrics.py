"""How far pictures are from the clean ones, in numpy alone.

An engine takes them of every frame: tracing ``tf.image.ssim``, which gives the
same, would cost it more than loading a model.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from models.noise import Pictures

NAMES = ("mse", "psnr_db", "ssim")
WINDOW_PX = 11
SIGMA_PX = 1.5
C1, C2 = 0.01**2, 0.03**2

Floats = npt.NDArray[np.float64]


def measure_pictures(pictures: Pictures, clean: Pictures) -> Floats:
    """MSE, PSNR in dB (cut at 100) and SSIM of each picture in [0, 1].

    Parameters
    ----------
    pictures, clean : ndarray of float32, shape (n, height, width, channels)

    Returns
    -------
    ndarray of float64, shape (n, 3)
        In the order of :data:`NAMES`. A picture smaller than the 11×11 window
        of SSIM (Wang et al. 2004) has none: NaN.
    """
    x, y = pictures.astype(np.float64), clean.astype(np.float64)
    mse = np.mean((x - y) ** 2, axis=(1, 2, 3))
    psnr_db = -10 * np.log10(np.maximum(mse, 1e-10))
    ssim = np.full(len(clean), np.nan) if min(clean.shape[1:3]) < WINDOW_PX else _ssim(x, y)
    return np.stack([mse, psnr_db, ssim], axis=1)


def name_measures(measures: Floats) -> dict[str, float]:
    """The mean over the pictures of each measure, by its name."""
    return dict(zip(NAMES, measures.mean(axis=0).tolist(), strict=True))


def _ssim(x: Floats, y: Floats) -> Floats:
    mean_x, mean_y, mean_xy, mean_squares = _blur(np.stack([x, y, x * y, x * x + y * y]))
    product, squares = 2 * mean_x * mean_y, mean_x**2 + mean_y**2
    luminance = (product + C1) / (squares + C1)
    contrast = (2 * mean_xy - product + C2) / (mean_squares - squares + C2)
    similarity: Floats = (luminance * contrast).mean(axis=(1, 2, 3))
    return similarity


def _blur(images: Floats) -> Floats:
    """Gaussian means over whole windows: (k, n, h, w, c) -> (k, n, h - 10, w - 10, c)."""
    rows, columns = _window_matrix(images.shape[2]), _window_matrix(images.shape[3])
    planes = np.moveaxis(images, -1, 2)  # (k, n, c, h, w)
    return np.moveaxis(rows @ planes @ columns.T, 2, -1)


@cache
def _window_matrix(size_px: int) -> Floats:
    """A row for each place of the window, shape (size_px - 10, size_px)."""
    offsets = np.arange(WINDOW_PX) - WINDOW_PX // 2
    weights = np.exp(-0.5 * (offsets / SIGMA_PX) ** 2)
    matrix = np.zeros((size_px - WINDOW_PX + 1, size_px))
    for row in range(len(matrix)):
        matrix[row, row : row + WINDOW_PX] = weights / weights.sum()
    return matrix
