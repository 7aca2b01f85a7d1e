"""Named directions: sliders along them, and how well each parts two labels."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from explorer.panes.label_means import LabelMeansQuestion
from explorer.panes.telling import edit_or_tell
from explorer.state.direction_edits import delete_direction, rename_direction
from explorer.state.directions import Direction
from explorer.state.latent import Source
from explorer.state.record import Change
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.direction_row import DirectionRow
from explorer.widgets.line import Line
from explorer.widgets.parts import Choice, heading, quiet, row
from explorer.widgets.scrolling import scroll_down
from explorer.widgets.seen import SeenWidget
from explorer.widgets.separation_view import SeparationView
from models.arithmetic import RANDOM_PAIRS, Axis
from models.errors import LatentError
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "direction"
EMPTY = "No directions yet: subtract codes under Arithmetic and save the difference."
FLAT_SPAN = (-3.0, 3.0)  # where there are no codes
NO_LABELS = "Cohen's d needs codes with labels."


class DirectionsPart(SeenWidget):
    """The directions, wired to the session.

    Parameters
    ----------
    session : Session
    analysis : Analysis
        Has the session's codes, or is given them by its owner.
    means : LabelMeansQuestion
        Knows the labels.
    """

    def __init__(
        self,
        session: Session,
        analysis: Analysis,
        means: LabelMeansQuestion,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._means = means
        self._rows: dict[Direction, DirectionRow] = {}
        self._axes: dict[Direction, Axis] = {}
        self._chosen: Direction | None = None
        self._gesture: int | None = None
        self._seq = 0
        self._words = Line("muted")
        self._origin = Line("muted")
        self._sentence = Line("muted")
        self.first, self.second = Choice("First label"), Choice("Second label")
        self.separation = SeparationView()
        self._list = QVBoxLayout()
        self._build()
        self._connect()
        self._renew()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what was missed."""
        super().showEvent(event)
        self._means.ask()
        self._show_values()
        self._compare()

    @property
    def rows(self) -> list[DirectionRow]:
        """The rows, in order."""
        return list(self._rows.values())

    # The directions ----------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if change.fields & {"codes", "locks"}:
            for direction in self._rows:
                self._measure(direction)
            self._show_values()
        if "directions" in change.fields:
            self._renew()
        elif "latent" in change.fields and self.is_seen:
            self._show_values()

    def _renew(self) -> None:
        directions = self._session.state.directions
        for gone in [direction for direction in self._rows if direction not in directions]:
            self._rows.pop(gone).deleteLater()
            del self._axes[gone]
        for place, direction in enumerate(directions):
            if direction not in self._rows:
                self._rows[direction] = self._make_row(direction)
                self._measure(direction)
            self._list.insertWidget(place, self._rows[direction])
        keys = {direction.key: direction for direction in directions}
        before = "" if self._chosen is None else self._chosen.key
        self._chosen = keys.get(before, directions[-1] if directions else None)
        self._words.show_text("" if directions else EMPTY)
        self._words.setVisible(not directions)
        self._figures.setVisible(bool(directions))
        self._show_values()
        self._show_chosen()

    def _measure(self, direction: Direction) -> None:
        """Where the codes lie along it, as far as dimensions are not locked."""
        where = self._session.subject.whereabouts
        free = np.where(self._session.lock_mask(), np.float32(0), direction.vector)
        axis, shown = Axis(where.mean, free), self._rows[direction]
        self._axes[direction] = axis
        shown.set_span(*(FLAT_SPAN if where.codes is None else axis.span(where.codes.codes)))
        shown.slider.setEnabled(axis.leads_anywhere)

    def _make_row(self, direction: Direction) -> DirectionRow:
        made = DirectionRow(direction.name, direction.origin)
        made.grabbed.connect(self._grab)
        made.released.connect(self._release)
        made.value_wanted.connect(partial(self._move, direction))
        made.renamed.connect(partial(self._rename, direction.key))
        made.removed.connect(partial(self._delete, direction.key))
        made.entered.connect(partial(self._choose, direction))
        return made

    # What a hand does --------------------------------------------------------------------

    def _grab(self) -> None:
        self._gesture = self._session.new_gesture()

    def _release(self) -> None:
        self._gesture = None
        self._show_values()

    def _move(self, direction: Direction, value: float) -> None:
        try:
            z = self._axes[direction].moved(self._session.state.latent.z, value)
        except LatentError as error:
            self._session.told.emit(str(error))
            return
        text = f"go along {direction.name}"
        self._session.set_latent(z, Source.DIRECTION, None, self._gesture, text)

    def _rename(self, key: str, name: str) -> None:
        edit_or_tell(self._session, rename_direction(key, name))

    def _delete(self, key: str) -> None:
        edit_or_tell(self._session, delete_direction(key))

    def _choose(self, direction: Direction) -> None:
        if direction is not self._chosen:
            self._chosen = direction
            self._show_values()
            self._show_chosen()

    # How far it parts two labels ---------------------------------------------------------

    def _show_labels(self) -> None:
        labels = [str(label) for label in self._means.found]
        for choice in (self.first, self.second):
            choice.clear()
            choice.addItems(labels)
        self._show_chosen()

    def _show_chosen(self) -> None:
        direction = self._chosen
        self._origin.show_text("" if direction is None else f"from {direction.origin}")
        if direction is not None:
            named = [int(word) for word in re.findall(r"mean of (-?\d{1,9})\b", direction.origin)]
            pair = [label for label in dict.fromkeys(named) if label in self._means.found]
            pair += [label for label in self._means.found if label not in pair]
            for choice, label in zip((self.first, self.second), pair[:2], strict=False):
                choice.setCurrentText(str(label))
        self._compare()

    def _compare(self) -> None:
        self._seq = 0  # what is still on its way is of other codes, labels or directions
        if self._chosen is None or not self.is_seen:
            return
        if not self._means.found:
            self._show_refusal(NO_LABELS)
            return
        labels = {"first": int(self.first.currentText()), "second": int(self.second.currentText())}
        arrays = {"direction": self._chosen.vector}
        self._seq = self._analysis.ask("separate", labels, arrays, LANE)

    def _on_answer(self, answer: Message) -> None:
        if not self._seq or answer.fields["seq"] != self._seq:
            return
        self._seq = 0
        d, share = float(answer.fields["d"]), float(answer.fields["share"])
        self.separation.show_separation(d, answer.arrays["random"])
        self._sentence.show_text(
            f"Cohen's d {d:+.2f}, more than along {int(100 * share)} % of "
            f"{RANDOM_PAIRS} random pairs of codes"
        )

    def _on_failure(self, seq: int, sentence: str) -> None:
        if self._seq and seq == self._seq:
            self._seq = 0
            self._show_refusal(sentence)

    def _show_refusal(self, sentence: str) -> None:
        self.separation.show_separation(0.0, np.zeros(0))
        self._sentence.show_text(sentence)

    # What is shown -----------------------------------------------------------------------

    def _show_values(self) -> None:
        z = self._session.state.latent.z
        for direction, shown in self._rows.items():
            shown.show_value(self._axes[direction].value(z), direction is self._chosen)

    def _connect(self) -> None:
        for choice in (self.first, self.second):
            choice.activated.connect(lambda _: self._compare())
        self._means.changed.connect(self._show_labels)
        self._analysis.answered.connect(self._on_answer)
        self._analysis.failed.connect(self._on_failure)
        self._session.changed.connect(self._on_change)

    def _build(self) -> None:
        page = QWidget()
        page.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(GRID_PX // 2)
        self._list.addStretch(1)
        area = QScrollArea()
        scroll_down(area, page)
        self._figures = QWidget()
        figures = QVBoxLayout(self._figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(GRID_PX // 2)
        figures.addWidget(heading("How far it parts two labels"))
        labels = row(quiet("labels"), self.first, quiet("and"), self.second)
        labels.addWidget(self._origin, 1)
        figures.addLayout(labels)
        figures.addWidget(self._sentence)
        figures.addWidget(self.separation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addWidget(self._words)
        layout.addWidget(area, 1)
        layout.addWidget(self._figures)
