"""How well a bundle denoises the test digits, by kind of noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from models.architecture import Autoencoder
from models.data import Dataset, to_float
from models.metrics import NAMES, measure_pictures
from models.noise import KINDS, Pictures, corrupt

EVALUATION_SEED = 1337
BATCH = 500

Measures = dict[str, float]


def evaluate_models(
    models: Autoencoder,
    dataset: Dataset,
    on_batch: Callable[[str, int], None] = lambda kind, pictures: None,
) -> dict[str, dict[str, Measures]]:
    """Denoise all test pictures with each kind of noise at its default strength.

    Parameters
    ----------
    on_batch : callable
        Called after every batch with the kind of noise and the number of pictures.

    Returns
    -------
    dict
        ``{kind: {"noisy": {...}, "denoised": {...}}}`` with ``mse``, ``psnr_db``
        and ``ssim``, each the mean over the pictures.
    """
    clean = to_float(dataset.x_test)
    return {name: _evaluate_kind(models.autoencoder, clean, name, on_batch) for name in KINDS}


def _evaluate_kind(
    autoencoder: Any, clean: Pictures, name: str, on_batch: Callable[[str, int], None]
) -> dict[str, Measures]:
    generator = np.random.default_rng(EVALUATION_SEED)
    parameters = KINDS[name].parameters()
    sums = {"noisy": np.zeros(3), "denoised": np.zeros(3)}
    for start in range(0, len(clean), BATCH):
        target = clean[start : start + BATCH]
        noisy = corrupt(target, parameters, generator)
        denoised = np.asarray(autoencoder(noisy, training=False))
        sums["noisy"] += measure_pictures(noisy, target).sum(axis=0)
        sums["denoised"] += measure_pictures(denoised, target).sum(axis=0)
        on_batch(name, len(target))
    return {
        side: dict(zip(NAMES, (total / len(clean)).tolist(), strict=True))
        for side, total in sums.items()
    }
