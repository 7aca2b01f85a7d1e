"""Codes to come back to, as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.state.frame import Floats
from explorer.state.keyed import find_keyed, keyed_from_json
from explorer.state.stored import (
    MAX_KEY_CHARACTERS,
    check_classes,
    check_fields,
    check_list,
    check_text,
    vector_from_json,
    vector_to_json,
)
from models.errors import LatentError
from models.latent import check_z

MAX_BOOKMARKS = 500
NO_SLOTS = (None, None)

Slots = tuple[str | None, str | None]


@dataclass(frozen=True, eq=False)
class Bookmark:
    """A latent vector with a name.

    Attributes
    ----------
    key : str
        Stays the same whatever the name and the order; no two bookmarks share one.
    name : str
        1 to 40 characters.
    z : ndarray of float32, shape (latent_dim,)
        Read-only and finite.
    classes : mapping of str to int
        The class that a conditional decoder drew ``z`` in, by the name of its input. An
        input that is not among them draws it in whichever class is chosen.

    Raises
    ------
    LatentError
        If one of them is something else.
    """

    key: str
    name: str
    z: Floats
    classes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        key = check_text(self.key, "The key of a bookmark", MAX_KEY_CHARACTERS)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "name", check_text(self.name, "The name of a bookmark"))
        object.__setattr__(self, "z", check_z(self.z, np.size(self.z)))
        classes = check_classes(self.classes, "The classes of a bookmark")
        object.__setattr__(self, "classes", MappingProxyType(classes))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        record = {"key": self.key, "name": self.name, "z": vector_to_json(self.z)}
        return record | {"classes": dict(self.classes)} if self.classes else record

    @classmethod
    def from_json(cls, record: object, latent_dim: int) -> Bookmark:
        """The bookmark that :meth:`to_json` told of.

        Raises
        ------
        LatentError
            If the record is of another form, or its ``z`` of another ``latent_dim``.
        """
        fields = check_fields(record, ("key", "name", "z"), "A bookmark", ("classes",))
        name = check_text(fields["name"], "The name of a bookmark")
        z = vector_from_json(fields["z"], latent_dim, f"Bookmark {name!r}")
        return cls(fields["key"], name, z, fields.get("classes", {}))


def bookmarks_from_json(records: object, latent_dim: int) -> tuple[Bookmark, ...]:
    """Bookmarks in their order.

    Raises
    ------
    LatentError
        If there are more than 500, one cannot be read, or two share a key.
    """
    return keyed_from_json(
        records, MAX_BOOKMARKS, "bookmarks", lambda record: Bookmark.from_json(record, latent_dim)
    )


def slots_from_json(record: object, bookmarks: Sequence[Bookmark]) -> Slots:
    """The keys in the slots A and B, each of a bookmark or None.

    Raises
    ------
    LatentError
        If they are something else.
    """
    keys = {bookmark.key for bookmark in bookmarks}
    first, second = (*check_list(record, 2, "The slots A and B"), None, None)[:2]
    return _slot(first, keys), _slot(second, keys)


def find_bookmark(bookmarks: Sequence[Bookmark], key: str) -> Bookmark:
    """The bookmark of this key.

    Raises
    ------
    LatentError
        If there is none.
    """
    return find_keyed(bookmarks, key, "A bookmark")


def _slot(key: object, keys: set[str]) -> str | None:
    if key is None:
        return None
    if not isinstance(key, str) or key not in keys:
        raise LatentError("A slot", "must hold a bookmark that there is", repr(key)[:40])
    return key
