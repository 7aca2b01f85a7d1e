"""Pictures in a session's file: float32 as they are, bit by bit."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from explorer.sessions.checking import check_list, check_record, check_text, check_whole, refuse
from explorer.sessions.resting import Rest, never
from explorer.state.frame import Floats

MAX_SIDE_PX = 4096
MAX_VALUES = 2**21  # 8 MiB, so that a whole session keeps within its 16
PART_BYTES = 48 * 1024  # between two parts there may be a rest


def picture_to_json(picture: Floats | None, rest: Rest = never) -> dict[str, Any] | None:
    """Shape, and the bytes of little-endian float32 in parts as base64."""
    if picture is None:
        return None
    data = memoryview(np.ascontiguousarray(picture, "<f4").tobytes())
    parts = []
    for start in range(0, len(data), PART_BYTES):
        parts.append(base64.b64encode(data[start : start + PART_BYTES]).decode("ascii"))
        rest()
    return {"shape": list(picture.shape), "float32": parts}


def picture_from_json(record: object, axes: int, thing: str) -> Floats | None:
    """The picture that :func:`picture_to_json` told of.

    Parameters
    ----------
    axes : int
        2 of luminance (height, width), 3 with channels.
    thing : str
        What a refusal calls it.

    Returns
    -------
    ndarray of float32 or None
        In [0, 1].

    Raises
    ------
    SessionError
        If it has another shape, other bytes or values beyond [0, 1].
    """
    if record is None:
        return None
    fields = check_record(record, ("shape", "float32"), thing)
    sides = check_list(fields["shape"], axes, f"{thing}: shape", axes)
    shape = tuple(check_whole(side, 1, MAX_SIDE_PX, f"{thing}: a side") for side in sides)
    if math.prod(shape) > MAX_VALUES:
        raise refuse(thing, f"must have at most {MAX_VALUES:,} values", f"{math.prod(shape):,}")
    data = _bytes(fields["float32"], 4 * math.prod(shape), thing)
    picture = np.frombuffer(data, "<f4").astype(np.float32).reshape(shape)
    inside = (picture >= 0) & (picture <= 1)  # false of NaN, too
    if not inside.all():
        raise refuse(thing, "must be in [0, 1]", str(picture[~inside][0]))
    picture.setflags(write=False)
    return picture


def _bytes(value: object, size: int, thing: str) -> bytes:
    parts = check_list(value, size // PART_BYTES + 1, f"{thing}: float32")
    most = 4 * math.ceil(PART_BYTES / 3)
    try:
        found = b"".join(
            base64.b64decode(check_text(part, most, f"{thing}: a part"), validate=True)
            for part in parts
        )
    except ValueError as error:
        raise refuse(thing, "must be base64", str(error)) from error
    if len(found) != size:
        raise refuse(thing, f"must have {size:,} bytes", f"{len(found):,}")
    return found
