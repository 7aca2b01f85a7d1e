"""The room that a traversal grid has, which it fills before it scrolls."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

from explorer.widgets.traversal_grid import TraversalGrid


class TraversalArea(QScrollArea):
    """Scrolls a grid up and down, and keeps the keyboard's cell in sight.

    Parameters
    ----------
    grid : TraversalGrid
    """

    def __init__(self, grid: TraversalGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(grid)
        grid.current_changed.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Tell the grid how much of it can be seen at once."""
        self._grid.set_room(self.height())
        super().resizeEvent(event)

    def _follow(self) -> None:
        rect = self._grid.current_rect()
        centre = rect.center()
        self.ensureVisible(centre.x(), centre.y(), rect.width(), rect.height())
