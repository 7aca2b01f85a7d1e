"""What the rows of a traversal grid are: values of z, or directions of its codes."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.panes.direction_search import DirectionSearch
from explorer.state.session import Session
from explorer.widgets.rows_chooser import STILL, RowsChooser
from models.latent_directions import Directions

UNITS = "in deviations"


class TraversalRows(QObject):
    """The choice of rows, with directions that are found when they are first wanted.

    Attributes
    ----------
    chooser : RowsChooser
    changed : signal of (Section or Directions)
    """

    changed = pyqtSignal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._search = DirectionSearch(self)
        self._directions: Directions | None = None
        self.chooser = _EveryChooser(session.subject.latents)
        self.chooser.section_chosen.connect(self.changed)
        self.chooser.directions_wanted.connect(self._want)
        self._search.found.connect(self._take)
        self._search.failed.connect(self.chooser.note)
        self._offer()

    def take_codes(self) -> None:
        """Directions are those of other codes now."""
        self._directions = None
        self._offer()
        if self.chooser.shows_directions:
            self._want()
        else:
            self.changed.emit(self.chooser.section())

    def _offer(self) -> None:
        if self._session.subject.whereabouts.codes is not None:
            self.chooser.offer_directions()
        self.chooser.setVisible(self.chooser.is_needed)

    def _want(self) -> None:
        codes = self._session.subject.whereabouts.codes
        if self._directions is not None:
            self._take(self._directions)
        elif codes is not None:
            self._search.start(codes)

    def _take(self, directions: Directions) -> None:
        self._directions = directions
        if self.chooser.shows_directions:
            self.chooser.note(UNITS if directions.names else STILL)
            self.changed.emit(directions)


class _EveryChooser(RowsChooser):
    """Offers directions beside a short vector too."""

    @property
    def is_needed(self) -> bool:
        return True
