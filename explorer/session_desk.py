"""Sessions of the running app: saved, opened, kept safe while worked on, and offered back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFileDialog

from explorer.choosing import SESSION_FILTER
from explorer.main_window import MainWindow
from explorer.recovering import Recovering
from explorer.sessions.shown import Shown
from explorer.sessions.working import Worker
from explorer.settings import Settings
from explorer.state.session import Session
from models.errors import LatentExplorerError
from models.source import ModelSource

if TYPE_CHECKING:
    from explorer.sessions.identity import Identity
    from explorer.sessions.saved import SavedSession

IDENTIFY_AFTER_MS = 1500  # the first picture goes first
OPEN_TIP = "Open the session's model, then the session"
NOT_NOW_TIP = "Leave everything as it is"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Coming:
    """A session on its way into a window.

    Attributes
    ----------
    saved : SavedSession
    told : str
        What is said once it is there.
    source : ModelSource or None
        Its model, once that is being opened.
    is_asked : bool
        Whether the user wants its model to be opened.
    taken : callable of Shown, or None
        Called once it is there, with where it is.
    """

    saved: SavedSession
    told: str
    source: ModelSource | None = None
    is_asked: bool = False
    taken: Callable[[Shown], object] | None = None


class SessionDesk(QObject):
    """Serves the windows that are open, of which one is in sight.

    Parameters
    ----------
    settings : Settings
    recovery : Path, optional
        Where sessions are kept while they are worked on; without it they are not.

    Attributes
    ----------
    model_wanted : signal of ModelSource
        The user wants the model of a session that is to be opened.
    """

    model_wanted = pyqtSignal(object)

    def __init__(
        self, settings: Settings, recovery: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._worker = Worker(self)
        self._windows: dict[Shown, MainWindow] = {}
        self._shown: Shown | None = None  # the one in sight
        self._coming: Coming | None = None
        self._awaited: tuple[ModelSource, Path] | None = None
        self._recovering = None if recovery is None else Recovering(recovery, self._worker, self)
        if self._recovering is not None:
            self._recovering.wanted.connect(self._bring_back)

    def show(self, session: Session, window: MainWindow, is_file: bool = True) -> None:
        """Serve this window, which has come into sight.

        Parameters
        ----------
        is_file : bool
            Whether the model can be opened again from its files.
        """
        known = (shown for shown, other in self._windows.items() if other is window)
        self._shown = next(known, None) or self._begin(session, window, is_file)
        if self._recovering is not None:
            self._recovering.offer_in(window.offer)
        coming, self._coming = self._coming, None
        if coming is not None and coming.source == session.subject.source:
            self._compare(coming)
        if self._awaited is not None and self._awaited[0] == session.subject.source:
            self.open(self._awaited[1])

    def open(self, path: Path, model: ModelSource | None = None) -> None:
        """Open a session's file; the model that it belongs to is opened only after asking.

        Parameters
        ----------
        path : Path
        model : ModelSource, optional
            A model that is being opened, and that the session waits for.
        """
        self._awaited = None if model is None else (model, path)
        if model is not None:
            return

        def read() -> Coming:
            from explorer.sessions.saved import read_session

            return Coming(read_session(path), f"{path.name} is open; undo brings back what was.")

        self._worker.run(read, self._compare, self._tell)

    def give_up(self) -> None:
        """Let no session wait any more: the model that it waits for does not come."""
        self._awaited = self._coming = None

    def save(self, under_new_name: bool = False) -> None:
        """Save what is shown as a session, where it was saved before or as the user chooses."""
        shown = self._shown
        if shown is None:
            return
        path = shown.path
        if path is None or under_new_name:
            path = self._ask_where(shown)
        if path is not None:
            self.save_as(path)

    def save_as(self, path: Path) -> None:
        """Save what is shown as a session."""
        shown = self._shown
        if shown is None:
            return
        state, layout = shown.session.state, shown.layout()

        def on_saved(_: object) -> None:
            shown.path = path
            self._tell(f"The session is saved as {path}.")

        self._worker.run(lambda: shown.write(path, state, layout), on_saved, self._tell)

    def close(self) -> None:
        """Finish what is being written, and leave nothing to recover."""
        self._worker.close()
        if self._recovering is not None:
            self._recovering.leave()

    def _compare(self, coming: Coming) -> None:
        """Find out beside the window whether the model shown is the session's."""
        shown = self._shown
        if shown is None:
            return

        def compare() -> tuple[Identity, ModelSource | None]:
            from explorer.sessions.identity import find_known

            identity = shown.identity()
            is_same = identity.is_same(coming.saved.model)
            return identity, None if is_same else find_known(coming.saved.model)

        def decide(found: tuple[Identity, ModelSource | None]) -> None:
            identity, known = found
            if shown is not self._shown:
                return
            if identity.is_same(coming.saved.model):
                self._take(coming)
            elif coming.source is not None:
                name = coming.source.name
                self._tell(f"{name} has changed since the session was saved; nothing was changed.")
            elif coming.is_asked:
                self._open_model(coming, known or coming.saved.model.source)
            else:
                self._offer_model(coming, known)

        self._worker.run(compare, decide, self._tell)

    def _take(self, coming: Coming) -> None:
        from explorer.sessions.fitting import check_fit, taking

        assert self._shown is not None
        session, window = self._shown.session, self._windows[self._shown]
        try:
            check_fit(coming.saved.state, session.subject)
        except LatentExplorerError as error:
            self._tell(str(error))
            return
        session.edit(taking(coming.saved.state), self)
        window.workspace.lay_out(coming.saved.layout)
        if coming.taken is not None:
            coming.taken(self._shown)
        self._tell(coming.told)

    def _offer_model(self, coming: Coming, known: ModelSource | None) -> None:
        assert self._shown is not None
        model = coming.saved.model
        source = known or model.source
        if not model.digests:
            self._tell(f"This session belongs to {model.name}, which is in no file.")
            return
        where = model.name if known is not None else ", ".join(map(str, source.files()))
        self._windows[self._shown].offer.ask(
            f"This session belongs to another model: {where}.",
            (
                ("Open it", OPEN_TIP, lambda: self._open_model(coming, source)),
                ("Not now", NOT_NOW_TIP, self._offer_again),
            ),
        )

    def _open_model(self, coming: Coming, source: ModelSource) -> None:
        self._coming = replace(coming, source=source)
        self.model_wanted.emit(source)

    def _bring_back(self, saved: SavedSession, taken: Callable[[Shown], object]) -> None:
        told = "Your work is back as it was saved last."
        self._compare(Coming(saved, told, is_asked=True, taken=taken))

    def _offer_again(self) -> None:
        if self._recovering is not None:
            self._recovering.offer()

    def _ask_where(self, shown: Shown) -> Path | None:
        proposed = Path(self._settings.text("folder")) / f"{shown.session.subject.name}.json"
        window = self._windows[shown]
        name, _ = QFileDialog.getSaveFileName(
            window, "Save the session", str(shown.path or proposed), SESSION_FILTER
        )
        if not name:
            return None
        path = Path(name).absolute()
        if path.suffix.lower() != ".json":
            path = path.with_name(f"{path.name}.json")
            if path.exists():  # the dialog has asked about the name that was typed, not this one
                self._tell(f"{path} is there already; name it in full to replace it.")
                return None
        self._settings.set("folder", str(path.parent))
        return path

    def _tell(self, sentence: str) -> None:
        if self._shown is not None:
            self._shown.session.told.emit(sentence)

    def _begin(self, session: Session, window: MainWindow, is_file: bool) -> Shown:
        shown = Shown(session, window.workspace.layout_now)
        self._windows[shown] = window
        window.session_wanted.connect(self.open)
        window.saving_wanted.connect(self.save)
        window.closing.connect(lambda: self._end(shown))
        if self._recovering is not None and is_file:
            self._recovering.follow(shown)
        QTimer.singleShot(IDENTIFY_AFTER_MS, self._identify)
        return shown

    def _identify(self) -> None:
        """Find out early which models these are: files may be others by the time of a save."""
        for shown in self._windows:
            self._worker.run(shown.identity, lambda _: None, logger.warning)

    def _end(self, shown: Shown) -> None:
        del self._windows[shown]
        if self._recovering is not None:
            self._recovering.forget(shown)
        if self._shown is shown:
            self._shown = None
            if self._recovering is not None:
                self._recovering.offer_in(None)
