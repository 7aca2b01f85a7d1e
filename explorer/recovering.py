"""Work that is kept safe, and work that was not closed, offered back."""

from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QDateTime, QLocale, QObject, QTimer, pyqtSignal

from explorer.sessions.autosave import Autosave
from explorer.sessions.recovery import Leftover, RecoveryFolder
from explorer.sessions.shown import Shown
from explorer.sessions.working import Worker
from explorer.state.record import State
from explorer.widgets.offer_bar import OfferBar
from models.errors import LatentExplorerError

if TYPE_CHECKING:
    from explorer.sessions.saved import SavedSession

LOOK_AFTER_MS = 1500  # of the first window, which has the machine to itself until then
BRING_TIP = "Open it as it was saved last"
DISCARD_TIP = "Remove it for good"
logger = logging.getLogger(__name__)


class Recovering(QObject):
    """Keeps the sessions of open windows, and offers what was left of others.

    Parameters
    ----------
    root : Path
        See :class:`explorer.sessions.recovery.RecoveryFolder`.
    worker : Worker
        Does all that is done with files.

    Attributes
    ----------
    wanted : signal of (SavedSession, callable)
        The user wants work back; the callable is to be called with the
        :class:`Shown` that has it, once it is there.
    """

    wanted = pyqtSignal(object, object)

    def __init__(self, root: Path, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._folder = RecoveryFolder(root)
        self._left: list[Leftover] | None = None  # None before anybody has looked
        self._offered: tuple[Leftover, SavedSession] | None = None
        self._bar: OfferBar | None = None
        self._numbers = itertools.count(1)
        self._kept: dict[Shown, tuple[int, Autosave]] = {}
        self._is_told = False

    def follow(self, shown: Shown) -> None:
        """Keep this session safe from now on."""
        number = next(self._numbers)
        save = functools.partial(self._save, shown, number)
        self._kept[shown] = number, Autosave(shown.session, save, self)
        if self._left is None:
            self._left = []
            QTimer.singleShot(LOOK_AFTER_MS, self._look)

    def forget(self, shown: Shown) -> None:
        """Its window has been closed: there is nothing to recover."""
        if shown in self._kept:
            number, autosave = self._kept.pop(shown)
            autosave.stop()
            autosave.deleteLater()
            self._worker.run(lambda: self._folder.remove(number), lambda _: None, logger.warning)

    def offer_in(self, bar: OfferBar | None) -> None:
        """Offer, if there is anything to, in this bar from now on, or nowhere."""
        if self._bar is not None and bar is not None and self._bar is not bar:
            self._bar.withdraw()
        self._bar = bar
        self.offer()

    def offer(self) -> None:
        """Show the offer, if there is one."""
        if self._offered is None or self._bar is None:
            return
        leftover, saved = self._offered
        when = QLocale().toString(
            QDateTime.fromSecsSinceEpoch(int(leftover.saved_at_s)), QLocale.FormatType.ShortFormat
        )
        self._bar.ask(
            f"Your work on {saved.model.name} was not closed; it was saved last on {when}.",
            (
                ("Bring it back", BRING_TIP, self._bring_back),
                ("Discard", DISCARD_TIP, self._discard),
            ),
        )

    def leave(self) -> None:
        """Remove what was kept; nothing runs beside the window any more."""
        self._folder.leave()

    def _save(self, shown: Shown, number: int, state: State, done: Callable[[], object]) -> None:
        layout = shown.layout()

        def on_failure(sentence: str) -> None:
            logger.warning("A session could not be kept: %s", sentence)
            if not self._is_told:
                shown.session.told.emit(f"Your work is not kept safe: {sentence}")
            self._is_told = True
            done()

        self._worker.run(
            lambda: shown.write(self._folder.own_path(number), state, layout),
            lambda _: done(),
            on_failure,
        )

    def _look(self) -> None:
        def look() -> list[Leftover]:
            import explorer.sessions.saved  # noqa: F401  # now, not in the first drag

            return self._folder.claim()

        def take(found: list[Leftover]) -> None:
            self._left = found
            self._offer_next()

        self._worker.run(look, take, logger.warning)

    def _offer_next(self) -> None:
        left = self._left
        assert left is not None

        def find() -> tuple[Leftover, SavedSession] | None:
            while left:
                leftover = left.pop(0)
                saved = _read(leftover)
                if saved is not None:
                    return leftover, saved
            return None

        def take(found: tuple[Leftover, SavedSession] | None) -> None:
            self._offered = found
            self.offer()

        self._worker.run(find, take, logger.warning)

    def _bring_back(self) -> None:
        assert self._offered is not None
        (leftover, saved), self._offered = self._offered, None
        self.wanted.emit(saved, lambda shown: self._replace(leftover, shown))

    def _replace(self, leftover: Leftover, shown: Shown) -> None:
        """Keep what was brought back as this window's work, then forget where it came from."""
        if shown not in self._kept:
            return
        number, autosave = self._kept[shown]
        autosave.save_now()

        def discard() -> None:
            if self._folder.own_path(number).exists():
                leftover.discard()

        self._worker.run(discard, lambda _: self._offer_next(), logger.warning)

    def _discard(self) -> None:
        assert self._offered is not None
        (leftover, _), self._offered = self._offered, None
        self._worker.run(leftover.discard, lambda _: self._offer_next(), logger.warning)


def _read(leftover: Leftover) -> SavedSession | None:
    from explorer.sessions.saved import read_session

    try:
        return read_session(leftover.path)
    except (LatentExplorerError, OSError) as error:
        logger.warning("Work that was not closed cannot be read: %s", error)
        leftover.discard()
        return None
