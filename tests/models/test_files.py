"""What was saved before survives whatever happens while saving."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from models.files import remove_partials, sha256_of, write_atomically


def fail_with(error: BaseException) -> Callable[[BinaryIO], None]:
    def write(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise error

    return write


def test_a_new_file_appears_whole(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", lambda stream: stream.write(b"new"))
    write_atomically(tmp_path / "a", lambda stream: stream.write(b"newer"))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"newer"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("bad")])
def test_an_interruption_leaves_the_earlier_file(tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(type(error)):
        write_atomically(tmp_path / "a", fail_with(error))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_full_disk_names_the_file_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def write(stream: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(tmp_path / "a", write)
    assert caught.value.filename == str(tmp_path / "a")
    assert caught.value.errno == errno.ENOSPC
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_missing_folder_names_the_file_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(tmp_path / "none" / "a", lambda stream: None)
    assert caught.value.filename == str(tmp_path / "none" / "a")


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".0123.partial", "mine.partial", ".hidden", "card.json"):
        (tmp_path / name).touch()
    remove_partials(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".hidden",
        "card.json",
        "mine.partial",
    ]


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 100_000)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc" * 100_000).hexdigest()
