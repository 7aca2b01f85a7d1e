"""What a drag on the map does, and what is shown of it beside points."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget

from explorer.widgets.map_view import Tool
from explorer.widgets.parts import Choice, button, row

TOOLS = {
    Tool.GO: ("Set z", "A click or a drag on the map sets z"),
    Tool.BOX: ("Box", "Drag a box around the codes to select"),
    Tool.LASSO: ("Lasso", "Draw a line around the codes to select"),
}
TOOL_PX = 84
NO_BACKGROUND = "Only a linear projection has pictures everywhere; choose PCA or two dimensions"


class MapTools(QWidget):
    """A row of tools.

    Attributes
    ----------
    tool_wanted : signal of Tool
    pictures_wanted, background_wanted : signal of bool
    fit_wanted : signal
    """

    tool_wanted = pyqtSignal(object)
    pictures_wanted = pyqtSignal(bool)
    background_wanted = pyqtSignal(bool)
    fit_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = Choice("What a drag on the map does")
        self._tool.setFixedWidth(TOOL_PX)
        for index, (tool, (text, tip)) in enumerate(TOOLS.items()):
            self._tool.addItem(text, tool)
            self._tool.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self._tool.activated.connect(
            lambda index: self.tool_wanted.emit(self._tool.itemData(index))
        )
        self._pictures = _switch("Pictures", "Show decoded pictures of codes instead of points")
        self._pictures.toggled.connect(self.pictures_wanted)
        self._background = _switch("Background", "")
        self._background.toggled.connect(self.background_wanted)
        fit = button("Fit", "Show the whole map (0)", self.fit_wanted.emit)
        self.setLayout(row(self._tool, self._pictures, self._background, None, fit))
        self.offer(points=False, places=False)

    def offer(self, points: bool, places: bool) -> None:
        """Offer what a map allows.

        Parameters
        ----------
        points : bool
            Whether there are codes to see and to select.
        places : bool
            Whether every place has a code, not only the points.
        """
        self._tool.setEnabled(points)
        self._pictures.setEnabled(points)
        self._background.setEnabled(places)
        self._background.setToolTip(
            "Show behind the points what is decoded at every place" if places else NO_BACKGROUND
        )

    def show_tool(self, tool: Tool) -> None:
        """Show what a drag does."""
        with QSignalBlocker(self._tool):
            self._tool.setCurrentIndex(self._tool.findData(tool))


def _switch(text: str, tip: str) -> QPushButton:
    switch = QPushButton(text)
    switch.setCheckable(True)
    switch.setToolTip(tip)
    switch.setAccessibleName(f"{text} on the map")
    return switch
