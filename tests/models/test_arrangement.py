from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import numpy as np
import pytest

from models.arrangement import (
    Facts,
    Gathering,
    Sorting,
    Wish,
    arrange,
    distances,
    find_rows,
)
from models.bundle import Codes
from models.latent_directions import find_directions
from models.latent_view import Grouping, Sections
from models.ports import LatentPort
from models.subject import Whereabouts

NAN = float("nan")
NAMES = tuple(f"z {row}" for row in range(5))
PLACES = ("c 0 · 0,0", "c 0 · 0,1", "c 1 · 0,0", "c 1 · 0,1", "c 2 · 0,0")


def facts(pinned: Set[int] = frozenset(), dead: Set[int] = frozenset()) -> Facts:
    def flags(rows: Set[int]) -> np.ndarray:
        return np.isin(np.arange(5), list(rows))

    return Facts(
        values=np.array([0.5, -2, 3, 0.5, 1], np.float32),
        distances=np.array([1, 4, 2, 0, 3], np.float32),
        over_codes=np.array([0.1, 0.4, NAN, 0.3, 0.2], np.float32),
        around_z=np.array([0.4, 0.3, 0.2, 0.1, 0.5], np.float32),
        dead=flags(dead),
        pinned=flags(pinned),
    )


@pytest.mark.parametrize(
    ("sorting", "order"),
    [
        (Sorting.NUMBER, [0, 1, 2, 3, 4]),
        (Sorting.EFFECT, [1, 3, 4, 0, 2]),
        (Sorting.EFFECT_HERE, [4, 0, 1, 2, 3]),
        (Sorting.DISTANCE, [1, 4, 2, 0, 3]),
        (Sorting.VALUE, [2, 4, 0, 3, 1]),
    ],
)
def test_rows_are_sorted_and_what_is_not_known_stands_last(
    sorting: Sorting, order: list[int]
) -> None:
    found = arrange(NAMES, frozenset(), Wish(sorting), facts())
    assert found.rows.tolist() == order
    assert found.starts == frozenset()


def test_pinned_rows_stand_on_top_in_the_order_of_the_others() -> None:
    found = arrange(NAMES, frozenset(), Wish(Sorting.DISTANCE), facts(pinned={3, 2}))
    assert found.rows.tolist() == [2, 3, 1, 4, 0]
    assert found.starts == {2}


def test_the_dead_are_gathered_at_the_end() -> None:
    wish = Wish(Sorting.VALUE, Gathering.ALIVE)
    found = arrange(NAMES, frozenset(), wish, facts(pinned={0}, dead={2, 3}))
    assert found.rows.tolist() == [0, 4, 1, 2, 3]
    assert found.starts == {1, 3}


@pytest.mark.parametrize(
    ("wish", "order", "starts"),
    [
        (Wish(), [0, 1, 2, 3, 4], {2, 4}),
        (Wish(Sorting.VALUE), [2, 4, 0, 3, 1], set()),
        (Wish(Sorting.VALUE, Gathering.PART), [0, 1, 2, 3, 4], {2, 4}),
        (Wish(Sorting.DISTANCE, Gathering.PART), [1, 0, 2, 3, 4], {2, 4}),
        (Wish(text="1"), [2, 3], set()),
        (Wish(text="1-2"), [2, 3, 4], {2}),
    ],
)
def test_channels_stand_together_where_that_is_wished(
    wish: Wish, order: list[int], starts: set[int]
) -> None:
    found = arrange(PLACES, {2, 4}, wish, facts())
    assert found.rows.tolist() == order
    assert found.starts == starts


def test_an_arrangement_is_compared_by_what_is_seen() -> None:
    one = arrange(NAMES, frozenset(), Wish(Sorting.VALUE), facts())
    assert one.is_like(arrange(NAMES, frozenset(), Wish(Sorting.VALUE), facts()))
    assert not one.is_like(arrange(NAMES, frozenset(), Wish(), facts()))
    assert not one.is_like(replace(one, starts=frozenset({1})))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["z 0", "z 3", "z 13", "z_style2 3", "c 3 · 1,2", "c 5 · 3,3"]),
        ("3", ["z 3", "z_style2 3", "c 3 · 1,2"]),
        ("3-5", ["z 3", "z_style2 3", "c 3 · 1,2", "c 5 · 3,3"]),
        (" 5 – 3 ", ["z 3", "z_style2 3", "c 3 · 1,2", "c 5 · 3,3"]),
        ("0, 13", ["z 0", "z 13"]),
        ("STYLE", ["z_style2 3"]),
        ("z  3", ["z 3"]),
        ("3,3", ["z 3", "z_style2 3", "c 3 · 1,2"]),
        ("· 3,3", ["c 5 · 3,3"]),
        ("99999999999999999999", []),
        ("(", []),
    ],
)
def test_rows_are_found_by_number_span_or_name(text: str, found: list[str]) -> None:
    names = ["z 0", "z 3", "z 13", "z_style2 3", "c 3 · 1,2", "c 5 · 3,3"]
    assert [names[row] for row in np.flatnonzero(find_rows(text, names))] == found


def test_of_no_rows_none_are_arranged() -> None:
    none = np.zeros(0, np.float32)
    flags = np.zeros(0, np.bool_)
    nothing = Facts(none, none, none, none, flags, flags)
    assert arrange((), frozenset(), Wish(Sorting.VALUE, text="3"), nothing).rows.size == 0


@pytest.mark.parametrize("has_codes", [True, False])
def test_distances_are_in_standard_deviations(has_codes: bool) -> None:
    section = Sections([LatentPort("z", (3,))], Grouping.ALL)[0]
    deviations = np.array([2, 0.5, 0], np.float32)
    codes = np.random.default_rng(0).standard_normal((4000, 3)).astype(np.float32) * deviations
    where = Whereabouts.of_codes(Codes.measure(codes, np.zeros(4000, np.uint8)), "digits")
    if not has_codes:
        zeros = np.zeros(3, np.float32)
        where = Whereabouts(zeros, -3 * deviations, 3 * deviations, "from a guess")
    z = where.mean + np.array([2, -2, 0], np.float32)
    assert distances(section, z, where).tolist() == pytest.approx([1, 4, 0], rel=0.05)


def test_along_directions_values_are_distances() -> None:
    codes = np.random.default_rng(0).standard_normal((400, 3)).astype(np.float32)
    where = Whereabouts.of_codes(Codes.measure(codes, np.zeros(400, np.uint8)), "digits")
    directions = find_directions(codes, where.mean)
    expected = np.abs(directions.values(codes[0]))
    np.testing.assert_array_equal(distances(directions, codes[0], where), expected)
