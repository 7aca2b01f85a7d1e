"""A configuration -> another, mostly still JSON, often still a model."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from models.layers.registry import RULES

LARGE = (65_536, 65_537, 10**6, 2**31, 2**63, 10**40, 1e308, 1e-320)
SMALL = (None, True, False, 0, -1, 1, 2, 3, 7, 0.0, -0.5, 0.5, 1.0, 2.5)
TEXTS = ("", "a", "é", "\x00", "../x", "a" * 257, "linear", "same", "valid", "channels_first",
         "float16", "int32", "string", "Lambda", "__main__", "keras.src.ops.numpy")  # fmt: skip
LISTS: tuple[Any, ...] = ([], {}, [None], [[]], [1, 2], [0, -1], [2, 2, 2, 2, 2, 2, 2], [1.5],
                          {"class_name": "Zeros", "config": {}}, {"value": 1})  # fmt: skip
DEEP_LEVELS = 60

Place = tuple[Any, Any]  # a dict or list, and a key or index of it


def mutate_json(data: bytes, random: Random) -> bytes:
    """Change a few of its values, keys and layers."""
    value = json.loads(data)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = list(_places(value))
        if not places:
            break
        _change(places, random)
    # Python's json writes infinite numbers in its own way, which a file may hold.
    return json.dumps(value, ensure_ascii=random.random() < 0.9).encode("utf-8", "surrogatepass")


def _places(value: Any) -> Iterator[Place]:
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _change(places: list[Place], random: Random) -> None:
    place = parent, key = random.choice(places)
    kind = random.choice(
        (*["like"] * 5, "other", "swap", "copy", "delete", "twice", "rename", "deep")
    )
    if kind == "like":
        parent, key = random.choice([each for each in places if not _is_nest(*each)] or [place])
        parent[key] = _like(parent[key], places, random)
    elif kind == "other":
        parent[key] = copy.deepcopy(random.choice((*SMALL, *LARGE, *TEXTS, *LISTS)))
    elif kind == "swap":
        _swap(place, random.choice(places))
    elif kind == "copy":
        other, its = random.choice(places)
        parent[key] = copy.deepcopy(other[its])
    elif kind == "delete":
        del parent[key]
    elif kind == "twice" and isinstance(parent, list):
        parent.insert(random.randint(0, len(parent)), copy.deepcopy(parent[key]))
    elif kind == "rename" and isinstance(parent, dict):
        other, its = random.choice([each for each in places if isinstance(each[0], dict)])
        parent[random.choice((str(its), str(key) + "_"))] = parent.pop(key)
    elif kind == "deep":
        for _ in range(random.choice((1, DEEP_LEVELS))):
            parent[key] = [parent[key]]


def _is_nest(parent: Any, key: Any) -> bool:
    return isinstance(parent[key], (dict, list))


def _swap(one: Place, two: Place) -> None:
    first, second = copy.deepcopy(one[0][one[1]]), copy.deepcopy(two[0][two[1]])
    one[0][one[1]] = second
    two[0][two[1]] = first


def _like(value: Any, places: list[Place], random: Random) -> Any:
    """Another value of the same type, as most changes that still build are."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        near = (value + 1, value - 1, -value, value * 2, value // 2, 1, 2, 3)
        return random.choice((*near, *near, *SMALL[3:9], *LARGE))
    if isinstance(value, float):
        return random.choice((-value, value * 2, 1 / (value or 1), *SMALL[9:], *LARGE[-2:]))
    if isinstance(value, str):
        told = [parent[key] for parent, key in places if isinstance(parent[key], str)]
        return random.choice(
            (random.choice(told), random.choice(sorted(RULES)), random.choice(TEXTS))
        )
    if isinstance(value, list):
        return random.choice((value[::-1], value[1:], value * 2, value[:1]))
    return copy.deepcopy(random.choice((*SMALL, *LISTS)))
