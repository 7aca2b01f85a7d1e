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
    """Takes an exact number for one dimension; stays open until it gets one.

    Attributes
    ----------
    committed : signal of int, float
        A dimension and the finite float32 value that was typed.
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
        self.dim = -1
        self._opened_with = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setStyleSheet("QLineEdit { min-height: 0; padding: 0 6px; }")
        self.returnPressed.connect(self._commit)
        self.hide()

    def open(self, dim: int, value: float, typed: str) -> None:
        """Show the editor; ``typed`` replaces the value if it is not empty."""
        self.dim, self._opened_with = dim, exact_text(value)
        self.setAccessibleName(f"Exact value of z {dim}")
        self.setText(typed or self._opened_with)
        if not typed:
            self.selectAll()
        self.show()
        self.setFocus()

    def leave(self) -> None:
        """Hide without a value and give the keyboard back."""
        if self.dim >= 0:
            self.dim = -1
            self.left.emit()
            self.hide()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: Escape leaves; no key goes on to the table."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: what was typed counts if it is a number, and is dropped if not."""
        super().focusOutEvent(event)
        popup = event is not None and event.reason() is Qt.FocusReason.PopupFocusReason
        if self.dim >= 0 and not popup:
            dim, self.dim = self.dim, -1
            self.hide()
            self._request(dim)

    def _commit(self) -> None:
        if self.dim < 0:
            return
        if self._request(self.dim):
            self.leave()
        else:
            self.selectAll()

    def _request(self, dim: int) -> bool:
        try:
            value = parse_value(self.text(), dim)
        except LatentError as error:
            self.refused.emit(str(error))
            return False
        if self.text() != self._opened_with:
            self.committed.emit(dim, value)
        return True


class RangeEditor(QFrame):
    """A popup with the two ends of a dimension's range.

    Attributes
    ----------
    committed : signal of int, float, float
        A dimension and its new range.
    refused : signal of str
        Why what was typed is no range.
    """

    committed = pyqtSignal(int, float, float)
    refused = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.dim = -1
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = QLabel(self)
        self.lo, self.hi = QLineEdit(self), QLineEdit(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self.title)
        row.addWidget(self.lo)
        row.addWidget(QLabel("to", self))
        row.addWidget(self.hi)
        for edit, name in ((self.lo, "Lower end"), (self.hi, "Upper end")):
            edit.setFixedWidth(FIELD_PX)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setAccessibleName(name)
            edit.setToolTip(f"{name} of the range; Enter sets it, Escape leaves")
            edit.returnPressed.connect(self._commit)

    def open(self, dim: int, lo: float, hi: float, at: QPoint) -> None:
        """Show the popup at a global position."""
        self.dim = dim
        self.title.setText(f"Range of z {dim}")
        self.lo.setText(exact_text(lo))
        self.hi.setText(exact_text(hi))
        self.adjustSize()
        self.move(at)
        self.show()
        self.lo.setFocus()
        self.lo.selectAll()

    def _commit(self) -> None:
        try:
            ends = parse_value(self.lo.text(), self.dim), parse_value(self.hi.text(), self.dim)
            lo, hi = check_range(*ends, self.dim)
        except LatentError as error:
            self.refused.emit(str(error))
            return
        self.hide()
        self.committed.emit(self.dim, lo, hi)
