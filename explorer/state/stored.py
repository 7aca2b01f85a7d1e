"""What the records of a state check when they are read again, or made at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explorer.state.frame import Floats
from models.errors import LatentError
from models.latent import check_z

MAX_NAME_CHARACTERS = 40
MAX_KEY_CHARACTERS = 24
MAX_CLASS_INPUTS = 100
MAX_INPUT_CHARACTERS = 400  # of the name of a model's own input
AGAIN = "save it again"


def check_text(value: object, thing: str, most: int = MAX_NAME_CHARACTERS) -> str:
    """A line of text without blanks around it.

    Raises
    ------
    LatentError
        If it is no text, blank, longer than ``most`` or has characters that cannot be shown.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > most or not text.isprintable():
        rule = f"must be a line of 1 to {most} characters"
        raise LatentError(thing, rule, _told(value), "choose another")
    return text


def check_fields(
    record: object, names: Sequence[str], thing: str, others: Sequence[str] = ()
) -> Mapping[str, Any]:
    """A record read from JSON that has these fields, maybe the others, and no more.

    Raises
    ------
    LatentError
        If it is something else.
    """
    if not isinstance(record, Mapping) or set(record) - set(others) != set(names):
        received = _told(sorted(record) if isinstance(record, Mapping) else record)
        raise LatentError(thing, f"must have {', '.join(names)}", received, AGAIN)
    return record


def check_list(value: object, most: int, thing: str) -> Sequence[object]:
    """A list read from JSON with at most so many items.

    Raises
    ------
    LatentError
        If it is something else.
    """
    if not isinstance(value, list | tuple) or len(value) > most:
        size = f"{len(value):,}" if isinstance(value, list | tuple) else _told(value)
        raise LatentError(thing, f"must be a list of at most {most:,}", size, AGAIN)
    return value


def check_number(value: object, least: float, most: float, thing: str) -> float:
    """A number read from JSON, from ``least`` to ``most``.

    Raises
    ------
    LatentError
        If it is something else.
    """
    # A comparison with NaN is false.
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LatentError(thing, f"must be a number from {least:g} to {most:g}", _told(value))
    return float(value)


def check_classes(value: object, thing: str) -> dict[str, int]:
    """A class for each of some inputs of a conditional decoder, by their names.

    Raises
    ------
    LatentError
        If it is something else.
    """
    if not isinstance(value, Mapping) or len(value) > MAX_CLASS_INPUTS:
        rule = f"must be a record of at most {MAX_CLASS_INPUTS} inputs"
        raise LatentError(thing, rule, _told(value), AGAIN)
    for name, chosen in value.items():
        if not isinstance(name, str) or len(name) > MAX_INPUT_CHARACTERS or not name.isprintable():
            rule = f"must name inputs in at most {MAX_INPUT_CHARACTERS} characters"
            raise LatentError(thing, rule, _told(name), AGAIN)
        if type(chosen) is not int or not 0 <= chosen < 2**31:
            raise LatentError(thing, "must be whole numbers from 0 on", _told(chosen), AGAIN)
    return dict(value)


def vector_to_json(vector: Floats) -> list[float]:
    """A float32 vector as numbers with just the digits that give the same float32 back."""
    return [float(str(value)) for value in vector.astype(np.float32)]


def vector_from_json(values: object, latent_dim: int, thing: str) -> Floats:
    """The vector that :func:`vector_to_json` told of.

    Returns
    -------
    ndarray of float32, shape (latent_dim,)
        Read-only.

    Raises
    ------
    LatentError
        If it is no list of ``latent_dim`` finite numbers.
    """
    if not isinstance(values, list) or len(values) != latent_dim:
        received = f"{len(values):,}" if isinstance(values, list) else _told(values)
        raise LatentError(thing, f"must be {latent_dim:,} numbers", received, AGAIN)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LatentError(thing, "must be made of numbers", _told(value), AGAIN)
    try:
        return check_z(np.array(values, np.float64), latent_dim)
    except (LatentError, OverflowError) as error:
        rule = "must be finite numbers that float32 can hold"
        received = error.received if isinstance(error, LatentError) else "a larger one"
        raise LatentError(thing, rule, received, AGAIN) from error


def _told(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
