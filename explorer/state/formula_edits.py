"""What can be done to a formula of codes: steps decided from the state alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from explorer.state.edit import Edit
from explorer.state.formula import MAX_TERMS, Term
from explorer.state.frame import Floats
from explorer.state.latent import Source
from explorer.state.record import State
from models.arithmetic import combine
from models.errors import LatentError
from models.latent import check_z

FIRST_WEIGHTS = (1.0, -1.0)  # and 1 from there on: A − B + C

Make = Callable[[State], Edit]


def put_term(name: str, z: Floats | None, place: int | None = None) -> Make:
    """Put a code into the formula; with None it is the ``z`` of the moment.

    Parameters
    ----------
    name : str
    z : ndarray of float32, shape (latent_dim,), or None
    place : int, optional
        Whose code it replaces, while the weight is kept; else it is a new last term.

    Raises
    ------
    LatentError
        When the step is made: if ``z`` is of another length or not finite, or there are
        too many terms.
    """

    def make(state: State) -> Edit:
        terms = list(state.formula)
        code = None if z is None else check_z(z, state.latent.z.size)
        if place is not None:
            terms[place] = Term(terms[place].weight, name, code)
        elif len(terms) >= MAX_TERMS:
            rule = f"must have at most {MAX_TERMS} terms"
            raise LatentError("A formula", rule, "one more", "take one out")
        else:
            weight = dict(enumerate(FIRST_WEIGHTS)).get(len(terms), 1.0)
            terms.append(Term(weight, name, code))
        return _edit(f"put in {name}", terms)

    return make


def weigh_term(place: int, weight: float) -> Make:
    """Give a term another weight; LatentError unless it is from -100 to 100."""

    def make(state: State) -> Edit:
        terms = list(state.formula)
        if terms[place].weight != weight:
            terms[place] = replace(terms[place], weight=weight)
        return _edit("change a weight", terms)

    return make


def take_out_term(place: int) -> Make:
    """Take a term out."""

    def make(state: State) -> Edit:
        terms = [term for number, term in enumerate(state.formula) if number != place]
        return _edit(f"take out {state.formula[place].name}", terms)

    return make


def clear_formula(state: State) -> Edit:
    """Take all terms out."""
    return _edit("clear the formula", [])


def formula_code(state: State) -> Floats:
    """What the formula gives, float32 of shape (latent_dim,).

    Raises
    ------
    LatentError
        If it has no terms, or a value is more than float32 can hold.
    """
    if not state.formula:
        raise LatentError("A formula", "must have a term", "none", "drop a code there")
    codes = [state.latent.z if term.z is None else term.z for term in state.formula]
    weights = [term.weight for term in state.formula]
    return combine(weights, np.stack(codes))


def formula_text(terms: tuple[Term, ...]) -> str:
    """A formula in words: ``mean of 3 − mean of 5 + 0.5 × seven``."""
    parts: list[str] = []
    for term in terms:
        size = abs(term.weight)
        factor = "" if size == 1 else f"{size:g} × "
        minus = term.weight < 0
        sign = ("− " if minus else "+ ") if parts else ("−" if minus else "")
        parts.append(f"{sign}{factor}{term.name}")
    return " ".join(parts)


def is_difference(terms: tuple[Term, ...]) -> bool:
    """Whether weights add up to 0, so that the formula leads from code to code."""
    return bool(terms) and abs(sum(term.weight for term in terms)) < 1e-9


def _edit(text: str, terms: list[Term]) -> Edit:
    return Edit(text, {"formula": tuple(terms)}, Source.ARITHMETIC)
