"""Codes kept from one opening of the same model with the same data to the next.

The key is a hash of all that codes depend on: what the model's files and the data
contain, and the settings. What lies in the cache may be torn or old: it is checked
as a file from outside would be, and computed again where it fails.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from models.bundle import MAX_COVARIANCE_DIM, Codes
from models.code_statistics import MAX_MAGNITUDE
from models.encoding import EncodedData
from models.errors import DataError
from models.files import PARTIAL, sha256_of, write_atomically
from models.npz import read_npz

APP = "latent-explorer"
FORMAT = 1  # goes into the key: another form of the files, or another way to encode, is a new key
MAX_CACHE_BYTES = 2**30
MAX_STORY_BYTES = 2**22  # label names and notes, as JSON
CODES = tuple(Codes.__dataclass_fields__)
NAMES = (*CODES, "indices", "samples", "story")


def cache_folder() -> Path:
    """Where codes are kept: a folder of the user's cache."""
    return user_cache_path(APP, appauthor=False) / "codes"


def cache_key(
    models: Sequence[Path], data: Sequence[Path], settings: Mapping[str, Any] | None = None
) -> str:
    """Hash of all that codes depend on.

    Parameters
    ----------
    models : sequence of Path
        The model's files, or a bundle's folder: hashed by content.
    data : sequence of Path
        ``DataSet.files``: files are hashed by content; in a folder of pictures,
        names, sizes and times of change stand for it.
    settings : mapping, optional
        What else matters, in JSON values: a cut, the shape of the pictures.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    parts = [
        FORMAT,
        [_content(path) for path in models],
        [_listing(path) if path.is_dir() else sha256_of(path) for path in data],
        dict(settings or {}),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load_codes(key: str, folder: Path | None = None) -> EncodedData | None:
    """The codes kept under a key, or None if there are none that can be used.

    Parameters
    ----------
    key : str
        From :func:`cache_key`.
    folder : Path, optional
        Instead of :func:`cache_folder`.
    """
    path = _path(key, folder)
    if not path.is_file():
        return None
    try:
        encoded = unpack_codes(read_npz(path, NAMES, DataError))
    except DataError:
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used last: removed last
    return encoded


def keep_codes(key: str, encoded: EncodedData, folder: Path | None = None) -> None:
    """Keep codes for the next time; the oldest are removed where there are too many.

    Codes of more than half the cache's size are not kept.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    arrays: dict[str, Any] = pack_codes(encoded)
    if sum(array.nbytes for array in arrays.values()) > MAX_CACHE_BYTES // 2:
        return
    path = _path(key, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda stream: np.savez(stream, **arrays))
    _remove_oldest(path.parent)


def pack_codes(encoded: EncodedData) -> dict[str, npt.NDArray[Any]]:
    """Encoded data as arrays, by the names in :data:`NAMES`."""
    return {
        **{name: getattr(encoded.codes, name) for name in CODES},
        "indices": encoded.indices,
        "samples": encoded.samples,
        "story": _story(encoded),
    }


def unpack_codes(arrays: Mapping[str, npt.NDArray[Any]]) -> EncodedData:
    """What :func:`pack_codes` packed.

    Raises
    ------
    DataError
        If an array is missing, of another shape or type, or not finite.
    """
    missing = [name for name in NAMES if name not in arrays]
    if missing:
        raise _unfit(f"no {', '.join(missing)}")
    story = _read_story(arrays["story"])
    codes = Codes(**{name: arrays[name] for name in CODES})
    if not (_is_measured(codes) and _are_rows(arrays["indices"], len(codes.codes), None)):
        raise _unfit("arrays of other shapes or types")
    if not _are_rows(arrays["samples"], None, len(codes.codes)):
        raise _unfit("samples that are no codes")
    return EncodedData(codes, arrays["indices"], arrays["samples"], *story)


def _path(key: str, folder: Path | None) -> Path:
    return (folder or cache_folder()) / f"{key}.npz"


def _content(path: Path) -> list[str]:
    if not path.is_dir():
        return [sha256_of(path)]
    return [f"{file.name} {sha256_of(file)}" for file in sorted(path.iterdir()) if file.is_file()]


def _listing(folder: Path) -> str:
    digest = hashlib.sha256()
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            with contextlib.suppress(OSError):  # a link to nothing, or gone by now
                found = path.stat()
                line = f"{path.relative_to(folder)}\0{found.st_size}\0{found.st_mtime_ns}\n"
                digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def _story(encoded: EncodedData) -> npt.NDArray[np.uint8]:
    story = {
        "labelled": encoded.labelled,
        "label_names": encoded.label_names,
        "notes": encoded.notes,
    }
    return np.frombuffer(json.dumps(story).encode(), np.uint8)


def _is_measured(codes: Codes) -> bool:
    if codes.codes.ndim != 2 or not codes.codes.size:
        return False
    count, dim = codes.codes.shape
    shapes = {
        "codes": (count, dim),
        "levels": codes.levels.shape[:1],
        "quantiles": (*codes.levels.shape[:1], dim),
        "mean": (dim,),
        "covariance": (dim, dim) if dim <= MAX_COVARIANCE_DIM else (dim,),
    }
    floats = {name: getattr(codes, name) for name in shapes}
    return (
        codes.labels.shape == (count,)
        and codes.labels.dtype in (np.uint8, np.int32)
        and codes.levels.size > 0
        and all(array.dtype == np.float32 for array in floats.values())
        and all(array.shape == shapes[name] for name, array in floats.items())
        and all(bool(np.isfinite(array).all()) for array in floats.values())
        and -MAX_MAGNITUDE <= codes.codes.min() <= codes.codes.max() <= MAX_MAGNITUDE
    )


# Ascending row numbers, so many of them, or all below a limit.
def _are_rows(rows: npt.NDArray[Any], count: int | None, limit: int | None) -> bool:
    return bool(
        rows.ndim == 1
        and rows.dtype == np.int64
        and rows.size
        and (count is None or len(rows) == count)
        and rows[0] >= 0
        and (np.diff(rows) > 0).all()
        and (limit is None or rows[-1] < limit)
    )


def _read_story(array: npt.NDArray[Any]) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    if array.dtype != np.uint8 or array.nbytes > MAX_STORY_BYTES:
        raise _unfit("a story of another type")
    try:
        story = json.loads(array.tobytes())
        texts = [story["label_names"], story["notes"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unfit("no story") from error
    for text in texts:
        if not isinstance(text, list) or not all(isinstance(line, str) for line in text):
            raise _unfit("no story")
    return story.get("labelled") is True, tuple(texts[0]), tuple(texts[1])


def _unfit(received: str) -> DataError:
    return DataError("Codes in the cache", "must be as they were written", received)


def _remove_oldest(folder: Path) -> None:
    found = []
    for path in (*folder.glob("*.npz"), *folder.glob(f".*{PARTIAL}")):
        with contextlib.suppress(OSError):  # another process may clean up at the same time
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= MAX_CACHE_BYTES:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            total -= size
