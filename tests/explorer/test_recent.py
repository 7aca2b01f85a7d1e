"""The models opened lately, and how a menu names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.recent import KEPT, add_recent, read_recent, title_of
from models.source import ModelSource

DECODER = Path("/models/decoder.keras")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (ModelSource(bundle=Path("/models/my.bundle")), "my.bundle"),
        (ModelSource(model=DECODER), "decoder"),
        (ModelSource(model=DECODER, encoder=Path("/e/enc.h5")), "decoder, with enc"),
        (ModelSource(model=DECODER, choices={"cut": "code"}), "decoder, cut after code"),
        (ModelSource(model=DECODER, choices={"role": "encoder"}), "decoder, as encoder"),
        (ModelSource(model=DECODER, choices={"size": "28x32"}), "decoder, 28×32"),
        (
            ModelSource(model=DECODER, choices={"input:z": "latent", "input:who": "class"}),
            "decoder, class who",
        ),
        (ModelSource(model=Path("/a&b.keras")), "a&&b"),
    ],
)
def test_a_title_tells_what_was_opened_and_how(source: ModelSource, title: str) -> None:
    assert title_of(source) == title


def test_the_latest_comes_first_and_each_once(tmp_path: Path) -> None:
    sources = [ModelSource(model=tmp_path / f"{number}.keras") for number in range(KEPT + 2)]
    text = ""
    for source in sources:
        source.path.touch()
        text = add_recent(text, source)
    text = add_recent(text, sources[-2])
    expected = [sources[-2], sources[-1], *reversed(sources[2:-2])]
    assert read_recent(text) == expected


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"model": 3}', '{"model": "/gone"}'])
def test_what_is_no_source_or_is_gone_is_left_out(line: str) -> None:
    assert read_recent(line) == []
