"""Formats told by content, and files that are no files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.inspection.limits import MAX_FILE_BYTES
from models.inspection.sniff import read_once, sniff, told_name
from tests.hostile.sound import hdf5_bytes, members, write_keras, zip_bytes


@pytest.mark.parametrize(
    ("data", "kind"),
    [(zip_bytes(members()), "zip"), (hdf5_bytes(lambda file: None), "hdf5")],
    ids=["zip", "hdf5"],
)
def test_tells_a_format_by_its_content(data: bytes, kind: str) -> None:
    assert sniff(data, "decoder.any") == kind


@pytest.mark.parametrize("data", [b"\x80", b"\x08", b"{", b"PK", b"\x89HDF", b"(" * 3000])
def test_short_and_odd_files_are_refused(data: bytes) -> None:
    with pytest.raises(ModelFileError, match="must be a Keras model"):
        sniff(data, "decoder.keras")


def test_a_refusal_stays_short_whatever_the_name() -> None:
    name = told_name(Path("long \t name \n" * 40 + "\udcff.keras"))
    with pytest.raises(ModelFileError) as refused:
        sniff(b"\x80\x04.", name)
    assert len(str(refused.value)) <= 200
    assert str(refused.value).isprintable()


def test_reads_through_a_link(tmp_path: Path) -> None:
    write_keras(tmp_path / "decoder.keras")
    linked = tmp_path / "linked.keras"
    try:
        linked.symlink_to(tmp_path / "decoder.keras")
    except OSError:
        pytest.skip("no right to make links")
    assert read_once(linked) == (tmp_path / "decoder.keras").read_bytes()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"gone\.keras must be a file that can be read"):
        read_once(tmp_path / "gone.keras")


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(ModelFileError):
        read_once(Path("a\0b.keras"))


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "pipe.keras")
    with pytest.raises(ModelFileError, match="regular file"):
        read_once(tmp_path / "pipe.keras")


def test_a_link_to_a_device_is_refused(tmp_path: Path) -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("no such device here")
    (tmp_path / "endless.keras").symlink_to(endless)
    with pytest.raises(ModelFileError, match="regular file"):
        read_once(tmp_path / "endless.keras")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.keras"
    with path.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ModelFileError) as refused:
        read_once(path)
    assert refused.value.reason == "bomb"
