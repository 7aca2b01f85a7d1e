"""Who may import whom, and an app that starts anywhere and leaves nothing behind."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

import explorer
import models
from models.bundle import DEFAULT
from tests.patience import TIMEOUT_S

ROOT = Path(explorer.__file__).parents[1]
SOURCES = sorted(
    path for package in (explorer, models) for path in Path(package.__path__[0]).rglob("*.py")
)
PANES = sorted((ROOT / "explorer" / "panes").glob("*_pane.py"))
COMMAND = Path(sys.executable).with_name("latent-explorer")

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
print(*sorted(name for name in sys.argv[2:] if name in sys.modules))
"""

# The command itself, telling of every picture that an engine has made.
TELLING_APP = """
import explorer.application

run = explorer.application.Application.run

def run_and_tell(application):
    application.session.frame_shown.connect(lambda frame: print("picture", flush=True))
    return run(application)

explorer.application.Application.run = run_and_tell

from explorer.cli import main
main([])
"""


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("models", ["PyQt6", "pyqtgraph", "explorer", "tensorflow", "keras", "h5py"]),
        ("explorer", ["tensorflow", "keras", "h5py"]),
        (
            "explorer.state",
            ["PyQt6.QtWidgets", "explorer.engine", "explorer.widgets", "explorer.panes"],
        ),
        (
            "explorer.sessions",
            ["PyQt6.QtWidgets", "explorer.engine", "explorer.widgets", "explorer.panes"],
        ),
        ("explorer.engine", ["PyQt6.QtWidgets", "explorer.widgets", "explorer.panes"]),
        ("explorer.widgets", ["explorer.state.session", "explorer.panes", "explorer.engine"]),
        ("explorer.panes", ["explorer.engine", "explorer.workspace", "explorer.main_window"]),
    ],
)
def test_a_package_never_brings(package: str, forbidden: Sequence[str]) -> None:
    assert run_python("-c", IMPORT_ALL, package, *forbidden).stdout.split() == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_keeps_the_rules(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "processEvents" not in names
    roots = {name.partition(".")[0] for name in imported(tree)}
    assert not roots & {"pickle", "dill", "cloudpickle", "marshal", "shelve"}
    assert not list(unpickling_calls(tree))


def test_only_undo_needs_qtgui_among_the_state() -> None:
    guilty = {
        path.name
        for path in (ROOT / "explorer" / "state").glob("*.py")
        if "PyQt6.QtGui" in imported(ast.parse(path.read_text("utf-8")))
    }
    assert guilty <= {"commands.py", "session.py"}


@pytest.mark.parametrize("pane", PANES, ids=lambda path: path.stem)
def test_a_pane_imports_no_other(pane: Path) -> None:
    others = {f"explorer.panes.{path.stem}" for path in PANES if path != pane}
    assert not others & set(imported(ast.parse(pane.read_text("utf-8"))))


@pytest.fixture
def hostile_folder(tmp_path: Path) -> Path:
    """A folder with modules named like ours, which must not be imported from there."""
    for name in ("models.py", "explorer.py", "numpy.py", "keras.py", "models/__init__.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"raise SystemExit('{name} of the current folder was imported')\n")
    return tmp_path


@pytest.mark.skipif(not COMMAND.exists(), reason="the command is not installed here")
def test_the_command_runs_among_modules_of_the_same_names(hostile_folder: Path) -> None:
    done = subprocess.run(
        [COMMAND, "info", DEFAULT],
        cwd=hostile_folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert DEFAULT.name in done.stdout


def test_the_module_runs_among_modules_of_the_same_names(hostile_folder: Path) -> None:
    # Whatever is named explorer is what `python -m explorer` is asked to run.
    (hostile_folder / "explorer.py").unlink()
    done = run_python("-m", "explorer", "info", str(DEFAULT), cwd=hostile_folder)
    assert DEFAULT.name in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_window_leaves_no_process(hostile_folder: Path) -> None:
    window = subprocess.Popen(
        [sys.executable, "-P", "-c", TELLING_APP],
        cwd=hostile_folder,
        env=environment(hostile_folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with window:
        assert window.stdout is not None
        assert window.stderr is not None
        try:
            assert window.stdout.readline() == "picture\n", window.stderr.read()
            below = psutil.Process(window.pid).children(recursive=True)
            assert below
        finally:
            window.kill()
        _, alive = psutil.wait_procs(below, timeout=TIMEOUT_S)
        assert not alive


def run_python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run an interpreter of its own, which must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment(cwd),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def environment(folder: Path) -> dict[str, str]:
    """What a child gets: the app's files are in a folder of the test's own."""
    own = {f"XDG_{name}_HOME": str(folder / "own") for name in ("CONFIG", "STATE")}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of all modules that a tree imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def unpickling_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that unpickle: numpy with ``allow_pickle``, a pipe's ``recv()``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            allows = any(
                keyword.arg == "allow_pickle"
                and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
                for keyword in node.keywords
            )
            receives = isinstance(node.func, ast.Attribute) and node.func.attr == "recv"
            if allows or (receives and not node.args):
                yield node
