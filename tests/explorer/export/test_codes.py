"""Codes come back from a file as they were, in every format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from explorer.export import codes as exporting
from explorer.export.codes import (
    Codes,
    code_of_z,
    codes_of_bookmarks,
    codes_of_journey,
    write_codes,
)
from explorer.state.bookmarks import Bookmark
from explorer.state.first import first_state
from explorer.state.journey import Journey
from explorer.state.record import State
from models.bundle import Bundle
from models.errors import LatentError, SessionError
from models.subject import Subject

GENERATOR = np.random.default_rng(2)
NAMES = ("four", "=1+1", 'a "quoted", ☃ one')
Floats = npt.NDArray[np.float32]


@pytest.fixture
def state(bundle: Bundle) -> State:
    subject = Subject.of_bundle(bundle)
    dim = subject.latent_dim
    zs = GENERATOR.standard_normal((len(NAMES), dim)).astype(np.float32) * 1e-3
    marks = tuple(
        Bookmark(f"b{i}", name, z) for i, (name, z) in enumerate(zip(NAMES, zs, strict=True))
    )
    return replace(first_state(subject), bookmarks=marks, journey=Journey(steps=5))


def read_npy(path: Path) -> tuple[list[str], Floats]:
    return [], np.load(path, allow_pickle=False)


def read_csv(path: Path) -> tuple[list[str], Floats]:
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head[1:] == [f"z{dim}" for dim in range(len(head) - 1)]
    return [row[0] for row in rows], np.array([row[1:] for row in rows], np.float32)


def read_json(path: Path) -> tuple[list[str], Floats]:
    record = json.loads(path.read_text(encoding="utf-8"))
    (rows,) = (value for value in record.values() if isinstance(value, list) and "z" in value[0])
    names = [next(value for key, value in row.items() if key != "z") for row in rows]
    return names, np.array([row["z"] for row in rows], np.float32)


READERS = {".npy": read_npy, ".csv": read_csv, ".json": read_json}
KINDS: dict[str, Callable[[State, str], Codes]] = {
    "z": code_of_z,
    "bookmarks": codes_of_bookmarks,
    "journey": codes_of_journey,
}


def wanted(kind: str, state: State) -> Floats:
    if kind == "z":
        return state.latent.z[None]
    marks = np.stack([mark.z for mark in state.bookmarks])
    if kind == "bookmarks":
        return marks
    shares = np.arange(11) / 5
    legs = np.minimum(shares.astype(int), 1)
    part = (shares - legs)[:, None]
    steps: Floats = ((1 - part) * marks[legs] + part * marks[legs + 1]).astype(np.float32)
    return steps


@pytest.mark.parametrize("portion", [7, 2**20], ids=["one at a time", "at once"])
@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("kind", KINDS)
def test_codes_come_back_as_they_were(
    state: State,
    tmp_path: Path,
    kind: str,
    suffix: str,
    portion: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "PORTION_VALUES", portion)
    path = tmp_path / f"codes{suffix}"
    sentence = write_codes(KINDS[kind](state, "a model"), path)
    assert str(path) in sentence
    names, zs = READERS[suffix](path)
    assert zs.dtype == np.float32
    np.testing.assert_allclose(zs, wanted(kind, state), rtol=1e-6)
    if kind != "journey":
        np.testing.assert_array_equal(zs, wanted(kind, state))
    if names and kind == "bookmarks":
        assert [name.removeprefix("'") for name in names] == list(NAMES)
    assert [path] == list(tmp_path.iterdir())


def test_no_name_becomes_a_formula(state: State, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    write_codes(codes_of_bookmarks(state, ""), path)
    assert read_csv(path)[0][1] == "'=1+1"


@pytest.mark.parametrize("make", [codes_of_bookmarks, codes_of_journey])
def test_where_there_are_none_that_is_told(
    state: State, make: Callable[[State, str], Codes]
) -> None:
    with pytest.raises(LatentError, match="must"):
        make(replace(state, bookmarks=()), "")


def test_another_format_is_refused_and_nothing_is_written(state: State, tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"\*\.npy, \*\.csv or \*\.json"):
        write_codes(code_of_z(state, ""), tmp_path / "codes.xlsx")
    assert list(tmp_path.iterdir()) == []
