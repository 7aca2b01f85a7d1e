"""The prior is taken and given back as one step, and nothing moves by itself."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import pytest

from explorer.state.edit import Edit
from explorer.state.latent import Source
from explorer.state.prior_edits import take_prior
from explorer.state.record import Change
from explorer.state.session import Session
from models.bundle import Bundle
from models.errors import LatentError
from models.subject import Subject


@pytest.fixture
def variational(bundle: Bundle) -> Session:
    return Session(dataclasses.replace(Subject.of_bundle(bundle), variational=True), seed=3)


def take(session: Session, prior: bool) -> None:
    session.edit(partial(take_prior, subject=session.subject, prior=prior))


def test_taking_the_prior_changes_ranges_middle_and_chance(variational: Session) -> None:
    before = variational.state.latent
    take(variational, prior=True)
    assert variational.state.latent is before
    assert variational.whereabouts.ranges().lo[0] == pytest.approx(-3.09, abs=0.01)
    variational.reset()
    assert not variational.state.latent.z.any()
    drawn = []
    for _ in range(200):
        variational.randomise()
        drawn.append(variational.state.latent.z)
    assert np.std(drawn) == pytest.approx(1, abs=0.06)


def test_it_is_one_step_that_can_be_undone_and_told_apart(variational: Session) -> None:
    changes: list[Change] = []
    variational.changed.connect(changes.append)
    take(variational, prior=True)
    take(variational, prior=True)
    assert variational.undo_stack.count() == 1
    assert variational.undo_stack.undoText() == "ranges from the prior"
    variational.undo_stack.undo()
    assert variational.whereabouts is variational.subject.whereabouts
    variational.undo_stack.redo()
    take(variational, prior=False)
    assert variational.undo_stack.undoText() == "ranges from the codes"
    assert [change.fields for change in changes] == [{"prior"}] * 4


def test_a_plain_model_has_none_to_take(session: Session) -> None:
    with pytest.raises(LatentError, match="offered by a variational model") as refused:
        take(session, prior=True)
    assert len(str(refused.value)) <= 200
    assert session.undo_stack.count() == 0


def test_a_state_with_a_prior_that_is_not_offered_keeps_to_the_codes(bundle: Bundle) -> None:
    session = Session(Subject.of_bundle(bundle))
    session.edit(lambda _: Edit("a session of another model", {"prior": True}, Source.SESSION))
    assert session.state.prior
    assert session.whereabouts is session.subject.whereabouts
