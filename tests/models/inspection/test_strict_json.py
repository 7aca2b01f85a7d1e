"""JSON is read as it is written, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.limits import MAX_JSON_DEPTH
from models.inspection.strict_json import parse_json


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": [1, -2.5, 1e-7, True, None, "x"], "b": {"a": {}}},
        {"brackets": "[" * 500, '"': '\\"[[[{{{', "\\": ["\\\\"]},
        {"text": "画像 ☃ 🙂 \x7f é"},
        [[[[10**40]]]],
        [[]] * 1000,
        "text",
        3,
        None,
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_reads_what_json_writes(value: Any, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert parse_json(data, "config.json") == value


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_allowed_up_to_the_limit(opening: bytes, closing: bytes) -> None:
    inside = {b"[": b"[]", b'{"a":': b"{}"}[opening]
    depth = MAX_JSON_DEPTH - 1
    parse_json(opening * depth + inside + closing * depth, "config.json")
    depth += 1
    with pytest.raises(ModelFileError) as refused:
        parse_json(opening * depth + inside + closing * depth, "config.json")
    assert refused.value.reason == "bomb"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"a": 1, "a": 1}', "the key 'a' twice"),
        (b'{"b": {"a": 1, "x": 2, "a": 3}}', "the key 'a' twice"),
        (rb'{"a": 1, "\u0061": 2}', "the key 'a' twice"),
        (b"[NaN]", "the number NaN"),
        (b"[1e400]", "the number '1e400'"),
        (b'{"a": "\xff"}', "no UTF-8"),
        (b"\xef\xbb\xbf{}", "other text"),
        (b"[1] [2]", "other text at character 4"),
        (b'["\n"]', "other text"),
        (b'\\"[[[[', "other text"),
    ],
)
def test_tells_what_is_wrong(text: bytes, told: str) -> None:
    with pytest.raises(ModelFileError) as refused:
        parse_json(text, "config.json")
    assert told in str(refused.value)
    assert refused.value.reason == "corrupt"
