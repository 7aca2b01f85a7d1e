"""The framed messages between a window and its engine.

A message is the magic ``LEX1``, the length of a JSON header as a little-endian
u32, the header, and the raw bytes of the arrays, each of which starts at a
multiple of eight bytes. Nothing is ever pickled: a peer that sends anything
else gets a :class:`~models.errors.WireError` and no code of its own run.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import WireError

MAGIC = b"LEX1"
MAX_HEADER_BYTES = 2**20
MAX_MESSAGE_BYTES = 2**30
MAX_RANK = 6
BESIDE = 2  # requests that say "beside" and that an engine works on at once, beside another
ALIGNMENT_BYTES = 8
DTYPES = frozenset(
    ("<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8")
)  # fmt: skip

_PREFIX = struct.Struct("<4sI")


@dataclass(frozen=True, eq=False)
class Message:
    """What goes over the wire.

    Attributes
    ----------
    kind : str
        What is asked or answered, such as ``decode`` or ``frame``.
    fields : mapping
        Plain JSON values; a float that is not finite arrives as None.
    arrays : mapping of ndarray
        Of a numeric dtype and at most six axes.
    """

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


def pack(message: Message) -> bytes:
    """Turn a message into bytes.

    Raises
    ------
    WireError
        If a field is no JSON value, an array is not numeric, or the message is too large.
    """
    arrays = {name: _little_endian(name, array) for name, array in message.arrays.items()}
    header = {
        "kind": message.kind,
        "fields": _without_nan(message.fields),
        "arrays": [
            {"name": name, "dtype": array.dtype.str, "shape": array.shape}
            for name, array in arrays.items()
        ],
    }
    try:
        text = json.dumps(header, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError("The fields of a message", "must be JSON values", str(error)) from error
    _check_header_size(len(text))
    parts = [_PREFIX.pack(MAGIC, len(text)), text, _padding(_PREFIX.size + len(text))]
    for array in arrays.values():
        parts += [array.tobytes(), _padding(array.nbytes)]
    _check_total_size(sum(map(len, parts)))
    return b"".join(parts)


def unpack(data: bytes) -> Message:
    """Turn bytes into a message, trusting none of them.

    Returns
    -------
    Message
        Its arrays are read-only views of ``data``.

    Raises
    ------
    WireError
        If ``data`` is anything but one whole message.
    """
    _check_total_size(len(data))
    if len(data) < _PREFIX.size:
        raise WireError(
            "A message", f"must have at least {_PREFIX.size} bytes", f"{len(data)} bytes"
        )
    magic, header_bytes = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise WireError("A message", f"must start with {MAGIC!r}", repr(magic))
    _check_header_size(header_bytes)
    end = _PREFIX.size + header_bytes
    if end > len(data):
        raise WireError("A message's header", "must be whole", f"{len(data)} of {end} bytes")
    kind, fields, declared = _read_header(data[_PREFIX.size : end])
    return Message(kind, fields, _read_arrays(data, end, declared))


def _read_header(text: bytes) -> tuple[str, dict[str, Any], list[Any]]:
    try:
        header = json.loads(text, parse_constant=_refuse_number, parse_float=_parse_float)
    except (ValueError, RecursionError) as error:
        raise WireError("A message's header", "must be strict JSON", str(error)) from error
    parts = (header.get("kind"), header.get("fields"), header.get("arrays")) if (
        isinstance(header, dict)
    ) else (None, None, None)  # fmt: skip
    kind, fields, declared = parts
    if not (isinstance(kind, str) and isinstance(fields, dict) and isinstance(declared, list)):
        raise WireError(
            "A message's header", "must hold a kind, fields and arrays", repr(header)[:80]
        )
    return kind, fields, declared


def _read_arrays(data: bytes, end: int, declared: list[Any]) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {}
    offset = end + len(_padding(end))
    for entry in declared:
        name, dtype, shape = _check_declaration(entry)
        if name in arrays:
            raise WireError("The arrays of a message", "must have different names", repr(name))
        size_bytes = math.prod(shape) * dtype.itemsize
        if offset + size_bytes > len(data):
            raise WireError(
                f"Array {name!r}", f"must have {size_bytes} bytes", f"{len(data) - offset} bytes"
            )
        array = np.frombuffer(data, dtype, math.prod(shape), offset).reshape(shape)
        arrays[name] = array
        offset += size_bytes + len(_padding(size_bytes))
    if offset != len(data):
        raise WireError("A message", f"must have {offset} bytes", f"{len(data)} bytes")
    return arrays


def _check_declaration(entry: Any) -> tuple[str, np.dtype[Any], tuple[int, ...]]:
    name, dtype, shape = (
        (entry.get("name"), entry.get("dtype"), entry.get("shape"))
        if isinstance(entry, dict)
        else (None, None, None)
    )
    if not isinstance(name, str) or not isinstance(dtype, str) or not isinstance(shape, list):
        raise WireError("An array", "must have a name, a dtype and a shape", repr(entry)[:80])
    if dtype not in DTYPES:
        raise WireError(f"Array {name!r}", "must have a numeric dtype", repr(dtype))
    sizes_valid = all(type(size) is int and size >= 0 for size in shape)
    if not sizes_valid or len(shape) > MAX_RANK:
        raise WireError(
            f"Array {name!r}", f"must have a shape of at most {MAX_RANK} axes", repr(shape)[:80]
        )
    # An empty array may still name axes that numpy cannot hold.
    if math.prod(max(size, 1) for size in shape) * np.dtype(dtype).itemsize > MAX_MESSAGE_BYTES:
        raise WireError(
            f"Array {name!r}", f"must have at most {MAX_MESSAGE_BYTES} bytes", repr(shape)[:80]
        )
    return name, np.dtype(dtype), tuple(shape)


def _little_endian(name: str, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    converted = np.asarray(array, array.dtype.newbyteorder("<"))
    if converted.dtype.str not in DTYPES or converted.ndim > MAX_RANK:
        raise WireError(
            f"Array {name!r}",
            f"must be numeric with at most {MAX_RANK} axes",
            f"{array.dtype} {array.shape}",
        )
    return converted


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value


def _refuse_number(text: str) -> Any:
    raise ValueError(f"the number {text} is not finite")


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse_number(text[:20])
    return number


def _padding(size_bytes: int) -> bytes:
    return bytes(-size_bytes % ALIGNMENT_BYTES)


def _check_header_size(size_bytes: int) -> None:
    if size_bytes > MAX_HEADER_BYTES:
        raise WireError(
            "A message's header", f"must have at most {MAX_HEADER_BYTES} bytes", str(size_bytes)
        )


def _check_total_size(size_bytes: int) -> None:
    if size_bytes > MAX_MESSAGE_BYTES:
        raise WireError(
            "A message", f"must have at most {MAX_MESSAGE_BYTES} bytes", str(size_bytes)
        )
