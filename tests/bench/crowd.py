"""As many codes as wanted, spread as those of the bundle."""

from __future__ import annotations

import numpy as np

from models.bundle import DEFAULT, Codes, open_bundle

SHARE = 0.2  # of the codes' own deviation: how far a code lies from the one it is made of
SEED = 5


def make_crowd(count: int) -> Codes:
    """Codes around those of the bundle, with the labels of these."""
    known, generator = open_bundle(DEFAULT).codes, np.random.default_rng(SEED)
    chosen = generator.integers(len(known.codes), size=count)
    away = generator.standard_normal((count, known.codes.shape[1]), np.float32)
    codes = known.codes[chosen] + SHARE * known.codes.std(axis=0) * away
    return Codes.measure(codes, known.labels[chosen])
