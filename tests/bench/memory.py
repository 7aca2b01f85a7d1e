"""How much memory a process takes."""

from __future__ import annotations

from typing import Any

import psutil

BYTES_PER_MB = 1_000_000


def weigh(process: psutil.Process, name: str) -> dict[str, Any]:
    """Memory of one process.

    Returns
    -------
    dict
        ``mb`` is its proportional share (PSS) where the system tells that
        (Linux), else what it shares with nobody (USS); ``kind`` says which.
    """
    memory = process.memory_full_info()
    kind = "pss" if hasattr(memory, "pss") else "uss"
    return {
        "name": name,
        "kind": kind,
        "mb": getattr(memory, kind) / BYTES_PER_MB,
        "rss_mb": memory.rss / BYTES_PER_MB,
    }
