"""Measuring what each slider does to the picture, while nobody's hand needs the engine."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.panes.tile_questions import TileQuestions
from explorer.state.frame import Floats
from explorer.state.session import Session
from models.effects import SAMPLE_CODES, Effects
from models.latent_directions import Directions
from models.ranking import Order, Ranking
from models.traversal import Rows

# Of decoding one by one that nobody has asked for; together it takes a fraction of that.
MOST_UNASKED_S = 6.0
# The same of a model that is being trained, which has better things to do.
MOST_IN_TRAINING_S = 1.0


class EffectSurvey(QObject):
    """Asks for pictures in small portions and compares them.

    Nothing is asked for until :meth:`measure` is called; :meth:`pause` leaves the
    engine to a hand until it is called again.

    Attributes
    ----------
    changed : signal
        More is known.
    progressed : signal of (int, int)
        How many pictures have been compared, of how many; (0, 0) at the end.
    failed : signal
        The engine did not answer; no more is asked for until :meth:`measure`.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal(int, int)
    failed = pyqtSignal()

    def __init__(self, session: Session, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tiles = TileQuestions(session, self)
        self._tiles.arrived.connect(self._take)
        self._tiles.failed.connect(self._give_up)
        self._due: list[Order] = []
        self._under_way: Order | None = None
        self._most_unasked_s = MOST_UNASKED_S
        self.set_rows(rows)

    def set_rows(self, rows: Rows) -> None:
        """Measure these rows anew: they are others, or the model draws them in another way."""
        self._rows = rows
        session = self._session
        # Directions are those of the codes, whichever ranges the sliders have.
        of_codes = isinstance(rows, Directions)
        where = session.subject.whereabouts if of_codes else session.whereabouts
        self._ranking = Ranking(rows, where, session.lock_mask())
        self._known: Effects | None = None  # of weights that have changed since
        self._stop()

    def renew(self) -> None:
        """Measure the same rows anew: the model is being trained, and has other weights.

        What is known stands until then, or is forgotten if that would take long.
        """
        self._most_unasked_s = MOST_IN_TRAINING_S
        known = self.effects()
        self.set_rows(self._rows)
        self._known = known if self.is_cheap else None

    @property
    def is_under_way(self) -> bool:
        """Whether there is more to measure."""
        return self._under_way is not None

    @property
    def is_cheap(self) -> bool:
        """Whether measuring takes so little that nobody need have asked for it."""
        seconds = self._session.frame.seconds
        count = len(self._ranking.ordered(Order.OVER_CODES))
        return 0 < 2 * count * SAMPLE_CODES * seconds <= self._most_unasked_s

    @property
    def is_trained(self) -> bool:
        """Whether the model's weights have changed since it was opened."""
        return self._most_unasked_s == MOST_IN_TRAINING_S

    @property
    def is_stale(self) -> bool:
        """Whether what is known is of earlier weights."""
        return self._known is not None

    def effects(self) -> Effects:
        """What is known by now."""
        return self._known or self._ranking.effects()

    def measure(self, is_wanted: bool) -> None:
        """Measure what is not known over the codes, then everything around ``z``.

        Parameters
        ----------
        is_wanted : bool
            Whether somebody waits for it; without, it is left where it would take long.
        """
        if not (is_wanted or self.is_cheap):
            return
        self._due = [Order.AROUND_Z]
        if self._under_way is not Order.OVER_CODES:
            self._tiles.forget()
            self._under_way = None
            self._due.insert(0, Order.OVER_CODES)
        self._go_on()

    def pause(self) -> None:
        """Ask for nothing more; what is known over some codes is kept."""
        self._tiles.forget()
        self._due = []

    def _stop(self) -> None:
        self.pause()
        self._under_way = None
        self.progressed.emit(0, 0)

    def _give_up(self, _: str) -> None:
        self._stop()
        self.failed.emit()

    def _go_on(self) -> None:
        if self._tiles.is_busy:
            return
        codes = None
        if self._under_way is not None:
            codes = self._ranking.next_codes(self._tiles.at_most)
        while codes is None and self._due:
            order = self._under_way = self._due.pop(0)
            self._ranking.start(order, (), self._session.state.latent.z)
            codes = self._ranking.next_codes(self._tiles.at_most)
        if codes is None:
            self._stop()
        else:
            self._tiles.ask(codes)
            self.progressed.emit(*self._ranking.progress)

    def _take(self, pictures: Floats) -> None:
        is_done = self._ranking.take(pictures)
        self._go_on()  # first, so that the engine works while this is painted
        if is_done:
            if not self.is_under_way:
                self._known = None
            self.changed.emit()
