"""Pages below a row of buttons, of which one is pressed."""

from __future__ import annotations

from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.theme import GRID_PX


class Pages(QWidget):
    """Shows one page at a time.

    Parameters
    ----------
    name : str
        For the screen reader.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._bar = QHBoxLayout()
        self._bar.setSpacing(GRID_PX // 2)
        self._bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addLayout(self._bar)
        layout.addWidget(self._stack, 1)

    def add_page(self, title: str, tip: str, page: QWidget) -> None:
        """Append a page."""
        chooser = QPushButton(title)
        chooser.setCheckable(True)
        chooser.setToolTip(tip)
        chooser.setAccessibleName(title)
        number = self._stack.addWidget(page)
        chooser.setChecked(number == 0)
        chooser.clicked.connect(lambda: self._turn_to(number))
        self._group.addButton(chooser)
        self._bar.insertWidget(number, chooser)
        self._turn_to(self._stack.currentIndex())

    def open_page(self, title: str) -> None:
        """Bring a page to the front."""
        for chooser in self._group.buttons():
            if chooser.text() == title:
                chooser.click()

    def _turn_to(self, number: int) -> None:
        """Show a page; what the others would need takes no room."""
        for index in range(self._stack.count()):
            page = self._stack.widget(index)
            assert page is not None
            seen = QSizePolicy.Policy.Preferred
            page.setSizePolicy(seen, seen if index == number else QSizePolicy.Policy.Ignored)
        self._stack.setCurrentIndex(number)
