"""How sure a variational encoder is of each value of ``z``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer.state.frame import Frame

DEVIATIONS = 2.0
MAX_LOG_VARIANCE = 80.0  # more would not be finite as float32

Floats = npt.NDArray[np.float32]


def band_of(frame: Frame, latent_dim: int) -> tuple[Floats, Floats] | None:
    """Two standard deviations to either side of ``z_mean``, where an encoder gave both.

    Parameters
    ----------
    frame : Frame
        Of a variational encoder if its outputs have ``z_log_var`` (1, latent_dim), and
        ``z_mean`` unless that is the frame's ``z``.
    latent_dim : int

    Returns
    -------
    (lo, hi) of ndarray of float32, shape (latent_dim,), or None
    """
    mean, log_variance = frame.outputs.get("z_mean", frame.z), frame.outputs.get("z_log_var")
    if mean is None or log_variance is None:
        return None
    if mean.size != latent_dim or log_variance.size != latent_dim:
        return None
    middle = np.asarray(mean, np.float32).ravel()
    logarithms = np.asarray(log_variance, np.float32).ravel()
    if not (np.isfinite(middle).all() and np.isfinite(logarithms).all()):
        return None
    half = np.float32(DEVIATIONS) * np.exp(np.minimum(logarithms, MAX_LOG_VARIANCE) / 2)
    return middle - half, middle + half
