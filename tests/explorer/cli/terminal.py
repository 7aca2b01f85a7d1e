"""What a terminal does: run a command, read what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]

Run = Callable[..., tuple[int, str, str]]


def assert_one_sentence(error: str) -> None:
    assert error.startswith("latent-explorer: ")
    assert error.count("\n") == 1
    assert error.rstrip().endswith(".") or error.rstrip().endswith(".log")
    assert "Traceback" not in error


def python(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
