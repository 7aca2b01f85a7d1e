"""Questions to the engine that change nothing; answers come as ``session.answered``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from explorer.state.asking import ask_codes, ask_decode, ask_denoise, ask_fit
from explorer.state.frame import Floats, Lane, Request
from explorer.state.record import State
from explorer.state.session import Session
from models.latent import check_z

NO_CLASSES: Final[Mapping[str, int]] = MappingProxyType({})


def look_at(session: Session, z: npt.ArrayLike) -> int:
    """Ask for the picture of a code under the pointer: ``preview``; the newest wins.

    Raises
    ------
    LatentError
        If it has a wrong length or a value that is not finite.
    """
    zs = check_z(z, session.subject.latent_dim)[None]
    return session.send(lambda state, _, seq: ask_codes(state, zs, seq, "preview", Lane.PREVIEW))


def ask_tiles(
    session: Session,
    zs: Floats,
    classes: Mapping[str, int] = NO_CLASSES,
    *,
    beside: bool = False,
) -> int:
    """Ask for the pictures of codes of shape (n, latent_dim): ``tiles``.

    They are drawn in these classes; in those that are chosen where there are none.
    An engine that can makes them while it answers others, if ``beside``.
    """

    def make(state: State, _: Floats, seq: int) -> Request:
        drawn = replace(state, classes={**state.classes, **classes})
        request = ask_codes(drawn, zs, seq, "tiles", Lane.GRID)
        return replace(request, settings={**request.settings, "beside": beside})

    return session.send(make)


def ask_activations(session: Session, model: str, layer: str) -> int:
    """Ask what a layer of ``encoder`` or ``decoder`` gives for the current input."""

    def make(state: State, clean: Floats, seq: int) -> Request:
        if model == "encoder":
            request = ask_denoise(state, clean, seq, Lane.PREVIEW)
        else:
            request = ask_decode(state, seq, Lane.PREVIEW)
        settings = {**request.settings, "model": model, "layer": layer}
        return replace(request, kind="activations", settings=settings)

    return session.send(make)


def read_picture(session: Session, data: bytes, name: str) -> int:
    """Ask for the grey values in a picture's file: ``picture``.

    No file from outside is taken apart in this process.
    """
    file = np.frombuffer(data, np.uint8)
    return session.send(
        lambda _, __, seq: Request(seq, "picture", Lane.GRID, {"name": name}, {"file": file})
    )


def search(session: Session) -> int:
    """Ask for steps towards the ``z`` whose picture is the drawing: ``fit``."""
    return session.send(ask_fit)
