"""What can be done to named directions: steps decided from the state alone."""

from __future__ import annotations

from collections.abc import Callable

from explorer.state.directions import MAX_DIRECTIONS, MAX_ORIGIN_CHARACTERS, Direction
from explorer.state.edit import Edit
from explorer.state.frame import Floats
from explorer.state.keyed import find_keyed, next_key, renamed, without
from explorer.state.latent import Source
from explorer.state.record import State
from models.errors import LatentError
from models.latent import check_z

THING = "A direction"

Make = Callable[[State], Edit]


def add_direction(vector: Floats, name: str, origin: str) -> Make:
    """Keep a difference of codes under a name, with where it came from.

    Raises
    ------
    LatentError
        When the step is made: if the vector is of another length, not finite or 0, if
        the name is no name, or there are too many directions.
    """

    def make(state: State) -> Edit:
        if len(state.directions) >= MAX_DIRECTIONS:
            rule, advice = f"must be at most {MAX_DIRECTIONS}", "delete one"
            raise LatentError("Directions", rule, "one more", advice)
        key = next_key("d", state.directions)
        told = origin if len(origin) <= MAX_ORIGIN_CHARACTERS else f"{origin[:199]}…"
        direction = Direction(key, name, check_z(vector, state.latent.z.size), told)
        return _edit("save a direction", (*state.directions, direction))

    return make


def rename_direction(key: str, name: str) -> Make:
    """Call a direction something else; LatentError if that is no name."""

    def make(state: State) -> Edit:
        direction = find_keyed(state.directions, key, THING)
        return _edit("rename a direction", renamed(state.directions, direction, name))

    return make


def delete_direction(key: str) -> Make:
    """Take a direction away."""

    def make(state: State) -> Edit:
        direction = find_keyed(state.directions, key, THING)
        return _edit("delete a direction", without(state.directions, direction))

    return make


def _edit(text: str, directions: tuple[Direction, ...]) -> Edit:
    return Edit(text, {"directions": directions}, Source.DIRECTION)
