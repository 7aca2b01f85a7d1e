"""Atomic writes: what was saved before survives a crash while saving."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".partial"


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; it names ``path``,
        which is then as it was.
    """
    partial = path.parent / f".{secrets.token_hex(8)}{PARTIAL}"
    try:
        with naming(path):
            with partial.open("xb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
    finally:
        with contextlib.suppress(OSError):  # nothing is left of a file that was put in its place
            partial.unlink()


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an OSError, such as of a full disk, name the file that was to be written."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def remove_partials(folder: Path) -> None:
    """Remove what a killed process left of its unfinished writing in ``folder``."""
    for partial in folder.glob(f".*{PARTIAL}"):
        partial.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
