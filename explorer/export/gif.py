"""A GIF film, written frame by frame.

Pillow compresses each frame as a GIF of its own, and keeps all of them where it is to
make a film; here each one's bytes are put at the end of the film at once.
"""

from __future__ import annotations

import io
import struct
from typing import Final, Protocol

from PIL import Image

from explorer.export.frames import on_black

MAX_COLOURS: Final = 256
_HEADER: Final = struct.Struct("<6sHHBBB")  # signature, width, height, flags, ground, aspect
_CONTROL: Final = struct.Struct("<BBBBHBB")  # how long a frame stands
_IMAGE: Final = struct.Struct("<BHHHHB")
_OVER_AND_OVER: Final = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_HAS_TABLE: Final = 0x80
_TABLE_BITS: Final = 0x07
_INTERLACED: Final = 0x40
_EXTENSION, _SEPARATOR, _TRAILER = 0x21, 0x2C, b"\x3b"


class Sink(Protocol):
    """What bytes can be put at the end of."""

    def write(self, data: bytes, /) -> object:
        """Write all of them."""


class GifWriter:
    """Writes frames of one size that follow one another over and over.

    Parameters
    ----------
    stream : Sink
    frame_ticks : int
        How many hundredths of a second a frame stands.
    """

    def __init__(self, stream: Sink, frame_ticks: int) -> None:
        self._stream = stream
        self._frame_ticks = frame_ticks
        self._table = b""

    def add(self, frame: Image.Image) -> None:
        """Write the next frame."""
        if frame.mode not in ("L", "P"):
            frame = on_black(frame).quantize(MAX_COLOURS)
        alone = io.BytesIO()
        frame.save(alone, "GIF", optimize=False, interlace=0)
        data = alone.getbuffer()
        _, width, height, flags, _, _ = _HEADER.unpack_from(data)
        table_bytes = 3 * 2 ** ((flags & _TABLE_BITS) + 1)
        table = bytes(data[_HEADER.size : _HEADER.size + table_bytes])
        if not self._table:
            self._table = table
            self._stream.write(_HEADER.pack(b"GIF89a", width, height, flags, 0, 0))
            self._stream.write(table + _OVER_AND_OVER)
        at = _skip_extensions(data, _HEADER.size + table_bytes)
        is_same = table == self._table
        own = 0 if is_same else _HAS_TABLE | (flags & _TABLE_BITS)
        *where, packed = _IMAGE.unpack_from(data, at)
        self._stream.write(_CONTROL.pack(_EXTENSION, 0xF9, 4, 0, self._frame_ticks, 0, 0))
        self._stream.write(_IMAGE.pack(*where, (packed & _INTERLACED) | own))
        if not is_same:
            self._stream.write(table)
        self._stream.write(bytes(data[at + _IMAGE.size : -1]))

    def close(self) -> None:
        """Write the end."""
        self._stream.write(_TRAILER)


def _skip_extensions(data: memoryview, at: int) -> int:
    while data[at] == _EXTENSION:
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    assert data[at] == _SEPARATOR
    return at
