"""Small editors over the latent table: a number in its row, the two ends of a range."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from explorer.widgets.latent_row import exact_text
from models.errors import LatentError
from models.latent import check_range, parse_value

FIELD_PX = 104


class NumberEditor(QLineEdit):
    """Takes an exact number for one row; stays open until it gets one.

    Attributes
    ----------
    committed : signal of int, float
        A row and the finite float32 value that was typed.
    refused : signal of str
        Why what was typed is no value.
    left : signal
        The editor closes and gives the keyboard back.
    """

    committed = pyqtSignal(int, float)
    refused = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = -1
        self._name = self._opened_with = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setStyleSheet("QLineEdit { min-height: 0; padding: 0 6px; }")
        self.returnPressed.connect(self._commit)
        self.hide()

    def open(self, row: int, name: str, value: float, typed: str) -> None:
        """Show the editor; ``typed`` replaces the value if it is not empty."""
        self.row, self._name, self._opened_with = row, name, exact_text(value)
        self.setAccessibleName(f"Exact value of {name}")
        self.setText(typed or self._opened_with)
        if not typed:
            self.selectAll()
        self.show()
        self.setFocus()

    def leave(self) -> None:
        """Hide without a value and give the keyboard back."""
        if self.row >= 0:
            self.row = -1
            self.left.emit()
            self.hide()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Qt: Escape leaves; no key goes on to the table."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Qt: what was typed counts if it is a number, and is dropped if not."""
        super().focusOutEvent(event)
        popup = event is not None and event.reason() is Qt.FocusReason.PopupFocusReason
        if self.row >= 0 and not popup:
            row, self.row = self.row, -1
            self.hide()
            self._request(row)

    def _commit(self) -> None:
        if self.row < 0:
            return
        if self._request(self.row):
            self.leave()
        else:
            self.selectAll()

    def _request(self, row: int) -> bool:
        try:
            value = parse_value(self.text(), row)
        except LatentError as error:
            self.refused.emit(_sentence(self._name, error))
            return False
        if self.text() != self._opened_with:
            self.committed.emit(row, value)
        return True


class RangeEditor(QFrame):
    """A popup with the two ends of a row's range.

    Attributes
    ----------
    committed : signal of int, float, float
        A row and its new range.
    refused : signal of str
        Why what was typed is no range.
    """

    committed = pyqtSignal(int, float, float)
    refused = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.row, self._name = -1, ""
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = QLabel(self)
        self.lo, self.hi = QLineEdit(self), QLineEdit(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        for part in (self.title, self.lo, QLabel("to", self), self.hi):
            layout.addWidget(part)
        for edit, name in ((self.lo, "Lower end"), (self.hi, "Upper end")):
            edit.setFixedWidth(FIELD_PX)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setAccessibleName(name)
            edit.setToolTip(f"{name} of the range; Enter sets it, Escape leaves")
            edit.returnPressed.connect(self._commit)

    def open(self, row: int, name: str, lo: float, hi: float, at: QPoint) -> None:
        """Show the popup at a global position."""
        self.row, self._name = row, name
        self.title.setText(f"Range of {name}")
        self.lo.setText(exact_text(lo))
        self.hi.setText(exact_text(hi))
        self.adjustSize()
        self.move(at)
        self.show()
        self.lo.setFocus()
        self.lo.selectAll()

    def _commit(self) -> None:
        try:
            ends = [parse_value(edit.text(), self.row) for edit in (self.lo, self.hi)]
            lo, hi = check_range(ends[0], ends[1], self.row)
        except LatentError as error:
            self.refused.emit(_sentence(f"The range of {self._name}", error))
            return
        self.hide()
        self.committed.emit(self.row, lo, hi)


# The same with the name that the row has, which need not be "z" and its number.
def _sentence(name: str, error: LatentError) -> str:
    return str(LatentError(name, error.rule, error.received, error.advice))
