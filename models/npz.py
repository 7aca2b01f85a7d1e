"""Arrays from an ``.npz`` that somebody else may have made.

Sizes are read from the headers and checked before memory is taken for them,
and nothing is ever unpickled.
"""

from __future__ import annotations

import io
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from models.errors import LatentExplorerError
from models.inspection.limits import (
    MAX_ARRAY_HEADER_BYTES,
    MAX_DATA_BYTES,
    MAX_DATA_EXPANSION,
)

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# What zipfile, zlib and numpy's reader of headers raise on torn or hostile files.
BROKEN = (
    OSError,
    ValueError,
    TypeError,
    EOFError,
    SyntaxError,
    MemoryError,
    RuntimeError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_npz(
    path: Path, names: Sequence[str], error: type[LatentExplorerError], advice: str = ""
) -> dict[str, npt.NDArray[Any]]:
    """Read the named arrays of an ``.npz``.

    Parameters
    ----------
    names : sequence of str
        Arrays that have to be there; others are not looked at.
    error : type of LatentExplorerError
        What to raise where the archive breaks a rule.
    advice : str
        What the user can do about an archive that cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist()}
            missing = [name for name in names if f"{name}.npy" not in members]
            if missing:
                raise error(
                    str(path),
                    "must hold the arrays " + ", ".join(names),
                    "no " + ", ".join(missing),
                )
            return {
                name: _read_member(archive, members[f"{name}.npy"], f"{path}: {name}", error)
                for name in names
            }
    except BROKEN as broken:
        found = str(broken) or type(broken).__name__
        raise error(str(path), "must be a readable .npz archive", found, advice) from broken


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, thing: str, error: type[LatentExplorerError]
) -> npt.NDArray[Any]:
    if info.compress_type not in METHODS:
        raise error(thing, "must be stored or deflated", f"method {info.compress_type}")
    if info.file_size > MAX_DATA_EXPANSION * max(info.compress_size, 100):
        raise error(
            thing,
            f"must not unpack to more than {MAX_DATA_EXPANSION} times its packed size",
            f"{info.file_size} bytes packed into {info.compress_size}",
        )
    with archive.open(info) as stream:
        shape, _, dtype = read_header(stream)
    if dtype.hasobject:
        raise error(thing, "must hold numbers", "pickled Python objects")
    size_bytes = math.prod(shape) * dtype.itemsize
    if not 0 <= size_bytes <= min(MAX_DATA_BYTES, info.file_size):
        raise error(
            thing,
            f"must take at most {MAX_DATA_BYTES} bytes and hold all that its header declares",
            f"a header of {size_bytes} bytes over {info.file_size} stored bytes",
        )
    with archive.open(info) as stream:
        array: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array


def read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read a ``.npy`` header, up to where the values begin.

    Returns
    -------
    shape : tuple of int
    fortran : bool
        Whether the first axis is the one that varies fastest.
    dtype : numpy.dtype

    Raises
    ------
    ValueError and others of :data:`BROKEN`
        If it is torn, or longer than any that numpy reads.
    """
    version = np.lib.format.read_magic(stream)
    read, size = np.lib.format.read_array_header_1_0, struct.Struct("<H")
    if version >= (2, 0):
        read, size = np.lib.format.read_array_header_2_0, struct.Struct("<I")
    start = stream.read(size.size)
    (length,) = size.unpack(start)
    # Whatever it says would be taken as memory, and filled from an archive that unpacks to it.
    if length > MAX_ARRAY_HEADER_BYTES:
        raise ValueError(f"a header of {length} bytes")
    shape, fortran, dtype = read(io.BytesIO(start + stream.read(length)))
    return shape, fortran, dtype
