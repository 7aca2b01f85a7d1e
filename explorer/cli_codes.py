"""Codes that a command is given: as numbers, or in files that somebody else may have made."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.encoding import MAX_CODES_BYTES
from models.errors import DataError, LatentError
from models.inspection.refusing import short_name
from models.latent import parse_z
from models.stored_arrays import StoredArray, check_numbers, open_arrays, unpack
from models.subject import Subject

MEAN = "mean"
KEY = "codes"  # as `encode` and the bundles have it
SUFFIXES = (".npy", ".npz")

Floats = npt.NDArray[np.float32]


def read_z(option: str, text: str, subject: Subject) -> Floats:
    """One code: ``mean``, numbers, or the only one in a ``.npy`` or ``.npz`` file.

    Parameters
    ----------
    option : str
        What the user gave it with, for sentences.
    text : str
    subject : Subject

    Returns
    -------
    ndarray of float32, shape (latent_dim,)

    Raises
    ------
    DataError, LatentError
        If it is no code of the model.
    """
    if text == MEAN:
        return subject.whereabouts.mean
    if not text.lower().endswith(SUFFIXES):
        try:
            return parse_z(text, subject.latent_dim)
        except LatentError as error:
            raise LatentError(option, error.rule, error.received) from error
    codes = read_codes(Path(text), subject)
    if len(codes) != 1:
        advice = "name the file with --codes, and the rows with --rows"
        raise DataError(short_name(text), "must hold one code", f"{len(codes):,}", advice)
    z: Floats = codes[0]
    return z


def read_codes(path: Path, subject: Subject) -> Floats:
    """All codes in a file: an ``.npz`` with ``codes``, or one array.

    Returns
    -------
    ndarray of float32, shape (n, latent_dim)
        ``n`` is at least 1.

    Raises
    ------
    DataError
        If there is no such file, or it holds something else.
    LatentError
        If a value is not finite.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing there"
        raise DataError(short_name(path.name), "must be a file of codes", found)
    stored = _choose(open_arrays(path), path)
    check_numbers(stored)
    count = _count(stored, subject.latent_dim)
    values = unpack(stored).whole()
    with np.errstate(over="ignore", invalid="ignore"):
        codes: Floats = values.reshape(count, subject.latent_dim).astype(np.float32)
    finite = np.isfinite(codes)
    if not finite.all():
        rule = "must hold finite numbers that float32 can hold"
        raise LatentError(stored.thing, rule, str(values.reshape(codes.shape)[~finite][0]))
    return codes


def _choose(arrays: dict[str, StoredArray], path: Path) -> StoredArray:
    if KEY in arrays:
        return arrays[KEY]
    if len(arrays) != 1:
        found = f"{len(arrays)} others" if arrays else "none"
        raise DataError(short_name(path.name), f"must hold an array {KEY!r}, or one alone", found)
    return next(iter(arrays.values()))


def _count(stored: StoredArray, latent_dim: int) -> int:
    """How many codes there are; each may have the axes of a spatial latent."""
    shape = stored.shape
    count = math.prod(shape) // latent_dim
    fits = any(math.prod(shape[axis:]) == latent_dim for axis in range(len(shape)))
    if not fits or not count:
        rule = f"must hold codes of {latent_dim:,} values"
        raise DataError(stored.thing, rule, f"the shape {shape}")
    if 4 * count * latent_dim > MAX_CODES_BYTES:
        rule = f"must hold codes of at most {MAX_CODES_BYTES >> 20} MiB"
        raise DataError(stored.thing, rule, f"{count:,} codes")
    return count
