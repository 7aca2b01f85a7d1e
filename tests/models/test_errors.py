"""One tree, one sentence."""

from __future__ import annotations

from functools import partial

import pytest

from models import errors
from models.errors import LatentExplorerError, ModelFileError

KINDS = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, LatentExplorerError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_one_sentence_that_names_thing_rule_and_finding(
    kind: type[LatentExplorerError],
) -> None:
    make = partial(kind, reason="corrupt") if issubclass(kind, ModelFileError) else kind
    error = make("card.json", "must be JSON", "an empty file", "train again")
    assert str(error) == "card.json must be JSON; received an empty file; train again."
    assert str(make("x", "must be 1", "2")) == "x must be 1; received 2."


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__ is not None
    drawn = {word for word in errors.__doc__.split() if word.endswith("Error")}
    assert drawn == {kind.__name__ for kind in KINDS}
