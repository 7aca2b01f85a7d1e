"""An open model as the window knows it: what goes in, what comes out, where its codes lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from models.bundle import Bundle, Codes
from models.code_statistics import draw_like
from models.labels import classes_of
from models.latent import RANGE_QUANTILES, LatentRanges, randomise
from models.ports import ClassPort, CurvePort, LatentPort, PicturePort
from models.source import ModelSource

# A range without codes reaches this many standard deviations to either side.
DEVIATIONS_TO_THE_END = 3.0

Floats = npt.NDArray[np.float32]
Port = PicturePort | CurvePort


@dataclass(frozen=True)
class Output:
    """One of the decoder's outputs.

    Attributes
    ----------
    name : str
    port : PicturePort or CurvePort
        How its values are read unless the user chooses otherwise.
    alternatives : tuple of PicturePort or CurvePort
        What else its shape may stand for.
    sentence : str
        Where the range of its values comes from.
    """

    name: str
    port: Port
    alternatives: tuple[Port, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, eq=False)
class First:
    """What is shown before an engine answers.

    ``z`` is (latent_dim,), ``output`` has the shown picture's shape; ``clean``
    and ``noisy`` are None where there is no encoder. All float32.
    """

    z: Floats
    output: Floats
    clean: Floats | None = None
    noisy: Floats | None = None


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where codes lie, from data or without.

    Attributes
    ----------
    mean, lo, hi : ndarray of float32, shape (latent_dim,)
        Middle and ends of the sliders.
    sentence : str
        Where the ends come from.
    codes : Codes or None
        The codes themselves, where there are data.
    prior : bool
        Whether chance draws from the prior N(0, 1), however the codes are spread.
    """

    mean: Floats
    lo: Floats
    hi: Floats
    sentence: str
    codes: Codes | None = None
    prior: bool = False

    @classmethod
    def of_codes(cls, codes: Codes, data: str) -> Whereabouts:
        """Ends at the 0.1 % and 99.9 % quantiles of the codes of ``data``."""
        low, high = (int(np.argmin(np.abs(codes.levels - level))) for level in RANGE_QUANTILES)
        sentence = f"from the codes of {data}"
        return cls(codes.mean, codes.quantiles[low], codes.quantiles[high], sentence, codes)

    @classmethod
    def of_prior(cls, latent_dim: int, codes: Codes | None = None) -> Whereabouts:
        """Ends at the same quantiles of the prior N(0, 1), whatever the codes are."""
        from statistics import NormalDist  # which no start has to wait for

        low, high = (NormalDist().inv_cdf(level) for level in RANGE_QUANTILES)
        zero, one = np.zeros(latent_dim, np.float32), np.ones(latent_dim, np.float32)
        sentence = f"from the prior N(0, 1): ±{high:.3g}"
        return cls(zero, np.float32(low) * one, np.float32(high) * one, sentence, codes, True)

    def ranges(self) -> LatentRanges:
        """The range that each slider starts with."""
        return LatentRanges.between(self.lo, self.hi)

    def draw(
        self, locks: npt.NDArray[np.bool_], z: Floats, generator: np.random.Generator
    ) -> Floats:
        """Draw the unlocked dimensions as codes are spread, or from the prior."""
        if self.prior:
            return np.where(locks, z, generator.standard_normal(z.size)).astype(np.float32)
        codes = self.codes
        if codes is not None and codes.covariance.ndim == 2:
            return randomise(self.mean, codes.covariance, locks, z, generator)
        if codes is not None:  # of so many dimensions that their covariance is not kept
            return draw_like(codes.codes, self.mean, locks, z, generator)
        deviation = (self.hi - self.lo) / (2 * DEVIATIONS_TO_THE_END)
        drawn = self.mean + deviation * generator.standard_normal(self.mean.size)
        return np.where(locks, z, np.clip(drawn, self.lo, self.hi)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Samples:
    """Pictures of a data set, to pick from.

    Attributes
    ----------
    data : str
        Name of the data set.
    pictures : ndarray of uint8, shape (n, height, width, channels)
    labels : ndarray of int32, shape (n,)
        -1 where there are none.
    label_names : tuple of str
        By label; empty where labels are plain numbers.
    """

    data: str
    pictures: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int32]
    label_names: tuple[str, ...] = ()

    def picture(self, number: int) -> Floats:
        """One picture, float32 (height, width, channels) in [0, 1]."""
        return np.asarray(self.pictures[number] / 255, np.float32)


@dataclass(frozen=True, eq=False)
class Subject:
    """A model that is open.

    Attributes
    ----------
    source : ModelSource
    latents : tuple of LatentPort
        The decoder's latent inputs; one after the other they make up ``z``.
    classes : tuple of ClassPort
        What else a conditional decoder takes.
    outputs : tuple of Output
        The first is shown unless the user chooses another.
    whereabouts : Whereabouts
    first : First
    picture : PicturePort or None
        What the encoder takes; None where there is no encoder.
    samples : Samples or None
        Pictures of the data, where there are data.
    variational : bool
        Whether its codes are meant to lie as the prior N(0, 1) does.
    architecture : mapping
        What a bundle's card says of its layers; empty for other models.
    card : mapping
        What was read of the files, in JSON values, see :func:`models.opening.make_card`.
    """

    source: ModelSource
    latents: tuple[LatentPort, ...]
    classes: tuple[ClassPort, ...]
    outputs: tuple[Output, ...]
    whereabouts: Whereabouts
    first: First
    picture: PicturePort | None = None
    samples: Samples | None = None
    variational: bool = False
    architecture: Mapping[str, Any] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_bundle(cls, bundle: Bundle) -> Subject:
        """A bundle's files say all that there is to know."""
        picture = PicturePort("HWC", *bundle.picture_shape)
        first = bundle.first
        return cls(
            source=ModelSource(bundle=bundle.folder),
            latents=(LatentPort("decoder_input", (bundle.latent_dim,)),),
            classes=(),
            outputs=(Output("decoder_output", picture),),
            whereabouts=Whereabouts.of_codes(bundle.codes, "the test digits"),
            first=First(first.z, first.output, first.clean, first.noisy),
            picture=picture,
            variational=bundle.kind == "vae",
            architecture=bundle.card["architecture"],
        )

    @property
    def name(self) -> str:
        """As shown in the window."""
        return self.source.name

    @property
    def latent_dim(self) -> int:
        """Length of ``z``."""
        return sum(port.size for port in self.latents)

    @property
    def has_encoder(self) -> bool:
        """Whether there is an encoder to plug in."""
        return self.picture is not None

    @property
    def offers_prior(self) -> bool:
        """Whether there are both codes and a prior to take ranges and chance from."""
        return self.variational and self.whereabouts.codes is not None

    def whereabouts_by(self, prior: bool) -> Whereabouts:
        """Where codes lie, or with ``prior`` where the prior says, if it is offered."""
        if prior and self.offers_prior:
            return Whereabouts.of_prior(self.latent_dim, self.whereabouts.codes)
        return self.whereabouts

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of a drawing: what the encoder takes, or else what comes out.

        A curve is drawn on a square of MNIST's size, which nothing is computed from.
        """
        port = self.picture or self.outputs[0].port
        if isinstance(port, PicturePort):
            return port.height, port.width, port.channels
        return 28, 28, 1

    def output(self, name: str) -> Output:
        """The output of that name, or the first."""
        return next((output for output in self.outputs if output.name == name), self.outputs[0])

    def class_names(self, port: ClassPort) -> tuple[str, ...]:
        """What the data call the classes of an input; empty where they have no names for them."""
        names = () if self.samples is None else self.samples.label_names
        fitting = [other for other in self.classes if other.classes == len(names)]
        return names if fitting == [port] else ()

    def classes_of_sample(self, number: int) -> dict[str, int]:
        """The label of a sample as a class, by the name of the only input that takes one."""
        if self.samples is None or len(self.classes) != 1:
            return {}
        (port,) = self.classes
        labels, names = self.samples.labels[[number]], self.samples.label_names
        found = classes_of(labels, names, port.classes)
        return {} if found is None else {port.name: int(found[0])}

    def with_data(self, samples: Samples | None, codes: Codes | None, data: str) -> Subject:
        """With what a data set gives."""
        where = self.whereabouts if codes is None else Whereabouts.of_codes(codes, data)
        return replace(self, whereabouts=where, samples=samples)
