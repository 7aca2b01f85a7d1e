"""One named direction: its name, a slider along it, and where z lies."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFocusEvent
from PyQt6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from explorer.theme import GRID_PX
from explorer.widgets.parts import FloatSlider, button, row

LEAST_NAME_PX, MOST_NAME_PX, VALUE_PX = 60, 180, 44
CHOSEN = "background: palette(alternate-base);"


class DirectionRow(QWidget):
    """A name that can be changed, a slider and a number.

    Parameters
    ----------
    name, origin : str

    Attributes
    ----------
    grabbed, released : signal
        A hand takes and leaves the slider.
    value_wanted : signal of float
    renamed : signal of str
    removed, entered : signal
        ``entered``: keyboard or hand came to this row.
    """

    grabbed = pyqtSignal()
    released = pyqtSignal()
    value_wanted = pyqtSignal(float)
    renamed = pyqtSignal(str)
    removed = pyqtSignal()
    entered = pyqtSignal()

    def __init__(self, name: str, origin: str) -> None:
        super().__init__()
        self.name = _Name(name)
        self.name.setAccessibleName("Name of the direction")
        self.name.setToolTip(f"from {origin}; type another name")
        self.slider = FloatSlider(0, 1, name, "")
        self._span = 0.0, 1.0
        self._value = QLabel()
        self._value.setFixedWidth(VALUE_PX)
        self._name = name
        remove = button("\N{MULTIPLICATION SIGN}", f"Delete {name}", self.removed.emit)
        remove.setObjectName("quiet")
        remove.setFixedWidth(24)
        parts = row(spacing_px=GRID_PX)
        parts.addWidget(self.name, 2)
        parts.addWidget(self.slider, 3)
        parts.addWidget(self._value)
        parts.addWidget(remove)
        self.setLayout(parts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.sliderPressed.connect(self.grabbed)
        self.slider.sliderPressed.connect(self.entered)
        self.slider.sliderReleased.connect(self.released)
        self.slider.value_requested.connect(self._want)
        self.name.editingFinished.connect(self._rename)
        self.name.focused.connect(self.entered)

    def set_span(self, lo: float, hi: float) -> None:
        """What the ends of the slider stand for."""
        self._span = lo, hi
        self.slider.setToolTip(f"Move z along {self._name}, from {lo:.1f} to {hi:.1f}")

    def show_value(self, value: float, is_chosen: bool) -> None:
        """Show where z lies, and whether the figures below are about this direction."""
        if not self.slider.isSliderDown():
            lo, hi = self._span
            self.slider.show_value((value - lo) / (hi - lo))
        self._value.setText(f"{value:+.2f}".replace("-", "\N{MINUS SIGN}"))
        self.name.setStyleSheet(CHOSEN if is_chosen else "")

    def _want(self, share: float) -> None:
        lo, hi = self._span
        self.value_wanted.emit(lo + share * (hi - lo))

    def _rename(self) -> None:
        text = self.name.text()
        if text != self._name:
            self.name.setText(self._name)  # what is refused does not stay
            self.renamed.emit(text)


class _Name(QLineEdit):
    focused = pyqtSignal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setMaxLength(40)
        self.setMinimumWidth(LEAST_NAME_PX)
        self.setMaximumWidth(MOST_NAME_PX)
        self.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.focused.emit()
