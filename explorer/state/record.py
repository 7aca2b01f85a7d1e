"""Everything a user can change, as one frozen record, and what a change says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from explorer.state.bookmarks import NO_SLOTS, Bookmark, Slots
from explorer.state.directions import Direction
from explorer.state.drawing import Drawing
from explorer.state.formula import Term
from explorer.state.journey import Journey
from explorer.state.latent import Latent, Route, Source
from models.noise import Gaussian, Noise
from models.subject import Port

# In a change beside the fields of State: the model is being trained, and draws otherwise now.
WEIGHTS: Final = "weights"
# After these the same z has another picture.
CHANGES_PICTURE: Final = frozenset({"classes", "shown", "port", WEIGHTS})


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
    bookmarks : tuple of Bookmark
    slots : (str or None, str or None)
        Keys of the bookmarks A and B.
    directions : tuple of Direction
    journey : Journey
    formula : tuple of Term
        What is being added and subtracted.
    pins : frozenset of str
        Names of the sliders that stand on top of the others.
    prior : bool
        Whether ranges, chance and the middle are those of the prior N(0, 1), where the
        model offers it beside its codes.
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
    bookmarks: tuple[Bookmark, ...] = ()
    slots: Slots = NO_SLOTS
    directions: tuple[Direction, ...] = ()
    journey: Journey = field(default_factory=Journey)
    formula: tuple[Term, ...] = ()
    pins: frozenset[str] = frozenset()
    prior: bool = False


@dataclass(frozen=True)
class Change:
    """One change of the state.

    Attributes
    ----------
    fields : frozenset of str
        Names of the fields of :class:`State` that differ now; ``weights`` where the
        model itself does.
    source : Source
        What caused it.
    initiator : object or None
        Who asked for it, and may skip its own echo.
    """

    fields: frozenset[str]
    source: Source
    initiator: object | None = None
