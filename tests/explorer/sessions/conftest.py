"""Sessions with everything in them that a file can hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.sessions.identity import identify
from explorer.sessions.layouts import Layout
from explorer.sessions.saved import SavedSession
from explorer.state.bookmarks import Bookmark
from explorer.state.directions import Direction
from explorer.state.drawing import Drawing
from explorer.state.formula import Term
from explorer.state.journey import Journey
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import State
from explorer.state.session import Session
from models.digits import Stroke
from models.journey import Interpolation
from models.noise import KINDS
from models.ports import PicturePort


def make_full_state(session: Session) -> State:
    generator = np.random.default_rng(5)
    zs = generator.standard_normal((4, session.subject.latent_dim)).astype(np.float32)
    zs[0, :4] = -0.0, 1e-45, 3.4028235e38, 0.1
    return replace(
        session.state,
        drawing=Drawing(
            (Stroke(((0.1, 0.2), (0.3, 1 / 3)), 0.1), Stroke(((0.5, 0.5),), 0.2, erase=True)),
            generator.random((30, 50), np.float32),
            inverted=True,
            normalised=False,
        ),
        noise=KINDS["salt_and_pepper"].parameters(),
        noise_seed=99,
        live_noise=True,
        route=Route.HELD,
        latent=Latent(zs[0], Source.RANDOM),
        locks=frozenset({3, 15}),
        pins=frozenset({"z 4"}),
        ranges={2: (-1.5, 0.25), 7: (0.0, 9.0)},
        shown="decoder_output",
        port=PicturePort("HWC", 28, 28, 1, -1.0, 1.0),
        bookmarks=(Bookmark("b1", "a one", zs[1]), Bookmark("b2", "café", zs[2])),
        slots=("b2", None),
        directions=(Direction("d1", "thicker", zs[3], "a one − café"),),
        journey=Journey(Interpolation.SPHERICAL, steps=3),
        formula=(Term(-1.0, "current z", None), Term(2.0, "a one", zs[1])),
    )


@pytest.fixture
def full(session: Session) -> SavedSession:
    """A session in which nothing is as at the start."""
    layout = Layout((300, 600, 380), "Map", ("Layers",))
    return SavedSession(identify(session.subject), make_full_state(session), layout)
