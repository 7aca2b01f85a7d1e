"""Journey: bookmarks on top; below them travelling, arithmetic or directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.panes.arithmetic_part import ArithmeticPart
from explorer.panes.bookmarks_part import BookmarksPart
from explorer.panes.directions_part import DirectionsPart
from explorer.panes.label_means import LabelMeansQuestion
from explorer.panes.travel_part import TravelPart
from explorer.state.session import Session
from explorer.theme import GRID_PX
from explorer.widgets.pages import Pages

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis


class JourneyPane(QWidget):
    """What can be done with codes that are kept.

    Parameters
    ----------
    session : Session
    analysis : Analysis
        Has the session's codes, or is given them by its owner.
    """

    def __init__(self, session: Session, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bookmarks = BookmarksPart(session)
        self.travel = TravelPart(session, analysis)
        means = LabelMeansQuestion(session, analysis, self)
        self.arithmetic = ArithmeticPart(session, means)
        self.directions = DirectionsPart(session, analysis, means)
        self.pages = Pages("What to do with bookmarks")
        self.pages.add_page("Travel", "Go from bookmark to bookmark", self.travel)
        self.pages.add_page("Arithmetic", "Add and subtract codes", self.arithmetic)
        self.pages.add_page("Directions", "Move z along named directions", self.directions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID_PX, 0, 0)
        layout.setSpacing(GRID_PX)
        layout.addWidget(self.bookmarks)
        layout.addWidget(self.pages, 1)
