"""Everything a user can change, as one frozen record, and what a change says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.state.drawing import Drawing
from explorer.state.latent import Latent, Route, Source
from models.noise import Gaussian, Noise
from models.subject import Port


@dataclass(frozen=True, eq=False)
class State:
    """What is set now.

    Attributes
    ----------
    drawing : Drawing
    noise : Noise
        Kind and parameters.
    noise_seed : int
        Gives the noise its pixels.
    live_noise : bool
        Whether a new seed is taken for every frame.
    route : Route
        What is plugged into ``latent_inputs``.
    latent : Latent
    locks : frozenset of int
        Dimensions that chance and reset leave alone.
    ranges : mapping of int to (lo, hi)
        Slider ranges that the user set by hand.
    classes : mapping of str to int
        The class chosen for each class input of a conditional decoder.
    shown : str
        Name of the output that is shown; empty for the first.
    port : PicturePort, CurvePort or None
        How the user wants that output to be read; None as the model's opening told.
    """

    drawing: Drawing
    latent: Latent
    noise: Noise = field(default_factory=Gaussian)
    noise_seed: int = 1337
    live_noise: bool = False
    route: Route = Route.ENCODER
    locks: frozenset[int] = frozenset()
    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    shown: str = ""
    port: Port | None = None


@dataclass(frozen=True)
class Change:
    """One change of the state.

    Attributes
    ----------
    fields : frozenset of str
        Names of the fields of :class:`State` that differ now.
    source : Source
        What caused it.
    initiator : object or None
        Who asked for it, and may skip its own echo.
    """

    fields: frozenset[str]
    source: Source
    initiator: object | None = None
