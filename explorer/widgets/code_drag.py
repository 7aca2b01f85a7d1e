"""Codes that are dragged from one part of the window to another, told by their keys."""

from __future__ import annotations

import os

from PyQt6.QtCore import QMimeData

MAX_KEY_BYTES = 100
# Keys mean nothing to another program, nor to this one running twice.
FORMAT = f"application/x-latent-explorer-code-{os.getpid()}"


def pack_code(key: str) -> QMimeData:
    """What is dragged."""
    data = QMimeData()
    data.setData(FORMAT, key.encode())
    return data


def unpack_code(data: QMimeData | None) -> str | None:
    """The key of the code that is dragged; None where it is something else."""
    if data is None or not data.hasFormat(FORMAT):
        return None
    return bytes(data.data(FORMAT).data())[:MAX_KEY_BYTES].decode(errors="replace")
