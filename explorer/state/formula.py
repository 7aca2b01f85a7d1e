"""Arithmetic with codes, ``A − B + C`` with any weights, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.state.frame import Floats
from explorer.state.stored import (
    check_fields,
    check_list,
    check_number,
    check_text,
    vector_from_json,
    vector_to_json,
)
from models.latent import check_z

MAX_TERMS = 12
MAX_WEIGHT = 100.0
CURRENT_Z = "current z"


@dataclass(frozen=True, eq=False)
class Term:
    """A code times a weight.

    Attributes
    ----------
    weight : float
        From -100 to 100.
    name : str
        What the code is called: 1 to 40 characters.
    z : ndarray of float32, shape (latent_dim,), or None
        The code as it was when it was put in, read-only and finite; None for the
        ``z`` that is set now, whichever that is.

    Raises
    ------
    LatentError
        If one of them is something else.
    """

    weight: float
    name: str
    z: Floats | None

    def __post_init__(self) -> None:
        weight = check_number(self.weight, -MAX_WEIGHT, MAX_WEIGHT, "A weight")
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "name", check_text(self.name, "The name of a term"))
        if self.z is not None:
            object.__setattr__(self, "z", check_z(self.z, np.size(self.z)))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        z = None if self.z is None else vector_to_json(self.z)
        return {"weight": self.weight, "name": self.name, "z": z}

    @classmethod
    def from_json(cls, record: object, latent_dim: int) -> Term:
        """The term that :meth:`to_json` told of.

        Raises
        ------
        LatentError
            If the record is of another form, or its ``z`` of another ``latent_dim``.
        """
        fields = check_fields(record, ("weight", "name", "z"), "A term")
        z = fields["z"]
        if z is not None:
            z = vector_from_json(z, latent_dim, "The code of a term")
        return cls(fields["weight"], fields["name"], z)


def formula_from_json(records: object, latent_dim: int) -> tuple[Term, ...]:
    """The terms of a formula.

    Raises
    ------
    LatentError
        If there are more than 12, or one cannot be read.
    """
    listed = check_list(records, MAX_TERMS, "A formula")
    return tuple(Term.from_json(record, latent_dim) for record in listed)
