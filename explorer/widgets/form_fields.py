"""Fields of a form: a name in grey, and what it names beside it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QSpinBox, QWidget

from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.parts import quiet


class Fields(QGridLayout):
    """Names and fields, one below the other."""

    def __init__(self, label_px: int) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(GRID_PX)
        self.setVerticalSpacing(GRID_PX)
        self.setColumnMinimumWidth(0, label_px)
        self.setColumnStretch(1, 1)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)

    def add(self, name: str, field: QWidget, tip: str) -> None:
        """Append a field; ``tip`` is its tooltip."""
        field.setToolTip(tip)
        field.setAccessibleName(name)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        field.setMinimumWidth(64)
        field.setFixedHeight(CONTROL_PX)
        line = self.rowCount()
        self.addWidget(quiet(name), line, 0)
        self.addWidget(field, line, 1)


def whole_number(least: int, most: int) -> QSpinBox:
    """A field for a whole number, without arrows."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    return box
