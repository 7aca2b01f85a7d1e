"""A brush on the decoded picture, and the ``z`` that follows it along the gradient.

Inside of the stroke the picture is drawn to the brush's colour, outside of it to what
it was when the stroke began: both as mean squared errors, the outside ``KEEP`` times as
strongly, so that a large rest outweighs a small stroke no more than a small one does.
A ``z`` that leaves the range of the codes in a dimension, or lies further out in all of
them together than codes do, is drawn back softly; where the stroke began beyond, it may stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.descent import Closeness, Descent, Doubles
from models.errors import EngineError
from models.networks import Arrays, Chosen, Networks
from models.ports import SHOWN_CHANNELS, PicturePort

KEEP = 4.0
PULL = 0.2  # of a squared deviation beyond the range, and of their mean square beyond the usual
USUAL_SPREAD = 2.0  # of the mean square, in its own deviations
RATE = 0.1  # of a deviation: what a step moves a dimension on average
DEVIATIONS_ACROSS = 6.2  # between the ends of a range, the 0.1 % and 99.9 % quantiles

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stroke:
    """What was painted so far, and from where.

    Attributes
    ----------
    mask : ndarray of float32, shape (1, height, width, 1)
        How much of each pixel is under the brush, in [0, 1].
    colour : ndarray of float32, shape (1, channels)
        In [0, 1].
    strength : float
        How far towards the colour, in (0, 1].
    start : ndarray of float32, shape (1, latent_dim)
        ``z`` when the stroke began.
    low, high : ndarray of float32, shape (1, latent_dim)
        Range of the codes.
    free : ndarray of bool, shape (1, latent_dim)
        Dimensions that may move.
    """

    mask: Floats
    colour: Floats
    strength: float
    start: Floats
    low: Floats
    high: Floats
    free: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Followed:
    """Where a round ended.

    Attributes
    ----------
    z : ndarray of float32, shape (1, latent_dim)
    error : float
        What is left.
    done : bool
        Whether the round brought hardly anything.
    outputs : tuple of ndarray, or None
        All of the decoder's for this ``z``; of one that has not moved maybe none.
    """

    z: Floats
    error: float
    done: bool
    outputs: Arrays | None


class Painter:
    """Follows strokes, in rounds that go on from each other."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._descent = Descent()
        self._kept: Floats | None = None
        self._kept_of: tuple[object, ...] = ()

    def follow(
        self,
        z: Floats,
        stroke: Stroke,
        output: int,
        port: PicturePort,
        chosen: Chosen,
        steps: int,
    ) -> Followed:
        """Take steps from ``z`` of shape (1, latent_dim); dimensions that are not free stay.

        Raises
        ------
        EngineError
            If the picture is not finite, or does not change with ``z``.
        """
        deviations = np.maximum(stroke.high - stroke.low, 0).astype(np.float64) / DEVIATIONS_ACROSS
        pace = RATE * deviations * stroke.free
        picture = self._closeness(stroke, output, port, chosen)
        objective = _Painted(picture, stroke, deviations)
        reached = self._descent.run(objective, z, steps, pace)
        if stroke.mask.any() and reached.error > 0 and objective.is_flat:
            raise EngineError(
                "The picture",
                "must change with z to be painted",
                "a gradient of zero",
                "paint elsewhere",
            )
        outputs = picture.decoded(reached.z)
        if outputs is None and not np.array_equal(reached.z, z):  # it is going to be shown
            outputs = self._networks.decode(reached.z, chosen)
        return Followed(reached.z, reached.error, not reached.gained, outputs)

    def _closeness(
        self, stroke: Stroke, output: int, port: PicturePort, chosen: Chosen
    ) -> Closeness:
        kept = self._keep(stroke.start, output, chosen)
        inside = _lay_out(port, stroke.mask)
        colour = np.broadcast_to(stroke.colour[:, None, None, :], (1, *port.picture_shape))
        target = kept + stroke.strength * inside * (port.from_picture(colour) - kept)
        weights = (_share(inside) + KEEP * _share(1 - inside)) / (port.high - port.low) ** 2
        return Closeness(self._networks, output, target.astype(np.float32),
                         weights.astype(np.float32), chosen)  # fmt: skip

    def _keep(self, start: Floats, output: int, chosen: Chosen) -> Floats:
        """The output of where the stroke began, computed once for each stroke."""
        of = (start.tobytes(), output, str(sorted(chosen.items())))
        if self._kept is None or of != self._kept_of:
            self._kept, self._kept_of = self._networks.decode(start, chosen)[output], of
        return self._kept


class _Painted:
    """Closeness to what is painted, with a pull back into the range."""

    def __init__(self, picture: Closeness, stroke: Stroke, deviations: Doubles) -> None:
        self._picture = picture
        self._low = np.minimum(stroke.low, stroke.start)
        self._high = np.maximum(stroke.high, stroke.start)
        self._deviations = np.where(deviations > 0, deviations, 1)
        self._middle = (stroke.low + stroke.high) / 2
        usual = 1 + USUAL_SPREAD * np.sqrt(2 / stroke.start.size)
        self._farthest = max(usual, float(np.mean(self._off(stroke.start) ** 2)))
        self._free = stroke.free
        self.is_flat = True

    def error(self, z: Floats) -> float:
        return self._picture.error(z) + self._pull(z)[0]

    def slope(self, z: Floats) -> tuple[float, Doubles]:
        error, slope = self._picture.slope(z)
        self.is_flat = self.is_flat and not (slope * self._free).any()
        pull, back = self._pull(z)
        return error + pull, slope + back

    def _pull(self, z: Floats) -> tuple[float, Doubles]:
        """What it costs to lie where no codes are, and its gradient."""
        beyond, off = (z - np.clip(z, self._low, self._high)) / self._deviations, self._off(z)
        excess = float(np.mean(off**2)) - self._farthest
        cost, back = float(np.sum(beyond**2)), 2 * beyond / self._deviations
        if excess > 0:
            cost += excess
            back = back + 2 * off / (off.size * self._deviations)
        return PULL * cost, PULL * back

    def _off(self, z: Floats) -> Doubles:
        """Deviations from the middle; of codes their mean square is near one."""
        off: Doubles = (z - self._middle) / self._deviations
        return off


def read_stroke(
    fields: Mapping[str, Any],
    arrays: Mapping[str, npt.NDArray[Any]],
    latent_dim: int,
    port: PicturePort,
) -> Stroke:
    """The stroke that a request tells of: its ``strength``, and arrays named as here.

    Raises
    ------
    EngineError
        If a part is missing, of another shape or not finite.
    """
    height, width, channels = port.picture_shape
    line = (1, latent_dim)
    shapes = {"mask": (1, height, width, 1), "colour": (1, channels), "start": line,
              "low": line, "high": line, "free": line}  # fmt: skip
    for name, shape in shapes.items():
        array = arrays.get(name)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            received = "none" if array is None else str(array.shape)
            raise EngineError(f"The {name} of a stroke", f"must be finite, of {shape}", received)
    strength = fields.get("strength")
    if not isinstance(strength, float) or not 0 < strength <= 1:
        raise EngineError("The strength of a stroke", "must be above 0, up to 1", repr(strength))
    floats = {name: arrays[name].astype(np.float32) for name in shapes if name != "free"}
    mask, colour = np.clip(floats.pop("mask"), 0, 1), np.clip(floats.pop("colour"), 0, 1)
    return Stroke(mask, colour, strength, free=arrays["free"].astype(np.bool_), **floats)


def _lay_out(port: PicturePort, mask: Floats) -> Floats:
    """A mask of what is shown, as the decoder lays its output out."""
    shown = (
        slice(None) if port.channels in SHOWN_CHANNELS else slice(port.channel, port.channel + 1)
    )
    inside = np.zeros((1, port.height, port.width, port.channels), np.float32)
    inside[..., shown] = mask
    if port.layout == "CHW":
        inside = np.moveaxis(inside, 3, 1)
    return inside.reshape(1, *port.shape)


def _share(weights: Floats) -> Floats:
    """Weights of a mean."""
    total = weights.sum()
    return weights / total if total > 0 else weights
