"""Labels as data sets store them -> one whole number for each picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.inspection.refusing import short_name

MAX_CLASSES = 65_536
MAX_NAMES_BYTES = 2**24

Array = npt.NDArray[Any]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class LabelSet:
    """Labels, and what to call them.

    Attributes
    ----------
    labels : ndarray of int32, shape (n,), or None
        None where there are none.
    names : tuple of str
        By label; empty where labels are plain numbers.
    note : str
        Why stored labels are left out, in a sentence; empty where they are not.
    """

    labels: Labels | None = None
    names: tuple[str, ...] = ()
    note: str = ""


def read_labels(stored: Array, count: int) -> LabelSet:
    """Recognise whole numbers, one-hot rows or text.

    Parameters
    ----------
    stored : ndarray, shape (n,), (n, 1) or (n, classes)
        Numbers or text, no objects.
    count : int
        How many pictures there are.
    """
    if stored.ndim == 0 or len(stored) != count:
        found = len(stored) if stored.ndim else 1
        return LabelSet(note=f"{found:,} labels for {count:,} pictures are left out.")
    if stored.ndim == 2 and stored.shape[1] == 1:
        stored = stored[:, 0]
    if stored.ndim == 1 and stored.dtype.kind == "U":
        return _of_text(stored)
    if stored.ndim == 1 and stored.dtype.kind in "buif":
        return _of_numbers(stored)
    if stored.ndim == 2 and stored.dtype.kind in "buif" and _is_one_hot(stored):
        return LabelSet(stored.argmax(axis=1).astype(np.int32))
    return LabelSet(note=f"Labels of the shape {stored.shape} are no classes and are left out.")


def pack_names(names: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Names of labels as bytes, for the wire."""
    return np.frombuffer(json.dumps(list(names), ensure_ascii=False).encode(), np.uint8)


def unpack_names(packed: Array) -> tuple[str, ...]:
    """What :func:`pack_names` packed.

    Raises
    ------
    DataError
        If it is no list of names.
    """
    try:
        if packed.nbytes > MAX_NAMES_BYTES:
            raise ValueError("too many")
        names = json.loads(packed.tobytes())
    except (ValueError, RecursionError) as error:
        raise DataError("Names of labels", "must be a list of text", "something else") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError("Names of labels", "must be a list of text", "something else")
    return tuple(map(short_name, names))


def classes_of(labels: Labels, names: Sequence[str], classes: int) -> Labels | None:
    """The labels of a data set as a model's classes; None where they are others.

    Parameters
    ----------
    labels : ndarray of int32, shape (n,)
    names : sequence of str
        By label; where there is one for each class they are numbered alike, and
        otherwise they must be numbers, as sub-folders that hold some digits are called.
    classes : int
        How many the model has.
    """
    if names and len(names) != classes:
        if not all(name.isascii() and name.isdecimal() for name in names):
            return None
        labels = np.array([min(int(name), classes) for name in names], np.int32)[labels]
    fits = bool(labels.size) and labels.min() >= 0 and labels.max() < classes
    return labels if fits else None


def _of_text(stored: Array) -> LabelSet:
    if not _is_unicode(stored):
        return LabelSet(note="Labels that are no text are left out.")
    names, labels = np.unique(stored, return_inverse=True)
    if len(names) > MAX_CLASSES:
        return LabelSet(note=f"{len(names):,} different labels are too many and are left out.")
    return LabelSet(labels.astype(np.int32), tuple(short_name(str(name)) for name in names))


# numpy takes any four bytes for a character; Python does not.
def _is_unicode(stored: Array) -> bool:
    if not stored.dtype.itemsize:
        return False
    code_points = np.dtype(np.uint32).newbyteorder(stored.dtype.byteorder)
    return bool(np.ascontiguousarray(stored).view(code_points).max() <= sys.maxunicode)


def _of_numbers(stored: Array) -> LabelSet:
    limits = np.iinfo(np.int32)
    whole = (
        np.isfinite(stored).all()
        and stored.min() >= limits.min
        and stored.max() <= limits.max
        and (stored == np.rint(stored)).all()
    )
    if not whole:
        return LabelSet(note="Labels that are no whole numbers are left out.")
    return LabelSet(stored.astype(np.int32))


def _is_one_hot(stored: Array) -> bool:
    return bool(
        stored.shape[1] <= MAX_CLASSES
        and ((stored == 0) | (stored == 1)).all()
        and (stored.sum(axis=1) == 1).all()
    )
