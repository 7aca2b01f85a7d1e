"""The mean codes of the labels, asked for once for each set of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.frame import Floats
from explorer.state.record import Change
from explorer.state.session import Session
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "means"


class LabelMeansQuestion(QObject):
    """Asks the analysis.

    Attributes
    ----------
    found : dict of int to ndarray
        Means (latent_dim,) by label; empty until they are known.
    changed : signal
        They are known, or not any more.
    failed : signal of str
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, session: Session, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._seq = 0
        self.found: dict[int, Floats] = {}
        analysis.answered.connect(self._on_answer)
        analysis.failed.connect(self._on_failure)
        session.changed.connect(self._on_change)

    def ask(self) -> None:
        """Ask, unless they are known or there are no codes."""
        if not self.found and not self._seq and self._session.subject.whereabouts.codes is not None:
            self._seq = self._analysis.ask("means", {}, {}, LANE)

    def _on_answer(self, answer: Message) -> None:
        if not self._seq or answer.fields["seq"] != self._seq:
            return
        self._seq = 0
        labels, means = answer.arrays["labels"].tolist(), answer.arrays["means"]
        self.found = dict(zip(labels, means, strict=True)) if len(labels) > 1 else {}
        self.changed.emit()

    def _on_failure(self, seq: int, sentence: str) -> None:
        if self._seq and seq == self._seq:
            self._seq = 0
            self.failed.emit(sentence)

    def _on_change(self, change: Change) -> None:
        if "codes" in change.fields:
            asks_again = bool(self.found) or self._seq > 0
            self.found, self._seq = {}, 0
            self.changed.emit()
            if asks_again:
                self.ask()
