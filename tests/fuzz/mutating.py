"""A sound file -> one that somebody got wrong, or meant to: the same for the same number."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from random import Random

from tests.fuzz.mutating_hdf5 import mutate_hdf5
from tests.fuzz.mutating_json import mutate_json
from tests.hostile.sound import Packed, zip_bytes

MODELS, DATA = ("keras", "h5"), ("npz", "npy")
PICTURES = ("png", "jpg", "bmp", "gif", "webp", "tiff")
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
MAX_PART_BYTES = 64
HEAD_BYTES = 256
ZIP_MARKS = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06")
ZIP_RECORD_BYTES = 46
CONFIG, WEIGHTS = "config.json", "model.weights.h5"

Change = Callable[[bytes, Random], bytes]


def mutate(originals: Mapping[str, bytes], number: int, seed: int) -> tuple[str, bytes]:
    """One mutated file.

    Parameters
    ----------
    originals : mapping of str to bytes
        Sound files by name.
    number, seed : int
        Which; the same pair gives the same file.

    Returns
    -------
    str
        Name of the original.
    bytes
        Never those of an original.
    """
    random = Random(f"{seed}-{number}")
    endings = random.choice((*[MODELS] * 3, DATA, PICTURES))
    name = random.choice([each for each in sorted(originals) if _ending(each) in endings])
    data = originals[name]
    changes = CHANGES.get(_ending(name), (change_bytes, change_bytes, change_head))
    other = originals[random.choice(sorted(originals))]
    while data == originals[name]:
        if random.random() < 0.05:
            data = splice(data, other, random)
        else:
            data = random.choice(changes)(data, random)
    return name, data


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def change_bytes(data: bytes, random: Random) -> bytes:
    """Flip, cut, repeat, remove, insert or overwrite."""
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        data = random.choice(BYTE_CHANGES)(data, random)
    return data


def change_head(data: bytes, random: Random) -> bytes:
    """The first bytes alone, which say what follows."""
    return change_bytes(data[:HEAD_BYTES], random) + data[HEAD_BYTES:]


def splice(data: bytes, other: bytes, random: Random) -> bytes:
    """The beginning of one and the end of the other."""
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8)) if data else 0):
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _part(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, MAX_PART_BYTES))


def _remove(data: bytes, random: Random) -> bytes:
    start, stop = _part(data, random)
    return data[:start] + data[stop:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, stop = _part(data, random)
    return data[:stop] + data[start:stop] * random.choice((1, 1, 3, 100)) + data[stop:]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.randbytes(random.randint(1, MAX_PART_BYTES)) + data[at:]


def _overwrite(data: bytes, random: Random) -> bytes:
    """With a number that sizes and counts are wrong at."""
    size_bytes = random.choice((1, 2, 4, 8))
    number = random.choice(NUMBERS) & (1 << 8 * size_bytes) - 1
    at = random.randint(0, max(0, len(data) - size_bytes))
    written = number.to_bytes(size_bytes, "little")[:: random.choice((1, -1))]
    return data[:at] + written + data[at + size_bytes :]


BYTE_CHANGES: Sequence[Change] = (
    *[_flip, _overwrite] * 2,
    _cut,
    _remove,
    _repeat,
    _insert,
)


def change_zip(data: bytes, random: Random) -> bytes:
    """A field of a zip archive's own records."""
    starts = [at for mark in ZIP_MARKS for at in _all(data, mark)]
    if not starts:
        return change_bytes(data, random)
    at = random.choice(starts)
    end = at + ZIP_RECORD_BYTES
    changed = data
    while changed == data:
        part = random.choice((_flip, _overwrite))(data[at + 4 : end], random)
        changed = data[: at + 4] + part + data[end:]
    return changed


def _all(data: bytes, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def change_members(data: bytes, random: Random) -> bytes:
    """Leave a file of an archive out, have it twice, or swap two files' names."""
    members = list(_members(data).items())
    at = random.randrange(len(members))
    kind = random.choice(("drop", "twice", "swap", "rename"))
    if kind == "drop":
        del members[at]
    elif kind == "twice":
        members.insert(random.randint(0, len(members)), members[at])
    elif kind == "swap":
        other = random.randrange(len(members))
        (first, one), (second, two) = members[at], members[other]
        members[at], members[other] = (first, two), (second, one)
    else:
        name, content = members[at]
        members[at] = random.choice((name.upper(), "../" + name, "/" + name, "a" * 300)), content
    return _packed(members, random)


def within(member: str, change: Change) -> Change:
    """Change a file of an archive whose checksums are right then; "" for any."""

    def apply(data: bytes, random: Random) -> bytes:
        members = _members(data)
        name = member or random.choice(list(members))
        members[name] = change(members[name], random)
        return _packed(list(members.items()), random)

    return apply


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: Sequence[tuple[str, bytes]], random: Random) -> bytes:
    method = random.choice((0, 8))
    return zip_bytes([Packed(name, content, method) for name, content in members])


def change_png(data: bytes, random: Random) -> bytes:
    """A piece of a PNG whose checksum is right then."""
    starts, at = [], 8
    while at + 12 <= len(data):
        starts.append(at)
        at += 12 + int(struct.unpack_from(">I", data, at)[0])
    at = random.choice(starts)
    end = at + 8 + int(struct.unpack_from(">I", data, at)[0])
    piece = change_bytes(data[at + 4 : end], random)
    framed = struct.pack(">I", max(0, len(piece) - 4)) + piece
    return data[:at] + framed + struct.pack(">I", zlib.crc32(piece)) + data[end + 4 :]


_KERAS: Sequence[Change] = (
    change_bytes,
    change_zip,
    change_members,
    within(CONFIG, change_bytes),
    within(WEIGHTS, change_bytes),
    within(WEIGHTS, mutate_hdf5),
    *[within(CONFIG, mutate_json)] * 6,
)
CHANGES: Mapping[str, Sequence[Change]] = {
    "keras": _KERAS,
    "h5": (change_bytes, change_head, *[mutate_hdf5] * 6),
    "npz": (
        change_bytes,
        change_zip,
        change_members,
        within("", change_bytes),
        within("", change_head),
    ),
    "npy": (change_bytes, change_head, change_head),
    "png": (change_bytes, change_png, change_png),
}
