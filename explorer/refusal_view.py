"""Why something was not opened: the sentence and all that is known, to be read and copied."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.theme import GRID_PX, MARGIN_PX, code_font
from explorer.widgets.parts import button, row, rule

SIZE = QSize(620, 320)
CODE_PX = 12


class RefusalView(QDialog):
    """A window of its own that nobody has to close before going on."""

    def __init__(self, sentence: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Not opened")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._sentence, self._details = sentence, details
        said = QLabel()
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setText(sentence)
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        more = QPlainTextEdit(details)
        more.setReadOnly(True)
        more.setFont(code_font(CODE_PX))
        document = more.document()
        assert document is not None
        document.setDocumentMargin(0)
        more.setAccessibleName("Details")
        more.setToolTip("What is known of it")
        close = button("Close", "Close (Esc)", self.close)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(2 * GRID_PX)
        layout.addWidget(said)
        layout.addWidget(rule())
        layout.addWidget(more, 1)
        layout.addLayout(row(None, button("Copy", "Copy the sentence and the details", self.copy),
                             close))  # fmt: skip
        self.resize(SIZE)

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"{self._sentence}\n\n{self._details}".strip())
