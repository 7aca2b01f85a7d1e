"""How an engine is, and when to give up on it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from dataclasses import dataclass

BUSY_AFTER_S = 5.0
HUNG_AFTER_S = 3.5
MAX_DEATHS = 3
DEATHS_WITHIN_S = 60.0


class Phase(enum.Enum):
    """Where an engine is in its life."""

    STARTING = "starting"
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    HUNG = "hung"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True)
class EngineStatus:
    """What the window says about its engine.

    Attributes
    ----------
    phase : Phase
    sentence : str
        For the status line.
    model_id : str or None
        The loaded model; another one after each load.
    busy_since_s : float or None
        ``time.monotonic()`` at which a request went out that takes long.
    """

    phase: Phase
    sentence: str
    model_id: str | None = None
    busy_since_s: float | None = None


def may_restart(deaths_s: Sequence[float], now_s: float) -> bool:
    """Whether an engine that died at these times is worth another try.

    Parameters
    ----------
    deaths_s : sequence of float
        Times of all deaths, the last one included, on the clock of ``now_s``.
    """
    recent = [death_s for death_s in deaths_s if now_s - death_s < DEATHS_WITHIN_S]
    return len(recent) < MAX_DEATHS


def watch(
    status: EngineStatus, now_s: float, pinged_s: float | None, asked_s: float | None
) -> EngineStatus:
    """The status of an engine that may be busy or hung.

    Parameters
    ----------
    status : EngineStatus
        What the engine last told of itself.
    pinged_s : float or None
        When the ping went out that has no answer yet.
    asked_s : float or None
        When the request went out that has no answer yet.
    """
    if status.phase not in (Phase.LOADING, Phase.READY):
        return status
    if pinged_s is not None and now_s - pinged_s >= HUNG_AFTER_S:
        return dataclasses.replace(
            status,
            phase=Phase.HUNG,
            sentence="The engine does not answer; end it to start a new one.",
            busy_since_s=asked_s,
        )
    if asked_s is not None and now_s - asked_s >= BUSY_AFTER_S:
        return dataclasses.replace(
            status,
            phase=Phase.BUSY,
            sentence="The engine is working on a request that takes long.",
            busy_since_s=asked_s,
        )
    return status
