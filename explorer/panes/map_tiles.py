"""Decoded pictures for the cells of a map, those in the middle first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.panes.tile_questions import TileQuestions, thumbnails
from explorer.state.frame import Floats
from explorer.state.session import Session
from explorer.widgets.map_painter import Tile
from explorer.widgets.map_place import Box, Cell
from explorer.widgets.pixels import to_image

MOST_KEPT = 2000


class MapTiles(QObject):
    """Asks for the pictures of cells and keeps them while the map stays the same.

    Attributes
    ----------
    changed : signal
        More pictures are there.
    failed : signal of str
        Why there are none; they are not asked for again until others are wanted.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions = TileQuestions(session, self)
        self._questions.arrived.connect(self._take)
        self._questions.failed.connect(self._fail)
        self._tiles: dict[Cell, Tile] = {}  # the oldest first
        self._stale: set[Cell] = set()
        self._wanted: Sequence[Cell] = ()
        self._asked: Sequence[Cell] = ()
        self._code_of: Callable[[Cell], Floats] | None = None
        self._label_of: Callable[[Cell], int | None] | None = None

    def want(
        self,
        cells: Sequence[Cell],
        code_of: Callable[[Cell], Floats],
        label_of: Callable[[Cell], int | None],
    ) -> None:
        """Show pictures of these cells from now on.

        Parameters
        ----------
        cells : sequence of Cell
            The most important first.
        code_of : callable of Cell -> ndarray of float32, shape (latent_dim,)
        label_of : callable of Cell -> int or None
            Of its code, where it has one.
        """
        self._wanted, self._code_of, self._label_of = cells, code_of, label_of
        if not self._questions.is_busy:
            self._ask()

    def rest(self) -> None:
        """Want nothing, and keep what is there."""
        self._wanted = ()

    def age(self) -> None:
        """What is kept is shown until it is replaced: the codes of cells are others now."""
        self._stale = set(self._tiles)
        self._questions.forget()

    def forget(self) -> None:
        """Keep nothing and want nothing."""
        self._tiles.clear()
        self._stale.clear()
        self._wanted = self._asked = ()
        self._questions.forget()

    def shown(self, box: Box) -> Mapping[Cell, Tile]:
        """What to show of a part of the map.

        Until all that is wanted is there, cells of other sizes lie below it.
        """
        wanted = {cell: self._tiles[cell] for cell in self._wanted if cell in self._tiles}
        if len(wanted) == len(self._wanted):
            return wanted
        others = (cell for cell in self._tiles if cell not in wanted and _overlap(cell.box, box))
        below = sorted(others, key=lambda cell: -cell.level)
        return {cell: self._tiles[cell] for cell in below} | wanted

    def _missing(self) -> list[Cell]:
        return [cell for cell in self._wanted if cell not in self._tiles or cell in self._stale]

    def _ask(self) -> None:
        missing = self._missing()[: self._questions.at_most]
        if missing and self._code_of is not None:
            self._asked = missing
            self._questions.ask(np.stack([self._code_of(cell) for cell in missing]))

    def _take(self, pictures: Floats) -> None:
        assert self._label_of is not None
        for cell, picture in zip(self._asked, thumbnails(pictures), strict=True):
            self._tiles.pop(cell, None)
            self._tiles[cell] = Tile(to_image(picture), self._label_of(cell))
            self._stale.discard(cell)
        for cell in list(self._tiles)[: max(len(self._tiles) - MOST_KEPT, 0)]:
            del self._tiles[cell]
            self._stale.discard(cell)
        self._ask()
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._code_of = None
        self.failed.emit(sentence)


def _overlap(one: Box, other: Box) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]
