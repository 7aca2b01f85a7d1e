"""Ways to corrupt a picture.

Each kind is a frozen set of parameters beside its pure function of
``(pictures, parameters, generator)``. To add a kind, write both here: the
window makes its controls from the declaration, training and ``evaluate`` find
it in :data:`KINDS`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import NoiseError, PictureError

Pictures = npt.NDArray[np.float32]  # (n, height, width, channels) in [0, 1]


@dataclass(frozen=True)
class Control:
    """How one parameter is shown and bounded.

    ``off`` is the value at which the parameter does nothing to a picture;
    a parameter that only shapes the noise has ``off=None``.
    """

    label: str
    minimum: float
    maximum: float
    step: float
    off: float | None
    help: str


def _control(
    default: float, label: str, maximum: float, help: str, *, off: float | None = 0.0
) -> Any:
    control = Control(label, 0.0, maximum, maximum / 100, off, help)
    return field(default=default, metadata={"control": control})


@dataclass(frozen=True)
class Noise:
    """Base of the parameter sets; by itself it leaves pictures as they are."""

    def __post_init__(self) -> None:
        for name, control in controls(type(self)).items():
            value = getattr(self, name)
            inside = isinstance(value, (int, float)) and math.isfinite(value)
            if not (inside and control.minimum <= value <= control.maximum):
                raise NoiseError(
                    f"Noise setting {name!r} of {type(self).__name__}",
                    f"must be a number from {control.minimum:g} to {control.maximum:g}",
                    repr(value),
                )
            object.__setattr__(self, name, float(value))

    @classmethod
    def at_strength(cls, strength: float) -> Noise:
        """Parameters from nothing at 0 to the defaults at 1, clipped to their bounds."""
        values = {}
        for name, control in controls(cls).items():
            default = _default(cls, name)
            if control.off is not None:
                default = control.off + strength * (default - control.off)
            values[name] = min(max(default, control.minimum), control.maximum)
        return cls(**values)

    @classmethod
    def draw(cls, generator: np.random.Generator) -> Noise:
        """Random parameters for training: a random strength, the rest anywhere."""
        drawn = cls.at_strength(generator.uniform(0, 1.15))
        shapes = {
            name: generator.uniform(control.minimum, control.maximum)
            for name, control in controls(cls).items()
            if control.off is None
        }
        return dataclasses.replace(drawn, **shapes)


Corruption = Callable[[Pictures, Any, np.random.Generator], Pictures]


@dataclass(frozen=True)
class Kind:
    """A kind of noise: its name in files, its label on screen, its two halves."""

    name: str
    label: str
    parameters: type[Noise]
    corrupt: Corruption


KINDS: dict[str, Kind] = {}


def _kind(name: str, label: str, parameters: type[Noise]) -> Callable[[Corruption], Corruption]:
    def register(function: Corruption) -> Corruption:
        KINDS[name] = Kind(name, label, parameters, function)
        return function

    return register


@_kind("none", "None", Noise)
def leave_clean(pictures: Pictures, parameters: Noise, generator: np.random.Generator) -> Pictures:
    """Leave every picture as it is."""
    return pictures


@dataclass(frozen=True)
class Gaussian(Noise):
    """Additive Gaussian noise; the defaults are those of the Keras example."""

    mean: float = _control(0.5, "Mean", 1.0, "Mean of what is added to every pixel")
    stddev: float = _control(0.5, "Deviation", 1.0, "Standard deviation of what is added")


@_kind("gaussian", "Gaussian", Gaussian)
def add_gaussian(
    pictures: Pictures, parameters: Gaussian, generator: np.random.Generator
) -> Pictures:
    """Add N(mean, stddev²) to every pixel."""
    noise = generator.standard_normal(pictures.shape, dtype=np.float32)
    return pictures + np.float32(parameters.mean) + np.float32(parameters.stddev) * noise


@dataclass(frozen=True)
class SaltAndPepper(Noise):
    """Random pixels turned white or black."""

    amount: float = _control(0.4, "Amount", 1.0, "Share of the pixels that are hit")
    salt: float = _control(0.5, "Salt", 1.0, "Share of the hit pixels that turn white", off=None)


@_kind("salt_and_pepper", "Salt and pepper", SaltAndPepper)
def add_salt_and_pepper(
    pictures: Pictures, parameters: SaltAndPepper, generator: np.random.Generator
) -> Pictures:
    """Turn a share of the pixels white, another black."""
    dice = generator.random(pictures.shape, dtype=np.float32)
    white = dice < parameters.amount * parameters.salt
    return np.where(dice < parameters.amount, white.astype(np.float32), pictures)


@dataclass(frozen=True)
class Masking(Noise):
    """Random pixels turned black (Vincent et al. 2008)."""

    amount: float = _control(0.5, "Amount", 1.0, "Share of the pixels that are set to 0")


@_kind("masking", "Masking", Masking)
def mask_pixels(
    pictures: Pictures, parameters: Masking, generator: np.random.Generator
) -> Pictures:
    """Set a share of the pixels to 0."""
    keep = generator.random(pictures.shape, dtype=np.float32) >= parameters.amount
    return pictures * keep


@dataclass(frozen=True)
class Occlusion(Noise):
    """A square block of one shade at a random place."""

    size: float = _control(0.35, "Size", 1.0, "Side of the block as a share of the picture's side")
    shade: float = _control(0.5, "Shade", 1.0, "Grey value of the block", off=None)


@_kind("occlusion", "Occlusion", Occlusion)
def occlude(pictures: Pictures, parameters: Occlusion, generator: np.random.Generator) -> Pictures:
    """Cover a block of each picture; the block always lies inside the picture."""
    count, height, width = pictures.shape[:3]
    block_height = round(parameters.size * height)
    block_width = round(parameters.size * width)
    top = generator.integers(0, height - block_height + 1, count)[:, None, None, None]
    left = generator.integers(0, width - block_width + 1, count)[:, None, None, None]
    row = np.arange(height)[None, :, None, None]
    column = np.arange(width)[None, None, :, None]
    inside = (row >= top) & (row < top + block_height)
    inside = inside & (column >= left) & (column < left + block_width)  # (n, h, w, 1)
    return np.where(inside, np.float32(parameters.shade), pictures)


@dataclass(frozen=True)
class Speckle(Noise):
    """Multiplicative Gaussian noise: bright pixels suffer, black ones stay."""

    stddev: float = _control(0.7, "Deviation", 1.5, "Standard deviation of the factor around 1")


@_kind("speckle", "Speckle", Speckle)
def add_speckle(
    pictures: Pictures, parameters: Speckle, generator: np.random.Generator
) -> Pictures:
    """Multiply every pixel with 1 + N(0, stddev²)."""
    noise = generator.standard_normal(pictures.shape, dtype=np.float32)
    return pictures * (np.float32(1) + np.float32(parameters.stddev) * noise)


@dataclass(frozen=True)
class Blur(Noise):
    """Gaussian blur."""

    sigma_px: float = _control(1.5, "Radius", 4.0, "Standard deviation of the blur in pixels")


@_kind("blur", "Blur", Blur)
def blur(pictures: Pictures, parameters: Blur, generator: np.random.Generator) -> Pictures:
    """Convolve with a Gaussian; what leaves the picture is lost, outside is black."""
    if parameters.sigma_px == 0:
        return pictures
    rows = _blur_matrix(pictures.shape[1], parameters.sigma_px)
    columns = _blur_matrix(pictures.shape[2], parameters.sigma_px)
    blurred: Pictures = np.einsum(
        "ih,nhwc,jw->nijc", rows, pictures, columns, optimize=True, dtype=np.float32
    )
    return blurred


def _blur_matrix(size: int, sigma_px: float) -> npt.NDArray[np.float32]:
    offsets = np.subtract.outer(np.arange(size), np.arange(size))
    weights = np.exp(-0.5 * (offsets / sigma_px) ** 2)
    reach = np.arange(-size, size + 1)
    weights /= np.exp(-0.5 * (reach / sigma_px) ** 2).sum()
    matrix: npt.NDArray[np.float32] = weights.astype(np.float32)
    return matrix


def corrupt(
    pictures: Pictures, parameters: Noise, generator: np.random.Generator | int
) -> Pictures:
    """Corrupt a batch of pictures.

    Parameters
    ----------
    pictures : ndarray of float32, shape (n, height, width, channels)
        Clean pictures in [0, 1].
    parameters : Noise
        One of the frozen parameter sets of this module.
    generator : numpy.random.Generator or int
        Where randomness comes from; an integer seed gives the same noise each time.

    Returns
    -------
    ndarray of float32, shape (n, height, width, channels)
        Noisy pictures, clipped to [0, 1] as in the Keras example.

    Raises
    ------
    PictureError
        If ``pictures`` has not four axes.
    """
    if pictures.ndim != 4:
        raise PictureError(
            "A batch of pictures",
            "must have the shape (n, height, width, channels)",
            str(pictures.shape),
        )
    generator = np.random.default_rng(generator)
    noisy = kind_of(parameters).corrupt(pictures, parameters, generator)
    return np.clip(noisy, 0, 1).astype(np.float32, copy=False)


def kind_of(parameters: Noise) -> Kind:
    """The registered kind that a parameter set belongs to."""
    for kind in KINDS.values():
        if kind.parameters is type(parameters):
            return kind
    raise NoiseError("The noise", "must be one of " + ", ".join(KINDS), type(parameters).__name__)


def controls(parameters: type[Noise]) -> dict[str, Control]:
    """What can be set in a parameter set, by field name, in the order of declaration."""
    return {f.name: f.metadata["control"] for f in dataclasses.fields(parameters)}


def noise_to_json(parameters: Noise) -> dict[str, Any]:
    """``{"kind": name, field: value, ...}``, the inverse of :func:`noise_from_json`."""
    return {"kind": kind_of(parameters).name, **dataclasses.asdict(parameters)}


def noise_from_json(record: Mapping[str, Any]) -> Noise:
    """Build a parameter set from what :func:`noise_to_json` gave.

    Raises
    ------
    NoiseError
        If the kind or a setting is unknown, or a value lies outside its bounds.
    """
    settings = dict(record)
    name = settings.pop("kind", None)
    if not isinstance(name, str) or name not in KINDS:
        raise NoiseError("The kind of noise", "must be one of " + ", ".join(KINDS), repr(name))
    parameters = KINDS[name].parameters
    unknown = sorted(set(settings) - set(controls(parameters)))
    if unknown:
        known = ", ".join(controls(parameters)) or "none"
        raise NoiseError(f"Noise {name!r}", f"has the settings {known}", ", ".join(unknown))
    return parameters(**settings)


def _default(parameters: type[Noise], name: str) -> float:
    by_name = {f.name: f.default for f in dataclasses.fields(parameters)}
    return float(by_name[name])  # type: ignore[arg-type]  # every control has a default
