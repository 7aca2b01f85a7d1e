from __future__ import annotations

import platform
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from explorer.report import PACKAGES, TAIL_BYTES, make_report


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "some.log"


def test_it_says_what_one_has_to_know(qapp: QApplication, log: Path) -> None:
    log.write_text("ERROR the engine ran out of memory\n")
    report = make_report(Path("/somewhere/my-bundle"), "FAILED: It ended.", log)
    lines = report.splitlines()
    assert "bundle: my-bundle" in lines
    assert "engine: FAILED: It ended." in lines
    assert f"Python: {platform.python_version()} on {platform.platform()}" in lines
    assert f"screen: {QApplication.platformName()}" in lines
    for package in PACKAGES:
        assert any(line.startswith(f"{package}: ") for line in lines)
    assert lines[-1] == "ERROR the engine ran out of memory"


def test_it_tells_no_paths_of_the_users(qapp: QApplication, log: Path) -> None:
    report = make_report(Path("/home/someone/private/my-bundle"), "READY: ", log)
    assert "someone" not in report
    assert str(log) not in report


@pytest.mark.parametrize(("content", "said"), [(None, "(none)"), (b"", "(empty)")])
def test_without_a_log_it_says_so(
    qapp: QApplication, log: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        log.write_bytes(content)
    assert make_report(Path("b"), "READY: ", log).endswith(said)


def test_of_a_long_log_the_end_is_taken(qapp: QApplication, log: Path) -> None:
    log.write_bytes(b"old " * TAIL_BYTES + "\xe4 the newest line".encode("latin-1"))
    report = make_report(Path("b"), "READY: ", log)
    assert report.endswith("\N{REPLACEMENT CHARACTER} the newest line")
    assert len(report) < TAIL_BYTES + 2000
