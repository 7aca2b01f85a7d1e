"""Commands run in this process, and files for them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from explorer import cli
from models.bundle import DEFAULT
from models.digits import rasterise
from models.pictures import save_picture
from models.stroke_digits import draw_digit
from tests.explorer.cli.terminal import Run


@pytest.fixture
def log_file(state_folder: Path) -> Path:
    """The log of commands, of this test's own."""
    return state_folder / "latent-explorer.log"


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
