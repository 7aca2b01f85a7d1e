"""Zip archives to refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.sound import Case, Packed, members, zip_bytes

ZEROS = bytes(80 * 2**20)
LINK = 0o120777
DEVICE = 0o020666
UTF8 = 1 << 11


def adding(*more: Packed) -> Callable[[Path], object]:
    """A sound archive with more members."""
    return lambda path: path.write_bytes(zip_bytes([*members(), *more]))


def without(name: str) -> Callable[[Path], object]:
    """A sound archive but for one member."""
    return lambda path: path.write_bytes(
        zip_bytes(member for member in members() if member.name != name)
    )


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """The bytes of a sound archive, changed."""
    return lambda path: path.write_bytes(change(zip_bytes(members())))


def _bomb(name: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        kept = [member for member in members() if member.name != name]
        path.write_bytes(zip_bytes([*kept, Packed(name, ZEROS, 8)]))

    return write


def _many(path: Path) -> None:
    more = [Packed(f"assets/{number:05}", b"") for number in range(62)]
    path.write_bytes(zip_bytes([*members(), *more]))


def _many_told_few(path: Path) -> None:
    more = [Packed(f"assets/{number:05}", b"") for number in range(2000)]
    path.write_bytes(zip_bytes([*members(), *more], count=3))


def _nested(path: Path) -> None:
    """One member inside another's bytes."""
    inner = zip_bytes([Packed("inner", b"x")])
    start = len(zip_bytes(members()[:0])) - 22 + 30 + len("outer")
    outer = Packed("outer", inner[: inner.index(b"PK\x01\x02")])
    path.write_bytes(zip_bytes([outer, *members(), Packed("inner", b"x", start=start)]))


def _lying(size_bytes: int) -> Callable[[Path], object]:
    """A member that unpacks to another size than it declares."""

    def write(path: Path) -> None:
        metadata, config, weights = members(method=8)
        lying = Packed(config.name, config.data, 8, size_bytes=size_bytes)
        path.write_bytes(zip_bytes([metadata, lying, weights]))

    return write


def _flip(data: bytes) -> bytes:
    at = data.index(b"decoder")
    return data[:at] + b"D" + data[at + 1 :]


CASES = (
    Case("zip_parent.keras", "archive", adding(Packed("../../escape", b"x"))),
    Case("zip_absolute.keras", "archive", adding(Packed("/tmp/escape", b"x"))),
    Case("zip_backslash.keras", "archive", adding(Packed("..\\escape", b"x"))),
    Case("zip_drive.keras", "archive", adding(Packed("C:escape", b"x"))),
    Case("zip_nul.keras", "archive", adding(Packed("assets/a\0b", b"x"))),
    Case("zip_twice.keras", "archive", adding(Packed("config.json", b"{}"))),
    Case("zip_twice_case.keras", "archive", adding(Packed("CONFIG.json", b"{}"))),
    Case("zip_twice_dot.keras", "archive", adding(Packed("./config.json", b"{}"))),
    Case(
        "zip_twice_wide.keras",
        "archive",
        adding(Packed("\N{FULLWIDTH LATIN SMALL LETTER C}onfig.json", b"{}", flags=UTF8)),
    ),
    Case("zip_encrypted.keras", "archive", adding(Packed("assets/a", b"x", flags=1))),
    Case("zip_link.keras", "archive", adding(Packed("assets/a", b"/etc/passwd", mode=LINK))),
    Case("zip_device.keras", "archive", adding(Packed("assets/a", b"", mode=DEVICE))),
    Case("zip_bzip2.keras", "archive", adding(Packed("assets/a", b"x", method=12))),
    Case("zip_nested.keras", "archive", _nested),
    Case("zip_bomb_config.keras", "bomb", _bomb("config.json")),
    Case("zip_bomb_weights.keras", "bomb", _bomb("model.weights.h5")),
    Case("zip_bomb_asset.keras", "bomb", _bomb("assets/zeros")),
    Case("zip_many.keras", "bomb", _many),
    Case("zip_many_told_few.keras", "bomb", _many_told_few),
    Case("zip_declares_less.keras", "corrupt", _lying(10)),
    Case("zip_declares_more.keras", "corrupt", _lying(10_000)),
    Case("zip_declares_gigabytes.keras", "bomb", _lying(2**32 - 1)),
    Case("zip_half.keras", "corrupt", changed(lambda data: data[: len(data) // 2])),
    Case("zip_tail.keras", "corrupt", changed(lambda data: data + b"more")),
    Case("zip_no_list.keras", "corrupt", changed(lambda data: b"PK\x03\x04" + data[-22:])),
    Case("zip_flipped.keras", "corrupt", changed(_flip)),
    Case("zip_moved.keras", "corrupt", changed(lambda data: data[:30] + data[31:])),
    Case("zip_no_config.keras", "corrupt", without("config.json")),
    Case("zip_no_weights.keras", "corrupt", without("model.weights.h5")),
)
