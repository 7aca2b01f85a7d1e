"""Configurations that are no JSON, or more than JSON should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.hostile.sound import Case, config, write_keras

SOUND = json.dumps(config()).encode()


def saying(text: bytes) -> Callable[[Path], object]:
    """A ``.keras`` archive with this configuration."""
    return lambda path: write_keras(path, config_text=text, method=8)


def ending(more: bytes) -> Callable[[Path], object]:
    """A sound configuration with one more pair."""
    return saying(SOUND[:-1] + b", " + more + b"}")


CASES = (
    Case("json_deep_lists.keras", "bomb", saying(b"[" * 200_000 + b"]" * 200_000)),
    Case("json_deep_unclosed.keras", "bomb", saying(b'{"a":' * 200_000)),
    Case("json_deep_after_quotes.keras", "bomb", ending(rb'"\\\"": ' + b"[" * 200 + b"]" * 200)),
    Case("json_large.keras", "bomb", saying(SOUND + b" " * 16 * 2**20)),
    Case("json_twice.keras", "corrupt", ending(b'"class_name": "Lambda"')),
    Case("json_nan.keras", "corrupt", ending(b'"a": NaN')),
    Case("json_infinity.keras", "corrupt", ending(b'"a": -Infinity')),
    Case("json_overflow.keras", "corrupt", ending(b'"a": 1e999')),
    Case("json_long_number.keras", "corrupt", ending(b'"a": ' + b"9" * 5000)),
    Case("json_long_float.keras", "corrupt", ending(b'"a": 0.' + b"1" * 5000)),
    Case("json_latin1.keras", "corrupt", ending(b'"a": "\xe9"')),
    Case("json_utf16.keras", "corrupt", saying(SOUND.decode().encode("utf-16"))),
    Case("json_half_character.keras", "corrupt", ending(rb'"a": "\ud800"')),
    Case("json_cut.keras", "corrupt", saying(SOUND[:-10])),
    Case("json_list.keras", "corrupt", saying(b"[]")),
    Case("json_empty.keras", "corrupt", saying(b"")),
)
