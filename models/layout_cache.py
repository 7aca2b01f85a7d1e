"""Maps that took a minute, kept from one time to the next, beside the codes that are kept."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.files import write_atomically
from models.npz import read_npz

FORMAT = 1  # goes into the key: another way to place codes is a new key
KEY_CHARS = 64

Floats = npt.NDArray[np.float32]


def layout_key(codes: Floats, kind: str) -> str:
    """Hash of all that a map depends on: the codes that are placed, and how."""
    digest = hashlib.sha256(json.dumps([FORMAT, "layout", kind, codes.shape]).encode())
    digest.update(np.ascontiguousarray(codes, "<f4").data)
    return digest.hexdigest()


def load_layout(key: str, count: int, folder: Path) -> Floats | None:
    """The points kept under a key, or None if there are none that can be used.

    Parameters
    ----------
    key : str
        From :func:`layout_key`.
    count : int
        How many points there have to be.
    folder : Path
        Such as :func:`models.code_cache.cache_folder`.

    Returns
    -------
    ndarray of float32, shape (count, 2), or None
    """
    path = folder / f"{key}.npz"
    if not path.is_file():
        return None
    try:
        points = read_npz(path, ["points"], DataError)["points"]
    except DataError:
        points = np.empty(0)
    fits = points.dtype == np.float32 and points.shape == (count, 2)
    if not fits or not np.isfinite(points).all():
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used last: removed last, with the codes
    return points


def keep_layout(key: str, points: Floats, folder: Path) -> None:
    """Keep points of shape (n, 2) for the next time.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    ValueError
        If the key is none of :func:`layout_key`.
    """
    if len(key) != KEY_CHARS or not key.isalnum():
        raise ValueError("a key is the hash that layout_key gives")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / f"{key}.npz", lambda stream: np.savez(stream, points=points))
