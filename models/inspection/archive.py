"""A zip archive that somebody else may have made.

Only its list of members and the members asked for are looked at; nothing is ever
unpacked to the disk. The format is APPNOTE.TXT of PKWARE, sections 4.3.7 to 4.3.16.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import ModelFileError
from models.inspection.limits import (
    FREE_EXPANSION_BYTES,
    MAX_ARCHIVE_DIRECTORY_BYTES,
    MAX_ARCHIVE_MEMBERS,
    MAX_EXPANSION,
    MAX_MEMBER_NAME_CHARS,
    MAX_WEIGHTS_BYTES,
    MIB,
)
from models.inspection.refusing import SAVE_WHOLE, refuse
from models.layers.settings import told

END = struct.Struct("<4s4H2LH")  # of the central directory
ENTRY = struct.Struct("<4s6H3L5H2L")  # of a member in the central directory
LOCAL = struct.Struct("<4s5H3L2H")  # before a member's bytes
END_MARK, ENTRY_MARK, LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
MAX_COMMENT_BYTES = 0xFFFF

STORED, DEFLATED = 0, 8
ENCRYPTED = 1 | 1 << 6 | 1 << 13
UTF8 = 1 << 11
UNIX = 3
DRIVE = re.compile(r"[A-Za-z]:")

AGAIN = "download or copy it again"


@dataclass(frozen=True)
class Member:
    """A file in an archive, as the list at the archive's end has it."""

    name: str
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    start: int
    local_name: bytes


class Archive:
    """The members of a zip archive.

    Parameters
    ----------
    data : bytes
        The whole archive.
    name : str
        What a refusal calls it.

    Raises
    ------
    ModelFileError
        ``archive`` where a member is encrypted, linked, packed in another way than
        deflate, there twice, on top of another or named to escape; ``bomb`` where
        there are more than 64 or they unpack to too much; ``corrupt`` where the
        archive is torn.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data = memoryview(data)
        self._name = name
        end = _find_end(data)
        if end is None:
            raise self._corrupt("a file without the end of an archive")
        self._members = self._list(end)
        self._check_expansion()
        self._ranges = self._place(end)

    @property
    def members(self) -> Mapping[str, Member]:
        """By name."""
        return self._members

    def read(self, name: str, limit_bytes: int) -> memoryview:
        """The bytes of one member.

        Raises
        ------
        ModelFileError
            ``bomb`` if it declares more than ``limit_bytes``; ``corrupt`` if it is not
            what it declares.
        KeyError
            If there is no such member.
        """
        member = self._members[name]
        if member.size_bytes > limit_bytes:
            raise self._bomb(
                f"must hold a {name} of at most {limit_bytes // MIB} MiB",
                f"{member.size_bytes / MIB:.1f} MiB",
            )
        unpacked = self._unpack(member)
        if len(unpacked) != member.size_bytes or zlib.crc32(unpacked) != member.crc:
            raise self._corrupt(f"a damaged {name}")
        return unpacked

    def _unpack(self, member: Member) -> memoryview:
        packed = self._data[slice(*self._ranges[member.name])]
        if member.method == STORED:
            return packed
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # One more than declared, so that more than declared is noticed.
            return memoryview(unpacker.decompress(packed, member.size_bytes + 1))
        except zlib.error as error:
            raise self._corrupt(f"a damaged {member.name}") from error

    def _list(self, end: int) -> dict[str, Member]:
        _, disk, first_disk, here, count, size_bytes, start, _ = END.unpack_from(self._data, end)
        if count > MAX_ARCHIVE_MEMBERS or size_bytes > MAX_ARCHIVE_DIRECTORY_BYTES:
            raise self._bomb(f"must hold at most {MAX_ARCHIVE_MEMBERS} files", "more")
        if disk or first_disk or here != count or start + size_bytes != end:
            raise self._corrupt("an archive whose list of files does not fit")
        members: dict[str, Member] = {}
        seen: set[str] = set()
        for _ in range(count):
            member, start = self._entry(start, end)
            if (plain := _plain_name(member.name)) in seen:
                raise self._refused("must hold every file once", f"{told(member.name)} twice")
            seen.add(plain)
            members[member.name] = member
        if start != end:
            raise self._corrupt("an archive whose list of files does not fit")
        return members

    def _entry(self, at: int, end: int) -> tuple[Member, int]:
        if at + ENTRY.size > end:
            raise self._corrupt("an archive whose list of files is cut short")
        (mark, made_by, _, flags, method, _, _, crc, packed, size, named, extra, comment, _, _,
         mode, start) = ENTRY.unpack_from(self._data, at)  # fmt: skip
        after = at + ENTRY.size + named + extra + comment
        if mark != ENTRY_MARK or after > end:
            raise self._corrupt("an archive whose list of files is damaged")
        local_name = bytes(self._data[at + ENTRY.size :][:named])
        name = local_name.decode("utf-8" if flags & UTF8 else "cp437", "replace")
        self._check_name(name)
        if flags & ENCRYPTED:
            raise self._refused("must not be encrypted", f"the encrypted file {told(name)}")
        if method not in (STORED, DEFLATED):
            raise self._refused("must be stored or deflated", f"packing method {method}")
        kind = stat.S_IFMT(mode >> 16) if made_by >> 8 == UNIX else 0
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise self._refused("must hold files only", f"the link or device {told(name)}")
        return Member(name, method, crc, packed, size, start, local_name), after

    def _check_name(self, name: str) -> None:
        parts = name.replace("\\", "/").split("/")
        escapes = parts[0] == "" or ".." in parts or DRIVE.match(name)
        if escapes or not name.isprintable() or len(name) > MAX_MEMBER_NAME_CHARS:
            raise self._refused("must hold plainly named files", f"a file named {told(name)}")

    def _check_expansion(self) -> None:
        packed = sum(member.packed_bytes for member in self._members.values())
        total = sum(member.size_bytes for member in self._members.values())
        if total > MAX_WEIGHTS_BYTES:
            raise self._bomb(
                f"must unpack to at most {MAX_WEIGHTS_BYTES // MIB} MiB", f"{total // MIB} MiB"
            )
        if total > FREE_EXPANSION_BYTES and total > MAX_EXPANSION * packed:
            raise self._bomb(
                f"must unpack to at most {MAX_EXPANSION} times its size",
                f"{total // MIB} MiB packed into {packed / MIB:.1f} MiB",
            )

    def _place(self, end: int) -> dict[str, tuple[int, int]]:
        """Where each member's bytes begin and end."""
        ranges = {}
        free = 0
        for member in sorted(self._members.values(), key=lambda member: member.start):
            if member.start + LOCAL.size > end:
                raise self._corrupt(f"no {told(member.name)} where it should be")
            mark, *_, named, extra = LOCAL.unpack_from(self._data, member.start)
            name_start = member.start + LOCAL.size
            start = name_start + named + extra
            if mark != LOCAL_MARK or self._data[name_start:][:named] != member.local_name:
                raise self._corrupt(f"no {told(member.name)} where it should be")
            if member.start < free or start + member.packed_bytes > end:
                raise self._refused("must hold files side by side", f"{told(member.name)} on top")
            free = start + member.packed_bytes
            ranges[member.name] = (start, free)
        return ranges

    def _refused(self, rule: str, received: str) -> ModelFileError:
        return refuse(self._name, rule, received, SAVE_WHOLE, reason="archive")

    def _bomb(self, rule: str, received: str) -> ModelFileError:
        return refuse(self._name, rule, received, SAVE_WHOLE, reason="bomb")

    def _corrupt(self, received: str) -> ModelFileError:
        return refuse(self._name, "must be a whole archive", received, AGAIN, reason="corrupt")


def _find_end(data: bytes) -> int | None:
    """Where the end record begins: its comment has to reach exactly to the file's end."""
    at = len(data)
    lowest = max(0, len(data) - END.size - MAX_COMMENT_BYTES)
    while (at := data.rfind(END_MARK, lowest, at)) >= 0:
        if at + END.size <= len(data):
            comment_bytes = END.unpack_from(data, at)[-1]
            if at + END.size + comment_bytes == len(data):
                return at
    return None


def _plain_name(name: str) -> str:
    """The same for names that some disk takes for one."""
    parts = unicodedata.normalize("NFKC", name).casefold().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))
