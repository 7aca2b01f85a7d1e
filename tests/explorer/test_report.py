from __future__ import annotations

import platform
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from explorer.report import PACKAGES, TAIL_BYTES, make_report


@pytest.fixture
def logs(tmp_path: Path) -> tuple[Path, Path]:
    """The app's own, and that of its engines."""
    return tmp_path / "app.log", tmp_path / "engine.log"


def test_it_says_what_one_has_to_know(qapp: QApplication, logs: tuple[Path, Path]) -> None:
    own, engine = logs
    own.write_text("ERROR something went wrong\n")
    engine.write_text("ERROR the engine ran out of memory\n")
    report = make_report(Path("/somewhere/my-bundle"), "FAILED: It ended.", *logs)
    lines = report.splitlines()
    assert "bundle: my-bundle" in lines
    assert "engine: FAILED: It ended." in lines
    assert f"Python: {platform.python_version()} on {platform.platform()}" in lines
    assert f"screen: {QApplication.platformName()}" in lines
    for package in PACKAGES:
        assert any(line.startswith(f"{package}: ") for line in lines)
    assert lines[-5:] == [
        "The end of the app's log:",
        "ERROR something went wrong",
        "",
        "The end of the engines' log:",
        "ERROR the engine ran out of memory",
    ]


def test_it_tells_no_paths_of_the_users(qapp: QApplication, logs: tuple[Path, Path]) -> None:
    report = make_report(Path("/home/someone/private/my-bundle"), "READY: ", *logs)
    assert "someone" not in report
    assert not any(str(log) in report for log in logs)


@pytest.mark.parametrize(("content", "said"), [(None, "(none)"), (b"", "(empty)")])
def test_without_a_log_it_says_so(
    qapp: QApplication, logs: tuple[Path, Path], content: bytes | None, said: str
) -> None:
    for log in logs:
        if content is not None:
            log.write_bytes(content)
    report = make_report(Path("b"), "READY: ", *logs)
    assert report.count(said) == 2
    assert report.endswith(said)


def test_of_long_logs_the_ends_are_taken(qapp: QApplication, logs: tuple[Path, Path]) -> None:
    for log in logs:
        log.write_bytes(b"old " * TAIL_BYTES + "\xe4 the newest line".encode("latin-1"))
    report = make_report(Path("b"), "READY: ", *logs)
    assert report.count("\N{REPLACEMENT CHARACTER} the newest line") == 2
    assert len(report) < 2 * TAIL_BYTES + 2000
