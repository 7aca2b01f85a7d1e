"""How an output's values are read: as which picture or curve, and what is black and white."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QLocale, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QMenu,
    QSpinBox,
    QWidget,
    QWidgetAction,
)

from explorer.theme import GRID_PX
from explorer.widgets.parts import quiet
from models.ports import SHOWN_CHANNELS, PicturePort
from models.subject import Output, Port

USUAL_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
FARTHEST = 1e9  # for black and white set by hand
FORM_PX = 260


class ReadMenu(QMenu):
    """Layouts to choose from and, of a picture, a range of values.

    Attributes
    ----------
    port_wanted : signal of PicturePort, CurvePort or None
        The user wants the output read so; None as it was recognised.
    """

    port_wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._output: Output | None = None
        self._port: Port | None = None
        self.aboutToShow.connect(self._build)

    def set_output(self, output: Output, port: Port) -> None:
        """Offer what this output can be read as; ``port`` is how it is read now."""
        self._output, self._port = output, port
        if self.isVisible() and isinstance(port, PicturePort):
            self._show_values(port)  # what is being typed into stays

    def _build(self) -> None:
        self.clear()
        output, port = self._output, self._port
        if output is None or port is None:
            return
        layouts = QActionGroup(self)
        for choice in (output.port, *output.alternatives):
            action = self._add(port_name(choice), same_layout(choice, port), layouts)
            action.triggered.connect(lambda _, chosen=choice: self._ask(self._with_values(chosen)))
        if isinstance(port, PicturePort):
            self.addSeparator()
            self._build_values(output, port)

    def _build_values(self, output: Output, port: PicturePort) -> None:
        recognised = _range_of(output.port)
        self._ranges: dict[tuple[float, float], QAction] = {}
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for ends in dict.fromkeys((*((recognised,) if recognised else ()), *USUAL_RANGES)):
            text = f"Values from {ends[0]:g} to {ends[1]:g}"
            text += ", as recognised" if ends == recognised else ""
            action = self._add(text, False, group)
            action.triggered.connect(lambda _, chosen=ends: self._ask_range(*chosen))
            self._ranges[ends] = action
        form = QWidget()
        table = QGridLayout(form)
        table.setContentsMargins(12, GRID_PX // 2, 12, GRID_PX)
        table.setHorizontalSpacing(GRID_PX)
        self._low, self._high = _Number("Value of black"), _Number("Value of white")
        for column, (text, box) in enumerate((("black", self._low), ("white", self._high))):
            table.addWidget(quiet(text, "small"), 0, column)
            table.addWidget(box, 1, column)
            box.editingFinished.connect(self._take_range)
        if port.channels not in SHOWN_CHANNELS:
            table.addWidget(quiet(f"channel of {port.channels}", "small"), 0, 2)
            table.addWidget(self._channel_box(port), 1, 2)
        if output.sentence:
            words = QLabel(output.sentence)
            words.setObjectName("small")
            words.setWordWrap(True)
            words.setMaximumWidth(FORM_PX)
            table.addWidget(words, 2, 0, 1, 3)
        holder = QWidgetAction(self)
        holder.setDefaultWidget(form)
        self.addAction(holder)
        self._show_values(port)

    def _channel_box(self, port: PicturePort) -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, port.channels - 1)
        box.setValue(port.channel)
        box.setAccessibleName("Channel shown")
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._take_channel)
        return box

    def _add(self, text: str, checked: bool, group: QActionGroup) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setChecked(checked)
        group.addAction(action)
        self.addAction(action)
        return action

    def _show_values(self, port: PicturePort) -> None:
        self._low.setValue(port.low)
        self._high.setValue(port.high)
        for ends, action in self._ranges.items():
            action.setChecked(ends == (port.low, port.high))

    def _take_range(self) -> None:
        assert isinstance(self._port, PicturePort)
        if self._low.value() < self._high.value():
            self._ask_range(self._low.value(), self._high.value())
        else:
            self._show_values(self._port)

    def _ask_range(self, low: float, high: float) -> None:
        assert isinstance(self._port, PicturePort)
        self._ask(replace(self._port, low=low, high=high))

    def _take_channel(self, channel: int) -> None:
        assert isinstance(self._port, PicturePort)
        self._ask(replace(self._port, channel=channel))

    def _with_values(self, port: Port) -> Port:
        """A layout with the range that is set now."""
        if isinstance(port, PicturePort) and isinstance(self._port, PicturePort):
            return replace(port, low=self._port.low, high=self._port.high)
        return port

    def _ask(self, port: Port) -> None:
        assert self._output is not None
        if port != self._port:
            self.port_wanted.emit(None if port == self._output.port else port)


class _Number(QDoubleSpinBox):
    """A number of any size in a small box."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setLocale(QLocale.c())
        self.setDecimals(6)
        self.setRange(-FARTHEST, FARTHEST)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def textFromValue(self, value: float) -> str:
        """With no more digits than it needs."""
        return f"{value:g}"


def port_name(port: Port) -> str:
    """A way to read values, in words."""
    if not isinstance(port, PicturePort):
        many = f"{port.channels} curves" if port.channels > 1 else "Curve"
        return f"{many} of {port.length} values"
    size = f"{port.width}×{port.height}"
    order = {"HWC": ", channels last", "CHW": ", channels first"}.get(port.layout, "")
    if port.channels == 1:
        return f"{size} picture"
    if port.channels not in SHOWN_CHANNELS:
        return f"{size} picture of {port.channels} channels{order}"
    return f"{size} colour picture{' with alpha' if port.channels == 4 else ''}{order}"


def same_layout(one: Port, other: Port) -> bool:
    """Whether two ports differ in no more than their values."""
    if isinstance(one, PicturePort) and isinstance(other, PicturePort):
        return replace(one, low=other.low, high=other.high, channel=other.channel) == other
    return one == other


def _range_of(port: Port) -> tuple[float, float] | None:
    return (port.low, port.high) if isinstance(port, PicturePort) else None
