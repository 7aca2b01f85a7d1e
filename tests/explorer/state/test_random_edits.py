"""Ten thousand random edits, undone and redone, give the states that there were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from explorer.sessions.fitting import taking
from explorer.sessions.states import state_to_json
from explorer.state.bookmark_edits import (
    add_bookmark,
    delete_bookmark,
    move_bookmark,
    rename_bookmark,
    set_slot,
)
from explorer.state.direction_edits import add_direction, delete_direction, rename_direction
from explorer.state.drawing import Drawing
from explorer.state.edit import Edit
from explorer.state.formula_edits import clear_formula, put_term, take_out_term, weigh_term
from explorer.state.journey import Through
from explorer.state.journey_edits import set_journey
from explorer.state.latent import Route, Source
from explorer.state.prior_edits import take_prior
from explorer.state.record import State
from explorer.state.session import Session
from models.bundle import PRETRAINED, open_bundle
from models.digits import Stroke
from models.errors import LatentExplorerError
from models.journey import Interpolation
from models.noise import KINDS
from models.ports import ClassPort, PicturePort
from models.subject import Samples, Subject

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
            lambda: session.set_class("digit", self._whole(10)),
            lambda: session.set_sample(self._whole(4)),
            lambda: session.edit(
                lambda state: take_prior(state, session.subject, bool(self._whole(2)))
            ),
            lambda: session.show_output("" if self._whole(2) else "decoder_output"),
            lambda: session.show_output("", PicturePort("HWC", 28, 28, 1, -1.0, 1.0)),
            lambda: session.set_noise(kinds[self._whole(len(kinds))].parameters()),
            self._travel,
            self._paint,
            self._pin,
            self._add_up,
            self._add_up,
            self._steer,
            self._open_earlier,
        ]
        self._earlier = session.state

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

    def _paint(self) -> None:
        z = self._session.state.latent.z + self._chance.normal()
        self._session.set_latent(z, Source.PAINT, gesture=self._gesture, text="paint light")

    def _pin(self) -> None:
        pins = frozenset({f"z {self._dim()}"})
        self._session.edit(lambda _: Edit("pin", {"pins": pins}, Source.SLIDERS))

    def _travel(self) -> None:
        changes: tuple[dict[str, Any], ...] = (
            {"steps": 1 + self._whole(9)},
            {"leg_s": 0.1 + self._whole(9)},
            {"closed": bool(self._whole(2))},
            {"kind": list(Interpolation)[self._whole(len(Interpolation))]},
            {"through": list(Through)[self._whole(len(Through))]},
        )
        change = changes[self._whole(len(changes))]
        self._session.edit(set_journey(replace(self._session.state.journey, **change)))

    def _add_up(self) -> None:
        state = self._session.state
        place = self._whole(max(1, len(state.formula)))
        makes = [put_term("a code", state.latent.z), put_term("z", None), clear_formula]
        if state.formula:
            makes += [weigh_term(place, self._chance.normal()), take_out_term(place)]
            makes += [put_term("another", state.latent.z, place)]
        self._session.edit(makes[self._whole(len(makes))], gesture=self._gesture)

    def _steer(self) -> None:
        state = self._session.state
        makes = [add_direction(state.latent.z, "some way", "z")]
        if state.directions:
            key = state.directions[self._whole(len(state.directions))].key
            makes += [rename_direction(key, f"way {self._whole(3)}"), delete_direction(key)]
        self._session.edit(makes[self._whole(len(makes))])

    def _open_earlier(self) -> None:
        """Open a session as it was some time ago."""
        if self._whole(10) == 0:
            self._session.edit(taking(self._earlier))
            self._earlier = self._session.state

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


@pytest.fixture
def session() -> Session:
    """Of a model with all that can be set: a prior, a class, samples."""
    subject = Subject.of_bundle(open_bundle(PRETRAINED / "mnist-vae-16"))
    pictures = np.random.default_rng(SEED).integers(0, 256, (4, 28, 28, 1), np.uint8)
    samples = Samples("some", pictures, np.arange(4, dtype=np.int32))
    label = ClassPort("digit", 10, "one_hot", (10,))
    return Session(replace(subject, classes=(label,), samples=samples), seed=7)


def test_every_state_comes_back(session: Session) -> None:
    hand, stack = Hand(session, SEED), session.undo_stack
    states: dict[int, State] = {0: session.state}
    for _ in range(EDITS):
        hand.edit()
        states[stack.index()] = session.state  # of a gesture, the last one stays
    count = stack.count()
    assert count > EDITS / 3
    for field in fields(State):
        values = (getattr(state, field.name) for state in states.values())
        first_value = getattr(states[0], field.name)
        assert any(value != first_value for value in values), field.name
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
