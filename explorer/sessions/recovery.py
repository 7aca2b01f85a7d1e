"""Where sessions are kept while they are worked on, and what a crash has left of them.

Every running window has a folder of its own, which it holds by a lock that ends
with its process, however that ends. A folder that nobody holds is of a process
that was not closed.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from models.files import remove_partials
from models.lock import have_to_oneself

NAME = "session-{}.json"
PATTERN = "session-*.json"
MAX_LEFTOVERS = 8  # of folders; what is older goes
logger = logging.getLogger(__name__)


def recovery_folder() -> Path:
    """The folder of this user's recovery files."""
    return user_state_path("latent-explorer", appauthor=False) / "recovery"


@dataclass(frozen=True)
class Leftover:
    """A session that was not closed.

    Attributes
    ----------
    path : Path
    saved_at_s : float
        When it was written last, in seconds of the epoch.
    """

    path: Path
    saved_at_s: float

    def discard(self) -> None:
        """Remove it."""
        with contextlib.suppress(OSError):
            self.path.unlink()


class RecoveryFolder:
    """One process's recovery files; its methods are for one thread.

    Parameters
    ----------
    root : Path
        The folder of all processes' folders; made when it is needed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: Path | None = None
        self._claimed: list[Path] = []
        self._locks = contextlib.ExitStack()

    def own_path(self, number: int) -> Path:
        """Where this process keeps a session.

        Raises
        ------
        OSError
            If nothing can be written there.
        """
        if self._own is None:
            folder = self._root / secrets.token_hex(8)
            folder.mkdir(parents=True)
            if not self._locks.enter_context(have_to_oneself(folder)):
                raise PermissionError(f"{folder} is held by another process")
            self._own = folder
        return self._own / NAME.format(number)

    def remove(self, number: int) -> None:
        """Remove what was kept of a session, if anything was."""
        if self._own is not None:
            (self._own / NAME.format(number)).unlink(missing_ok=True)

    def claim(self) -> list[Leftover]:
        """Sessions of processes that were not closed, the newest first; no other process has them.

        Raises
        ------
        OSError
            If the folder cannot be read.
        """
        if not self._root.is_dir():
            return []
        for folder in sorted(self._root.iterdir()):
            if folder.is_dir() and folder != self._own and folder not in self._claimed:
                self._try_to_claim(folder)
        found = [path for folder in self._claimed for path in folder.glob(PATTERN)]
        listed = [Leftover(path, path.stat().st_mtime) for path in found]
        listed.sort(key=lambda leftover: leftover.saved_at_s, reverse=True)
        for leftover in listed[MAX_LEFTOVERS:]:
            leftover.discard()
        return listed[:MAX_LEFTOVERS]

    def leave(self) -> None:
        """Remove what this process has kept, and let go of what it has claimed."""
        if self._own is not None:
            for path in self._own.glob(PATTERN):
                path.unlink(missing_ok=True)
        self._locks.close()
        for folder in (self._own, *self._claimed):
            if folder is not None:
                _remove_if_empty(folder)
        self._own, self._claimed = None, []

    def _try_to_claim(self, folder: Path) -> None:
        try:
            held = contextlib.ExitStack()
            if not held.enter_context(have_to_oneself(folder)):
                return
            remove_partials(folder)
            if any(folder.glob(PATTERN)):
                self._locks.push(held)
                self._claimed.append(folder)
                return
            held.close()
            _remove_if_empty(folder)
        except OSError as error:  # one folder that cannot be used does not spoil the others
            logger.warning("%s could not be looked into: %s", folder, error)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        if not any(folder.iterdir()):
            folder.rmdir()
