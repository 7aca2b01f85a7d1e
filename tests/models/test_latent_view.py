from __future__ import annotations

import numpy as np
import pytest

from models.latent_view import MAX_ROWS, Grouping, Sections, groupings, shown_name
from models.ports import LatentPort

VECTOR = (LatentPort("z", (16,)),)
TENSOR = (LatentPort("z", (2, 3, 4)),)
SEQUENCE = (LatentPort("z", (5, 3)),)
SEVERAL = (LatentPort("z_style", (3,)), LatentPort("z2", (2, 2, 5)))
HUGE = (LatentPort("z", (100, 100, 25)),)
LONG = (LatentPort("z", (9000,)),)
SINGLE_CHANNEL = (LatentPort("z", (80, 80, 1)),)
ALL, CHANNEL, PLACE, PART = Grouping.ALL, Grouping.CHANNEL, Grouping.PLACE, Grouping.PART

Ports = tuple[LatentPort, ...]


@pytest.mark.parametrize(
    ("ports", "ways"),
    [
        (VECTOR, (ALL,)),
        (TENSOR, (ALL, CHANNEL, PLACE)),
        (SEQUENCE, (ALL, CHANNEL, PLACE)),
        (SEVERAL, (ALL, CHANNEL, PLACE)),
        (HUGE, (CHANNEL, PLACE)),
        (LONG, (PART,)),
        (SINGLE_CHANNEL, (PART,)),
        ((LatentPort("z", (1, 1, 64)),), (ALL,)),
    ],
)
def test_a_latent_is_looked_at_in_ways_that_suit_its_shape(
    ports: Ports, ways: tuple[Grouping, ...]
) -> None:
    assert groupings(ports) == ways


@pytest.mark.parametrize(
    "ports", [VECTOR, TENSOR, SEQUENCE, SEVERAL, HUGE, LONG, SINGLE_CHANNEL], ids=str
)
def test_sections_hold_every_value_once_in_tables_of_bounded_length(ports: Ports) -> None:
    for way in groupings(ports):
        sections = Sections(ports, way)
        every = [sections[index].dims for index in range(len(sections))]
        assert max(map(len, every)) <= MAX_ROWS
        total = sum(port.size for port in ports)
        np.testing.assert_array_equal(np.sort(np.concatenate(every)), np.arange(total))


@pytest.mark.parametrize(
    ("ports", "way", "index", "title", "names", "dims"),
    [
        (VECTOR, ALL, 0, "all values", ("z 0", "z 1"), [0, 1]),
        (TENSOR, ALL, 0, "all values", ("c 0 · 0,0", "c 0 · 0,1"), [0, 4]),
        (TENSOR, CHANNEL, 3, "channel 3", ("c 3 · 0,0", "c 3 · 0,1"), [3, 7]),
        (TENSOR, PLACE, 4, "place 1,1", ("c 0 · 1,1", "c 1 · 1,1"), [16, 17]),
        (SEQUENCE, CHANNEL, 1, "channel 1", ("c 1 · 0", "c 1 · 1"), [1, 4]),
        (SEVERAL, CHANNEL, 0, "z_style 0 to 2", ("z_style 0", "z_style 1"), [0, 1]),
        (SEVERAL, CHANNEL, 5, "z2 · channel 4", ("z2 c 4 · 0,0", "z2 c 4 · 0,1"), [7, 12]),
        (LONG, PART, 1, "z 4096 to 8191", ("z 4096", "z 4097"), [4096, 4097]),
        (HUGE, CHANNEL, 4, "channel 1 · part 2 of 3", ("c 1 · 40,96", "c 1 · 40,97"), None),
    ],
)
def test_rows_are_named_by_where_their_values_are(
    ports: Ports,
    way: Grouping,
    index: int,
    title: str,
    names: tuple[str, ...],
    dims: list[int] | None,
) -> None:
    sections = Sections(ports, way)
    section = sections[index]
    assert sections.title(index) == title
    assert section.names[:2] == names
    assert dims is None or section.dims[:2].tolist() == dims


@pytest.mark.parametrize(
    ("ports", "starts"), [(VECTOR, set()), (TENSOR, {6, 12, 18}), (SEVERAL, {3, 7, 11, 15, 19})]
)
def test_groups_begin_with_inputs_and_channels(ports: Ports, starts: set[int]) -> None:
    assert Sections(ports, ALL)[0].starts == starts


@pytest.mark.parametrize("ports", [TENSOR, SEVERAL, HUGE, LONG], ids=str)
def test_a_title_finds_its_own_section(ports: Ports) -> None:
    for way in set(groupings(ports)) - {ALL}:
        sections = Sections(ports, way)
        for index in {0, 1, len(sections) // 2, len(sections) - 1}:
            assert sections.find(sections.title(index), index) == index


@pytest.mark.parametrize(
    ("ports", "way", "text", "near", "found"),
    [
        (TENSOR, CHANNEL, "3", 0, 3),
        (TENSOR, CHANNEL, " channel 2 ", 0, 2),
        (TENSOR, CHANNEL, "4", 0, None),
        (TENSOR, CHANNEL, "-", 0, None),
        (TENSOR, CHANNEL, "1 1", 0, None),
        (TENSOR, CHANNEL, "9" * 5000, 0, None),
        (TENSOR, PLACE, "1,2", 0, 5),
        (TENSOR, PLACE, "1 2", 0, 5),
        (TENSOR, PLACE, "2,0", 0, None),
        (SEVERAL, CHANNEL, "4", 1, 5),
        (LONG, PART, "8200", 0, 2),
        (HUGE, CHANNEL, "2", 0, 6),
        (HUGE, CHANNEL, "2 · part 4 of 3", 0, None),
    ],
)
def test_a_section_is_found_by_what_people_type(
    ports: Ports, way: Grouping, text: str, near: int, found: int | None
) -> None:
    assert Sections(ports, way).find(text, near) == found


def test_a_moved_row_changes_its_value_alone() -> None:
    z = np.arange(24, dtype=np.float32)
    section = Sections(TENSOR, CHANNEL)[3]
    moved = section.moved(z, 1, -5.0)
    assert np.flatnonzero(moved != z).tolist() == [7]
    assert section.values(moved)[:2].tolist() == [3, -5]


@pytest.mark.parametrize("name", ["<img src=x>", "a\nb", "n" * 300])
def test_names_from_files_are_shown_as_short_plain_text(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) <= 40
    assert shown.isprintable()
    assert "<" not in shown
