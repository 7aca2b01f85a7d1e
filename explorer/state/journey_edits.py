"""The way of a journey, and what can be done to it: decided from the state alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.state.bookmarks import Bookmark, find_bookmark
from explorer.state.edit import Edit
from explorer.state.journey import Journey, Through
from explorer.state.latent import Source
from explorer.state.record import State
from models.errors import LatentError
from models.journey import Path

Make = Callable[[State], Edit]


def set_journey(journey: Journey) -> Make:
    """Travel in another way."""

    def make(state: State) -> Edit:
        kept = state.journey if journey == state.journey else journey
        return Edit("change the journey", {"journey": kept}, Source.JOURNEY)

    return make


def journey_stops(state: State) -> tuple[Bookmark, ...]:
    """The bookmarks that the journey goes through, in order.

    Raises
    ------
    LatentError
        If it goes from A to B, and one of them is empty.
    """
    if state.journey.through is Through.ALL:
        return state.bookmarks
    keys = [key for key in state.slots if key is not None]
    if len(keys) < len(state.slots):
        received = "one" if keys else "neither"
        raise LatentError("A journey", "must have a bookmark in A and B", received, "put one there")
    return tuple(find_bookmark(state.bookmarks, key) for key in keys)


def journey_path(state: State) -> Path:
    """The way of the journey.

    Raises
    ------
    LatentError
        If there are fewer than two bookmarks on it, or all are equal.
    """
    stops = journey_stops(state)
    if len(stops) < 2:
        received = "one" if stops else "none"
        advice = "bookmark another z"
        raise LatentError("A journey", "must have at least two bookmarks", received, advice)
    points = np.stack([stop.z for stop in stops])
    return Path(state.journey.kind, points, state.journey.closed)
