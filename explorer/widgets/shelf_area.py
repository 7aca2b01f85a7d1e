"""A shelf of codes that scrolls once it has too many rows."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

from explorer.widgets.code_shelf import CodeShelf


class ShelfArea(QScrollArea):
    """As high as the shelf, up to some rows.

    Parameters
    ----------
    shelf : CodeShelf
    most_rows : int
    """

    def __init__(self, shelf: CodeShelf, most_rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._most_rows = most_rows
        self.setWidget(shelf)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fit()

    def fit(self) -> None:
        """Take the height that the shelf's items need."""
        row_px = self._shelf.places().row_px
        needed = self._shelf.heightForWidth(max(1, self.width()))
        self.setFixedHeight(min(needed, self._most_rows * row_px))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width has other rows."""
        super().resizeEvent(event)
        self.fit()
