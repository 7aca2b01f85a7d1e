"""Archives that real writers make are read; the others are in the catalogue of hostile files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from models.errors import ModelFileError
from models.inspection.archive import Archive
from tests.hostile.sound import Packed, zip_bytes

TEXT = b"some text, some text, some text"


class Unseekable(io.RawIOBase):
    """A stream of which zipfile does not know where it is, such as a pipe."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]  # any buffer, as zipfile gives it
        self.data += part
        return len(part)


def zipped(**options: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as archive:  # type: ignore[call-overload]  # zipfile's overloads are by mode
        archive.writestr("config.json", TEXT)
    return stream.getvalue()


def large_format() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w") as archive,
        archive.open("config.json", "w", force_zip64=True) as member,
    ):
        member.write(TEXT)
    return stream.getvalue()


def streamed() -> bytes:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", TEXT)
        archive.writestr("more", TEXT)
    return stream.data


def commented() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.comment = b"with PK\x05\x06 inside"
        archive.mkdir("assets")
        archive.writestr("config.json", TEXT)
    return stream.getvalue()


@pytest.mark.parametrize(
    "make",
    [zipped, lambda: zipped(compression=zipfile.ZIP_DEFLATED), large_format, streamed, commented],
    ids=["stored", "deflated", "zip64", "streamed", "commented"],
)
def test_reads_what_zipfile_writes(make: Callable[[], bytes]) -> None:
    assert bytes(Archive(make(), "decoder.keras").read("config.json", 1000)) == TEXT


def test_reads_an_empty_member() -> None:
    data = zip_bytes([Packed("empty", b""), Packed("empty too", b"", 8)])
    archive = Archive(data, "decoder.keras")
    assert [bytes(archive.read(name, 0)) for name in archive.members] == [b"", b""]


def test_a_member_is_read_within_its_limit() -> None:
    archive = Archive(zip_bytes([Packed("config.json", TEXT)]), "decoder.keras")
    with pytest.raises(ModelFileError) as refused:
        archive.read("config.json", len(TEXT) - 1)
    assert refused.value.reason == "bomb"


def test_zeros_below_the_free_size_are_read() -> None:
    zeros = bytes(2**20)
    archive = Archive(zip_bytes([Packed("zeros", zeros, 8)]), "decoder.keras")
    assert archive.read("zeros", 2**20) == zeros


@pytest.mark.parametrize("name", ["a b.json", "a..b", "résumé", "a/b/c"])
def test_plain_names_are_allowed(name: str) -> None:
    archive = Archive(zip_bytes([Packed(name, b"", flags=1 << 11)]), "decoder.keras")
    assert list(archive.members) == [name]
