"""One worker at a time, whatever the last one died of."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models import lock
from models.lock import LOCK, have_to_oneself

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from models.lock import have_to_oneself

with have_to_oneself(Path(sys.argv[1])) as alone:
    print(alone, flush=True)
    sys.stdin.readline()
"""


def test_a_folder_is_held_until_the_block_ends_and_nothing_is_left(tmp_path: Path) -> None:
    with have_to_oneself(tmp_path) as first, have_to_oneself(tmp_path) as second:
        assert (first, second) == (True, False)
        with have_to_oneself(tmp_path) as third:
            assert not third
    assert list(tmp_path.iterdir()) == []
    with have_to_oneself(tmp_path) as again:
        assert again


def test_an_error_lets_go(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), have_to_oneself(tmp_path):
        raise KeyboardInterrupt
    with have_to_oneself(tmp_path) as alone:
        assert alone


def test_another_process_is_seen_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with have_to_oneself(tmp_path) as alone:
            assert not alone
        holder.kill()
    with have_to_oneself(tmp_path) as alone:
        assert alone


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no open file")
def test_a_lock_on_a_file_that_has_just_been_removed_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = lock._lock
    tries: list[bool] = []

    def take_late(descriptor: int) -> bool:
        if not tries:
            (tmp_path / LOCK).unlink()  # by its last holder, between our opening and locking it
        tries.append(take(descriptor))
        return tries[-1]

    monkeypatch.setattr(lock, "_lock", take_late)
    with have_to_oneself(tmp_path) as first, have_to_oneself(tmp_path) as second:
        assert (first, second) == (True, False)
    assert tries == [True, True, False]


def test_a_file_system_without_locks_keeps_nobody_from_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "flock", refuse)
    with have_to_oneself(tmp_path) as alone:
        assert alone


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"), have_to_oneself(tmp_path / "missing"):
        pass
