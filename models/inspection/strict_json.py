"""JSON that somebody else wrote, read without surprises."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from models.inspection.limits import (
    MAX_CONFIG_BYTES,
    MAX_JSON_DEPTH,
    MAX_NUMBER_CHARS,
    MIB,
)
from models.inspection.refusing import refuse
from models.layers.settings import told

AGAIN = "save or download the model again"
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(data: bytes, thing: str) -> Any:
    """Turn JSON into plain data.

    Parameters
    ----------
    thing : str
        What a refusal calls it.

    Raises
    ------
    ModelFileError
        ``bomb`` if it is larger than 16 MiB or deeper than 100 levels; ``corrupt`` if
        it is no UTF-8 or no JSON, names a key twice, or holds a number that is not
        finite or longer than 64 characters.
    """
    if len(data) > MAX_CONFIG_BYTES:
        rule = f"must be at most {MAX_CONFIG_BYTES // MIB} MiB"
        raise refuse(thing, rule, f"{len(data) / MIB:.1f} MiB", AGAIN, reason="bomb")
    if (depth := _depth(data)) > MAX_JSON_DEPTH:
        rule = f"must be nested at most {MAX_JSON_DEPTH} deep"
        raise refuse(thing, rule, f"{depth} levels", AGAIN, reason="bomb")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_whole_number,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
        if SURROGATE.search(text):
            # Half a character cannot be shown, saved or compared later.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise refuse(
            thing,
            "must be JSON in UTF-8 as Keras writes it",
            _said(error),
            AGAIN,
            reason="corrupt",
            details=str(error),
        ) from error
    return value


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "text that is no UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"other text at character {error.pos}"
    return str(error)


def _depth(data: bytes) -> int:
    """How deep brackets are nested, counted before the parser recurses."""
    # Escapes out of the way, every quote begins or ends a string.
    plain = data.replace(rb"\\", b"").replace(rb"\"", b"")
    chars: npt.NDArray[np.uint8] = np.frombuffer(plain, np.uint8)
    outside = ~np.logical_xor.accumulate(chars == ord('"'))
    opened = (chars == ord("[")) | (chars == ord("{"))
    closed = (chars == ord("]")) | (chars == ord("}"))
    steps = (opened & outside).astype(np.int8) - (closed & outside).astype(np.int8)
    return int(np.cumsum(steps, dtype=np.int32).max(initial=0))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {told(twice)} twice")
    return made


def _whole_number(digits: str) -> int:
    if len(digits) > MAX_NUMBER_CHARS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if len(digits) > MAX_NUMBER_CHARS or not math.isfinite(number):
        raise ValueError(f"the number {told(digits)}")
    return number


def _no_constant(name: str) -> float:
    raise ValueError(f"the number {name}")
