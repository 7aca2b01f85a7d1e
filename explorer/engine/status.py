"""How an engine is, and when to give up on it."""

from __future__ import annotations

import dataclasses
import enum
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from models.inspection.refusing import shorten

BUSY_AFTER_S = 5.0
HUNG_AFTER_S = 3.5
MAX_DEATHS = 3
DEATHS_WITHIN_S = 60.0
MAX_NAME_CHARS = 60  # of a file, in a sentence


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
    reason, details : str
        Of a model that was refused: see :class:`models.errors.ModelFileError`.
    """

    phase: Phase
    sentence: str
    model_id: str | None = None
    busy_since_s: float | None = None
    reason: str = ""
    details: str = ""


def may_restart(deaths_s: Sequence[float], now_s: float) -> bool:
    """Whether an engine that died at these times is worth another try.

    Parameters
    ----------
    deaths_s : sequence of float
        Times of all deaths, the last one included, on the clock of ``now_s``.
    """
    recent = [death_s for death_s in deaths_s if now_s - death_s < DEATHS_WITHIN_S]
    return len(recent) < MAX_DEATHS


def explain_death(name: str, exit_code: int | None, limit_s: float, is_overdue: bool) -> str | None:
    """Why a model is given up whose engine ended while it loaded the model.

    Parameters
    ----------
    name : str
        Of the model's file.
    exit_code : int or None
        Of the engine, or minus the number of the signal that ended it; None if unknown.
    limit_s : float
        How long loading may take.
    is_overdue : bool
        Whether the engine was ended because it took longer.

    Returns
    -------
    str or None
        One sentence; None where another try is worth it: somebody killed the
        engine, or nobody knows how it ended.
    """
    ending = "" if exit_code is None else _name_ending(exit_code)
    name = shorten(name, MAX_NAME_CHARS)
    if is_overdue or ending == "signal SIGXCPU":
        return (
            f"{name} took more than {limit_s:.0f} s to load and was stopped; "
            "open a smaller model, or save this one again."
        )
    if ending in ("", "signal SIGKILL"):
        return None
    return (
        f"{name} ended the engine while it was read ({ending}): "
        "it is damaged or asks for too much memory; save it again or open a smaller one."
    )


def _name_ending(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"signal {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"signal {-exit_code}"


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
    if status.phase is not Phase.READY:
        return status  # loading has its own limit, and a library may hold all threads up meanwhile
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
