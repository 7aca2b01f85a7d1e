"""Which pictures of a traversal grid to ask for next, and what is measured between them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.panes.tile_questions import TileQuestions
from explorer.state.frame import Floats
from explorer.state.session import Session
from models.ranking import Order, Ranking
from models.traversal import Traversal


class GridQuestions(QObject):
    """Asks for a grid in small portions, one at a time and always around the newest ``z``.

    Where no cell is due it asks for what a survey of effects needs.

    Attributes
    ----------
    arrived : signal of (list of int, ndarray)
        Cells, counted row by row, and their pictures (n, height, width, channels) or
        curves (n, length, channels).
    surveyed : signal of bool
        More is measured; True where that ends the survey.
    failed : signal of str
        Why there are no pictures.
    """

    arrived = pyqtSignal(object, object)
    surveyed = pyqtSignal(bool)
    failed = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tiles = TileQuestions(session, self)
        self._traversal: Traversal | None = None
        self._ranking: Ranking | None = None
        self._due = np.zeros(0, np.bool_)
        self._next = 0  # where the last question ended
        self._asked: list[int] = []  # cells, or none where the question is of a survey
        self._is_on = False
        self._tiles.arrived.connect(self._take)
        self._tiles.failed.connect(self._fail)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._tiles.is_busy

    def switch(self, on: bool) -> None:
        """Ask for everything anew, or for nothing until it is switched on again."""
        self._is_on = on
        if on:
            self.renew()
        else:
            self._tiles.forget()

    def set_grid(self, traversal: Traversal, ranking: Ranking) -> None:
        """Ask for these cells from now on."""
        self._traversal, self._ranking = traversal, ranking
        self._tiles.forget()
        self.renew()

    def renew(self) -> None:
        """All cells are to be asked for, from the first on."""
        assert self._traversal is not None
        self._due = np.ones(self._traversal.values.size, np.bool_)
        self._next = 0
        self.go_on()

    def follow(self) -> None:
        """All cells are to be asked for around another ``z``, from the last one asked for on."""
        self._due[:] = True
        self.go_on()

    def survey(self, order: Order) -> None:
        """Measure what an order needs; where it ranks nothing, the rows of the grid."""
        assert self._traversal is not None
        assert self._ranking is not None
        if self._tiles.is_busy and not self._asked:
            self._tiles.forget()
        self._ranking.start(order, self._traversal.chosen, self._session.state.latent.z)
        self.go_on()

    def go_on(self) -> None:
        """Ask for what is due, unless an answer is awaited."""
        if self._tiles.is_busy or not self._is_on:
            return
        assert self._traversal is not None
        assert self._ranking is not None
        at_most = self._tiles.at_most
        due = np.flatnonzero(np.roll(self._due, -self._next))[:at_most]
        self._asked = ((due + self._next) % max(1, self._due.size)).tolist()
        if self._asked:
            self._due[self._asked] = False
            self._next = self._asked[-1] + 1
            self._tiles.ask(self._traversal.codes(self._session.state.latent.z, self._asked))
            return
        codes = self._ranking.next_codes(at_most)
        if codes is not None:
            self._tiles.ask(codes)

    def _take(self, pictures: Floats) -> None:
        cells = self._asked
        if cells:
            self.go_on()  # first, so that the engine works while these are painted
            self.arrived.emit(cells, pictures)
            return
        assert self._ranking is not None
        self.surveyed.emit(self._ranking.take(pictures))
        self.go_on()

    def _fail(self, sentence: str) -> None:
        self._due[:] = False
        self.failed.emit(sentence)
