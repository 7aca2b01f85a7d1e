"""Commands run in this process, and files for them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import cli, log
from models.bundle import DEFAULT
from models.digits import rasterise
from models.pictures import save_picture
from models.stroke_digits import draw_digit
from tests.explorer.cli.terminal import Run


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A log of this test's own."""
    state = tmp_path / "state"
    monkeypatch.setattr(log, "user_state_path", lambda *_, **__: state)
    root = logging.getLogger()
    before = root.handlers[:]
    yield state / "latent-explorer.log"
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], log_file: Path) -> Run:
    """Run a command; gives its exit code and what it printed."""

    def main(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return main


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A picture file of a 5, dark on light and larger than any model takes."""
    path = tmp_path / "scan.png"
    save_picture(path, 1 - rasterise(draw_digit(5, 2), 300))
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A bundle that may be broken."""
    return Path(shutil.copytree(DEFAULT, tmp_path / "copy"))
