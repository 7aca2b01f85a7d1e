"""Lists of named records with keys, such as bookmarks and directions: read, found, renamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from explorer.state.stored import check_list
from models.errors import LatentError


class Keyed(Protocol):
    """A frozen record whose key stays the same whatever its name."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def key(self) -> str:
        """Of no other record in the same list."""

    @property
    def name(self) -> str:
        """What the user calls it."""


K = TypeVar("K", bound=Keyed)


def keyed_from_json(
    records: object, most: int, what: str, read: Callable[[object], K]
) -> tuple[K, ...]:
    """Records in their order.

    Parameters
    ----------
    records : object
        As read from JSON.
    most : int
        How many there may be.
    what : str
        What they are called, such as "bookmarks".
    read : callable
        Gives one record.

    Raises
    ------
    LatentError
        If there are more, one cannot be read, or two share a key.
    """
    items = tuple(read(record) for record in check_list(records, most, f"The {what}"))
    keys = [item.key for item in items]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise LatentError(f"The keys of {what}", "must differ", f"{twice!r} twice")
    return items


def find_keyed(items: Iterable[K], key: str, thing: str) -> K:
    """The record of this key; LatentError calls it ``thing`` if there is none."""
    for item in items:
        if item.key == key:
            return item
    raise LatentError(thing, "must be one that there is", repr(key))


def next_key(letter: str, items: Iterable[Keyed]) -> str:
    """A key that nothing has yet: ``b1``, ``b2`` and so on for the letter ``b``."""
    taken = [item.key for item in items if item.key[:1] == letter]
    numbers = [int(key[1:]) for key in taken if key[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def renamed(items: Sequence[K], item: K, name: str) -> tuple[K, ...]:
    """The records with another name for one of them: the same ones if it has it already.

    Raises
    ------
    LatentError
        If that is no name.
    """
    if item.name == name.strip():
        return tuple(items)
    changed = replace(item, name=name)
    return tuple(changed if other is item else other for other in items)


def without(items: Iterable[K], item: K) -> tuple[K, ...]:
    """The records but for one."""
    return tuple(other for other in items if other is not item)
