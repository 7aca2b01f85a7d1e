"""Labels as classes of a model, and their names on the wire."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import DataError
from models.inspection.refusing import NAME_CHARACTERS
from models.labels import classes_of, pack_names, unpack_names


@pytest.mark.parametrize("names", [(), ("cat", "dög", "画像"), ("",)])
def test_names_come_over_whole(names: tuple[str, ...]) -> None:
    assert unpack_names(pack_names(names)) == names


def test_names_are_short_and_printable() -> None:
    (name,) = unpack_names(pack_names(["a\n" * 100]))
    assert len(name) == NAME_CHARACTERS
    assert name.isprintable()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff", b'"ab"'])
def test_what_is_no_list_of_names_is_refused(content: bytes) -> None:
    with pytest.raises(DataError, match="list of text"):
        unpack_names(np.frombuffer(content, np.uint8))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["3", "7"], [3, 7]),  # sub-folders of some digits
        (["3", "12"], None),
        (["3", "9" * 39], None),
        (["cat", "dog"], None),
        (["cat", *"bcdefghij"], [0, 1]),
    ],
)
def test_names_tell_which_class_a_label_is(names: list[str], found: list[int] | None) -> None:
    classes = classes_of(np.array([0, 1], np.int32), names, 10)
    assert (None if classes is None else classes.tolist()) == found
