from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from explorer.state.bookmark_edits import (
    add_bookmark,
    delete_bookmark,
    go_to_bookmark,
    move_bookmark,
    rename_bookmark,
    set_slot,
)
from explorer.state.journey import Journey, Through
from explorer.state.journey_edits import journey_path, journey_stops, set_journey
from explorer.state.session import Session
from models.errors import LatentError
from models.journey import Interpolation
from models.ports import ClassPort
from tests.explorer.subjects import COLOUR, subject_of


@pytest.fixture
def kept(session: Session) -> Session:
    """A session with the bookmarks b1, b2 and b3 at 1, 2 and 3."""
    for value in (1, 2, 3):
        session.edit(add_bookmark(np.full(16, value, np.float32)))
    return session


def keys(session: Session) -> list[str]:
    return [bookmark.key for bookmark in session.state.bookmarks]


def test_the_current_z_is_kept_under_a_name(session: Session) -> None:
    session.edit(add_bookmark())
    session.edit(add_bookmark(name="a seven"))
    first, second = session.state.bookmarks
    assert (first.name, second.name) == ("bookmark 1", "a seven")
    assert first.z.tobytes() == session.state.latent.z.tobytes()
    session.undo_stack.undo()
    assert list(session.state.bookmarks) == [first]
    session.undo_stack.redo()
    assert list(session.state.bookmarks) == [first, second]


def test_a_bookmark_brings_its_class_back() -> None:
    session = Session(subject_of(COLOUR, classes=[ClassPort("label", 3, "one_hot", (3,))]))
    session.set_class("label", 2)
    session.edit(add_bookmark(np.ones(16, np.float32)))
    session.set_class("label", 1)
    before = session.undo_stack.count()
    session.edit(go_to_bookmark("b1"))
    assert session.undo_stack.undoText() == "go to bookmark 1"
    assert session.undo_stack.count() == before + 1
    assert session.state.classes == {"label": 2}
    assert session.state.latent.z.tolist() == [1] * 16
    session.undo_stack.undo()
    assert session.state.classes == {"label": 1}


@pytest.mark.parametrize("z", [np.full(16, math.nan), np.zeros(15), np.full(16, 1e39)])
def test_what_is_no_code_is_not_kept(session: Session, z: Any) -> None:
    with pytest.raises(LatentError):
        session.edit(add_bookmark(z))
    assert not session.state.bookmarks
    assert not session.undo_stack.count()


def test_no_more_than_there_is_room_for(kept: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.state.bookmark_edits.MAX_BOOKMARKS", 3)
    with pytest.raises(LatentError, match="Bookmarks must be at most 3"):
        kept.edit(add_bookmark())


@pytest.mark.parametrize(
    ("key", "place", "order"),
    [
        ("b1", 3, ["b2", "b3", "b1"]),
        ("b1", 2, ["b2", "b1", "b3"]),
        ("b3", 0, ["b3", "b1", "b2"]),
        ("b3", -4, ["b3", "b1", "b2"]),
        ("b2", 99, ["b1", "b3", "b2"]),
    ],
)
def test_order(kept: Session, key: str, place: int, order: list[str]) -> None:
    kept.edit(move_bookmark(key, place))
    assert keys(kept) == order
    kept.undo_stack.undo()
    assert keys(kept) == ["b1", "b2", "b3"]


def test_a_move_to_the_same_place_is_no_step(kept: Session) -> None:
    before = kept.undo_stack.count()
    kept.edit(move_bookmark("b2", 1))
    kept.edit(move_bookmark("b2", 2))
    assert kept.undo_stack.count() == before


def test_names(kept: Session) -> None:
    kept.edit(rename_bookmark("b2", " a two "))
    assert [bookmark.name for bookmark in kept.state.bookmarks][1] == "a two"
    before = kept.undo_stack.count()
    kept.edit(rename_bookmark("b2", "a two"))
    assert kept.undo_stack.count() == before
    with pytest.raises(LatentError, match="1 to 40 characters"):
        kept.edit(rename_bookmark("b2", "x" * 41))


def test_a_deleted_bookmark_leaves_its_slot_and_comes_back(kept: Session) -> None:
    kept.edit(set_slot(0, "b2"))
    kept.edit(set_slot(1, "b3"))
    kept.edit(delete_bookmark("b2"))
    assert keys(kept) == ["b1", "b3"]
    assert list(kept.state.slots) == [None, "b3"]
    kept.undo_stack.undo()
    assert keys(kept) == ["b1", "b2", "b3"]
    assert list(kept.state.slots) == ["b2", "b3"]


def test_a_bookmark_is_in_one_slot(kept: Session) -> None:
    kept.edit(set_slot(0, "b2"))
    kept.edit(set_slot(1, "b2"))
    assert list(kept.state.slots) == [None, "b2"]
    kept.edit(set_slot(1, None))
    assert list(kept.state.slots) == [None, None]
    with pytest.raises(LatentError):
        kept.edit(set_slot(0, "b9"))


def test_a_journey_through_all_and_from_a_to_b(kept: Session) -> None:
    kept.edit(set_journey(Journey(Interpolation.CATMULL_ROM, closed=True)))
    path = journey_path(kept.state)
    assert (path.kind, path.closed) == (Interpolation.CATMULL_ROM, True)
    assert path.points[:, 0].tolist() == [1, 2, 3]
    kept.edit(set_journey(Journey(through=Through.A_TO_B)))
    kept.edit(set_slot(0, "b3"))
    with pytest.raises(LatentError, match="A and B; received one"):
        journey_path(kept.state)
    kept.edit(set_slot(1, "b1"))
    assert journey_path(kept.state).points[:, 0].tolist() == [3, 1]
    assert [stop.key for stop in journey_stops(kept.state)] == ["b3", "b1"]


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "received none"), (1, "received one"), (3, "3 equal ones")]
)
def test_no_journey(session: Session, count: int, sentence: str) -> None:
    for _ in range(count):
        session.edit(add_bookmark())
    with pytest.raises(LatentError, match=sentence):
        journey_path(session.state)
