"""Attributes of HDF5 that hold text: a model's configuration, and names."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.inspection.limits import (
    MAX_CONFIG_BYTES,
    MAX_HDF5_LIST_PARTS,
    MAX_HDF5_NAMES_BYTES,
    MAX_WEIGHTS_BYTES,
)

HEAP_MARK = b"GCOL"
HEAP_SIZE = slice(8, 16)  # little-endian, after the mark


class ContentError(ValueError):
    """Something else in a file than there should be, told in plain words."""


class TooMuchTextError(ContentError):
    """Texts that would take more memory than names and configurations do."""


def read_texts(place: Any, name: bytes, longest_bytes: int) -> tuple[str, ...] | None:
    """The texts of an attribute; None where there is none.

    Parameters
    ----------
    place : h5py.h5g.GroupID or h5py.h5d.DatasetID
    longest_bytes : int
        No text of variable length is longer.

    Raises
    ------
    TooMuchTextError
        Before memory is taken, where that can be told.
    ContentError
        If it holds no text.
    UnicodeDecodeError
        If that is no UTF-8.
    """
    from h5py import h5a, h5t

    if not h5a.exists(place, name):
        return None
    attribute = h5a.open(place, name)
    count = attribute.get_space().get_simple_extent_npoints()
    if count == 0:  # an empty list has the type of numbers
        return ()
    kind = attribute.get_type()
    if kind.get_class() != h5t.STRING:
        raise ContentError(f"numbers in the place of the text {name.decode()}")
    each = longest_bytes if kind.is_variable_str() else kind.get_size()
    if count * each > MAX_WEIGHTS_BYTES:
        raise TooMuchTextError(f"{count} long texts in {name.decode()}")
    texts = np.empty(attribute.shape, attribute.dtype)
    attribute.read(texts)
    told = tuple(bytes(text).decode("utf-8") for text in texts.ravel())
    if sum(map(len, told)) > (MAX_CONFIG_BYTES if count == 1 else MAX_HDF5_NAMES_BYTES):
        raise TooMuchTextError(f"a very long {name.decode()}")
    return told


def read_list(place: Any, name: str, longest_bytes: int) -> tuple[str, ...] | None:
    """The texts of an attribute that Keras may have split into ``name0``, ``name1``...

    Raises
    ------
    ContentError
        As :func:`read_texts`, or if it has too many parts.
    """
    whole = read_texts(place, name.encode(), longest_bytes)
    if whole is not None:
        return whole
    joined: tuple[str, ...] = ()
    for number in range(MAX_HDF5_LIST_PARTS):
        part = read_texts(place, f"{name}{number}".encode(), longest_bytes)
        if part is None:
            return joined if number else None
        joined += part
    raise TooMuchTextError(f"{name} in more than {MAX_HDF5_LIST_PARTS} parts")


def longest_text_bytes(data: bytes) -> int:
    """Size of the largest heap, in which texts of variable length are kept.

    Many texts of a hostile list may all be the same long one, of which every one
    would be given its own memory; how long texts are is told by nothing else.
    """
    longest, at = 0, -1
    while (at := data.find(HEAP_MARK, at + 1)) >= 0:
        size_bytes = int.from_bytes(data[at:][HEAP_SIZE], "little")
        longest = max(longest, min(size_bytes, len(data)))
    return longest
