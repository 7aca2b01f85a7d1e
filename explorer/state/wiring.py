"""What feeds ``latent_inputs``, decided from the state alone."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.state.latent import Route, Source
from explorer.state.record import State

ENCODER_SIDE = frozenset({"input", "noise", "noisy", "encoder", "latent"})
DECODER_SIDE = frozenset({"decoder", "output"})


@dataclass(frozen=True)
class Wiring:
    """What the wiring strip shows.

    Attributes
    ----------
    route : Route
    lit : frozenset of str
        Parts of the strip that the picture on the screen runs through.
    encoder_off : str
        Why the encoder cannot be plugged in; empty where it can.
    plugged_in : str
        For the label at the switch.
    heading : str
        Where ``z`` comes from, for the heading of the sliders.
    path : str
        The way of the data, for the status line.
    """

    route: Route
    lit: frozenset[str]
    encoder_off: str
    plugged_in: str
    heading: str
    path: str


def resolve(state: State, has_encoder: bool = True) -> Wiring:
    """Decide the wiring."""
    encoder_off = "" if has_encoder else "this model came without an encoder"
    if state.route is Route.ENCODER and has_encoder:
        return Wiring(
            Route.ENCODER,
            ENCODER_SIDE | DECODER_SIDE,
            encoder_off,
            "plugged in: encoder",
            "from the encoder",
            "drawing → noise → encoder → decoder",
        )
    held_by = {
        Source.ENCODER: "held, as the encoder gave it",
        Source.RANDOM: "drawn at random",
        Source.MEAN: "in the middle",
        Source.TEXT: "from pasted text",
        Source.FIT: "found for the drawing",
        Source.PAINT: "painted",
        Source.MAP: "from the map",
        Source.GRID: "from the traversal",
        Source.NEIGHBOUR: "from a neighbour",
        Source.BOOKMARK: "from a bookmark",
        Source.JOURNEY: "from the journey",
        Source.ARITHMETIC: "from arithmetic",
        Source.DIRECTION: "along a direction",
    }
    return Wiring(
        Route.HELD,
        DECODER_SIDE | {"sliders"},
        encoder_off,
        "plugged in: sliders",
        held_by.get(state.latent.source, "from the sliders"),
        "sliders → decoder",
    )
