"""What a command is given to encode: picture files, folders of them, and files of arrays.

Pictures are told from other files by their first bytes; none is taken apart here.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from models.errors import DataError
from models.folder_data import SIGNATURE_BYTES, SIGNATURES
from models.inspection.limits import MAX_FOLDER_FILES, MAX_PICTURE_FILE_BYTES
from models.inspection.refusing import short_name
from models.keras_data import CACHED_SETS
from models.stored_arrays import NPY_SIGNATURE, ZIP_SIGNATURE

MOST_STAGED = 1024  # files, and so many bytes, lie in the folder that an engine reads
MOST_STAGED_BYTES = 128 * 2**20
BLANK = "000000.png"


@dataclass(frozen=True)
class PictureFile:
    """A picture.

    Attributes
    ----------
    path : Path
    label : str
        The sub-folder that it lies in; empty where it lies in none.
    """

    path: Path
    label: str = ""


@dataclass(frozen=True)
class ArrayFile:
    """A ``.npz`` or ``.npy`` file, or a data set that Keras has cached.

    Attributes
    ----------
    data : str
        See :func:`models.data_set.open_data`.
    """

    data: str


def list_given(paths: Sequence[Path]) -> list[ArrayFile | list[PictureFile]]:
    """What the paths name, in their order; pictures that follow one another go together.

    Raises
    ------
    DataError
        If one names nothing that can be encoded.
    OSError
        If a folder or file cannot be read.
    """
    given: list[ArrayFile | list[PictureFile]] = []
    for path in paths:
        found = _look(path)
        if isinstance(found, list) and given and isinstance(given[-1], list):
            given[-1].extend(found)
        else:
            given.append(found)
    return given


def stage(files: Sequence[PictureFile], folder: Path) -> Iterator[list[PictureFile]]:
    """Copy pictures into a folder, portion by portion; it holds no others meanwhile.

    The first in the folder is always a blank one, so that there is something to
    encode where no other can be read.

    Yields
    ------
    list of PictureFile
        Those copied, in the order of their names there, after the blank one. What
        cannot be copied, or is larger than any picture may be, is left out.
    """
    waiting = iter(files)
    while portion := list(itertools.islice(waiting, 1)):
        for old in folder.iterdir():
            old.unlink()
        Image.new("L", (1, 1)).save(folder / BLANK)
        staged: list[PictureFile] = []
        size_bytes = 0
        for file in itertools.chain(portion, waiting):
            copied_bytes = _copy(file.path, folder / f"{len(staged) + 1:06}.png")
            if copied_bytes is not None:
                staged.append(file)
                size_bytes += copied_bytes
            if len(staged) == MOST_STAGED or size_bytes >= MOST_STAGED_BYTES:
                break
        yield staged


def _look(path: Path) -> ArrayFile | list[PictureFile]:
    if path.is_dir():
        return _walk(path)
    if not path.exists() and str(path) in CACHED_SETS:
        return ArrayFile(str(path))
    if path.is_file():  # a pipe would never end
        start = _start(path)
        if start.startswith((NPY_SIGNATURE, ZIP_SIGNATURE)):
            return ArrayFile(str(path.absolute()))
        if _is_picture(start):
            return [PictureFile(path)]
    rule = "must be a PNG, JPEG, BMP, GIF or WebP picture, a folder, an .npz or .npy"
    received = "another kind of file" if path.exists() else "nothing there"
    raise DataError(short_name(path.name), rule, received)


def _walk(folder: Path) -> list[PictureFile]:
    found: list[PictureFile] = []
    others = 0
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = Path(place).relative_to(folder)
        label = inner.parts[0] if inner.parts else ""
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(place, name)
            if _is_readable_picture(path):
                found.append(PictureFile(path, label))
            else:
                others += 1
            if len(found) + others > MAX_FOLDER_FILES:
                rule = f"must hold at most {MAX_FOLDER_FILES:,} files"
                raise DataError(short_name(folder.name), rule, "more")
    if not found:
        rule = "must hold PNG, JPEG, BMP, GIF or WebP pictures"
        received = f"{others:,} other files" if others else "none"
        raise DataError(short_name(folder.name), rule, received)
    return found


def _refuse(error: OSError) -> None:
    raise error


def _is_readable_picture(path: Path) -> bool:
    try:
        return path.is_file() and _is_picture(_start(path))
    except OSError:
        return False


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(SIGNATURE_BYTES)


def _is_picture(start: bytes) -> bool:
    return start.startswith(SIGNATURES) or (start[:4] == b"RIFF" and start[8:] == b"WEBP")


def _copy(path: Path, target: Path) -> int | None:
    """How many bytes were copied; None where they are too many, or no picture (any more)."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_PICTURE_FILE_BYTES + 1)
    except OSError:
        return None
    if len(data) > MAX_PICTURE_FILE_BYTES or not _is_picture(data[:SIGNATURE_BYTES]):
        return None
    target.write_bytes(data)
    return len(data)
