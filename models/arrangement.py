"""Which rows of the sliders stand where: sorted, grouped, found, the pinned ones on top."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.latent_directions import Directions
from models.latent_view import Section
from models.subject import DEVIATIONS_TO_THE_END, Whereabouts

# "z 3" has the number 3, and so has "c 3 · 1,2", a place of channel 3.
NUMBER_IN_NAME = re.compile(r"(?:^|\s)(\d{1,9})(?: · [\d,]+)?$")
WANTED_NUMBER = re.compile(r"(\d{1,9})(?:\s*[-\N{EN DASH}]\s*(\d{1,9}))?")

Floats = npt.NDArray[np.float32]
Dims = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Sorting(enum.Enum):
    """What rows are sorted by, in the fewest words."""

    NUMBER = "by number"
    EFFECT = "by effect"
    EFFECT_HERE = "by effect here"
    DISTANCE = "farthest out"
    VALUE = "by value"


class Gathering(enum.Enum):
    """Which rows stand together: none, the dead ones, those of a channel or latent input."""

    NONE = enum.auto()
    ALIVE = enum.auto()
    PART = enum.auto()


@dataclass(frozen=True)
class Wish:
    """How a user wants to see the rows.

    Attributes
    ----------
    sorting : Sorting
    gathering : Gathering
    text : str
        Numbers, a span of them such as "3-7", or a part of a name; empty for all rows.
    """

    sorting: Sorting = Sorting.NUMBER
    gathering: Gathering = Gathering.NONE
    text: str = ""


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of each row.

    Attributes
    ----------
    values : ndarray of float32, shape (rows,)
    distances : ndarray of float32, shape (rows,)
        From the mean, in standard deviations.
    over_codes, around_z : ndarray of float32, shape (rows,)
        Effects on the picture; NaN where they are not known.
    dead : ndarray of bool, shape (rows,)
    pinned : ndarray of bool, shape (rows,)
    """

    values: Floats
    distances: Floats
    over_codes: Floats
    around_z: Floats
    dead: Flags
    pinned: Flags


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Rows in the order in which they are shown.

    Attributes
    ----------
    rows : ndarray of intp, shape (shown,)
    starts : frozenset of int
        Places where another group begins.
    """

    rows: Dims
    starts: frozenset[int]

    def is_like(self, other: Arrangement) -> bool:
        """Whether nothing would be seen to move."""
        return self.starts == other.starts and np.array_equal(self.rows, other.rows)


def arrange(names: Sequence[str], starts: Set[int], wish: Wish, facts: Facts) -> Arrangement:
    """Put rows in order; equal ones stay in theirs.

    Parameters
    ----------
    names : sequence of str
    starts : set of int
        Rows where another channel or latent input begins.
    wish : Wish
    facts : Facts
    """
    parts = np.zeros(len(names), np.intp)
    parts[[row for row in starts if row < len(names)]] = 1
    parts = np.cumsum(parts)
    groups = {
        Gathering.NONE: np.zeros(len(names), np.intp),
        Gathering.ALIVE: facts.dead.astype(np.intp),
        Gathering.PART: parts,
    }[wish.gathering]
    groups = np.where(facts.pinned, -1, groups)
    # The key that counts most comes last; what is not known stands at the end.
    order = np.lexsort((_sort_key(wish.sorting, facts), groups))
    rows = order[find_rows(wish.text, names)[order]]
    # Sorted by number, channels stand together whether that is wished or not.
    in_order = wish.sorting is Sorting.NUMBER and wish.gathering is Gathering.NONE
    seen = parts if in_order else np.zeros_like(parts)
    return Arrangement(rows, _changes(groups[rows], np.where(facts.pinned, -1, seen)[rows]))


def find_rows(text: str, names: Sequence[str]) -> Flags:
    """Which rows a text means: "3", "3-7", "1, 4-6", or a part of a name; all where it is empty."""
    wanted = " ".join(text.casefold().split())
    parts = [WANTED_NUMBER.fullmatch(part.strip()) for part in wanted.split(",") if part.strip()]
    if parts and all(parts):
        spans = [(int(part[1]), int(part[2] or part[1])) for part in parts if part is not None]
        numbers = _numbers(names)
        found = np.zeros(len(names), np.bool_)
        for ends in spans:
            found |= (numbers >= min(ends)) & (numbers <= max(ends))
        return found
    return np.array([wanted in name.casefold() for name in names], np.bool_)


def distances(rows: Section | Directions, z: Floats, whereabouts: Whereabouts) -> Floats:
    """How far out ``z`` lies in each row: standard deviations from the mean of the codes.

    Returns
    -------
    ndarray of float32, shape (rows,)
        0 at the mean also where codes do not vary.
    """
    values = rows.values(z)
    if isinstance(rows, Directions):
        return np.abs(values)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        far = np.abs(values - whereabouts.mean[rows.dims]) / _deviations(rows, whereabouts)
    known: Floats = np.nan_to_num(far, nan=0).astype(np.float32)
    return known


def _deviations(rows: Section, whereabouts: Whereabouts) -> Floats:
    if whereabouts.codes is None:
        reach = (whereabouts.hi - whereabouts.lo)[rows.dims]
        return reach / np.float32(2 * DEVIATIONS_TO_THE_END)
    covariance = whereabouts.codes.covariance
    variances = np.diagonal(covariance) if covariance.ndim > 1 else covariance
    deviations: Floats = np.sqrt(variances[rows.dims])
    return deviations


def _sort_key(sorting: Sorting, facts: Facts) -> Floats:
    key = {
        Sorting.NUMBER: np.zeros_like(facts.values),
        Sorting.EFFECT: -facts.over_codes,
        Sorting.EFFECT_HERE: -facts.around_z,
        Sorting.DISTANCE: -facts.distances,
        Sorting.VALUE: -facts.values,
    }[sorting]
    return np.where(np.isnan(key), np.inf, key)


def _changes(*labels: Dims) -> frozenset[int]:
    changed = np.any([np.diff(label) != 0 for label in labels], axis=0)
    return frozenset((np.flatnonzero(changed) + 1).tolist())


def _numbers(names: Sequence[str]) -> Dims:
    found = [NUMBER_IN_NAME.search(name) for name in names]
    return np.array([int(number[1]) if number else -1 for number in found], np.intp)
