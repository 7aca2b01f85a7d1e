"""The menu of samples: built-in digits and, where there are data, pictures of these."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

MAX_LABELS = 40
ANY = -1


class SampleMenu(QMenu):
    """Asks for a sample.

    Attributes
    ----------
    digit_wanted : signal of int
        A digit drawn from strokes.
    label_wanted : signal of int
        A picture of the data with this label; -1 for any.
    """

    digit_wanted = pyqtSignal(int)
    label_wanted = pyqtSignal(int)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._of_data: list[QAction] = []
        for digit in range(10):
            action = QAction(str(digit), self)
            action.setShortcut(QKeySequence(f"Alt+{digit}"))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _=False, chosen=digit: self.digit_wanted.emit(chosen))
            self.addAction(action)
            owner.addAction(action)

    def set_data(self, name: str, labels: Sequence[int], names: Sequence[str] = ()) -> None:
        """Offer pictures of a data set, one entry for each of its labels.

        Parameters
        ----------
        name : str
            Of the data set.
        labels : sequence of int
        names : sequence of str
            By label; empty where labels are plain numbers.
        """
        for action in self._of_data:
            self.removeAction(action)
        first = self.actions()[0]
        self._of_data = [self._entry(f"Any of {name}".replace("&", "&&"), ANY)]
        if len(labels) <= MAX_LABELS:
            self._of_data += [self._entry(_title(label, names), label) for label in labels]
        self.insertActions(first, self._of_data)
        line = self.insertSeparator(first)
        if line is not None:
            self._of_data.append(line)

    def _entry(self, text: str, label: int) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _=False: self.label_wanted.emit(label))
        return action


def _title(label: int, names: Sequence[str]) -> str:
    if not 0 <= label < len(names):
        return f"Label {label}"
    return names[label].replace("&", "&&")  # & marks a key
