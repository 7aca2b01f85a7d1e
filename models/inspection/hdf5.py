"""HDF5 that somebody else may have made: arrays and names, and no way out of the file."""

from __future__ import annotations

import contextlib
import io
import math
import weakref
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ModelFileError
from models.inspection.hdf5_text import ContentError, Texts, TooMuchTextError
from models.inspection.hdf5_walk import DEFLATE, FLETCHER32, Stored, Walk
from models.inspection.limits import MAX_HDF5_CHUNKS
from models.inspection.refusing import refuse

AGAIN = "download or copy it again"
CHECKSUM_BYTES = 4

# What h5py raises on torn or hostile files, after the kind of HDF5's own error.
BROKEN = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    ArithmeticError,
    MemoryError,
    SystemError,
)


class Hdf5(Mapping[str, Stored]):
    """The arrays of an HDF5 file by their paths, such as ``layers/dense/vars/0``.

    Whatever an optimizer kept is left out. Arrays are read one by one on request.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file.
    name : str
        What a refusal calls it.

    Attributes
    ----------
    groups : frozenset of str
        Paths of all groups but the top level.
    left_out : frozenset of str
        What was there of an optimizer.

    Raises
    ------
    ModelFileError
        ``file-access`` where it is not all in itself; ``bomb`` where it declares too
        much; ``corrupt`` where it is torn or holds something else than numbers.
    """

    def __init__(self, data: bytes | memoryview, name: str) -> None:
        import h5py

        self._name = name
        self._data = data
        self._texts = Texts(data)
        walk = Walk(name, len(data), self._texts)
        with self._whole():
            _check_superblock(data)
            _forget_plugins()
            file = h5py.File(_View(data), "r")
            # HDF5 reads by way of Python, so it has to end before Python does.
            self._close = weakref.finalize(self, file.close)
            self._root = h5py.h5g.open(file.id, b"/")
            try:
                walk.run(self._root)
            except BaseException:
                self.close()
                raise
        self._arrays = walk.arrays
        self.groups = frozenset(walk.groups)
        self.left_out = frozenset(walk.left_out)

    def __getitem__(self, path: str) -> Stored:
        return self._arrays[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def close(self) -> None:
        """Let go of the file's bytes; nothing can be read afterwards."""
        self._close()
        self._data = b""
        self._texts = Texts(b"")

    def read(self, path: str) -> npt.NDArray[Any]:
        """An array, in the byte order of this machine; bfloat16 as float32.

        Raises
        ------
        ModelFileError
            If it is torn.
        KeyError
            If there is no such array.
        """
        from h5py import h5d, h5s

        stored = self[path]
        with self._whole():
            array = h5d.open(self._root, path.encode("utf-8"))
            self._check_chunks(array, stored)
            raw = np.dtype("V2") if stored.is_opaque else stored.dtype
            values = np.empty(stored.shape, raw)
            array.read(h5s.ALL, h5s.ALL, values)
        return _widened(values) if stored.is_opaque else values

    def texts(self, group: str, name: str) -> tuple[str, ...] | None:
        """The texts of a group's attribute; None where there is none.

        Lists that Keras split to fit (``layer_names0``, ``layer_names1``...) are joined.

        Parameters
        ----------
        group : str
            One of :attr:`groups`, or "" for the file's top level.

        Raises
        ------
        ModelFileError
            If it holds no text, or too much.
        """
        with self._whole():
            return self._texts.read_list(self._place(group), name)

    def _place(self, group: str) -> Any:
        from h5py import h5g

        return h5g.open(self._root, group.encode("utf-8")) if group else self._root

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except ModelFileError:
            raise
        except BROKEN as error:
            too_much = isinstance(error, MemoryError | TooMuchTextError)
            raise refuse(
                self._name,
                "must be whole HDF5",
                str(error) if isinstance(error, ContentError) else "a torn or damaged file",
                AGAIN,
                reason="bomb" if too_much else "corrupt",
                details=f"{type(error).__name__}: {error}",
            ) from error

    def _check_chunks(self, array: Any, stored: Stored) -> None:
        """Unpack every piece within its bounds first: HDF5 itself would unpack without end."""
        from h5py import h5d

        plan = array.get_create_plist()
        if plan.get_layout() != h5d.CHUNKED:
            return
        filters = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
        chunk_bytes = math.prod(plan.get_chunk()) * array.get_type().get_size()

        pieces: list[Any] = []

        def note(piece: Any) -> bool | None:
            pieces.append(piece)
            return len(pieces) > MAX_HDF5_CHUNKS or None  # anything but None ends the calls

        array.chunk_iter(note)
        if len(pieces) > MAX_HDF5_CHUNKS:
            raise ContentError("more pieces than declared")
        for piece in pieces:
            if piece.size > len(self._data):
                raise ContentError("a piece larger than the file")
            skipped, packed = array.read_direct_chunk(piece.chunk_offset)
            applied = [kind for bit, kind in enumerate(filters) if not skipped & 1 << bit]
            _check_piece(packed, applied, chunk_bytes)


def _check_superblock(data: bytes | memoryview) -> None:
    """Addresses and lengths of eight bytes, counted from the file's beginning, as h5py writes."""
    version = data[8]
    sizes, base = ((13, 15), 24 + 4 * version) if version < 2 else ((9, 11), 12)
    if bytes(data[slice(*sizes)]) != b"\x08\x08" or any(data[base : base + 8]):
        raise ContentError("HDF5 of an unusual form")


def _check_piece(packed: bytes, filters: list[int], chunk_bytes: int) -> None:
    if FLETCHER32 in filters:
        packed = packed[:-CHECKSUM_BYTES]
    if DEFLATE in filters:
        try:
            packed = zlib.decompressobj().decompress(packed, chunk_bytes + 1)
        except zlib.error as error:
            raise ContentError("a damaged piece") from error
    if len(packed) != chunk_bytes:
        raise ContentError("a piece of another size than declared")


def _forget_plugins() -> None:
    """Let HDF5 load no filter from a library: unknown ones are nothing to look for."""
    from h5py import h5pl

    for _ in range(h5pl.size()):
        h5pl.remove(0)


def _widened(halves: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return (halves.view("<u2").astype(np.uint32) << 16).view(np.float32)


class _View(io.RawIOBase):
    """Bytes as a file, without a copy of them."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._view = memoryview(data)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        starts = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}
        self._at = starts[whence] + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        part = self._view[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
