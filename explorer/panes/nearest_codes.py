"""The real code nearest to each of many, found one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.frame import Floats
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis


@dataclass(frozen=True, eq=False)
class Nearest:
    """A code of the data.

    Attributes
    ----------
    index, label : int
    distance : float
    code : ndarray of float32, shape (latent_dim,)
    """

    index: int
    label: int
    distance: float
    code: Floats


class NearestCodes(QObject):
    """Asks the analysis, with one question under way, so that others get their turn.

    Attributes
    ----------
    found : signal
        One more is known.
    failed : signal of str
        Why there are no more.
    """

    found = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, analysis: Analysis, lane: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._analysis = analysis
        self._lane = lane
        self._codes: list[Floats] = []
        self._known: dict[int, Nearest] = {}
        self._asked: tuple[int, int] | None = None  # number of the question, place of the code
        analysis.answered.connect(self._on_answer)
        analysis.failed.connect(self._on_failure)

    def nearest(self, place: int) -> Nearest | None:
        """What is nearest to the code at that place in the list, once it is known."""
        return self._known.get(place)

    def set_codes(self, codes: list[Floats]) -> None:
        """Look for the nearest of these codes; earlier answers are forgotten."""
        self._codes, self._known, self._asked = codes, {}, None

    def go_on(self) -> None:
        """Ask for the next that is missing, unless an answer is awaited."""
        if self._asked is not None:
            return
        missing = next((i for i in range(len(self._codes)) if i not in self._known), None)
        if missing is not None:
            arrays = {"z": self._codes[missing]}
            seq = self._analysis.ask("nearest", {"k": 1}, arrays, self._lane)
            self._asked = seq, missing

    def pause(self) -> None:
        """Wait for nothing any more."""
        self._asked = None

    def _on_answer(self, answer: Message) -> None:
        if self._asked is None or answer.fields["seq"] != self._asked[0]:
            return
        _, place = self._asked
        self._asked = None
        found = answer.arrays
        self._known[place] = Nearest(
            int(found["indices"][0]),
            int(found["labels"][0]),
            float(found["distances"][0]),
            found["codes"][0],
        )
        self.go_on()
        self.found.emit()

    def _on_failure(self, seq: int, sentence: str) -> None:
        if self._asked is not None and seq == self._asked[0]:
            self._asked = None
            self.failed.emit(sentence)
