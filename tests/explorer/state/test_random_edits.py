"""Ten thousand random edits, undone and redone, give the states that there were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.sessions.states import state_to_json
from explorer.state.bookmark_edits import (
    add_bookmark,
    delete_bookmark,
    move_bookmark,
    rename_bookmark,
    set_slot,
)
from explorer.state.direction_edits import add_direction
from explorer.state.drawing import Drawing
from explorer.state.formula_edits import clear_formula, put_term
from explorer.state.journey_edits import set_journey
from explorer.state.latent import Route
from explorer.state.record import State
from explorer.state.session import Session
from models.digits import Stroke
from models.errors import LatentExplorerError
from models.noise import KINDS

EDITS = 10_000
JUMPS = 3
SEED = 1
MAX_STROKES = 3  # painting them anew is what takes time


class Hand:
    """Does one thing or another, as chance has it."""

    def __init__(self, session: Session, seed: int) -> None:
        self._session = session
        self._chance = np.random.default_rng(seed)
        self._gesture = session.new_gesture()
        kinds = list(KINDS.values())
        self._deeds: list[Callable[[], object]] = [
            self._set_value,
            self._set_value,
            self._draw,
            self._bookmark,
            self._mark_out,
            session.randomise,
            session.reset,
            session.reroll,
            lambda: session.set_lock(self._dim(), bool(self._whole(2))),
            lambda: session.set_range(self._dim(), (-1.0 - self._whole(9), 1.0)),
            lambda: session.set_range(self._dim(), None),
            lambda: session.set_live_noise(bool(self._whole(2))),
            lambda: session.plug(Route.HELD if self._whole(2) else Route.ENCODER),
            lambda: session.show_output("" if self._whole(2) else "decoder_output"),
            lambda: session.set_noise(kinds[self._whole(len(kinds))].parameters()),
            self._travel,
            lambda: session.edit(put_term("a code", session.state.latent.z)),
            lambda: session.edit(clear_formula),
            lambda: session.edit(add_direction(session.state.latent.z, "some way", "z")),
        ]

    def edit(self) -> None:
        """Do something; what cannot be done is refused, and changes nothing."""
        if self._whole(4) == 0:
            self._gesture = self._session.new_gesture()
        before = self._session.state
        try:
            self._deeds[self._whole(len(self._deeds))]()
        except LatentExplorerError:
            assert self._session.state is before

    def _set_value(self) -> None:
        self._session.set_value(self._dim(), self._chance.normal(), gesture=self._gesture)

    def _draw(self) -> None:
        drawing = self._session.state.drawing
        if len(drawing.strokes) > MAX_STROKES:
            self._session.set_drawing(Drawing(), "clear")
        elif drawing.strokes and self._whole(2):
            x, y = self._chance.random(2)
            longer = drawing.extend_stroke((x, y))
            self._session.set_drawing(longer, "draw", gesture=self._gesture)
        else:
            self._session.set_drawing(drawing.begin_stroke(Stroke(((0.5, 0.5),))), "draw")

    def _travel(self) -> None:
        journey = replace(self._session.state.journey, steps=1 + self._whole(9))
        self._session.edit(set_journey(journey))

    def _bookmark(self) -> None:
        if len(self._session.state.bookmarks) < 12:
            self._session.edit(add_bookmark())
        else:
            self._session.edit(delete_bookmark(self._key()))

    def _mark_out(self) -> None:
        makes = (
            set_slot(self._whole(2), self._key()),
            move_bookmark(self._key(), self._whole(3)),
            rename_bookmark(self._key(), f"name {self._whole(5)}"),
        )
        self._session.edit(makes[self._whole(len(makes))])

    def _key(self) -> str:
        marks = self._session.state.bookmarks
        return marks[self._whole(len(marks))].key if marks else "b0"

    def _dim(self) -> int:
        return self._whole(self._session.subject.latent_dim)

    def _whole(self, below: int) -> int:
        return int(self._chance.integers(below))


def assert_equal(state: State, known: State) -> None:
    """The very values that there were: the arrays and drawings themselves."""
    differing = [name for name, value in vars(known).items() if getattr(state, name) != value]
    assert not differing


def test_every_state_comes_back(session: Session) -> None:
    hand, stack = Hand(session, SEED), session.undo_stack
    states: dict[int, State] = {0: session.state}
    for _ in range(EDITS):
        hand.edit()
        states[stack.index()] = session.state  # of a gesture, the last one stays
    count = stack.count()
    assert count > EDITS / 3
    first, last = written(states[0]), written(states[count])
    for index in range(count - 1, -1, -1):
        stack.undo()
        assert_equal(session.state, states[index])
    assert written(session.state) == first
    for index in range(1, count + 1):
        stack.redo()
        assert_equal(session.state, states[index])
    assert written(session.state) == last
    for index in np.random.default_rng(SEED).integers(count + 1, size=JUMPS):
        stack.setIndex(int(index))
        assert_equal(session.state, states[int(index)])


def written(state: State) -> dict[str, Any]:
    return state_to_json(state)
