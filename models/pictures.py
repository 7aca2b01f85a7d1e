"""Picture files: opened with their limits checked first, and saved whole or not at all."""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from models.digits import (
    SIDE_PX,
    Picture,
    invert_to_ink,
    is_dark_on_light,
    normalise_digit,
    resize_picture,
)
from models.errors import PictureError
from models.files import write_atomically
from models.inspection.limits import MAX_PICTURE_FILE_BYTES, MAX_PICTURE_PIXELS
from models.inspection.refusing import short_name, shorten
from models.lighting import even_light, without_grain

REASON_CHARACTERS = 60  # of what Pillow or the system says, in a sentence

# Told apart by content: a name may lie.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
DEEP_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
WORKING_PX = 10 * SIDE_PX  # in larger pictures, neighbours are averaged and the grain with them


@dataclass(frozen=True)
class Limit:
    """A bound, and why it is there."""

    value: int
    reason: str


FILE_BYTES = Limit(MAX_PICTURE_FILE_BYTES, "no scan or photograph of a digit needs more")
PIXELS = Limit(MAX_PICTURE_PIXELS, "decoding takes up to four bytes for each")
SIDE_PIXELS = Limit(1024, "what is kept of the longest side: more than any screen shows of it")

# PIXELS stands in the place of Pillow's own limit, which only warns at first.
Image.MAX_IMAGE_PIXELS = None


def open_picture(path: str | os.PathLike[str]) -> Picture:
    """Open a PNG, JPEG, BMP, GIF, WebP or TIFF file as grey values.

    The rotation that a camera noted is applied. What is transparent shows
    white paper, or black where the ink is light. A large picture is made
    smaller, with antialiasing. Of several frames the first is taken.

    Returns
    -------
    ndarray of float32, shape (height, width)
        Luminance in [0, 1]; the longest side has at most 1024 pixels.

    Raises
    ------
    PictureError
        If there is no such file, if it is too large, torn, or no picture.
    """
    path = Path(path)
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no such file"
            raise PictureError(short_name(path.name), "must be a picture file", found)
        with path.open("rb") as stream:
            _check_size(os.fstat(stream.fileno()).st_size, path.name)
            # Of memory Pillow gets no more than there is, however much the file tells of.
            data = stream.read()
    except OSError as error:
        raise PictureError(short_name(path.name), "must be readable", _reason(error)) from error
    return parse_picture(data, path.name)


def parse_picture(data: bytes, name: str) -> Picture:
    """What :func:`open_picture` gives, from the bytes of a file.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for sentences.
    """
    _check_size(len(data), name)
    return _read(io.BytesIO(data), name)


def save_picture(path: str | os.PathLike[str], picture: npt.NDArray[np.floating[Any]]) -> None:
    """Save a picture as an 8-bit PNG; an earlier file stays whole if that fails.

    Parameters
    ----------
    picture : ndarray, shape (height, width) or (height, width, 3)
        Grey or RGB in [0, 1]; values beyond are clipped.

    Raises
    ------
    PictureError
        If the shape is another, a value is not finite, or the file cannot be written.
    """
    path = Path(path)
    if picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)) or picture.size == 0:
        raise PictureError(
            "A picture to save",
            "must have the shape (height, width) or (height, width, 3)",
            str(picture.shape),
        )
    if not np.isfinite(picture).all():
        raise PictureError("A picture to save", "must be finite", "NaN or Inf")
    image = Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    try:
        write_atomically(path, lambda stream: image.save(stream, "PNG"))
    except OSError as error:
        raise PictureError(
            short_name(path.name),
            "must lie in a folder that can be written and has room",
            _reason(error),
        ) from error


def to_digit(
    picture: Picture,
    invert: bool | None = None,
    normalise: bool = True,
    shape: tuple[int, int] = (SIDE_PX, SIDE_PX),
) -> Picture:
    """Make what a model takes of any picture of one digit.

    Parameters
    ----------
    picture : ndarray of float32, shape (height, width)
        Luminance in [0, 1].
    invert : bool, optional
        Whether the ink is dark on light ground; by default that is found out.
    normalise : bool
        Even the light, then scale and centre the ink as MNIST does. Otherwise
        the whole picture is fitted in, with ground added to its shorter side.
    shape : tuple of int
        (height, width) that the model takes.

    Returns
    -------
    ndarray of float32, shape (height, width)
        Ink 1 on ground 0.
    """
    dark = is_dark_on_light(picture) if invert is None else invert
    if not normalise:
        return _fit(invert_to_ink(picture) if dark else picture, shape)
    return resize_picture(normalise_digit(to_ink(picture, dark)), *shape)


def to_ink(picture: Picture, dark: bool) -> Picture:
    """Take the ground of a scan or photograph away: uneven light, grey paper, grain.

    Parameters
    ----------
    picture : ndarray of float32, shape (height, width)
        Luminance in [0, 1].
    dark : bool
        Whether the ink is dark on light ground.

    Returns
    -------
    ndarray of float32
        Ink 1 on ground 0; the longest side has at most 280 pixels.
    """
    small = _shrink(picture, WORKING_PX)
    return without_grain(invert_to_ink(even_light(small if dark else 1 - small)))


def _check_size(size_bytes: int, name: str) -> None:
    if size_bytes > FILE_BYTES.value:
        raise PictureError(
            short_name(name),
            f"must have at most {FILE_BYTES.value >> 20} MiB ({FILE_BYTES.reason})",
            f"{size_bytes / 2**20:.0f} MiB",
        )


def _read(stream: IO[bytes], name: str) -> Picture:
    with warnings.catch_warnings():
        # Pillow warns of oddities in files that it then reads all the same.
        warnings.simplefilter("ignore")
        try:
            with Image.open(stream, formats=FORMATS) as image:
                return _decode(image, name)
        except PictureError:
            raise
        except UnidentifiedImageError as error:
            kinds = ", ".join(FORMATS[:-1])
            raise PictureError(
                short_name(name),
                f"must be a {kinds} or {FORMATS[-1]} picture",
                "a file of another kind",
            ) from error
        # Torn and hostile files make Pillow raise nearly anything: OSError,
        # SyntaxError, struct.error, KeyError, ZeroDivisionError, MemoryError...
        except Exception as error:
            raise PictureError(
                short_name(name), "must be a whole picture", _reason(error)
            ) from error


def _decode(image: Image.Image, name: str) -> Picture:
    width, height = image.size
    if width * height > PIXELS.value:
        raise PictureError(
            short_name(name),
            f"must have at most {PIXELS.value:,} pixels ({PIXELS.reason})",
            f"{width} × {height}",
        )
    image.draft("L", (SIDE_PIXELS.value, SIDE_PIXELS.value))  # JPEG alone can decode smaller
    image = ImageOps.exif_transpose(image)
    if image.mode in DEEP_MODES:
        return _grey_of_deep(image)
    if image.has_transparency_data:
        return _on_paper(image)
    return _unit(np.asarray(_smaller(image.convert("L"))) / 255)


def _grey_of_deep(image: Image.Image) -> Picture:
    """More than 8 bits: 1 is the top of 16 bits or of [0, 1], or the largest value beyond."""
    values = np.nan_to_num(np.asarray(_smaller(image.convert("F")), np.float32))
    top = 1 if image.mode == "F" else 65535
    return _unit(values / max(top, float(values.max())))


def _on_paper(image: Image.Image) -> Picture:
    bands = np.asarray(_smaller(image.convert("RGBA").convert("LA")), np.float32) / 255
    luminance, opacity = bands[..., 0], bands[..., 1]
    light_ink = (luminance * opacity).sum() > 0.5 * opacity.sum()
    paper = 0 if light_ink else 1
    return _unit(luminance * opacity + paper * (1 - opacity))


def _smaller(image: Image.Image) -> Image.Image:
    scale = SIDE_PIXELS.value / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(scale * length)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=3)


def _shrink(picture: Picture, longest_px: int) -> Picture:
    scale = longest_px / max(picture.shape)
    if scale >= 1:
        return picture
    height, width = (max(1, round(scale * length)) for length in picture.shape)
    return resize_picture(picture, height, width)


def _fit(picture: Picture, shape: tuple[int, int]) -> Picture:
    """Add ground evenly until the sides relate as in ``shape``, then resize."""
    height = max(picture.shape[0], round(picture.shape[1] * shape[0] / shape[1]))
    width = max(picture.shape[1], round(picture.shape[0] * shape[1] / shape[0]))
    rows, columns = height - picture.shape[0], width - picture.shape[1]
    margins = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    return _unit(resize_picture(np.pad(picture, margins), *shape))


def _unit(values: npt.NDArray[Any]) -> Picture:
    return np.asarray(np.clip(values, 0, 1), np.float32)


def _reason(error: Exception) -> str:
    found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    first_line = (found or type(error).__name__).splitlines()[0]
    return shorten(first_line, REASON_CHARACTERS)
