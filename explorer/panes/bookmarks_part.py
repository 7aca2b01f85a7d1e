"""The bookmarks of a session on a shelf: kept, named, put into order and into A and B."""

from __future__ import annotations

from functools import partial

import numpy as np
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QMenu, QVBoxLayout, QWidget

from explorer.panes.code_pictures import CodePictures
from explorer.panes.telling import edit_or_tell
from explorer.state.bookmark_edits import (
    SLOT_NAMES,
    add_bookmark,
    delete_bookmark,
    go_to_bookmark,
    move_bookmark,
    rename_bookmark,
    set_slot,
)
from explorer.state.bookmarks import Bookmark, find_bookmark
from explorer.state.formula_edits import put_term
from explorer.state.frame import Floats
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.code_shelf import CodeShelf
from explorer.widgets.line import Line
from explorer.widgets.parts import button, heading, row
from explorer.widgets.seen import SeenWidget
from explorer.widgets.shelf_area import ShelfArea
from explorer.widgets.shelf_painter import ShelfItem
from models.latent_view import shown_name

TILE_PX, MOST_ROWS = 56, 2
EMPTY = "No bookmarks yet: keep the z that is set now (Ctrl+B)."
TIP = "click to go there; drag to reorder; A, B, F2 and Del work too"


class BookmarksPart(SeenWidget):
    """A shelf, wired to the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pictures = CodePictures(session, self)
        self._live: frozenset[str] = frozenset()
        self.shelf = CodeShelf("Bookmarks", TILE_PX, can_change=True)
        self._area = ShelfArea(self.shelf, MOST_ROWS)
        self._words = Line("muted")
        self.add = button("Bookmark z", "Keep the z that is set now (Ctrl+B)", self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX // 2)
        head = row()
        head.addWidget(heading("Bookmarks"), 1)
        head.addWidget(self.add)
        layout.addLayout(head)
        layout.addWidget(self._words)
        layout.addWidget(self._area)
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        self._pictures.want([])

    # What a hand does --------------------------------------------------------------------

    def _add(self) -> None:
        edit_or_tell(self._session, add_bookmark())

    def _go_to(self, key: str) -> None:
        edit_or_tell(self._session, go_to_bookmark(key))

    def _move(self, key: str, place: int) -> None:
        edit_or_tell(self._session, move_bookmark(key, place))

    def _rename(self, key: str, name: str) -> None:
        edit_or_tell(self._session, rename_bookmark(key, name))

    def _delete(self, key: str) -> None:
        edit_or_tell(self._session, delete_bookmark(key))

    def _take_letter(self, key: str, letter: str) -> None:
        if letter in SLOT_NAMES:
            self._toggle_slot(key, SLOT_NAMES.index(letter))

    def _toggle_slot(self, key: str, slot: int) -> None:
        is_there = self._session.state.slots[slot] == key
        edit_or_tell(self._session, set_slot(slot, None if is_there else key))

    def _put_into_formula(self, key: str) -> None:
        bookmark = find_bookmark(self._session.state.bookmarks, key)
        edit_or_tell(self._session, put_term(bookmark.name, bookmark.z))

    def _offer(self, key: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go there", partial(self._go_to, key))
        menu.addAction("Rename (F2)", partial(self.shelf.edit_name, key))
        for slot, letter in enumerate(SLOT_NAMES):
            is_there = self._session.state.slots[slot] == key
            text = f"Take out of {letter}" if is_there else f"Put into {letter}"
            menu.addAction(text, partial(self._toggle_slot, key, slot))
        menu.addAction("Add to the formula", partial(self._put_into_formula, key))
        menu.addSeparator()
        menu.addAction("Delete (Del)", partial(self._delete, key))
        menu.popup(place)

    # What is shown -----------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        moves = bool(change.fields & {"latent", "classes"}) and self.is_seen
        if change.fields & {"bookmarks", "slots"} or (moves and self._find_live() != self._live):
            self._show()

    def _show(self) -> None:
        state = self._session.state
        if self.is_seen:
            marks = state.bookmarks
            self._pictures.want([mark.z for mark in marks], [mark.classes for mark in marks])
        self._live = self._find_live()
        self.shelf.set_items([self._item(bookmark) for bookmark in state.bookmarks])
        self._words.show_text(EMPTY)
        self._words.setVisible(not state.bookmarks)
        self._area.setVisible(bool(state.bookmarks))
        self._area.fit()

    def _item(self, bookmark: Bookmark) -> ShelfItem:
        slots = self._session.state.slots
        badge = "".join(
            letter for letter, key in zip(SLOT_NAMES, slots, strict=True) if key == bookmark.key
        )
        return ShelfItem(
            bookmark.key,
            bookmark.name,
            self._pictures.image(bookmark.z, bookmark.classes),
            badge,
            bookmark.key in self._live,
            f"{self._drawn_in(bookmark)}{TIP}",
        )

    def _drawn_in(self, bookmark: Bookmark) -> str:
        """The class kept with it, in words."""
        subject, said = self._session.subject, []
        for port in subject.classes:
            if port.name in bookmark.classes:
                chosen, names = bookmark.classes[port.name], subject.class_names(port)
                said.append(f"{shown_name(port.name)} {names[chosen] if names else chosen}; ")
        return "".join(said)

    def _find_live(self) -> frozenset[str]:
        state = self._session.state
        z, chosen = state.latent.z, state.classes.items()
        return frozenset(
            mark.key
            for mark in state.bookmarks
            if _is_same(mark.z, z) and mark.classes.items() <= chosen
        )

    def _connect(self) -> None:
        shelf = self.shelf
        shelf.chosen.connect(self._go_to)
        shelf.move_wanted.connect(self._move)
        shelf.rename_wanted.connect(self._rename)
        shelf.delete_wanted.connect(self._delete)
        shelf.letter_typed.connect(self._take_letter)
        shelf.menu_wanted.connect(self._offer)
        self._pictures.arrived.connect(self._show)
        self._pictures.failed.connect(self._session.told)
        self._session.changed.connect(self._on_change)


def _is_same(first: Floats, second: Floats) -> bool:
    return bool(first[0] == second[0]) and np.array_equal(first, second)
