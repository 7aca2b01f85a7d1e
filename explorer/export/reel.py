"""A film on its way to the disk: a process that writes it, and a thread that hands it frames."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explorer.engine.child_process import ChildProcess
from explorer.export.film import Film
from explorer.export.unfinished import remove, unfinished_beside
from models.errors import LatentExplorerError, SessionError
from models.files import naming
from models.wire import Message

Floats = npt.NDArray[np.float32]
CANCELLED = "The export was cancelled; nothing is left of it."


class Reel:
    """Writes one film beside the window; no method waits for it but :meth:`join`.

    Parameters
    ----------
    film : Film
    colours : ndarray of uint8, shape (256, 3), or None
        Of the grey values of pictures with one channel.
    target : Path
        The file, or a folder that is not there or is empty. It is as it was until the
        film is whole.
    log_path : Path
        Where the process writes its errors.
    on_taken, on_ended : callable
        Called on another thread: with how many frames are written; and, as the last thing,
        with a sentence that says why there is no film, or "".
    """

    def __init__(
        self,
        film: Film,
        colours: npt.NDArray[np.uint8] | None,
        target: Path,
        log_path: Path,
        *,
        on_taken: Callable[[int], object],
        on_ended: Callable[[str], object],
    ) -> None:
        self._film = film
        self._colours = colours
        self._target = target
        self._partial = unfinished_beside(target)
        self._on_taken, self._on_ended = on_taken, on_ended
        self._frames: queue.SimpleQueue[Floats | None] = queue.SimpleQueue()
        self._process = ChildProcess("The export", "explorer.export.filming", log_path)
        self._thread = threading.Thread(target=self._run, name="film")
        self._is_cancelled = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, pictures: Floats) -> None:
        """Write these (n, height, width, channels) next."""
        self._frames.put(pictures)

    def end(self) -> None:
        """There are no more frames; the film takes its place once they are written."""
        self._frames.put(None)

    def cancel(self) -> None:
        """Give up; nothing is left of it once that is told, unless it was whole already."""
        self._is_cancelled = True
        self._process.kill()
        self._frames.put(None)

    def join(self) -> None:
        """Wait for the thread, which :meth:`end` or :meth:`cancel` has let end."""
        self._thread.join()

    def _run(self) -> None:
        sentence = ""
        try:
            self._write()
        except (LatentExplorerError, _ExportError) as error:
            sentence = str(error)
        except (EOFError, OSError) as error:
            reason = getattr(error, "strerror", None) or "the process that writes it ended"
            sentence = str(self._unsaved(reason))
        finally:
            self._process.close()
            remove(self._partial)
        self._on_ended(CANCELLED if sentence and self._is_cancelled else sentence)

    def _write(self) -> None:
        self._process.start()
        arrays = {} if self._colours is None else {"colours": self._colours}
        fields = {"film": self._film.to_json(), "path": str(self._partial)}
        self._ask(Message("begin", fields, arrays))
        written = 0
        while (pictures := self._frames.get()) is not None:
            self._ask(Message("frames", {}, {"pictures": pictures}))
            written += len(pictures)
            self._on_taken(written)
        self._ask(Message("end"))
        if self._is_cancelled:
            raise _ExportError(CANCELLED)
        with naming(self._target):
            if self._partial.is_dir() and self._target.is_dir():
                self._target.rmdir()  # where it is not empty, this is refused
            self._partial.replace(self._target)

    def _ask(self, message: Message) -> None:
        self._process.send(message)
        answer = self._process.receive()
        if answer.kind == "failed":
            sentence = answer.fields.get("sentence")
            raise _ExportError(sentence or str(self._unsaved(str(answer.fields.get("reason")))))

    def _unsaved(self, reason: str) -> SessionError:
        name = self._target.name[:60]
        return SessionError(name, "could not be saved", reason, "nothing was changed")


class _ExportError(Exception):
    """What the other process says, in a sentence."""
