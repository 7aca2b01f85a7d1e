"""A measured figure, its goals, and how long to measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A limit for one number."""

    what: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the number keeps to the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def text(self) -> str:
        """Such as ``median ≤ 5 ms``."""
        sign = "≥" if self.at_least else "≤"
        return f"{self.what} {sign} {self.limit:g}{self.unit}".strip()


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    measured : dict
        Numbers by name, such as ``median_ms`` and ``p99_ms``.
    baselines : dict
        The same for each baseline, by its name.
    ratios : dict
        The figure over the baseline of that name.
    goals : sequence of Goal
    details : dict
        What else was seen, for whoever wants to know why.
    """

    name: str
    title: str
    measured: dict[str, float]
    goals: Sequence[Goal]
    baselines: dict[str, dict[str, float]] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether every goal is reached."""
        return all(goal.reached for goal in self.goals)

    def to_json(self) -> dict[str, Any]:
        """The figure in JSON values."""
        goals = [
            {"text": goal.text, "value": goal.value, "reached": goal.reached} for goal in self.goals
        ]
        return {**asdict(self), "goals": goals, "reached": self.reached}


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    starts: int = 7
    events: int = 400
    matplotlib_events: int = 60
    memory_after_s: int = 60
    kill_runs: int = 2
    map_steps: int = 300
    grids: int = 15
    wide_starts: int = 5


QUICK = Effort(starts=3, events=300, matplotlib_events=20, memory_after_s=5, kill_runs=1,
               map_steps=120, grids=5, wide_starts=3)  # fmt: skip
FULL = Effort()


def apart(result: dict[str, Any], name: str) -> tuple[dict[str, float], dict[str, Any]]:
    """What was measured, and a part of it that is more than a number."""
    measured = {key: value for key, value in result.items() if key != name}
    return measured, {name: result[name]}
