"""The class that a conditional decoder is to draw."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.parts import quiet, row
from explorer.widgets.stepper import Stepper

MAX_BUTTONS = 12
MIN_BUTTON_PX, NUMBER_PX, NAME_PX = 20, CONTROL_PX + 4, 116
MAX_NAME_LETTERS = 24
NAMES_IN_A_ROW = 5
SPACING_PX = 4
BUTTON_MARGIN_PX = 8  # beside a name


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
        self._name = name
        self._classes = classes
        self._names: tuple[str, ...] = ()
        self._group = QButtonGroup(self)
        self._buttons: list[_ClassButton] = []
        self._stepper: Stepper | None = None
        label = quiet(_shortened(name))
        label.setToolTip(f"The input {name} takes a class")
        layout = row(label, spacing_px=SPACING_PX)
        layout.setAlignment(label, Qt.AlignmentFlag.AlignTop)
        label.setFixedHeight(CONTROL_PX)
        layout.addSpacing(GRID_PX - SPACING_PX)
        if classes <= MAX_BUTTONS:
            self._grid = QGridLayout()
            self._grid.setSpacing(SPACING_PX)
            layout.addLayout(self._grid, 1)
            self._buttons = [_ClassButton() for _ in range(classes)]
            for index, made in enumerate(self._buttons):
                self._group.addButton(made, index)
            self._group.idClicked.connect(self.class_requested)
        else:
            self._stepper = Stepper(f"Class for {name}")
            self._stepper.stepped.connect(self.class_requested)
            layout.addWidget(self._stepper)
            layout.addWidget(quiet(f"of {classes:,}"))
            layout.addStretch(1)
        self.setLayout(layout)
        self.setAccessibleName(f"Class for {name}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._show_names()

    def set_names(self, names: Sequence[str]) -> None:
        """Call the classes so, or by their numbers where ``names`` is empty."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._show_names()

    def show_class(self, index: int) -> None:
        """Show the class that is chosen."""
        if self._stepper is not None:
            self._stepper.show_index(index)
        elif (chosen := self._group.button(index)) is not None:
            chosen.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Qt: digits of a button's keyboard come here."""
        chosen = self._read(event.text()) if event is not None else None
        if event is None or chosen is None or self._stepper is not None:
            super().keyPressEvent(event)
            return
        self.class_requested.emit(chosen)

    def _show_names(self) -> None:
        if self._stepper is not None:
            now = self._stepper.field.value()
            self._stepper.set_choices(self._classes, self._title, lambda text, _: self._read(text))
            self._stepper.show_index(now)
            return
        lines = math.ceil(self._classes / NAMES_IN_A_ROW) if self._names else 1
        columns = math.ceil(self._classes / lines)
        for index, made in enumerate(self._buttons):
            made.show_name(self._names[index] if self._names else str(index), bool(self._names))
            made.setAccessibleName(f"Class {self._title(index)} for {self._name}")
            made.setToolTip(f"Draw class {self._title(index)} (digit keys and arrows choose too)")
            self._grid.addWidget(made, index // columns, index % columns)
        for column in range(self._classes + 1):  # what room is left is beside the last
            self._grid.setColumnStretch(column, int(column == columns))

    def _title(self, index: int) -> str:
        return f"{index} {self._names[index]}" if self._names else str(index)

    def _read(self, text: str) -> int | None:
        number = text.partition(" ")[0] if self._names else text
        index = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else -1
        if text in self._names:
            index = self._names.index(text)
        return index if 0 <= index < self._classes else None


class _ClassButton(QPushButton):
    """As narrow as it has to be: a name too long for it ends in an ellipsis."""

    def __init__(self) -> None:
        super().__init__()
        self._full = ""
        self._is_name = False
        self.setCheckable(True)
        self.setMinimumWidth(MIN_BUTTON_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QPushButton { padding: 0; } QPushButton:checked { font-weight: bold; }")

    def show_name(self, full: str, is_name: bool) -> None:
        self._full, self._is_name = full, is_name
        self.updateGeometry()
        self._show_what_fits()

    def sizeHint(self) -> QSize:
        return QSize(NAME_PX if self._is_name else NUMBER_PX, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        if not self._is_name:
            self.setText(self._full)
            return
        bold = QFont(self.font())
        bold.setBold(True)  # as it is once it is chosen
        room_px = self.width() - BUTTON_MARGIN_PX
        text = QFontMetrics(bold).elidedText(self._full, Qt.TextElideMode.ElideRight, room_px)
        self.setText(text.replace("&", "&&"))  # & marks a key


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_NAME_LETTERS else name[: MAX_NAME_LETTERS - 1] + "…"
