"""A journey through bookmarks, as a record."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from explorer.state.stored import check_fields, check_number
from models.errors import LatentError
from models.journey import Interpolation

MIN_STEPS, MAX_STEPS = 1, 60
MIN_LEG_S, MAX_LEG_S = 0.1, 20.0


class Through(enum.Enum):
    """Which bookmarks a journey goes through."""

    ALL = "all bookmarks"
    A_TO_B = "A to B"


@dataclass(frozen=True)
class Journey:
    """How to travel through bookmarks.

    Attributes
    ----------
    kind : Interpolation
    through : Through
    closed : bool
        Whether it goes on from the last bookmark to the first, and so round and round.
    steps : int
        Pictures from one bookmark to the next, from 1 to 60.
    leg_s : float
        Seconds from one bookmark to the next, from 0.1 to 20.

    Raises
    ------
    LatentError
        If a number is outside its range.
    """

    kind: Interpolation = Interpolation.LINEAR
    through: Through = Through.ALL
    closed: bool = False
    steps: int = 8
    leg_s: float = 1.5

    def __post_init__(self) -> None:
        steps = check_number(self.steps, MIN_STEPS, MAX_STEPS, "The steps of a journey")
        if steps != int(steps):
            raise LatentError("The steps of a journey", "must be a whole number", f"{steps:g}")
        leg_s = check_number(self.leg_s, MIN_LEG_S, MAX_LEG_S, "The seconds of a journey")
        object.__setattr__(self, "steps", int(steps))
        object.__setattr__(self, "leg_s", leg_s)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "kind": self.kind.value,
            "through": self.through.value,
            "closed": self.closed,
            "steps": self.steps,
            "leg_s": self.leg_s,
        }

    @classmethod
    def from_json(cls, record: object) -> Journey:
        """The journey that :meth:`to_json` told of.

        Raises
        ------
        LatentError
            If the record is of another form.
        """
        names = ("kind", "through", "closed", "steps", "leg_s")
        fields = check_fields(record, names, "A journey")
        if not isinstance(fields["closed"], bool):
            received = repr(fields["closed"])[:40]
            raise LatentError("A journey's closed", "must be true or false", received)
        try:
            kind, through = Interpolation(fields["kind"]), Through(fields["through"])
        except ValueError as error:
            kinds = ", ".join(kind.value for kind in Interpolation)
            raise LatentError("A journey", f"must be {kinds}", str(error)[:60]) from error
        return cls(kind, through, fields["closed"], fields["steps"], fields["leg_s"])
