"""The card of a model: a panel over the middle of the window, closed with Esc."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

from explorer.card_text import (
    CLASSES,
    CUT,
    OPENED_AS,
    PICTURE_SIZE,
    card_lines,
    cut_text,
    shown_name,
    typed_size,
)
from explorer.theme import BOX_RADIUS_PX, GRID_PX, MARGIN_PX, theme_of
from explorer.widgets.parts import Choice, button, heading, quiet, row

WIDTH_PX = 480
SLIDE_PX, SLIDE_MS = 24, 150
LINE_MARGIN_PX = 2  # that Qt leaves beside what is typed
MAX_SIZE_CHARS = 16  # 65536 x 65536, and room to type in


class ModelCard(QWidget):
    """Tells what a model is, over another widget of the same window.

    Attributes
    ----------
    cut_wanted : signal of str
        The user chose another layer to cut the model at.
    reading_wanted : signal of mapping of str to str
        The user wants the files read in another way: the choices that say so.
    closed : signal
        It is gone from sight.
    """

    cut_wanted = pyqtSignal(str)
    reading_wanted = pyqtSignal(object)
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

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Tell that it is gone."""
        super().hideEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Stay over what it lies over."""
        moved = (QEvent.Type.Resize, QEvent.Type.Move)
        if event is not None and event.type() in moved and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
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
            choice = self._choice_for(title, card)
            if choice is not None:
                _add(table, title, choice)
                title, text = "", _below_the_box(title, text)
            if text:
                _add(table, title, _words(text))
        table.setRowStretch(table.rowCount(), 1)

    def _choice_for(self, title: str, card: Mapping[str, Any]) -> QWidget | None:
        if title == CUT and len(card["cuts"]) > 1:
            return self._cut_choice(card)
        if title == OPENED_AS and card.get("role_offers"):
            return self._reading_choice("Open the file in another role", card["role_offers"])
        if title == CLASSES:
            return self._reading_choice("Which input takes a class", card["class_offers"])
        if title == PICTURE_SIZE:
            return self._size_choice(card["size_offers"])
        return None

    def _cut_choice(self, card: Mapping[str, Any]) -> QWidget:
        layers = [str(cut["layer"]) for cut in card["cuts"]]
        chosen = str(card["cut"]["layer"])
        choice = _choice(
            "Cut the model after another layer",
            [cut_text(cut) for cut in card["cuts"]],
            layers.index(chosen) if chosen in layers else -1,
            lambda index: self.cut_wanted.emit(layers[index]),
        )
        for index, cut in enumerate(card["cuts"]):
            choice.setItemData(index, cut["sentence"], Qt.ItemDataRole.ToolTipRole)
        return choice

    def _reading_choice(self, name: str, offers: Sequence[Mapping[str, Any]]) -> Choice:
        chosen = [bool(offer["chosen"]) for offer in offers]
        return _choice(
            name,
            [shown_name(offer["text"]) for offer in offers],
            chosen.index(True) if True in chosen else -1,
            lambda index: self.reading_wanted.emit(offers[index]["choices"]),
        )

    def _size_choice(self, offers: Sequence[Mapping[str, Any]]) -> QWidget:
        choice = self._reading_choice("Height and width of the pictures", offers)
        choice.setEditable(True)
        choice.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        choice.setCompleter(None)
        choice.setToolTip("Height and width of the pictures: choose them, or type such as 96×128")
        line = choice.lineEdit()
        assert line is not None
        line.setMaxLength(MAX_SIZE_CHARS)
        line.setTextMargins(-LINE_MARGIN_PX, 0, 0, 0)  # as boxes that nobody types in
        shown = choice.currentText()

        # Of the line Qt alone keeps hold. What it calls must not hold it, too: Python would take
        # both for rubbish, and clear what Qt goes on calling.
        def on_return() -> None:
            wanted = typed_size(choice.currentText())
            choice.setEditText(shown)
            if wanted != typed_size(shown):
                self.reading_wanted.emit({**offers[0]["choices"], "size": wanted})

        line.returnPressed.connect(on_return)
        line.editingFinished.connect(lambda: choice.setEditText(shown))
        return choice


def _below_the_box(title: str, text: str) -> str:
    """Why: what is chosen stands in the box."""
    return {CUT: text.partition("\n")[2], OPENED_AS: text}.get(title, "")


def _choice(name: str, texts: Sequence[str], chosen: int, ask: Callable[[int], object]) -> Choice:
    """A box that shows what is so, and asks for what the user chooses instead."""
    made = Choice(name)
    made.addItems(texts)
    made.setCurrentIndex(chosen)

    def on_activated(index: int) -> None:
        if index != chosen:
            made.setCurrentIndex(chosen)  # the card of what comes of it is another one
            ask(index)

    made.activated.connect(on_activated)
    return made


def _add(table: QGridLayout, title: str, value: QWidget) -> None:
    line = table.rowCount()
    label = quiet(title)
    beside_a_box = isinstance(value, Choice)
    place = Qt.AlignmentFlag.AlignVCenter if beside_a_box else Qt.AlignmentFlag.AlignTop
    label.setAlignment(place | Qt.AlignmentFlag.AlignLeft)
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
