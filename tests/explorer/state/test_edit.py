from __future__ import annotations

import pytest

from explorer.state.edit import Edit
from explorer.state.latent import Source
from explorer.state.record import Change, State
from explorer.state.session import Session
from models.errors import LatentError


def lock_more(state: State) -> Edit:
    return Edit("lock 3 too", {"locks": state.locks | {3}}, Source.SLIDERS)


def test_an_edit_is_told_and_can_be_undone(session: Session) -> None:
    session.set_lock(1, True)
    changes: list[Change] = []
    session.changed.connect(changes.append)
    me = object()
    session.edit(lock_more, initiator=me)
    assert session.state.locks == {1, 3}
    assert changes == [Change(frozenset({"locks"}), Source.SLIDERS, me)]
    assert session.undo_stack.undoText() == "lock 3 too"
    session.undo_stack.undo()
    assert session.state.locks == {1}


def test_an_edit_that_cannot_be_made_changes_nothing(session: Session) -> None:
    def refuse(state: State) -> Edit:
        raise LatentError("The lock", "must be of a dimension", "17")

    before = session.state
    with pytest.raises(LatentError, match="must be of a dimension"):
        session.edit(refuse)
    assert session.state is before
    assert not session.undo_stack.count()
