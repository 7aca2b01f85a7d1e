"""Ten thousand files that somebody got wrong, or meant to: each is opened, or refused in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.__main__ import describe
from tests.fuzz.fuzzing import fuzz

COUNT, SURVIVORS, SEED = 10_000, 200, 1


@pytest.mark.timeout(900)
def test_mutated_files_are_opened_or_refused(tmp_path: Path) -> None:
    workers = min(os.cpu_count() or 1, 8)
    report = fuzz(COUNT, SEED, SURVIVORS, workers, tmp_path / "kept")
    assert not report.wrong, describe(report)
    assert report.count("inspect") == COUNT
    assert report.count("inspect", "opened") > COUNT // 10
    assert report.count("build") == SURVIVORS
