"""Which pictures of a traversal grid to ask for next, and what is measured between them."""

from __future__ import annotations

from functools import partial

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.panes.tile_questions import TileQuestions
from explorer.state.frame import Floats
from explorer.state.looking import ask_tiles
from explorer.state.session import Session
from models.ranking import Order, Ranking
from models.traversal import Traversal

AT_ONCE = 2  # one in the engine, one that waits for it


class GridQuestions(QObject):
    """Asks for a grid in small portions, always around the newest ``z``.

    While the window paints a portion, the engine works on another one. Where no cell is
    due, what a survey of effects needs is asked for.

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
        self._askers = [_Asker(session, self) for _ in range(AT_ONCE)]
        self._traversal: Traversal | None = None
        self._ranking: Ranking | None = None
        self._due = np.zeros(0, np.bool_)
        self._next = 0  # where the last question ended
        self._is_on = False
        for asker in self._askers:
            asker.arrived.connect(partial(self._take, asker))
            asker.failed.connect(self._fail)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return any(asker.is_busy for asker in self._askers)

    def switch(self, on: bool) -> None:
        """Ask for everything anew, or for nothing until it is switched on again."""
        self._is_on = on
        if on:
            self.renew()
        else:
            self._forget()

    def set_grid(self, traversal: Traversal, ranking: Ranking) -> None:
        """Ask for these cells from now on."""
        self._traversal, self._ranking = traversal, ranking
        self._forget()
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
        for asker in self._askers:
            if not asker.cells:
                asker.forget()
        self._ranking.start(order, self._traversal.chosen, self._session.state.latent.z)
        self.go_on()

    def go_on(self) -> None:
        """Ask for what is due, as far as not enough answers are awaited."""
        if self._is_on:
            for asker in self._askers:
                if not asker.is_busy:
                    self._ask(asker)

    def _ask(self, asker: _Asker) -> None:
        assert self._traversal is not None
        assert self._ranking is not None
        due = np.flatnonzero(np.roll(self._due, -self._next))[: asker.at_most]
        asker.cells = ((due + self._next) % max(1, self._due.size)).tolist()
        if asker.cells:
            self._due[asker.cells] = False
            self._next = asker.cells[-1] + 1
            asker.ask(self._traversal.codes(self._session.state.latent.z, asker.cells))
        elif not self.is_busy:  # a survey takes its answers in order
            codes = self._ranking.next_codes(asker.at_most)
            if codes is not None:
                asker.ask(codes)

    def _take(self, asker: _Asker, pictures: Floats) -> None:
        cells = asker.cells
        if cells:
            self.go_on()  # first, so that the engine works while these are painted
            self.arrived.emit(cells, pictures)
            return
        assert self._ranking is not None
        self.surveyed.emit(self._ranking.take(pictures))
        self.go_on()

    def _forget(self) -> None:
        for asker in self._askers:
            asker.forget()

    def _fail(self, sentence: str) -> None:
        self._due[:] = False
        self.failed.emit(sentence)


class _Asker(TileQuestions):
    """One question, and the cells that it is about: none where it is of a survey."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(session, parent, self._ask_tiles)
        self.cells: list[int] = []

    def _ask_tiles(self, session: Session, zs: Floats) -> int:
        # Beside a live picture both take longer, which a hand that moves would feel.
        return ask_tiles(session, zs, beside=not self.is_moving)
