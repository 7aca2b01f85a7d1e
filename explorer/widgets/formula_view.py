"""A formula of codes: weights, pictures, and a place to drop another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QValidator
from PyQt6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from explorer.theme import CONTROL_PX, GRID_PX
from explorer.widgets.code_picture import Well
from explorer.widgets.line import Line
from explorer.widgets.parts import button

WELL_PX, TERM_PX = 84, 92
MOST_WEIGHT = 100.0
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, eq=False)
class TermLook:
    """What is seen of a term.

    Attributes
    ----------
    weight : float
    name : str
    image : QImage or None
        None where the picture has not come yet.
    """

    weight: float
    name: str
    image: QImage | None


class FormulaView(QWidget):
    """Terms side by side, and an empty place after the last.

    Attributes
    ----------
    dropped : signal of (str, int)
        The key of a code, and the term that it is to replace; -1 for a new one.
    weight_wanted : signal of (int, float)
    weight_settled : signal
        What is typed next is another change.
    removed : signal of int
        A term is to be taken out.
    """

    dropped = pyqtSignal(str, int)
    weight_wanted = pyqtSignal(int, float)
    weight_settled = pyqtSignal()
    removed = pyqtSignal(int)

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._terms: list[_TermView] = []
        self._empty = Well(WELL_PX, "drop a code\nhere, or click\none above")
        self._empty.setAccessibleName("Another term")
        self._empty.dropped.connect(lambda key: self.dropped.emit(key, -1))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID_PX)
        self._row.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)

    def set_terms(self, looks: Sequence[TermLook]) -> None:
        """Show these."""
        while len(self._terms) > len(looks):
            self._terms.pop().deleteLater()
        while len(self._terms) < len(looks):
            self._append()
        for term, look in zip(self._terms, looks, strict=True):
            term.show_look(look)
        self._empty.setVisible(len(looks) < self._most)
        self._empty.setContentsMargins(0, CONTROL_PX + 4, 0, 0)

    @property
    def terms(self) -> list[_TermView]:
        """The views of the terms."""
        return self._terms

    @property
    def needed_px(self) -> int:
        """Width of all terms and of the empty place."""
        return len(self._terms) * (TERM_PX + GRID_PX) + WELL_PX

    @property
    def empty(self) -> Well:
        """The place for another term."""
        return self._empty

    def _append(self) -> None:
        place = len(self._terms)
        term = _TermView()
        term.weight.valueChanged.connect(lambda weight: self.weight_wanted.emit(place, weight))
        term.weight.editingFinished.connect(self.weight_settled)
        term.remove.clicked.connect(lambda: self.removed.emit(place))
        term.well.dropped.connect(lambda key: self.dropped.emit(key, place))
        self._row.insertWidget(place, term, 0, Qt.AlignmentFlag.AlignTop)
        self._terms.append(term)


class _TermView(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.weight = WeightBox()
        self.remove = button("\N{MULTIPLICATION SIGN}", "Take this term out", lambda: None)
        self.remove.setObjectName("quiet")
        self.remove.setFixedWidth(20)
        self.well = Well(WELL_PX)
        self._name = Line("small")
        self._name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setFixedWidth(TERM_PX)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.weight, 1)
        head.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.well)
        layout.addWidget(self._name)

    def show_look(self, look: TermLook) -> None:
        with QSignalBlocker(self.weight):
            self.weight.setValue(look.weight)
        self.weight.setAccessibleName(f"Weight of {look.name}")
        self.weight.setToolTip(f"How often {look.name} is added; below 0 it is subtracted")
        self.well.setAccessibleName(look.name)
        self.well.setToolTip(f"{look.name} – drop another code here to replace it")
        self.well.show_image(look.image)
        self._name.show_text(look.name)


class WeightBox(QDoubleSpinBox):
    """A weight with its sign: ``+1``, ``−0.5``."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(-MOST_WEIGHT, MOST_WEIGHT)
        self.setDecimals(3)
        self.setSingleStep(0.1)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)

    def textFromValue(self, value: float) -> str:
        """With a sign, and no more digits than it has."""
        return f"{value:+g}".replace("-", MINUS)

    def valueFromText(self, text: str | None) -> float:
        """Whatever minus was typed."""
        return _number(text) or 0.0

    def validate(self, text: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        """Take numbers."""
        number = _number(text)
        known = number is not None and abs(number) <= MOST_WEIGHT
        state = QValidator.State.Acceptable if known else QValidator.State.Intermediate
        return state, text or "", pos


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return None
