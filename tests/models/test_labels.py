"""Names of labels on the wire."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import DataError
from models.labels import MAX_NAME_CHARACTERS, pack_names, unpack_names


@pytest.mark.parametrize("names", [(), ("cat", "dög", "画像"), ("",)])
def test_names_come_over_whole(names: tuple[str, ...]) -> None:
    assert unpack_names(pack_names(names)) == names


def test_names_are_short_and_printable() -> None:
    (name,) = unpack_names(pack_names(["a\n" * 100]))
    assert len(name) == MAX_NAME_CHARACTERS
    assert name.isprintable()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff", b'"ab"'])
def test_what_is_no_list_of_names_is_refused(content: bytes) -> None:
    with pytest.raises(DataError, match="list of text"):
        unpack_names(np.frombuffer(content, np.uint8))
