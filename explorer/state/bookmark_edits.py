"""What can be done to bookmarks: steps decided from the state alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.state.bookmarks import MAX_BOOKMARKS, Bookmark, find_bookmark
from explorer.state.edit import Edit
from explorer.state.frame import Floats
from explorer.state.keyed import next_key, renamed, without
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import State
from models.errors import LatentError
from models.latent import check_z

SLOT_NAMES = ("A", "B")

Make = Callable[[State], Edit]


def add_bookmark(z: Floats | None = None, name: str = "") -> Make:
    """Keep ``z``, or the one that is set, at the end of the bookmarks, with the class chosen.

    Without a name it is called "bookmark 1" and so on.

    Raises
    ------
    LatentError
        When the step is made: if ``z`` is of another length or not finite, if the name
        is too long, or there are too many bookmarks.
    """

    def make(state: State) -> Edit:
        if len(state.bookmarks) >= MAX_BOOKMARKS:
            rule, advice = f"must be at most {MAX_BOOKMARKS}", "delete one"
            raise LatentError("Bookmarks", rule, "one more", advice)
        current = state.latent.z
        kept = current if z is None else check_z(z, current.size)
        key = next_key("b", state.bookmarks)
        bookmark = Bookmark(key, name or f"bookmark {key[1:]}", kept, state.classes)
        return _edit("bookmark z", {"bookmarks": (*state.bookmarks, bookmark)})

    return make


def go_to_bookmark(key: str) -> Make:
    """Set ``z`` to a bookmark's, and the class to the one that was kept with it."""

    def make(state: State) -> Edit:
        bookmark = find_bookmark(state.bookmarks, key)
        after = {
            "latent": Latent(bookmark.z, Source.BOOKMARK),
            "route": Route.HELD,
            "classes": {**state.classes, **bookmark.classes},
        }
        return _edit(f"go to {bookmark.name}", after)

    return make


def rename_bookmark(key: str, name: str) -> Make:
    """Call a bookmark something else; LatentError if that is no name."""

    def make(state: State) -> Edit:
        bookmark = find_bookmark(state.bookmarks, key)
        kept = renamed(state.bookmarks, bookmark, name)
        return _edit("rename a bookmark", {"bookmarks": kept})

    return make


def delete_bookmark(key: str) -> Make:
    """Take a bookmark away, out of its slots too."""

    def make(state: State) -> Edit:
        bookmark = find_bookmark(state.bookmarks, key)
        first, second = (None if slot == key else slot for slot in state.slots)
        kept = without(state.bookmarks, bookmark)
        return _edit("delete a bookmark", {"bookmarks": kept, "slots": (first, second)})

    return make


def move_bookmark(key: str, place: int) -> Make:
    """Put a bookmark before the one that is at ``place`` now; at the end if none is."""

    def make(state: State) -> Edit:
        bookmark = find_bookmark(state.bookmarks, key)
        start = max(0, place)
        before = without(state.bookmarks[:start], bookmark)
        moved = (*before, bookmark, *without(state.bookmarks[start:], bookmark))
        unchanged = [one.key for one in moved] == [one.key for one in state.bookmarks]
        kept = state.bookmarks if unchanged else moved
        return _edit("move a bookmark", {"bookmarks": kept})

    return make


def set_slot(slot: int, key: str | None) -> Make:
    """Put a bookmark into the slot A (0) or B (1), or empty it with None.

    A bookmark is in one slot at a time.
    """

    def make(state: State) -> Edit:
        if key is not None:
            find_bookmark(state.bookmarks, key)
        others = [None if other == key else other for other in state.slots]
        others[slot] = key
        return _edit(f"set {SLOT_NAMES[slot]}", {"slots": (others[0], others[1])})

    return make


def _edit(text: str, after: Mapping[str, object]) -> Edit:
    return Edit(text, after, Source.BOOKMARK)
