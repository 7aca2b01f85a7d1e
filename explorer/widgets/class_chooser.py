"""The class that a conditional decoder is to draw."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.parts import quiet, row
from explorer.widgets.stepper import Stepper

MAX_BUTTONS = 12
MIN_BUTTON_PX = 20
MAX_NAME_LETTERS = 24


class ClassChooser(QWidget):
    """A button for each class or, where there are many, a field with arrows.

    A digit on the keyboard chooses the class of that number.

    Parameters
    ----------
    name : str
        Of the input that takes the class.
    classes : int

    Attributes
    ----------
    class_requested : signal of int
        The user wants another class; :meth:`show_class` does not emit.
    """

    class_requested = pyqtSignal(int)

    def __init__(self, name: str, classes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._group = QButtonGroup(self)
        self._stepper: Stepper | None = None
        label = quiet(_shortened(name))
        label.setToolTip(f"The decoder's input {name} takes a class")
        layout = row(label, spacing_px=4)
        layout.addSpacing(GRID_PX - 4)
        if classes <= MAX_BUTTONS:
            for index in range(classes):
                layout.addWidget(self._button(index, name), 1)
            self._group.idClicked.connect(self.class_requested)
            layout.addStretch(1)
        else:
            self._stepper = Stepper(f"Class for {name}")
            self._stepper.set_choices(classes, str, lambda text, _: self._read(text))
            self._stepper.stepped.connect(self.class_requested)
            layout.addWidget(self._stepper)
            layout.addWidget(quiet(f"of {classes:,}"))
            layout.addStretch(1)
        self.setLayout(layout)
        self.setAccessibleName(f"Class for {name}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_class(self, index: int) -> None:
        """Show the class that is chosen."""
        if self._stepper is not None:
            self._stepper.show_index(index)
        elif (chosen := self._group.button(index)) is not None:
            chosen.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: digits of a button's keyboard come here."""
        chosen = self._read(event.text()) if event is not None else None
        if event is None or chosen is None or self._stepper is not None:
            super().keyPressEvent(event)
            return
        self.class_requested.emit(chosen)

    def _button(self, index: int, name: str) -> QPushButton:
        made = QPushButton(str(index))
        made.setCheckable(True)
        made.setAccessibleName(f"Class {index} for {name}")
        made.setToolTip(f"Draw class {index} (digit keys and arrows choose too)")
        made.setMinimumWidth(MIN_BUTTON_PX)
        made.setMaximumWidth(CONTROL_PX + 4)
        made.setStyleSheet("QPushButton { padding: 0; } QPushButton:checked { font-weight: bold; }")
        self._group.addButton(made, index)
        return made

    def _read(self, text: str) -> int | None:
        index = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
        return index if 0 <= index < self._classes else None


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_NAME_LETTERS else name[: MAX_NAME_LETTERS - 1] + "…"
