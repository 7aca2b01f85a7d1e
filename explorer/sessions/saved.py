"""A session's file: one JSON record of a model, what was made of it, and the window."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from explorer.sessions.checking import UNCHANGED, check_record, refuse
from explorer.sessions.identity import Identity
from explorer.sessions.layouts import Layout
from explorer.sessions.resting import Rest, never
from explorer.sessions.states import state_from_json, state_to_json
from explorer.state.record import State
from models.errors import ModelFileError
from models.files import write_atomically
from models.inspection.limits import MAX_SESSION_BYTES, MAX_SESSION_ITEMS, MIB
from models.inspection.refusing import shorten
from models.inspection.strict_json import parse_json

SUFFIX = ".json"
WHAT = "session of Latent Explorer"
FORMAT = 1
MAX_NAME_CHARS = 60


@dataclass(frozen=True, eq=False)
class SavedSession:
    """What a session's file holds.

    Attributes
    ----------
    model : Identity
        The model that it belongs to.
    state : State
        Fits ``model.latent_dim``; whether it fits the model, see
        :func:`explorer.sessions.fitting.check_fit`.
    layout : Layout
    """

    model: Identity
    state: State
    layout: Layout = field(default_factory=Layout)

    def to_bytes(self, rest: Rest = never) -> bytes:
        """The file's content.

        Parameters
        ----------
        rest : callable, optional
            Called again and again by a thread that works beside a window.

        Raises
        ------
        SessionError
            If it is larger than 16 MiB, or has more than could be read again.
        """
        record = {
            "what": WHAT,
            "format": FORMAT,
            "model": self.model.to_json(),
            "layout": self.layout.to_json(),
            "state": state_to_json(self.state, rest),
        }
        encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        parts = []
        for part in encoder.iterencode(record):
            parts.append(part.encode("utf-8"))
            rest()
        data = b"".join(parts)
        if len(data) > MAX_SESSION_BYTES:
            advice = "forget some bookmarks, or clear the drawing"
            rule = f"must have at most {MAX_SESSION_BYTES // MIB} MiB"
            raise refuse("A session", rule, f"{len(data) / MIB:.1f} MiB", advice)
        return data

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> SavedSession:
        """The session in a file's content.

        Parameters
        ----------
        name : str
            What a refusal calls the file.

        Raises
        ------
        SessionError
            If it is no session, or a value in it is not what it has to be.
        """
        names = ("what", "format", "model", "state", "layout")
        fields = _check_what(_parse(data, name), name)
        check_record(fields, names, name)
        model = Identity.from_json(fields["model"])
        state = state_from_json(fields["state"], model.latent_dim)
        return cls(model, state, Layout.from_json(fields["layout"]))


def read_session(path: Path) -> SavedSession:
    """Open a session's file.

    Raises
    ------
    SessionError
        If it is no session, larger than 16 MiB, or a value in it is not what it has to be.
    OSError
        If it cannot be read.
    """
    name = shorten(path.name, MAX_NAME_CHARS)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise refuse(name, "must be a session's file", found)
    with path.open("rb") as stream:
        data = stream.read(MAX_SESSION_BYTES + 1)
    if len(data) > MAX_SESSION_BYTES:
        raise refuse(name, f"must have at most {MAX_SESSION_BYTES // MIB} MiB", "more")
    return SavedSession.from_bytes(data, name)


def write_session(path: Path, saved: SavedSession, rest: Rest = never) -> None:
    """Save a session; an earlier file stays whole if that fails.

    Parameters
    ----------
    path : Path
    saved : SavedSession
    rest : callable, optional
        See :meth:`SavedSession.to_bytes`.

    Raises
    ------
    SessionError
        If it is too large.
    OSError
        If the disk is full or the folder cannot be written.
    """
    data = saved.to_bytes(rest)
    write_atomically(path, lambda stream: _write_all(stream, data))


def _write_all(stream: BinaryIO, data: bytes) -> None:
    written = stream.write(data)
    if written != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _parse(data: bytes, name: str) -> Any:
    items = data.count(b",")
    if items > MAX_SESSION_ITEMS:
        raise refuse(name, f"must have at most {MAX_SESSION_ITEMS:,} items", f"{items:,}")
    try:
        return parse_json(data, name)
    except ModelFileError as error:
        raise refuse(name, "must be a session as it was saved", error.received) from error


def _check_what(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("what") != WHAT:
        advice = f"open a file that Save session has made; {UNCHANGED}"
        raise refuse(name, "must be a session's file", "other JSON", advice)
    if value.get("format") != FORMAT:
        rule = f"must have the format {FORMAT}"
        advice = "open it with the version that saved it"
        raise refuse(name, rule, repr(value.get("format")), advice)
    return value
