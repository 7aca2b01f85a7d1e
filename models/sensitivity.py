"""Ranges of the sliders where there are no data: from the prior, or from the decoder itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Decode = Callable[[Floats], npt.NDArray[Any]]

PRIOR_REACH = 3.0  # standard deviations of N(0, 1): all but 0.3 % of it
# Words in the names of models and layers that speak of codes drawn from N(0, 1).
PRIOR_WORDS = ("generator", "gan", "vae", "variational", "sampling", "log_var", "logvar")
# What an encoder's last activation says of its codes: the least and the largest value.
BOUNDS = {
    "relu": (0.0, math.inf),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, math.inf),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}
DISTANCES = np.array([4.0**power for power in range(-3, 5)])  # from 1/64 to 256
DIRECTIONS = 3
# Codes of autoencoders lie where pictures have changed about so much of what they can.
REACHED = 0.7
# A change that still grows almost as fast as the distance, four times over, knows no end.
ENDLESS = 3.0
MAX_PROBED_DIM = 32  # so that no more than 89 pictures are decoded
SEED = 0


def is_drawn_from_prior(names: Iterable[str]) -> bool:
    """Whether names of models and layers say that codes are drawn from N(0, 1).

    Examples
    --------
    >>> is_drawn_from_prior(["encoder", "z_log_var"])
    True
    """
    words = [name.lower() for name in names]
    return any(word in name for name in words for word in PRIOR_WORDS)


def codes_to_probe(latent_dim: int, *, prior: bool = False, activation: str = "") -> Floats:
    """The codes that :func:`measure_ranges` decodes first, shape (n, latent_dim).

    0, then :data:`DISTANCES` along :data:`DIRECTIONS` directions; none where the ranges
    are known without a picture.
    """
    least, largest = BOUNDS.get(activation, (-math.inf, math.inf))
    if prior or (math.isfinite(least) and math.isfinite(largest)):
        return np.empty((0, latent_dim), np.float32)
    directions = np.random.default_rng(SEED).standard_normal((DIRECTIONS, latent_dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    if least == 0:
        directions = np.abs(directions)
    steps = DISTANCES[:, np.newaxis, np.newaxis] * directions  # (distances, directions, dim)
    origin = np.zeros((1, latent_dim))
    return np.concatenate([origin, steps.reshape(-1, latent_dim)]).astype(np.float32)


def measure_ranges(
    decode: Decode,
    latent_dim: int,
    *,
    prior: bool = False,
    activation: str = "",
    batch: int = 32,
    probed: npt.NDArray[Any] | None = None,
) -> tuple[Floats, Floats, str]:
    """Ranges for a decoder whose codes nobody has seen.

    Parameters
    ----------
    decode : callable
        (n, latent_dim) -> (n, ...), as it is shown: where a picture is clipped to
        its range, clipped. At most 89 codes are decoded.
    latent_dim : int
    prior : bool
        Whether codes are drawn from N(0, 1), see :func:`is_drawn_from_prior`.
    activation : str, optional
        Of the encoder's last layer; some bound the codes.
    batch : int
        Most codes decoded at once.
    probed : ndarray, optional
        What ``decode`` gives for :func:`codes_to_probe`, where somebody knows it.

    Returns
    -------
    lo, hi : ndarray of float32, shape (latent_dim,)
    sentence : str
        Where they come from, to follow "Ranges are" or the like.
    """
    ones = np.ones(latent_dim, np.float32)
    if prior:
        return -PRIOR_REACH * ones, PRIOR_REACH * ones, f"from the prior N(0, 1): ±{PRIOR_REACH:g}"
    least, largest = BOUNDS.get(activation, (-math.inf, math.inf))
    if math.isfinite(least) and math.isfinite(largest):
        sentence = f"from the encoder's last activation, {activation}: {least:g} to {largest:g}"
        return least * ones, largest * ones, sentence
    if probed is None:
        probed = _in_batches(decode, codes_to_probe(latent_dim, activation=activation), batch)
    probe = _Probe(decode, latent_dim, batch, probed, positive=least == 0)
    radius = probe.radius()
    if radius is None:
        found = "no change" if probe.is_flat else "changes without end"
        reach_up = reach_down = PRIOR_REACH * ones
        sentence = f"from a guess, ±{PRIOR_REACH:g}: the picture shows {found} along z"
    else:
        # Codes at that distance from 0 have this deviation in each dimension, and reach
        # three deviations, but not beyond the distance itself.
        reach = radius * min(1, PRIOR_REACH / math.sqrt(latent_dim))
        reach_up, reach_down = probe.reaches(reach)
        sentence = "from the decoder: about as far as z still changes the picture"
    if least == 0:
        return 0 * ones, reach_up, f"{sentence}; not below 0, as the encoder ends with {activation}"
    return -reach_down, reach_up, sentence


class _Probe:
    def __init__(
        self,
        decode: Decode,
        latent_dim: int,
        batch: int,
        probed: npt.NDArray[Any],
        positive: bool,
    ) -> None:
        self._decode = decode
        self._dim = latent_dim
        self._batch = batch
        self._positive = positive
        self._base = np.asarray(probed[:1], np.float64)
        self._steps = probed[1:]
        self.is_flat = False

    def radius(self) -> float | None:
        """The distance from 0 at which the picture has changed most of what it can."""
        changes = self._changes(self._steps).reshape(len(DISTANCES), DIRECTIONS)
        change = np.maximum.accumulate(changes.mean(axis=1))
        self.is_flat = not change[-1] > 0
        if self.is_flat or change[-1] > ENDLESS * change[-2]:
            return None
        crossed = int(np.argmax(change >= REACHED * change[-1]))
        if crossed == 0:
            return float(DISTANCES[0])
        low, high = change[crossed - 1], change[crossed]
        part = (REACHED * change[-1] - low) / (high - low)
        return float(DISTANCES[crossed - 1] * (DISTANCES[crossed] / DISTANCES[crossed - 1]) ** part)

    def reaches(self, reach: float) -> tuple[Floats, Floats]:
        """How far each dimension goes up and down: shorter where it changes more than others."""
        up = np.full(self._dim, reach, np.float32)
        if self._dim > MAX_PROBED_DIM:
            return up, up
        axes = reach * np.eye(self._dim)
        steps = axes if self._positive else np.concatenate([axes, -axes])
        changes = self._changes(_in_batches(self._decode, steps.astype(np.float32), self._batch))
        usual = np.median(changes)
        ratios = usual / np.maximum(changes, usual / 2) if usual > 0 else np.ones_like(changes)
        found = (reach * np.maximum(ratios, 0.5)).astype(np.float32)
        return found[: self._dim], found[-self._dim :]

    # Root mean square difference to the picture of 0; what is not finite shows no change.
    def _changes(self, pictures: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        squares = [
            np.square(np.asarray(picture, np.float64) - self._base[0]).mean()
            for picture in pictures
        ]
        return np.sqrt(np.where(np.isfinite(squares), squares, 0))


def _in_batches(decode: Decode, z: Floats, batch: int) -> npt.NDArray[Any]:
    starts = range(0, len(z), batch)
    return np.concatenate([np.asarray(decode(z[start : start + batch])) for start in starts])
