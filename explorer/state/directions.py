"""Named directions to move ``z`` along, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.state.frame import Floats
from explorer.state.keyed import keyed_from_json
from explorer.state.stored import (
    MAX_KEY_CHARACTERS,
    check_fields,
    check_text,
    vector_from_json,
    vector_to_json,
)
from models.errors import LatentError
from models.latent import check_z

MAX_DIRECTIONS = 60
MAX_ORIGIN_CHARACTERS = 200


@dataclass(frozen=True, eq=False)
class Direction:
    """A difference of codes with a name.

    Attributes
    ----------
    key : str
        Stays the same whatever the name; no two directions share one.
    name : str
        1 to 40 characters.
    vector : ndarray of float32, shape (latent_dim,)
        Read-only and finite; as long as the difference was, and longer than 0.
    origin : str
        Where it came from, such as "mean of 3 − mean of 5".

    Raises
    ------
    LatentError
        If one of them is something else.
    """

    key: str
    name: str
    vector: Floats
    origin: str

    def __post_init__(self) -> None:
        key = check_text(self.key, "The key of a direction", MAX_KEY_CHARACTERS)
        name = check_text(self.name, "The name of a direction")
        origin = check_text(self.origin, "The origin of a direction", MAX_ORIGIN_CHARACTERS)
        vector = check_z(self.vector, np.size(self.vector))
        if not vector.any():
            advice = "subtract different codes"
            raise LatentError(f"Direction {name!r}", "must lead somewhere", "zeros alone", advice)
        for field, value in (("key", key), ("name", name), ("vector", vector), ("origin", origin)):
            object.__setattr__(self, field, value)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "key": self.key,
            "name": self.name,
            "vector": vector_to_json(self.vector),
            "origin": self.origin,
        }

    @classmethod
    def from_json(cls, record: object, latent_dim: int) -> Direction:
        """The direction that :meth:`to_json` told of.

        Raises
        ------
        LatentError
            If the record is of another form, or its vector of another ``latent_dim``.
        """
        fields = check_fields(record, ("key", "name", "vector", "origin"), "A direction")
        name = check_text(fields["name"], "The name of a direction")
        vector = vector_from_json(fields["vector"], latent_dim, f"Direction {name!r}")
        return cls(fields["key"], name, vector, fields["origin"])


def directions_from_json(records: object, latent_dim: int) -> tuple[Direction, ...]:
    """Directions in their order.

    Raises
    ------
    LatentError
        If there are more than 60, one cannot be read, or two share a key.
    """
    return keyed_from_json(
        records,
        MAX_DIRECTIONS,
        "directions",
        lambda record: Direction.from_json(record, latent_dim),
    )
