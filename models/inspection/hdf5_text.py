"""Attributes of HDF5 that hold text: a model's configuration, and names."""

from __future__ import annotations

import functools
import re
import struct
from typing import Any

import numpy as np

from models.inspection.limits import (
    MAX_CONFIG_BYTES,
    MAX_HDF5_LIST_PARTS,
    MAX_HDF5_NAMES_BYTES,
    MAX_HDF5_TEXTS,
    MAX_WEIGHTS_BYTES,
)

# Global heaps, sections III.E of the HDF5 file format: mark, version, size of the whole;
# then objects: number (0 for what is free), count of uses, size.
HEAP_MARK = re.compile(rb"GCOL\x01")
HEAP_HEAD = struct.Struct("<4sB3xQ")
HEAP_OBJECT = struct.Struct("<HH4xQ")


class ContentError(ValueError):
    """Something else in a file than there should be, told in plain words."""


class TooMuchTextError(ContentError):
    """Texts that would take more memory than names and configurations do."""


class Texts:
    """Reads the texts of one file.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = data

    def read(self, place: Any, name: bytes) -> tuple[str, ...] | None:
        """The texts of an attribute; None where there is none.

        Parameters
        ----------
        place : h5py.h5g.GroupID or h5py.h5d.DatasetID

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
        each = self._longest_bytes if kind.is_variable_str() else kind.get_size()
        if count * each > MAX_WEIGHTS_BYTES:
            raise TooMuchTextError(f"{count} long texts in {name.decode()}")
        texts = np.empty(attribute.shape, attribute.dtype)
        attribute.read(texts)
        told = tuple(bytes(text).decode("utf-8") for text in texts.ravel())
        if sum(map(len, told)) > (MAX_CONFIG_BYTES if count == 1 else MAX_HDF5_NAMES_BYTES):
            raise TooMuchTextError(f"a very long {name.decode()}")
        return told

    def read_list(self, place: Any, name: str) -> tuple[str, ...] | None:
        """The texts of an attribute that Keras may have split into ``name0``, ``name1``...

        Raises
        ------
        ContentError
            As :meth:`read`, or if it has too many parts.
        """
        whole = self.read(place, name.encode())
        if whole is not None:
            return whole
        joined: tuple[str, ...] = ()
        for number in range(MAX_HDF5_LIST_PARTS + 1):
            part = self.read(place, f"{name}{number}".encode())
            if part is None:
                return joined if number else None
            joined += part
        raise TooMuchTextError(f"{name} in more than {MAX_HDF5_LIST_PARTS} parts")

    @functools.cached_property
    def _longest_bytes(self) -> int:
        return longest_text_bytes(self._data)


def longest_text_bytes(data: bytes | memoryview) -> int:
    """Size of the largest heap, in which texts of variable length are kept.

    Many texts of a hostile list may all be the same long one, of which every one
    would be given its own memory; how long texts are is told by nothing else.

    Raises
    ------
    ContentError
        If a heap's objects do not fill it: HDF5 would walk through it for ever.
    """
    longest, objects = 0, 0
    for found in HEAP_MARK.finditer(data):
        at = found.start()
        size_bytes = _heap_bytes(data, at)
        longest = max(longest, size_bytes)
        objects += _count_heap_objects(data, at + HEAP_HEAD.size, at + size_bytes)
        if objects > MAX_HDF5_TEXTS:
            raise TooMuchTextError(f"more than {MAX_HDF5_TEXTS:,} texts")
    return longest


def _heap_bytes(data: bytes | memoryview, at: int) -> int:
    if at + HEAP_HEAD.size > len(data):
        raise ContentError("a damaged heap of texts")
    size_bytes: int = HEAP_HEAD.unpack_from(data, at)[-1]
    if not HEAP_HEAD.size <= size_bytes <= len(data) - at:
        raise ContentError("a damaged heap of texts")
    return size_bytes


def _count_heap_objects(data: bytes | memoryview, at: int, end: int) -> int:
    count = 0
    while end - at >= HEAP_OBJECT.size and count <= MAX_HDF5_TEXTS:
        number, _, size_bytes = HEAP_OBJECT.unpack_from(data, at)
        if number:
            size_bytes = HEAP_OBJECT.size + -(-size_bytes // 8) * 8
        if not HEAP_OBJECT.size <= size_bytes <= end - at:
            raise ContentError("a damaged heap of texts")
        at += size_bytes
        count += 1
    return count
