"""Small widgets that every pane uses."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QPointF, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from explorer.theme import CONTROL_PX, GRID_PX, theme_of

SLIDER_STEPS = 1000


class Heading(QLabel):
    """A heading in small capitals that gives way where there is little room."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("heading")
        self.setFixedHeight(CONTROL_PX)  # headings of all columns stand on one line
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint as much of the text as there is room for."""
        painter = QPainter(self)
        painter.setPen(QColor(theme_of(self.palette()).muted))
        full = self.text().upper()
        text = painter.fontMetrics().elidedText(full, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


def heading(text: str) -> Heading:
    """A heading in small capitals."""
    return Heading(text)


def quiet(text: str, name: str = "muted") -> QLabel:
    """A label in grey."""
    label = QLabel(text)
    label.setObjectName(name)
    return label


def rule(vertical: bool = False) -> QFrame:
    """A line one pixel thick."""
    line = QFrame()
    line.setObjectName("rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def button(
    text: str, tip: str, on_click: Callable[[], object], shortcut: str = "", name: str = ""
) -> QPushButton:
    """A push button with tooltip, accessible name and maybe a shortcut.

    The shortcut is an action of the button, which other windows can be given
    too; the one that Qt has for a button presses it 100 ms long before it acts.
    """
    made = QPushButton(text)
    made.setAccessibleName(name or tip)
    if shortcut:
        action = QAction(text, made)
        action.setShortcut(QKeySequence(shortcut))
        action.setAutoRepeat(False)
        action.triggered.connect(made.click)
        made.addAction(action)
        tip += f" ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"
    made.setToolTip(tip)
    made.clicked.connect(lambda: on_click())
    return made


def row(*widgets: QWidget | None, spacing_px: int = GRID_PX) -> QHBoxLayout:
    """Widgets side by side; None takes what room is left."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing_px)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


class Choice(QComboBox):
    """A combo box with a small arrow, which a style sheet alone would need a file for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the box, then the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme_of(self.palette()).muted))
        x, y = self.width() - 14.0, self.height() / 2 - 1.5
        painter.drawPolygon(QPointF(x - 4, y), QPointF(x + 4, y), QPointF(x, y + 4.5))


class Check(QCheckBox):
    """A check box with a tick: whether it is on shows by shape, not only by colour."""

    def __init__(self, text: str, name: str, tip: str) -> None:
        super().__init__(text)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the box, then the tick."""
        super().paintEvent(event)
        style = self.style()
        if not self.isChecked() or style is None:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        indicator = QStyle.SubElement.SE_CheckBoxIndicator
        box = style.subElementRect(indicator, option, self).toRectF()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme_of(self.palette()).text), 1.8))
        centre = box.center()
        tick = [QPointF(-3.6, 0.2), QPointF(-1.0, 2.8), QPointF(3.8, -3.0)]
        painter.drawPolyline(QPolygonF([centre + corner for corner in tick]))


class FloatSlider(QSlider):
    """A slider over a range of real numbers.

    Attributes
    ----------
    value_requested : signal of float
        The hand moved it; :meth:`show_value` does not emit.
    """

    value_requested = pyqtSignal(float)

    def __init__(self, minimum: float, maximum: float, name: str, tip: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._minimum, self._maximum = minimum, maximum
        self.setRange(0, SLIDER_STEPS)
        self.setSingleStep(SLIDER_STEPS // 100)
        self.setPageStep(SLIDER_STEPS // 10)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.valueChanged.connect(self._emit)

    def show_value(self, value: float) -> None:
        """Move the knob without asking for anything."""
        share = (value - self._minimum) / (self._maximum - self._minimum)
        with QSignalBlocker(self):
            self.setValue(round(share * SLIDER_STEPS))

    def _emit(self, step: int) -> None:
        span = self._maximum - self._minimum
        self.value_requested.emit(self._minimum + span * step / SLIDER_STEPS)
