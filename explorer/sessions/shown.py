"""The session of a window, and the file it is written to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.sessions.layouts import Layout
from explorer.sessions.resting import Resting
from explorer.state.record import State
from explorer.state.session import Session

if TYPE_CHECKING:
    from explorer.sessions.identity import Identity


class Shown:
    """A session, and the identity of its model, which takes a while to find out.

    Parameters
    ----------
    session : Session
    layout : callable
        Gives the layout of its window as it is.

    Attributes
    ----------
    session : Session
    layout : callable
    path : Path or None
        The file that it was saved to.
    """

    def __init__(self, session: Session, layout: Callable[[], Layout]) -> None:
        self.session = session
        self.layout = layout
        self.path: Path | None = None
        self._subject = session.subject
        self._identity: Identity | None = None

    def identity(self) -> Identity:
        """Which model it is; always called on one and the same thread, beside the window's.

        Raises
        ------
        LatentExplorerError, OSError
            If the model's files cannot be read any more.
        """
        from explorer.sessions.identity import identify

        if self._identity is None:
            self._identity = identify(self._subject)
        return self._identity

    def write(self, path: Path, state: State, layout: Layout) -> None:
        """Save a session's file; on the thread of :meth:`identity`.

        Raises
        ------
        SessionError
            If it is too large.
        OSError
            If the disk is full or the folder cannot be written.
        """
        from explorer.sessions.saved import SavedSession, write_session

        write_session(path, SavedSession(self.identity(), state, layout), Resting())
