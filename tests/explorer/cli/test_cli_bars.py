"""Every batch command shows on a terminal how far it is, and nothing of that elsewhere."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from explorer.sessions.identity import identify
from explorer.sessions.saved import SavedSession, write_session
from explorer.state.session import Session
from models.bundle import DEFAULT
from tests.explorer.cli.terminal import Run

STOPS = np.eye(3, 16, dtype=np.float32)


@pytest.fixture
def files(tmp_path: Path, scan: Path, session: Session, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with what each command is given."""
    np.save(tmp_path / "stops.npy", STOPS)
    write_session(tmp_path / "mine.json", SavedSession(identify(session.subject), session.state))
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMANDS = (
    ("traverse", "--dims", "0,1", "--out", "grid.png"),
    ("interpolate", "--codes", "stops.npy", "--steps", "40", "--out", "journey.gif"),
    ("encode", "scan.png", "--out", "codes.npz"),
    ("render", "mine.json", "--out", "pictures"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_terminal_gets_a_bar_that_fills(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    screen = io.StringIO()
    terminal = Console(file=screen, force_terminal=True, width=80, color_system=None)
    for module in ("cli_engine", "cli_render"):
        monkeypatch.setattr(f"explorer.{module}.Console", lambda **_: terminal)
    code, printed, error = run(*command)
    assert (code, error) == (0, "")
    assert printed.count("\n") == 1
    shown = screen.getvalue()
    assert DEFAULT.name in shown
    assert "━━━━" in shown
    assert "100%" in shown


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_elsewhere_there_is_none(run: Run, files: Path, command: tuple[str, ...]) -> None:
    code, printed, error = run(*command)
    assert (code, error) == (0, "")
    assert "%" not in printed
