"""The card of a model: a panel over the middle of the window, closed with Esc."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRect,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from explorer.card_text import CUT, card_lines, cut_text, shown_name
from explorer.theme import BOX_RADIUS_PX, GRID_PX, MARGIN_PX, theme_of
from explorer.widgets.parts import Choice, button, heading, quiet, row

WIDTH_PX = 480
SLIDE_PX, SLIDE_MS = 24, 150


class ModelCard(QWidget):
    """Tells what a model is, over another widget of the same window.

    Attributes
    ----------
    cut_wanted : signal of str
        The user chose another layer to cut the model at.
    closed : signal
        It is gone from sight.
    """

    cut_wanted = pyqtSignal(str)
    closed = pyqtSignal()

    def __init__(self, card: Mapping[str, Any], over: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = over
        self.setAccessibleName("About this model")
        self._close = button("✕", "Close (Esc)", self.hide, name="Close the card")
        self._close.setObjectName("quiet")
        self._body = QWidget()
        self._fill(card)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._body)
        self._body.setAutoFillBackground(False)
        self._area.setAccessibleName("All that is known of the model")
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, GRID_PX, GRID_PX, MARGIN_PX - 4)
        layout.setSpacing(GRID_PX)
        title = row()
        title.addWidget(heading("About this model"), 1)
        title.addWidget(self._close)
        layout.addLayout(title)
        layout.addWidget(self._area, 1)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        over.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Slide in."""
        self._place()
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.PopupFocusReason)
        self._slide.setStartValue(self.pos() + QPoint(0, SLIDE_PX))
        self._slide.setEndValue(self.pos())
        self._slide.start()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Tell that it is gone."""
        super().hideEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's
        """Stay over what it lies over."""
        moved = (QEvent.Type.Resize, QEvent.Type.Move)
        if event is not None and event.type() in moved and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint the panel."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.setBrush(QColor(theme.panel))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, BOX_RADIUS_PX, BOX_RADIUS_PX)

    def _place(self) -> None:
        self._slide.stop()
        parent = self.parentWidget()
        assert parent is not None
        room = QRect(self._over.mapTo(parent, QPoint(0, 0)), self._over.size())
        room = room.intersected(parent.rect().adjusted(0, 0, 0, -MARGIN_PX))
        width = min(WIDTH_PX, room.width())
        margins = self._layout.contentsMargins()
        inner = width - margins.left() - margins.right()
        around = self.sizeHint().height() - self._area.sizeHint().height()
        height = min(around + self._body.heightForWidth(inner), room.height())
        self.setGeometry(room.right() + 1 - width, room.top(), width, height)

    def _fill(self, card: Mapping[str, Any]) -> None:
        table = QGridLayout(self._body)
        table.setContentsMargins(0, 0, MARGIN_PX - GRID_PX, 0)
        table.setHorizontalSpacing(2 * GRID_PX)
        table.setVerticalSpacing(GRID_PX)
        table.setColumnStretch(1, 1)
        name = _words(shown_name(card.get("name", "")))
        name.setObjectName("title")
        table.addWidget(name, 0, 0, 1, 2)
        for title, text in card_lines(card):
            if title == CUT and len(card["cuts"]) > 1:
                _add(table, title, self._cut_choice(card))
                title, text = "", text.partition("\n")[2]
            _add(table, title, _words(text))
        table.setRowStretch(table.rowCount(), 1)

    def _cut_choice(self, card: Mapping[str, Any]) -> QWidget:
        choice = Choice("Cut the model after another layer")
        layers = []
        for cut in card["cuts"]:
            layers.append(str(cut["layer"]))
            choice.addItem(cut_text(cut))
            choice.setItemData(choice.count() - 1, cut["sentence"], Qt.ItemDataRole.ToolTipRole)
        chosen = str(card["cut"]["layer"])
        choice.setCurrentIndex(layers.index(chosen) if chosen in layers else -1)

        def ask(index: int) -> None:
            if layers[index] != chosen:
                self.cut_wanted.emit(layers[index])

        choice.activated.connect(ask)
        return choice


def _add(table: QGridLayout, title: str, value: QWidget) -> None:
    line = table.rowCount()
    label = quiet(title)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    table.addWidget(label, line, 0)
    table.addWidget(value, line, 1)


def _words(text: str, name: str = "") -> QLabel:
    """A label that may hold what a file says: never taken for HTML, wrapped, to be copied."""
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label
