"""What a crash leaves is found again, and nobody else's work is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.sessions.recovery import MAX_LEFTOVERS, RecoveryFolder


def crashed(root: Path, *ages_s: int) -> list[Path]:
    """Folders as processes leave them that were killed; one file in each, so many seconds old."""
    paths = []
    for age_s in ages_s:
        path = root / f"crashed-{age_s}" / "session-1.json"
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
        paths.append(path)
    return paths


def test_nothing_is_made_before_there_is_something_to_keep(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path / "root")
    assert folder.claim() == []
    folder.leave()
    assert not (tmp_path / "root").exists()


def test_what_is_left_is_found_the_newest_first(tmp_path: Path) -> None:
    old, new = crashed(tmp_path, 50, 10)
    folder = RecoveryFolder(tmp_path)
    assert [leftover.path for leftover in folder.claim()] == [new, old]
    folder.leave()
    assert new.exists()


def test_what_a_living_process_keeps_is_not_offered_to_another(tmp_path: Path) -> None:
    living, other = RecoveryFolder(tmp_path), RecoveryFolder(tmp_path)
    path = living.own_path(1)
    path.write_text("{}")
    assert other.claim() == []
    living.leave()
    assert list(tmp_path.iterdir()) == []


def test_two_windows_are_not_offered_the_same(tmp_path: Path) -> None:
    crashed(tmp_path, 10)
    first, second = RecoveryFolder(tmp_path), RecoveryFolder(tmp_path)
    (leftover,) = first.claim()
    assert second.claim() == []
    first.leave()
    assert [left.path for left in second.claim()] == [leftover.path]
    second.leave()


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    (path,) = crashed(tmp_path, 10)
    folder = RecoveryFolder(tmp_path)
    for number in (1, 2):
        folder.own_path(number).write_text("{}")
    folder.remove(1)
    assert not folder.own_path(1).exists()
    (leftover,) = folder.claim()
    leftover.discard()
    folder.leave()
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_torn_writing_is_swept_away(tmp_path: Path) -> None:
    (path,) = crashed(tmp_path, 10)
    (path.parent / ".0123.partial").write_text("{")
    path.unlink()
    folder = RecoveryFolder(tmp_path)
    assert folder.claim() == []
    assert list(tmp_path.iterdir()) == []


def test_old_work_does_not_heap_up(tmp_path: Path) -> None:
    paths = crashed(tmp_path, *range(MAX_LEFTOVERS + 2))
    folder = RecoveryFolder(tmp_path)
    assert len(folder.claim()) == MAX_LEFTOVERS
    folder.leave()
    assert [path.exists() for path in paths] == [True] * MAX_LEFTOVERS + [False] * 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that is closed")
def test_a_folder_that_cannot_be_read_spoils_no_other(tmp_path: Path) -> None:
    closed, good = crashed(tmp_path, 20, 10)
    closed.parent.chmod(0)
    folder = RecoveryFolder(tmp_path)
    assert [leftover.path for leftover in folder.claim()] == [good]
    folder.leave()
    closed.parent.chmod(0o700)
