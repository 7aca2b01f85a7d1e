"""One of many things with a name, stepped through or typed."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtGui import QValidator
from PyQt6.QtWidgets import QSizePolicy, QSpinBox, QWidget

from explorer.theme import CONTROL_PX
from explorer.widgets.parts import button, row

Title = Callable[[int], str]
Find = Callable[[str, int], int | None]


class Stepper(QWidget):
    """A field between two arrows.

    Parameters
    ----------
    name : str
        For tooltip and screen reader.

    Attributes
    ----------
    stepped : signal of int
        The user wants another one; :meth:`show_index` does not emit.
    """

    stepped = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _Field()
        self.field.setAccessibleName(name)
        self.field.setToolTip(f"{name}: type it, or press Up or Down")
        self.field.valueChanged.connect(self.stepped)
        self._back = button("◂", f"Back ({name.lower()})", self.field.stepDown)
        self._on = button("▸", f"On ({name.lower()})", self.field.stepUp)
        for arrow in (self._back, self._on):
            arrow.setAutoRepeat(True)
            arrow.setFixedWidth(CONTROL_PX)
            arrow.setStyleSheet("QPushButton { padding: 0; }")
        self.field.valueChanged.connect(self._enable_arrows)
        layout = row(self._back, self.field, self._on, spacing_px=4)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.field)

    def set_choices(self, count: int, title: Title, find: Find) -> None:
        """Offer so many, starting with the first.

        Parameters
        ----------
        count : int
        title : callable
            The name of the one at an index.
        find : callable
            The index that a typed text means, given the present one; None for no one.
        """
        with QSignalBlocker(self.field):
            self.field.offer(count, title, find)
        self._enable_arrows()

    def show_index(self, index: int) -> None:
        """Show which one it is."""
        with QSignalBlocker(self.field):
            self.field.setValue(index)
        self._enable_arrows()

    def _enable_arrows(self) -> None:
        self._back.setEnabled(self.field.value() > 0)
        self._on.setEnabled(self.field.value() < self.field.maximum())


class _Field(QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self._title: Title = str
        self._find: Find = lambda text, _: int(text) if text.isdecimal() else None
        self.setKeyboardTracking(False)
        self.setAccelerated(True)

    def offer(self, count: int, title: Title, find: Find) -> None:
        self._title, self._find = title, find
        self.setRange(0, count - 1)
        self.setValue(0)
        self.updateGeometry()

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        if (line := self.lineEdit()) is not None:
            line.deselect()  # Qt marks what is new, in the colour of what is live

    def textFromValue(self, value: int) -> str:
        return self._title(value)

    def valueFromText(self, text: str | None) -> int:
        found = self._find(text or "", self.value())
        return self.value() if found is None else found

    def validate(self, text: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        found = self._find(text or "", self.value())
        known = found is not None and found <= self.maximum()
        state = QValidator.State.Acceptable if known else QValidator.State.Intermediate
        return state, text or "", pos
