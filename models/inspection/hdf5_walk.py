"""What an HDF5 file holds, each object checked before anything of it is read.

Only low-level calls of h5py are used: its own objects would follow links.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.errors import ModelFileError
from models.inspection.hdf5_text import Texts
from models.inspection.limits import (
    FREE_HDF5_EXPANSION_BYTES,
    MAX_HDF5_CHUNKS,
    MAX_HDF5_DEPTH,
    MAX_HDF5_EXPANSION,
    MAX_HDF5_OBJECTS,
    MAX_HDF5_PATH_CHARS,
    MAX_WEIGHTS_BYTES,
    MIB,
)
from models.inspection.refusing import SAVE_WHOLE, refuse
from models.layers.settings import told

# Numbers that HDF5 gives its built-in filters, in the order of packing.
SHUFFLE, DEFLATE, FLETCHER32 = 2, 1, 3
FILTERS = (SHUFFLE, DEFLATE, FLETCHER32)
# Of the file's top level; an optimizer is not needed to use a model.
SKIPPED = ("optimizer", "optimizer_weights")
BFLOAT16 = "bfloat16"
MAX_ITEM_BYTES = 8


@dataclass(frozen=True)
class Stored:
    """An array in an HDF5 file.

    Attributes
    ----------
    shape : tuple of int
    dtype : numpy.dtype
        As :meth:`models.inspection.hdf5.Hdf5.read` gives it.
    is_opaque : bool
        Whether the file keeps bfloat16 as bytes without a type: upper halves of float32.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_opaque: bool = False

    @property
    def size_bytes(self) -> int:
        """Memory that the array takes."""
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass
class Walk:
    """A walk through a file, and what it met.

    Parameters
    ----------
    name : str
        What a refusal calls the file.
    file_bytes : int
    texts : Texts
        Of the same file.
    """

    name: str
    file_bytes: int
    texts: Texts
    groups: set[str] = field(default_factory=set)
    arrays: dict[str, Stored] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    _objects: int = 0
    _chunks: int = 0
    _declared_bytes: int = 0
    _stored_bytes: int = 0

    def run(self, root: Any) -> None:
        """Meet everything below a group.

        Raises
        ------
        ModelFileError
            ``file-access`` where an object lies elsewhere or needs a plug-in; ``bomb``
            where there are too many or they declare too much; ``corrupt`` where one is
            no array of numbers.
        """
        from h5py import h5d, h5g, h5o

        seen = {h5o.get_info(root).addr}
        waiting = [("", root)]
        while waiting:
            above, group = waiting.pop()
            for link in self._links(group, above):
                path = f"{above}/{link.decode('utf-8')}" if above else link.decode("utf-8")
                if path in SKIPPED:
                    self.left_out.add(path)
                    continue
                self._check_path(path)
                found = h5o.open(group, link)
                address = h5o.get_info(found).addr
                if address in seen:
                    raise self._corrupt("must hold every object once", f"{told(path)} again")
                seen.add(address)
                if isinstance(found, h5g.GroupID):
                    self.groups.add(path)
                    waiting.append((path, found))
                elif isinstance(found, h5d.DatasetID):
                    self.arrays[path] = self._check_array(found, path)
                else:
                    raise self._corrupt("must hold groups and arrays", f"neither at {told(path)}")

    def _links(self, group: Any, above: str) -> Iterator[bytes]:
        from h5py import h5l

        links: list[tuple[bytes, int]] = []

        def note(name: bytes, info: Any) -> bool | None:
            links.append((name, info.type))
            # Anything but None ends the calls; raising here would end in any error.
            return self._objects + len(links) > MAX_HDF5_OBJECTS or None

        group.links.iterate(note, info=True)
        self._objects += len(links)
        if self._objects > MAX_HDF5_OBJECTS:
            raise self._bomb(f"must hold at most {MAX_HDF5_OBJECTS:,} objects", "more")
        for name, kind in links:
            if kind != h5l.TYPE_HARD:
                raise self._outside(f"a link at {told(above + '/' + name.decode('utf-8'))}")
            yield name

    def _check_path(self, path: str) -> None:
        # Files of Windows nest by back-slashes in a name.
        depth = path.count("/") + path.count("\\")
        if depth >= MAX_HDF5_DEPTH or len(path) > MAX_HDF5_PATH_CHARS:
            raise self._bomb(
                f"must be nested at most {MAX_HDF5_DEPTH} deep, with short names", told(path)
            )

    def _check_array(self, array: Any, path: str) -> Stored:
        from h5py import h5d, h5s

        plan = array.get_create_plist()
        # Before its shape is asked for: a virtual array would open its sources to tell it.
        if plan.get_layout() not in (h5d.COMPACT, h5d.CONTIGUOUS, h5d.CHUNKED):
            raise self._outside(f"the virtual array {told(path)}")
        if plan.get_external_count():
            raise self._outside(f"the array {told(path)} in other files")
        self._check_filters(plan, path)
        stored = self._described(array, path)
        if array.get_space().get_simple_extent_type() == h5s.NULL:
            raise self._corrupt("must hold arrays of numbers", f"nothing at {told(path)}")
        chunk = plan.get_chunk() if plan.get_layout() == h5d.CHUNKED else ()
        self._check_size(array, stored, chunk, path)
        return stored

    def _check_filters(self, plan: Any, path: str) -> None:
        filters = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
        for number in filters:
            if number not in FILTERS:
                raise self._outside(f"the array {told(path)} packed by plug-in {number}")
        if [number for number in FILTERS if number in filters] != filters:
            raise self._bomb("must be packed once", f"the array {told(path)}")

    def _described(self, array: Any, path: str) -> Stored:
        from h5py import h5t

        kind = array.get_type()
        form, size_bytes = kind.get_class(), kind.get_size()
        # The attribute by which Keras marks what NumPy has no name for.
        if size_bytes == 2 and self.texts.read(array, b"dtype") == (BFLOAT16,):
            return Stored(array.shape, np.dtype(np.float32), is_opaque=form == h5t.OPAQUE)
        if form in (h5t.INTEGER, h5t.FLOAT, h5t.ENUM):
            dtype = kind.dtype.newbyteorder("=")
            if dtype.kind in "iufb" and max(size_bytes, dtype.itemsize) <= MAX_ITEM_BYTES:
                return Stored(array.shape, dtype)
        raise self._corrupt("must hold arrays of numbers", f"something else at {told(path)}")

    def _check_size(self, array: Any, stored: Stored, chunk: tuple[int, ...], path: str) -> None:
        declared = max(stored.size_bytes, math.prod(chunk) * stored.dtype.itemsize)
        kept = array.get_storage_size()
        self._declared_bytes += declared
        self._stored_bytes += kept
        if chunk:
            self._chunks += math.prod(
                -(-length // part) for length, part in zip(stored.shape, chunk, strict=True)
            )
        if self._chunks > MAX_HDF5_CHUNKS:
            raise self._bomb(f"must be in at most {MAX_HDF5_CHUNKS:,} pieces", "more")
        if self._declared_bytes > MAX_WEIGHTS_BYTES:
            raise self._bomb(
                f"must hold at most {MAX_WEIGHTS_BYTES // MIB} MiB of weights",
                f"{self._declared_bytes // MIB} MiB up to {told(path)}",
            )
        for whole, part in ((declared, kept), (self._declared_bytes, self._stored_bytes)):
            if whole > FREE_HDF5_EXPANSION_BYTES and whole > MAX_HDF5_EXPANSION * part:
                raise self._bomb(
                    f"must unpack to at most {MAX_HDF5_EXPANSION} times its size",
                    f"{whole // MIB} MiB in {part} bytes at {told(path)}",
                )
        if self._stored_bytes > self.file_bytes:
            raise self._corrupt("must hold its arrays side by side", f"{told(path)} on top")

    def _outside(self, received: str) -> ModelFileError:
        rule = "must keep all of its weights in itself"
        return refuse(self.name, rule, received, SAVE_WHOLE, reason="file-access")

    def _bomb(self, rule: str, received: str) -> ModelFileError:
        return refuse(self.name, rule, received, SAVE_WHOLE, reason="bomb")

    def _corrupt(self, rule: str, received: str) -> ModelFileError:
        return refuse(self.name, rule, received, SAVE_WHOLE, reason="corrupt")
