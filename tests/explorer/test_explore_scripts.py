"""Scripts that call ``explorer.explore``, with a real window in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import explorer
from tests.patience import TIMEOUT_S

ROOT = Path(explorer.__file__).parents[1]

NAMES = """
import {first}
import explorer
explorer.explore, explorer.Handle
import models
from explorer.from_python.exploring import open_models
assert open_models.__module__ == "explorer.from_python.own_models"
assert models.MINE and "models.wire" not in sys.modules
assert "tensorflow" not in sys.modules and "PyQt6" not in sys.modules
"""

# Tells of each z, and comes to its end.
SCRIPT = """
import keras, explorer, models
decoder = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(64), keras.layers.Reshape((8, 8, 1))], name="decoder"
)
encoder = keras.Sequential(
    [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)], name="encoder"
)
handle = explorer.explore(decoder, encoder)
handle.on_change(lambda z: print("z", len(z), flush=True))
assert models.MINE
print("goes on", handle._process.pid, flush=True)
"""


@pytest.fixture(params=["models.py", "models/__init__.py"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with modules of a user's own."""
    own = tmp_path / request.param
    own.parent.mkdir(exist_ok=True)
    own.write_text("MINE = True\n")
    return tmp_path


@pytest.mark.parametrize("first", ["explorer", "models"])
def test_the_callers_own_models_stay_the_callers(folder: Path, first: str) -> None:
    (folder / "script.py").write_text("import sys\n" + NAMES.format(first=first))
    subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env=environment(folder),
        timeout=TIMEOUT_S,
        check=True,
    )


class Script:
    """A script that runs, and the process of its window."""

    def __init__(self, folder: Path) -> None:
        (folder / "models.py").write_text("MINE = True\n")
        (folder / "script.py").write_text(SCRIPT)
        self.process = subprocess.Popen(
            [sys.executable, "script.py"],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.lines = self.process.stdout
        told = self.lines.readline()
        assert told.startswith("goes on")
        self.window = psutil.Process(int(told.split()[-1]))


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    made = Script(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()
    made.lines.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_script_lasts_until_its_window_is_closed(script: Script) -> None:
    assert script.lines.readline() == "z 3\n"  # what the encoder made of the first drawing
    assert script.process.poll() is None
    script.window.send_signal(signal.SIGINT)  # closes the window, as its user would
    assert script.process.wait(TIMEOUT_S) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_script_that_is_killed_leaves_no_process(script: Script) -> None:
    assert script.lines.readline() == "z 3\n"
    below = script.window.children(recursive=True)
    script.process.kill()
    _, alive = psutil.wait_procs([script.window, *below], timeout=TIMEOUT_S)
    assert not alive


def environment(folder: Path) -> dict[str, str]:
    """What a script gets: the app's files are in a folder of the test's own."""
    own = {f"XDG_{name}_HOME": str(folder / "own") for name in ("CONFIG", "STATE")}
    path = os.pathsep.join([str(folder), str(ROOT)])
    return {**os.environ, **own, "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}
