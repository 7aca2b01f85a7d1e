"""What is there of a film before it is whole."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from pathlib import Path

SUFFIX = ".unfinished"


def unfinished_beside(target: Path) -> Path:
    """A new name in the folder of ``target``."""
    return target.parent / f".{secrets.token_hex(8)}{SUFFIX}"


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):  # it is not there, or Windows still has it open
        path.unlink()
