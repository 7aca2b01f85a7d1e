"""The scripts of the documentation, run as a user runs them, each with a real window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import explorer
from tests.patience import TIMEOUT_S

ROOT = Path(explorer.__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
WINDOW = "explorer.attached_app"

# Runs a script whose Watch tells when the window has been given what the encoder makes, on a
# line of its own: Keras may be in the middle of one.
TELLING = r"""
import runpy, sys
import explorer

class Telling(explorer.Watch):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 0:
            self.handle.on_change(lambda z: print("\nz =", z, flush=True))
        super().on_epoch_end(epoch, logs)

explorer.Watch = Telling
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""

Run = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to close with")


@pytest.fixture
def run(tmp_path: Path, strokes_npz: Path) -> Iterator[Run]:
    """Runs a script on few digits, in a folder of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*command: str) -> subprocess.Popen[str]:
        own = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "STATE", "CACHE")}
        started.append(
            subprocess.Popen(
                [sys.executable, *command, "--data", str(strokes_npz), "--epochs", "2"],
                cwd=tmp_path,
                env={**os.environ, **own, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line_that(process: subprocess.Popen[str], start: str) -> list[str]:
    """What is printed up to a line that starts so."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError(f"no {start!r} in {''.join(lines)}{process.communicate()[1]}")


def close_window(process: subprocess.Popen[str]) -> None:
    """As its user does."""
    family = psutil.Process(process.pid).children(recursive=True)
    (window,) = (child for child in family if WINDOW in " ".join(child.cmdline()))
    window.send_signal(signal.SIGINT)


def test_explore_shows_what_it_has_trained(run: Run) -> None:
    script = run(str(EXAMPLES / "explore.py"))
    printed = line_that(script, "z =")  # of what the window drew
    assert any(line.startswith("Epoch 2/2") for line in printed)
    close_window(script)
    _, errors = script.communicate(timeout=TIMEOUT_S)
    assert script.returncode == 0, errors
    assert "Traceback" not in errors


def test_watch_shows_a_training(run: Run) -> None:
    script = run("-c", TELLING, str(EXAMPLES / "watch.py"))
    line_that(script, "Epoch 2/2")
    line_that(script, "z =")
    close_window(script)
    _, errors = script.communicate(timeout=TIMEOUT_S)
    assert script.returncode == 0, errors
    assert "Traceback" not in errors
