"""The process that writes a film: frames in, a file out, nothing left of an unfinished one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from explorer.export.film import Film, FilmKind
from explorer.export.frames import Look
from explorer.export.unfinished import remove
from explorer.export.writers import Writer, open_writer
from models.errors import LatentExplorerError
from models.handing import handed_down
from models.wire import Message, pack, unpack

NICENESS = 10  # a hand on the window goes first
MAX_REASON_CHARS = 100


def main(handle: int) -> None:
    """Write one film for one window, and end with it.

    Parameters
    ----------
    handle : int
        File descriptor, or on Windows handle, of the connection to the window.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the window
    if sys.platform != "win32":
        os.nice(NICENESS)
    serve(handed_down(handle))


def serve(connection: Connection) -> None:
    """Take ``begin``, any number of ``frames`` and ``end``, and answer each of them.

    The answers are ``taken``, or ``failed`` with a sentence or a reason, which is the
    last one. What was written is removed when the window is gone: until then it has put
    a whole film in its place.
    """
    path: Path | None = None
    try:
        begin = unpack(connection.recv_bytes())
        path = Path(begin.fields["path"])
        writer, look = _begin(begin, path)
        _answer(connection, "taken")
        while (message := unpack(connection.recv_bytes())).kind == "frames":
            for picture in message.arrays["pictures"]:
                writer.add(look.paint(picture))
            _answer(connection, "taken")
        writer.close()
        _answer(connection, "taken")
        connection.recv_bytes()  # nothing comes any more but the end of the connection
    except EOFError:
        pass
    except LatentExplorerError as error:
        _answer(connection, "failed", sentence=str(error))
    except OSError as error:
        _answer(connection, "failed", reason=error.strerror or str(error))
    except Exception as error:  # noqa: BLE001  # encoders raise their own; the window must be told
        traceback.print_exc()
        _answer(connection, "failed", reason=f"{type(error).__name__}: {error}"[:MAX_REASON_CHARS])
    finally:
        if path is not None:
            remove(path)


def _begin(message: Message, path: Path) -> tuple[Writer, Look]:
    film = Film.from_json(message.fields["film"])
    colours = message.arrays.get("colours")
    look = Look(film.side_px, film.crisp, colours, even=film.kind is FilmKind.MP4)
    return open_writer(film, path), look


def _answer(connection: Connection, kind: str, **fields: str) -> None:
    with contextlib.suppress(OSError):  # the window is gone, as the next message tells
        connection.send_bytes(pack(Message(kind, fields)))
