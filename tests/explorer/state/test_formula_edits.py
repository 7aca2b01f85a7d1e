from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from explorer.state.direction_edits import add_direction, delete_direction, rename_direction
from explorer.state.formula import MAX_TERMS, Term
from explorer.state.formula_edits import (
    clear_formula,
    formula_code,
    formula_text,
    is_difference,
    put_term,
    take_out_term,
    weigh_term,
)
from explorer.state.latent import Source
from explorer.state.session import Session
from models.errors import LatentError

ONE = np.full(16, 1, np.float32)


def test_a_minus_b_plus_c(session: Session) -> None:
    for name, factor in (("a", 5), ("b", 2), ("c", 4)):
        session.edit(put_term(name, factor * ONE))
    assert formula_text(session.state.formula) == "a − b + c"
    assert formula_code(session.state).tolist() == [7] * 16
    session.edit(weigh_term(2, -0.5))
    assert formula_text(session.state.formula) == "a − b − 0.5 × c"
    assert formula_code(session.state).tolist() == [1] * 16
    session.undo_stack.undo()
    assert formula_code(session.state).tolist() == [7] * 16


def test_a_code_is_replaced_and_keeps_its_weight(session: Session) -> None:
    session.edit(put_term("a", ONE))
    session.edit(put_term("b", ONE))
    session.edit(put_term("c", 3 * ONE, 1))
    assert formula_text(session.state.formula) == "a − c"
    session.edit(take_out_term(0))
    assert formula_text(session.state.formula) == "−c"
    session.edit(clear_formula)
    assert not session.state.formula


def test_the_current_z_is_that_of_the_moment(session: Session) -> None:
    session.edit(put_term("current z", None))
    session.set_latent(3 * ONE, Source.SLIDERS)
    assert formula_code(session.state).tolist() == [3] * 16


@pytest.mark.parametrize(
    ("weights", "leads"), [([1, -1], True), ([0.1, 0.2, -0.3], True), ([1], False), ([], False)]
)
def test_which_formulas_are_differences(weights: list[float], leads: bool) -> None:
    assert is_difference(tuple(Term(weight, "a", ONE) for weight in weights)) is leads


@pytest.mark.parametrize("z", [np.full(16, math.nan), np.zeros(3)])
def test_what_is_no_code_is_not_put_in(session: Session, z: Any) -> None:
    with pytest.raises(LatentError):
        session.edit(put_term("a", z))
    assert not session.undo_stack.count()


def test_bounds_of_a_formula(session: Session) -> None:
    with pytest.raises(LatentError, match="must have a term"):
        formula_code(session.state)
    for _ in range(MAX_TERMS):
        session.edit(put_term("a", ONE))
    with pytest.raises(LatentError, match="at most 12 terms"):
        session.edit(put_term("a", ONE))
    with pytest.raises(LatentError, match="from -100 to 100"):
        session.edit(weigh_term(0, math.nan))


def test_directions(session: Session) -> None:
    session.edit(add_direction(ONE, "up", "a − b"))
    session.edit(add_direction(-ONE, "down", "x" * 300))
    session.edit(rename_direction("d1", "upwards"))
    first, second = session.state.directions
    assert (first.key, first.name, first.origin) == ("d1", "upwards", "a − b")
    assert len(second.origin) == 200
    session.edit(delete_direction("d1"))
    assert list(session.state.directions) == [second]
    session.undo_stack.undo()
    assert list(session.state.directions) == [first, second]


@pytest.mark.parametrize(
    ("vector", "name"),
    [(0 * ONE, "up"), (ONE[:3], "up"), (np.full(16, math.inf), "up"), (ONE, "  "), (ONE, "x" * 41)],
)
def test_no_direction(session: Session, vector: Any, name: str) -> None:
    with pytest.raises(LatentError):
        session.edit(add_direction(vector, name, "a − b"))
    assert not session.undo_stack.count()
