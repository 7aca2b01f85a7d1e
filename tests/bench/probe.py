"""Probes and baselines are run one by one, each in a fresh interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 150
LAST_LINES = 4
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


class ProbeError(Exception):
    """A probe gave no result; the text is the end of what it wrote."""


class Probes:
    """Runs probes away from the user's own settings and log.

    Parameters
    ----------
    folder : Path
        Where the app keeps its files meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        # No chatter and no GPU, as an engine has it.
        self._environment = {
            **os.environ,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
        }
        # An installed app is compiled once, not at every start; probes lie in the current folder.
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH"):
            self._environment.pop(name, None)
        for name in ("CONFIG", "STATE", "CACHE", "DATA"):
            self._environment[f"XDG_{name}_HOME"] = str(folder / name.lower())
        if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
            self._environment["QT_QPA_PLATFORM"] = "offscreen"

    def run(self, module: str, *arguments: object) -> dict[str, Any]:
        """Run a module of this folder and give the JSON object that it prints last.

        Raises
        ------
        ProbeError
            If it fails, takes too long or prints something else.
        """
        command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            try:
                done = subprocess.run(
                    command,
                    cwd=ROOT,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    timeout=TIMEOUT_S,
                    check=True,
                )
                result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            except (subprocess.SubprocessError, ValueError, IndexError) as error:
                errors.seek(0)
                last = errors.read().strip().splitlines()[-LAST_LINES:]
                raise ProbeError("\n".join([f"{module}: {error}", *last])) from error
        return result

    def run_timed(self, module: str, *arguments: object) -> dict[str, Any]:
        """Run a module that is told when it was started."""
        return self.run(module, *arguments, time.monotonic())
