"""What to ask an engine for the picture of a state."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.state.frame import Arrays, Floats, Lane, Request
from explorer.state.latent import Route
from explorer.state.record import State
from models.noise import noise_to_json

PICTURE_FIELDS = frozenset(
    {"drawing", "noise", "noise_seed", "route", "latent", "classes", "shown", "port"}
)
FIT_STEPS = 24  # of the optimiser, between two pictures


def ask_picture(state: State, clean: Floats, seq: int, lane: Lane) -> Request:
    """The picture that the plugged route gives."""
    if state.route is Route.HELD:
        return ask_decode(state, seq, lane)
    return ask_denoise(state, clean, seq, lane)


def ask_decode(state: State, seq: int, lane: Lane) -> Request:
    """What the decoder makes of ``z``."""
    return Request(seq, "decode", lane, _view(state), {"z": state.latent.z[None]})


def ask_denoise(state: State, clean: Floats, seq: int, lane: Lane) -> Request:
    """What encoder and decoder make of the noisy drawing."""
    noise = {"noise": noise_to_json(state.noise), "seed": state.noise_seed}
    return Request(seq, "denoise", lane, noise | _view(state), {"clean": clean})


def ask_codes(state: State, zs: Floats, seq: int, kind: str, lane: Lane) -> Request:
    """Pictures of other codes than ``z``: ``preview`` of one, or ``tiles`` of many."""
    return Request(seq, kind, lane, _view(state), {"z": zs})


def ask_fit(state: State, clean: Floats, seq: int) -> Request:
    """Steps towards the ``z`` whose picture is the drawing, for a decoder without an encoder.

    Locked dimensions keep their values.
    """
    settings = {"steps": FIT_STEPS} | _view(state)
    free = np.ones((1, state.latent.z.size), np.uint8)
    free[:, list(state.locks)] = 0
    arrays: Arrays = {"clean": clean, "z": state.latent.z[None], "free": free}
    return Request(seq, "fit", Lane.GRID, settings, arrays)


def _view(state: State) -> dict[str, Any]:
    view: dict[str, Any] = {}
    if state.classes:
        view["classes"] = dict(state.classes)
    if state.shown:
        view["shown"] = state.shown
    if state.port is not None:
        view["port"] = state.port.to_json()
    return view
