"""Where a command puts what the decoder gave: each file whole, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.export.film import GIF_TICK_S
from explorer.export.gif import GifWriter, Sink
from models.errors import PictureError
from models.files import write_atomically
from models.inspection.refusing import short_name
from models.ports import CurvePort
from models.subject import Subject

MAX_OUTPUT_BYTES = 2**30  # of what has to be held until it can be written

Floats = npt.NDArray[np.float32]
Levels = npt.NDArray[np.uint8]


def check_place(out: Path, *suffixes: str) -> None:
    """Refuse a place that nothing can be written to, before anything is computed.

    Parameters
    ----------
    out : Path
        A file with one of the suffixes, or a folder, whose name has none.

    Raises
    ------
    PictureError
    """
    if out.suffix:
        check_file(out, *suffixes, rule=f"must be named {' or '.join(suffixes)}, or be a folder")
    elif out.exists() and not out.is_dir():
        raise PictureError(short_name(str(out)), "must be a folder", "a file")


def check_file(out: Path, *suffixes: str, rule: str = "") -> None:
    """The same for what must be a file."""
    thing = short_name(str(out))
    if out.suffix.lower() not in suffixes:
        raise PictureError(thing, rule or f"must be named {suffixes[0]}", repr(out.suffix))
    if out.is_dir():
        raise PictureError(thing, "must be a file", "a folder")
    if not out.parent.is_dir():
        raise PictureError(thing, "must lie in a folder that is there", "no such folder")


def check_shown(out: Path, subject: Subject) -> None:
    """Refuse to make one picture of curves.

    Raises
    ------
    PictureError
    """
    if len(shape_of(subject)) != 3 and out.suffix.lower() in (".png", ".gif"):
        rule = "must be an .npz or a folder: the model gives curves"
        raise PictureError(short_name(str(out)), rule, repr(out.suffix))


def check_size(thing: str, size_bytes: int, advice: str) -> None:
    """Refuse what would take too much memory.

    Raises
    ------
    PictureError
    """
    if size_bytes > MAX_OUTPUT_BYTES:
        rule = f"must take at most {MAX_OUTPUT_BYTES >> 20} MiB"
        raise PictureError(thing, rule, f"{size_bytes >> 20:,} MiB", advice)


def shape_of(subject: Subject) -> tuple[int, ...]:
    """Of what the model gives: (height, width, channels), or (length, channels) of curves."""
    port = subject.outputs[0].port
    return (port.length, port.channels) if isinstance(port, CurvePort) else port.picture_shape


def levels_of(pictures: Floats, scale: int) -> Levels:
    """Pictures (n, height, width, channels) as bytes, each pixel ``scale`` wide; NaN is black."""
    levels = np.rint(np.clip(np.nan_to_num(pictures), 0, 1) * 255).astype(np.uint8)
    return levels.repeat(scale, axis=1).repeat(scale, axis=2)


def save_png(path: Path, levels: Levels) -> None:
    """Save a picture (height, width, 1, 3 or 4).

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    image = _image(levels)
    write_atomically(path, lambda stream: image.save(stream, "PNG"))


def save_each(folder: Path, names: list[str], outputs: Floats, scale: int) -> None:
    """Save pictures (n, height, width, channels) as PNGs, or curves (n, …) as arrays.

    Raises
    ------
    OSError
    """
    if outputs.ndim == 3:
        for name, curves in zip(names, outputs, strict=True):
            _save_array(folder / f"{name}.npy", curves)
        return
    for name, levels in zip(names, levels_of(outputs, scale), strict=True):
        save_png(folder / f"{name}.png", levels)


def save_gif(path: Path, pictures: Iterator[Levels], frames_per_second: int) -> None:
    """Save a film of pictures (height, width, 1, 3 or 4) that runs over and over.

    Raises
    ------
    OSError
    """

    def write(stream: Sink) -> None:
        film = GifWriter(stream, round(1 / (frames_per_second * GIF_TICK_S)))
        for levels in pictures:
            film.add(_image(levels))
        film.close()

    write_atomically(path, write)


def save_arrays(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Save arrays as an ``.npz``.

    Raises
    ------
    OSError
    """
    named: dict[str, Any] = arrays  # to numpy's stubs, one could be its own option
    write_atomically(path, lambda stream: np.savez(stream, **named))


def _save_array(path: Path, array: npt.NDArray[Any]) -> None:
    write_atomically(path, lambda stream: np.save(stream, array))


def _image(levels: Levels) -> Image.Image:
    return Image.fromarray(levels[:, :, 0] if levels.shape[2] == 1 else levels)
