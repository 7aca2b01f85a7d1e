"""A folder of pictures as a data set: sub-folders are labels."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from models.errors import DataError
from models.inspection.limits import (
    MAX_FOLDER_FILES,
    MAX_PICTURE_FILE_BYTES,
    MAX_PICTURE_PIXELS,
)
from models.inspection.refusing import short_name
from models.labels import MAX_CLASSES, LabelSet
from models.picture_form import convert_channels

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF87a", b"GIF89a")
SIGNATURE_BYTES = 12  # WebP's begins with RIFF, four bytes of size, and WEBP
LOOKED_AT = 64  # files whose size in pixels is read when a folder is opened
MODES = {1: "L", 3: "RGB", 4: "RGBA"}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PictureFiles:
    """Pictures in files, decoded when they are asked for.

    Attributes
    ----------
    folder : Path
    paths : sequence of str
        Relative to ``folder``, in order.
    wanted : tuple of int
        (height, width, channels) of the model's pictures.
    """

    folder: Path
    paths: Sequence[str]
    wanted: tuple[int, int, int]

    def __len__(self) -> int:
        return len(self.paths)

    def rows(self, start: int, stop: int) -> Floats:
        """float32 in [0, 1], shape (n, height, width, channels); NaN for unreadable files."""
        pictures = np.full((stop - start, *self.wanted), np.nan, np.float32)
        for place, path in zip(pictures, self.paths[start:stop], strict=True):
            picture = read_picture(self.folder / path, self.wanted)
            if picture is not None:
                place[...] = picture
        return pictures


def open_folder(
    folder: Path, wanted: tuple[int, int, int]
) -> tuple[PictureFiles, LabelSet, tuple[str, ...]]:
    """List the pictures of a folder, told from other files by their first bytes.

    Returns
    -------
    files : PictureFiles
    labels : LabelSet
        From the sub-folders' names, sorted; none where no picture lies in one.
    notes : tuple of str

    Raises
    ------
    DataError
        If there is no picture, or if the folder cannot be read.
    """
    thing = short_name(folder.name)
    if wanted[2] not in MODES:
        raise DataError(
            thing, f"must hold pictures of {wanted[2]} channels", "a folder", "bring an .npz"
        )
    found = _walk(folder)
    pictures = [(name, path) for name, path in found if _is_picture(folder / path)]
    others = len(found) - len(pictures)
    if not pictures:
        raise DataError(
            thing,
            "must hold PNG, JPEG, BMP, GIF or WebP pictures",
            f"{others:,} other files" if others else "none",
            "choose the folder of the pictures, or of one sub-folder for each label",
        )
    files = PictureFiles(folder, [path for _, path in pictures], wanted)
    notes = [f"Files that are no pictures are left out: {others:,}."] if others else []
    notes += _size_notes(files)
    return files, _labels([name for name, _ in pictures], thing), tuple(notes)


def read_picture(path: Path, wanted: tuple[int, int, int]) -> Floats | None:
    """One picture file as the model takes pictures, or None where it cannot be read.

    The rotation that a camera noted is applied, the first of several frames is
    taken, and the picture is stretched to the model's shape.

    Returns
    -------
    ndarray of float32 in [0, 1], shape (height, width, channels), or None
    """
    height, width, channels = wanted
    try:
        if path.stat().st_size > MAX_PICTURE_FILE_BYTES:
            return None
        # Of memory Pillow gets no more than there is, however much the file tells of.
        data = io.BytesIO(path.read_bytes())
        with _quiet(), Image.open(data, formats=FORMATS) as image:
            if image.width * image.height > MAX_PICTURE_PIXELS:
                return None
            image.draft("RGB", (2 * width, 2 * height))  # JPEG alone can decode smaller
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith(("I", "F")):
                return _of_deep(upright, wanted)
            mode = "RGBA" if upright.has_transparency_data else MODES[channels]
            small = upright.convert(mode).resize((width, height), Image.Resampling.BILINEAR)
            values = np.asarray(small, np.float32) / np.float32(255)
            return _with_channels(values.reshape(height, width, -1), channels)
    # Torn and hostile files make Pillow raise nearly anything: OSError,
    # SyntaxError, struct.error, KeyError, ZeroDivisionError, MemoryError...
    except Exception:  # noqa: BLE001 - see above; the caller counts what could not be read
        return None


def _of_deep(image: Image.Image, wanted: tuple[int, int, int]) -> Floats | None:
    """More than 8 bits: 1 is the top of 16 bits or of [0, 1], or the largest value beyond."""
    height, width, channels = wanted
    small = image.convert("F").resize((width, height), Image.Resampling.BILINEAR)
    values = np.asarray(small, np.float32)
    if not np.isfinite(values).all():
        return None
    top = max(1 if image.mode == "F" else 65535, float(values.max()))
    return _with_channels(np.clip(values / np.float32(top), 0, 1)[..., np.newaxis], channels)


def _with_channels(picture: Floats, channels: int) -> Floats:
    converted: Floats = convert_channels(picture[np.newaxis], channels)[0]
    return converted


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        # Pillow warns of oddities in files that it then reads all the same.
        warnings.simplefilter("ignore")
        yield


# (name of the sub-folder at the top, path within the folder), sorted; links to folders stay out.
def _walk(folder: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def refuse(error: OSError) -> None:
        raise DataError(
            short_name(folder.name), "must be readable", error.strerror or "an error"
        ) from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = Path(place).relative_to(folder)
        top = inner.parts[0] if inner.parts else ""
        found += [(top, str(inner / name)) for name in sorted(names) if not name.startswith(".")]
        if len(found) > MAX_FOLDER_FILES:
            raise DataError(
                short_name(folder.name), f"must hold at most {MAX_FOLDER_FILES:,} files", "more"
            )
    return found


def _is_picture(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would never end
            return False
        with path.open("rb") as stream:
            start = stream.read(SIGNATURE_BYTES)
    except OSError:
        return False
    return start.startswith(SIGNATURES) or (start[:4] == b"RIFF" and start[8:] == b"WEBP")


# ``tops`` names the sub-folder of each picture; pictures beside the sub-folders have "".
def _labels(tops: list[str], thing: str) -> LabelSet:
    names = sorted(set(tops) - {""})
    if not names:
        return LabelSet()
    if len(names) > MAX_CLASSES:
        raise DataError(thing, f"must have at most {MAX_CLASSES:,} sub-folders", f"{len(names):,}")
    numbers = {name: number for number, name in enumerate(names)}
    if "" in tops:
        numbers[""] = len(names)
        names.append("none")
    labels = np.array([numbers[top] for top in tops], np.int32)
    return LabelSet(labels, tuple(map(short_name, names)))


def _size_notes(files: PictureFiles) -> list[str]:
    sizes: set[tuple[int, int]] = set()
    colours: set[bool] = set()
    step = max(1, len(files) // LOOKED_AT)
    for path in files.paths[::step]:
        try:
            if (files.folder / path).stat().st_size > MAX_PICTURE_FILE_BYTES:
                continue  # Pillow reads all of a WebP before it tells its size
            with _quiet(), Image.open(files.folder / path, formats=FORMATS) as image:
                # Of a PNG everything is decoded to find what a camera noted.
                if image.width * image.height > MAX_PICTURE_PIXELS:
                    continue
                turned = image.getexif().get(0x0112, 1) >= 5  # EXIF: width and height swapped
                sizes.add(image.size[::-1] if not turned else image.size)
                colours.add(image.mode not in ("1", "L", "I", "I;16", "F"))
        except Exception:  # noqa: BLE001 - Pillow raises nearly anything; it is counted later
            continue
    height, width, channels = files.wanted
    notes = []
    if sizes - {(height, width)}:
        (low_h, low_w), (high_h, high_w) = min(sizes), max(sizes)
        stored = f"{low_h} × {low_w}"
        if len(sizes) > 1:
            stored += f" to {high_h} × {high_w}"
        notes.append(f"Pictures of {stored} are resized to {height} × {width}.")
    if channels == 1 and True in colours:
        notes.append("Colours are turned to grey.")
    if channels > 1 and False in colours:
        notes.append("Grey pictures are repeated in each colour channel.")
    return notes
