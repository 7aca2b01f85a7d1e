"""What the window asks of an engine, and what it gets back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float32]


class Lane(enum.IntEnum):
    """Who goes first: a lower lane never waits for a higher one.

    ``LIVE``, ``PAINT`` and ``PREVIEW`` hold one request, the newest; ``GRID``
    and ``EXPORT`` are queues whose requests come in chunks.
    """

    LIVE = 0
    PAINT = 1
    PREVIEW = 2
    GRID = 3
    EXPORT = 4


@dataclass(frozen=True, eq=False)
class Request:
    """A complete question to an engine.

    Attributes
    ----------
    seq : int
        Number of the question; a later one has a higher number.
    kind : str
        ``decode``, ``preview`` and ``tiles`` (pictures of other codes), ``encode``,
        ``denoise``, ``activations``, ``fit``, ``paint`` or ``evaluate``.
    settings : mapping
        Plain JSON values, such as the noise and its seed.
    arrays : mapping of ndarray
        ``z`` (n, latent_dim) or ``clean`` (n, height, width, channels), float32.
    """

    seq: int
    kind: str
    lane: Lane = Lane.LIVE
    settings: Mapping[str, Any] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Frame:
    """A complete answer from an engine.

    Attributes
    ----------
    seq : int
        Of the request that it answers.
    model_id : str
        The loaded model that gave it; another one's frames are never shown.
    request : str
        Kind of the request.
    inputs : mapping of ndarray
        What went in: ``clean`` and ``noisy`` in the denoise route.
    z : ndarray of float32, shape (n, latent_dim), or None
    outputs : mapping of ndarray
        ``decoder_output``, or what else was asked for.
    metrics : mapping
        ``{"noisy": {"mse": …, "psnr_db": …, "ssim": …}, "denoised": {…}}``.
    seconds : float
        Time the engine took.
    is_beside : bool
        Whether it answered others meanwhile.
    """

    seq: int
    model_id: str
    request: str
    inputs: Arrays
    z: Floats | None
    outputs: Arrays
    metrics: Mapping[str, Mapping[str, float]]
    seconds: float
    is_beside: bool = False
