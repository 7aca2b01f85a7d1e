"""A line that offers something, and stays until it is answered; nobody has to answer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.theme import GRID_PX, MARGIN_PX
from explorer.widgets.parts import button, row, rule
from explorer.widgets.status_line import Sentence

HEIGHT_PX = 44

Answer = tuple[str, str, Callable[[], object]]  # text, tooltip, what it does


class OfferBar(QWidget):
    """Hidden unless something is offered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Offer")
        self._sentence = Sentence()
        self._answers = QWidget()
        self._line = row(self._sentence, None, self._answers)
        self._line.setContentsMargins(MARGIN_PX - 4, 0, MARGIN_PX - 4, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(self._line, 1)
        self.setFixedHeight(HEIGHT_PX)
        self.hide()

    def sentence(self) -> str:
        """What is offered; empty where nothing is."""
        return "" if self.isHidden() else self._sentence.sentence()

    def ask(self, sentence: str, answers: Sequence[Answer]) -> None:
        """Offer something; any answer takes the offer away."""
        self._sentence.set_sentence(sentence)
        old, self._answers = self._answers, QWidget()
        buttons = [
            button(text, tip, self._answered_by(act), name=text) for text, tip, act in answers
        ]
        line = row(*buttons, spacing_px=GRID_PX)
        self._answers.setLayout(line)
        self._line.replaceWidget(old, self._answers)
        old.setParent(None)  # at once: nobody finds an answer to what is offered no more
        old.deleteLater()
        self.show()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self.hide()

    def _answered_by(self, act: Callable[[], object]) -> Callable[[], None]:
        def answer() -> None:
            self.hide()
            act()

        return answer
