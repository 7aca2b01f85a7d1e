"""Bookmarks, directions, journeys and formulas go to JSON and come back checked."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from explorer.state.bookmarks import Bookmark, bookmarks_from_json, slots_from_json
from explorer.state.directions import Direction, directions_from_json
from explorer.state.formula import Term, formula_from_json
from explorer.state.journey import Journey, Through
from models.errors import LatentError
from models.journey import Interpolation

Z = np.array([0.1, -2.5e-8, 3.4e38], np.float32)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def test_a_bookmark_comes_back_bit_by_bit() -> None:
    read = Bookmark.from_json(through_json(Bookmark("b1", " seven ", Z).to_json()), 3)
    assert (read.key, read.name) == ("b1", "seven")
    assert read.z.tobytes() == Z.tobytes()
    assert not read.z.flags.writeable


def test_a_direction_comes_back_bit_by_bit() -> None:
    direction = Direction("d1", "bolder", Z, "mean of 3 − mean of 5")
    (read,) = directions_from_json(through_json([direction.to_json()]), 3)
    assert read.vector.tobytes() == Z.tobytes()
    assert (read.key, read.name, read.origin) == ("d1", "bolder", "mean of 3 − mean of 5")


def test_a_formula_comes_back() -> None:
    terms = [Term(-1.5, "mean of 3", Z), Term(1, "current z", None)]
    first, second = formula_from_json(through_json([term.to_json() for term in terms]), 3)
    assert first.z is not None
    assert first.z.tobytes() == Z.tobytes()
    assert (first.weight, first.name) == (-1.5, "mean of 3")
    assert second.z is None


def test_a_journey_comes_back() -> None:
    journey = Journey(Interpolation.SPHERICAL, Through.A_TO_B, True, 12, 0.5)
    assert Journey.from_json(through_json(journey.to_json())) == journey


BOOKMARK = Bookmark("b1", "one", Z).to_json()
DIRECTION = Direction("d1", "one", Z, "here").to_json()
JOURNEY = Journey().to_json()
TERM = Term(1, "one", Z).to_json()


@pytest.mark.parametrize(
    "record",
    [
        "text",
        None,
        {},
        {**BOOKMARK, "more": 1},
        {**BOOKMARK, "key": ""},
        {**BOOKMARK, "key": 7},
        {**BOOKMARK, "name": "x" * 41},
        {**BOOKMARK, "name": " \t "},
        {**BOOKMARK, "name": "two\nlines"},
        {**BOOKMARK, "name": "half \ud800 a character"},
        {**BOOKMARK, "z": [1.0, 2.0]},
        {**BOOKMARK, "z": [1.0, 2.0, math.nan]},
        {**BOOKMARK, "z": [1.0, 2.0, -math.inf]},
        {**BOOKMARK, "z": [1.0, 2.0, 1e39]},
        {**BOOKMARK, "z": [1.0, 2.0, 10**400]},
        {**BOOKMARK, "z": [1.0, 2.0, True]},
        {**BOOKMARK, "z": [1.0, 2.0, "3"]},
        {**BOOKMARK, "z": [1.0, 2.0, [3.0]]},
        {**BOOKMARK, "z": {"0": 1.0}},
    ],
)
def test_no_bookmark(record: object) -> None:
    with pytest.raises(LatentError) as caught:
        Bookmark.from_json(record, 3)
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize(
    "record",
    [
        [],
        {**DIRECTION, "vector": [0.0, 0.0, 0.0]},
        {**DIRECTION, "vector": [1.0]},
        {**DIRECTION, "origin": "x" * 201},
        {**DIRECTION, "origin": 1},
    ],
)
def test_no_direction(record: object) -> None:
    with pytest.raises(LatentError):
        Direction.from_json(record, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "cubic"},
        {"kind": ["linear"]},
        {"through": "some"},
        {"closed": 1},
        {"steps": 0},
        {"steps": 2.5},
        {"steps": math.nan},
        {"steps": "8"},
        {"leg_s": 0},
        {"leg_s": math.inf},
    ],
)
def test_no_journey(changed: dict[str, Any]) -> None:
    with pytest.raises(LatentError):
        Journey.from_json({**JOURNEY, **changed})


@pytest.mark.parametrize(
    "changed", [{"weight": math.nan}, {"weight": 101}, {"weight": "1"}, {"z": [1.0]}, {"name": 1}]
)
def test_no_term(changed: dict[str, Any]) -> None:
    with pytest.raises(LatentError):
        formula_from_json([{**TERM, **changed}], 3)


def test_bookmarks_of_another_latent_dim() -> None:
    with pytest.raises(LatentError, match="Bookmark 'one' must be 16 numbers; received 3"):
        bookmarks_from_json([BOOKMARK], 16)


@pytest.mark.parametrize("records", [[BOOKMARK, BOOKMARK], {"b1": BOOKMARK}, [BOOKMARK] * 501])
def test_no_list_of_bookmarks(records: object) -> None:
    with pytest.raises(LatentError):
        bookmarks_from_json(records, 3)


@pytest.mark.parametrize(
    ("record", "slots"), [([None, "b1"], (None, "b1")), (["b1", "b1"], ("b1", "b1"))]
)
def test_slots_come_back(record: object, slots: tuple[str | None, str | None]) -> None:
    assert slots_from_json(record, bookmarks_from_json([BOOKMARK], 3)) == slots


@pytest.mark.parametrize("record", [["b2", None], [1, None], "AB", [None, None, None]])
def test_no_slots(record: object) -> None:
    with pytest.raises(LatentError):
        slots_from_json(record, bookmarks_from_json([BOOKMARK], 3))
