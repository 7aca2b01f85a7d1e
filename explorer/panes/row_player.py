"""A row of a traversal grid that plays: to its end and back again."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

from explorer.state.frame import Floats
from explorer.widgets.image_view import ImageView
from explorer.widgets.traversal_grid import Cell, TraversalGrid

STEP_MS = 90


class RowPlayer(QObject):
    """Shows one picture of a row after the other, and rings its cell.

    Parameters
    ----------
    grid : TraversalGrid
    view : ImageView
    columns : int
    picture_of : callable of Cell -> ndarray or None
        The picture of a cell, if it is there.
    """

    def __init__(
        self,
        grid: TraversalGrid,
        view: ImageView,
        columns: int,
        picture_of: Callable[[Cell], Floats | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._grid = grid
        self._view = view
        self._turn = 2 * (columns - 1)
        self._picture_of = picture_of
        self._row = self._step = 0
        self._clock = QTimer(self)
        self._clock.setInterval(STEP_MS)
        self._clock.timeout.connect(self.step)

    def play(self, row: int) -> None:
        """Play a row from its start on."""
        self._row, self._step = row, 0
        self._clock.start()
        self.step()

    def pause(self) -> None:
        """Stay at the cell that is shown."""
        self._clock.stop()

    def stop(self) -> None:
        """Show nothing."""
        self._clock.stop()
        self._grid.show_step(None)
        self._view.set_picture(None)

    def step(self) -> None:
        """Show the next picture."""
        last = self._turn // 2
        cell = (self._row, last - abs(self._step % self._turn - last))
        self._step += 1
        self._grid.show_step(cell)
        picture = self._picture_of(cell)
        if picture is not None:
            self._view.set_picture(picture)
