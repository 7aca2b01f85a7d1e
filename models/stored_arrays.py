"""Arrays in ``.npy`` and ``.npz`` files: their headers first, their rows when they are asked for.

Nothing is ever unpickled, and nothing is taken on trust from a header: what it
declares has to lie in the file, within the limits.
"""

from __future__ import annotations

import io
import math
import os
import struct
import warnings
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.inspection.limits import (
    GIB,
    MAX_DATA_ARRAYS,
    MAX_DATA_BYTES,
    MAX_DATA_DIRECTORY_BYTES,
    MAX_DATA_EXPANSION,
    MAX_RANK,
)
from models.inspection.refusing import short_name, shorten
from models.npz import BROKEN, METHODS, read_header

KINDS = "buif"  # truth values, whole numbers and real numbers; "U", text, is good for labels
LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, length of the name, length of the extras
ZIP_SIGNATURE = b"PK\x03\x04"
NPY_SIGNATURE = b"\x93NUMPY"
ENCRYPTED = 1
CHUNK_BYTES = 2**20
REASON_CHARACTERS = 60

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array that stays in its file, or was unpacked from it.

    Attributes
    ----------
    path : Path
    thing : str
        What an error calls it: short names of the file and of the array.
    shape : tuple of int
    dtype : numpy.dtype
    offset_bytes : int
        Where its values begin in the file.
    fortran : bool
        Whether the first axis is the one that varies fastest.
    member : str
        In an archive, the compressed file that holds it; empty where its values
        lie in ``path`` as they are.
    unpacked : ndarray or None
        The values of what was compressed, once :func:`unpack` has read them.
    """

    path: Path
    thing: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset_bytes: int
    fortran: bool = False
    member: str = ""
    unpacked: Array | None = None

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def row_bytes(self) -> int:
        """Size of one row."""
        return math.prod(self.shape[1:]) * self.dtype.itemsize

    def rows(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` (not included), copied out of the file.

        Only these rows are mapped, and only while they are copied: a mapped
        file counts as memory, and on Windows nobody else could replace it.

        Raises
        ------
        DataError
            If the file cannot be read any more.
        """
        if self.unpacked is not None:
            return self.unpacked[start:stop]
        try:
            if self.fortran:
                mapped = np.memmap(
                    self.path, self.dtype, "r", self.offset_bytes, self.shape, order="F"
                )
                return np.array(mapped[start:stop])
            offset = self.offset_bytes + start * self.row_bytes
            shape = (stop - start, *self.shape[1:])
            return np.array(np.memmap(self.path, self.dtype, "r", offset, shape))
        except (OSError, ValueError) as error:
            raise DataError(self.thing, "must stay readable", _reason(error)) from error

    def whole(self) -> Array:
        """The whole array."""
        return self.rows(0, len(self)) if self.shape else np.zeros((), self.dtype)


def open_arrays(path: Path) -> dict[str, StoredArray]:
    """What arrays a ``.npy`` or ``.npz`` file holds, told apart by content.

    Returns
    -------
    dict of str to StoredArray
        By name; that of a ``.npy`` file is empty. What they hold is not checked
        yet, see :func:`check_numbers`; what an archive holds besides is not listed.

    Raises
    ------
    DataError
        If the file cannot be read, is of another kind, or breaks a rule.
    """
    thing = short_name(path.name)
    try:
        with path.open("rb") as stream:
            size_bytes = os.fstat(stream.fileno()).st_size
            signature = stream.read(len(NPY_SIGNATURE))
            stream.seek(0)
            if signature == NPY_SIGNATURE:
                return {"": _header(stream, path, thing, size_bytes)}
            if signature.startswith(ZIP_SIGNATURE):
                return _list_archive(stream, path, size_bytes)
    except BROKEN as error:
        raise DataError(thing, "must be a readable array file", _reason(error)) from error
    raise DataError(
        thing, "must be a .npz or .npy file", "another kind of file", "save it with numpy.savez"
    )


def unpack(array: StoredArray) -> StoredArray:
    """The array, with its values in memory if the archive holds them compressed.

    Raises
    ------
    DataError
        If the archive is torn or expands too far.
    """
    if not array.member:
        return array
    try:
        with zipfile.ZipFile(array.path) as archive:
            info = archive.getinfo(array.member)
            if info.file_size > MAX_DATA_EXPANSION * max(info.compress_size, 100):
                raise DataError(
                    array.thing,
                    f"must not unpack to more than {MAX_DATA_EXPANSION} times its packed size",
                    f"{info.file_size:,} bytes packed into {info.compress_size:,}",
                    "save it with numpy.savez",
                )
            with archive.open(info) as stream:
                stream.read(array.offset_bytes)
                values = _read_values(stream, array)
    except BROKEN as error:
        raise DataError(array.thing, "must be whole", _reason(error)) from error
    return replace(array, unpacked=values)


def check_numbers(array: StoredArray) -> None:
    """Refuse what holds objects, text or anything else but numbers.

    Raises
    ------
    DataError
    """
    if array.dtype.hasobject:
        raise DataError(
            array.thing, "must hold numbers", "pickled Python objects", "save plain arrays"
        )
    if array.dtype.kind not in KINDS:
        raise DataError(
            array.thing, "must hold numbers", f"values of the type {short_name(str(array.dtype))}"
        )


class _InParts(io.RawIOBase):
    """A file of which not all can be read at once, as a directory without end would be."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DATA_DIRECTORY_BYTES:
            raise ValueError("a directory that is too long")
        return self._stream.read(size if size >= 0 else MAX_DATA_DIRECTORY_BYTES)


def _list_archive(stream: IO[bytes], path: Path, size_bytes: int) -> dict[str, StoredArray]:
    arrays: dict[str, StoredArray] = {}
    with zipfile.ZipFile(_InParts(stream)) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        if len(infos) > MAX_DATA_ARRAYS:
            raise DataError(
                short_name(path.name),
                f"must hold at most {MAX_DATA_ARRAYS} arrays",
                str(len(infos)),
                "stack the pictures into one array",
            )
        for info in infos:
            name = info.filename.removesuffix(".npy")
            thing = f"{short_name(path.name)}: {short_name(name)}"
            if name in arrays:
                raise DataError(thing, "must be there once", "two arrays of that name")
            if info.compress_type not in METHODS or info.flag_bits & ENCRYPTED:
                raise DataError(
                    thing,
                    "must be stored or deflated",
                    "another method",
                    "save it with numpy.savez",
                )
            arrays[name] = _member(archive, info, stream, path, thing, size_bytes)
    return arrays


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    stream: IO[bytes],
    path: Path,
    thing: str,
    size_bytes: int,
) -> StoredArray:
    if info.compress_type == zipfile.ZIP_STORED:
        stream.seek(info.header_offset)
        signature, name_bytes, extra_bytes = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
        start = info.header_offset + LOCAL_HEADER.size + name_bytes + extra_bytes
        if signature != ZIP_SIGNATURE or start + info.file_size > size_bytes:
            raise DataError(thing, "must be whole", "an archive with a torn directory")
        stream.seek(start)
        return _header(stream, path, thing, start + info.file_size)
    with archive.open(info) as member:
        found = _header(member, path, thing, info.file_size)
    return replace(found, member=info.filename)


# By the shape that was checked, whatever the file says by now.
def _read_values(stream: IO[bytes], array: StoredArray) -> Array:
    values = np.empty(len(array) * array.row_bytes, np.uint8)
    for start in range(0, values.size, CHUNK_BYTES):
        part = values[start : start + CHUNK_BYTES]
        content = stream.read(part.size)
        if len(content) != part.size:
            raise EOFError("it ends too early")
        part[:] = np.frombuffer(content, np.uint8)
    if stream.read(1):  # at the end, the checksum is compared as well
        raise ValueError("it goes on after its end")
    return values.view(array.dtype).reshape(array.shape, order="F" if array.fortran else "C")


# ``end`` is where the values end at the latest, as ``stream`` counts.
def _header(stream: IO[bytes], path: Path, thing: str, end: int) -> StoredArray:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of headers that Python 2 wrote, which are read all the same
        shape, fortran, dtype = read_header(stream)
    offset = stream.tell()
    if not dtype.hasobject:  # what those hold is never read
        _check_size(thing, shape, math.prod(shape) * dtype.itemsize, end - offset)
    return StoredArray(path, thing, shape, dtype, offset, fortran)


def _check_size(thing: str, shape: tuple[int, ...], declared: int, held: int) -> None:
    if declared > MAX_DATA_BYTES:
        raise DataError(
            thing,
            f"must take at most {MAX_DATA_BYTES // GIB} GiB",
            f"a header that declares {_size_text(declared)}",
        )
    if len(shape) > MAX_RANK or min(shape, default=0) < 0 or declared > held:
        raise DataError(
            thing,
            "must hold all that its header declares",
            f"{_size_text(held)} for the shape {short_name(str(shape))}",
            "copy the file again",
        )


def _size_text(size_bytes: int) -> str:
    for exponent, unit in ((3, "GiB"), (2, "MiB"), (1, "kiB")):
        if size_bytes >= 1024**exponent:
            return f"{min(size_bytes / 1024**exponent, 1e6):,.0f} {unit}"
    return f"{size_bytes} bytes"


def _reason(error: BaseException) -> str:
    return shorten((str(error) or type(error).__name__).splitlines()[0], REASON_CHARACTERS)
