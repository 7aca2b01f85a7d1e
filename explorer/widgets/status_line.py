"""The line at the bottom: engine, timings, one sentence, the way of the data."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from explorer.theme import GRID_PX, MARGIN_PX, theme_of
from explorer.widgets.parts import quiet

HEIGHT_PX = 28
DOT_PX = 8
BREAK_PX = 80  # what a line may lose where a word does not fit
HELP_TIP = "Start a new engine; nothing you made is lost"
CANCEL_TIP = "Give up; what is shown stays"
DETAILS_TIP = "Show all that is known of it, to be read and copied"
REPORT_TIP = "Put versions, the engine's state and the end of the log on the clipboard"


class Dot(QWidget):
    """A round mark: full where all is well, a ring while working, a cross where not."""

    def __init__(self) -> None:
        super().__init__()
        self._mood = "working"
        self.setFixedSize(QSize(DOT_PX + 2, DOT_PX + 2))

    def set_mood(self, mood: str) -> None:
        """``well``, ``working`` or ``failed``."""
        self._mood = mood
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the mark; its shape tells the mood, not only its colour."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(1.5, 1.5, -1.5, -1.5)
        if self._mood == "well":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.encoder))
            painter.drawEllipse(box)
        elif self._mood == "working":
            painter.setPen(QColor(theme.muted))
            painter.drawEllipse(box)
        else:
            painter.setPen(QColor(theme.error))
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())


class Sentence(QLabel):
    """A label that shows as much as there is room for, and all of it as a tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def set_sentence(self, text: str) -> None:
        """Show a sentence."""
        self._full = text
        if "<" in text:  # it may name a file, and Qt takes what looks like HTML for HTML
            from html import escape

            self.setToolTip(f"<qt>{escape(text)}</qt>")
        else:
            self.setToolTip(text)
        self.setAccessibleName(text or "No message")
        self.updateGeometry()
        self.update()

    def sentence(self) -> str:
        """All of it, shown or not."""
        return self._full

    def sizeHint(self) -> QSize:
        """Wide enough for all of it on one line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """It gives way to everything else."""
        return QSize(0, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the sentence, on two lines if need be, with an ellipsis where it is too long."""
        painter = QPainter(self)
        painter.setPen(QColor(theme_of(self.palette()).text))
        metrics = painter.fontMetrics()
        room = self.width()
        flags = Qt.AlignmentFlag.AlignVCenter.value
        if metrics.horizontalAdvance(self._full) > room and self.height() >= 2 * metrics.height():
            flags |= Qt.TextFlag.TextWordWrap.value
            room = 2 * room - BREAK_PX
        text = metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), flags, text)


class StatusLine(QWidget):
    """Setters only; the button asks for what its text says.

    Attributes
    ----------
    help_wanted : signal
        The button in a state that has one: end the engine, or try again.
    report_wanted : signal
        The user wants to copy a report of what failed.
    cancel_wanted : signal
        The user does not want to wait for what is being opened.
    details_wanted : signal
        The user wants to know more than the sentence says.
    """

    help_wanted = pyqtSignal()
    report_wanted = pyqtSignal()
    cancel_wanted = pyqtSignal()
    details_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = Dot()
        self._engine = QLabel("")
        self._timings = quiet("")
        self._sentence = Sentence()
        self._path = quiet("")
        self._help = self._link("", HELP_TIP, self.help_wanted.emit)
        self._report = self._link("Copy report", REPORT_TIP, self.report_wanted.emit)
        self._opening = QLabel("")
        self._opening.setTextFormat(Qt.TextFormat.PlainText)
        self._cancel = self._link("Cancel", CANCEL_TIP, self.cancel_wanted.emit)
        self._details = self._link("Details", DETAILS_TIP, self.details_wanted.emit)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX - 4, 0, MARGIN_PX - 4, 0)
        layout.setSpacing(GRID_PX)
        for widget in (self._dot, self._engine, self._help, self._report):
            layout.addWidget(widget)
        layout.addSpacing(GRID_PX)
        for widget in (self._opening, self._cancel):
            layout.addWidget(widget)
        layout.addWidget(self._timings)
        layout.addSpacing(GRID_PX)
        for widget in (self._sentence, self._details):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._path)
        self.setFixedHeight(HEIGHT_PX)
        self.setStyleSheet("font-size: 11px;")
        self.set_engine("working", "starting", "", False)
        self.set_opening("")

    def set_engine(self, mood: str, text: str, help_text: str, report: bool) -> None:
        """Show how the engine is, and the button that helps, if any."""
        self._dot.set_mood(mood)
        self._engine.setText(text)
        self._engine.setAccessibleName(f"Engine: {text}")
        self._help.setText(help_text)
        self._help.setAccessibleName(help_text)
        self._help.setVisible(bool(help_text))
        self._report.setVisible(report)

    def set_timings(self, text: str) -> None:
        """Show how long the last picture took."""
        self._timings.setText(text)

    def set_opening(self, text: str) -> None:
        """Say what is being opened, which can be cancelled; nothing is where ``text`` is empty."""
        self._opening.setText(text)
        self._opening.setVisible(bool(text))
        self._cancel.setVisible(bool(text))

    def opening_text(self) -> str:
        """What it says is being opened."""
        return self._opening.text()

    def set_sentence(self, text: str, has_details: bool = False) -> None:
        """Show one sentence; one with details gets a link to them, and room to be read."""
        self._sentence.set_sentence(text)
        self._details.setVisible(has_details)
        self._timings.setVisible(not has_details)
        self._path.setVisible(not has_details)
        self._layout.activate()  # at once: the sentence is never painted with the old one's room

    def sentence(self) -> str:
        """The sentence shown."""
        return self._sentence.sentence()

    def engine_text(self) -> str:
        """What it says of the engine."""
        return self._engine.text()

    def set_path(self, text: str) -> None:
        """Show the way of the data."""
        self._path.setText(text)

    @staticmethod
    def _link(text: str, tip: str, on_click: Callable[[], object]) -> QPushButton:
        link = QPushButton(text)
        link.setAccessibleName(text)
        link.setToolTip(tip)
        link.setObjectName("quiet")
        link.setStyleSheet("min-height: 20px; text-decoration: underline;")
        link.setVisible(False)
        link.clicked.connect(lambda: on_click())
        return link
