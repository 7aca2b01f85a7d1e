"""What is done with files that are dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.dropping import DroppedData, DroppedSession, sort_dropped
from models.source import ModelSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a bundle, a SavedModel and a folder that is neither."""
    for name in ("bundle/card.json", "saved/saved_model.pb", "other/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    "name", ["decoder.keras", "DECODER.KERAS", "decoder.h5", "a b.hdf5", "decoder.onnx", "saved"]
)
def test_a_model_is_opened_whatever_is_in_it(folder: Path, name: str) -> None:
    assert sort_dropped([folder / name]) == ModelSource(model=folder / name)


def test_a_bundle_is_opened(folder: Path) -> None:
    assert sort_dropped([folder / "bundle"]) == ModelSource(bundle=folder / "bundle")


def test_two_models_are_decoder_and_encoder(folder: Path) -> None:
    paths = [folder / "a.keras", folder / "b.h5"]
    assert sort_dropped(paths) == ModelSource(model=paths[0], encoder=paths[1])


@pytest.mark.parametrize(
    ("names", "models"),
    [
        (["a.keras", "digits.npz"], ["a.keras"]),
        (["digits.npy", "a.keras", "b.h5"], ["a.keras", "b.h5"]),
        (["a.keras", "other", "b.h5"], ["a.keras", "b.h5"]),
    ],
)
def test_data_come_with_their_model(folder: Path, names: list[str], models: list[str]) -> None:
    found = sort_dropped([folder / name for name in names])
    (data,) = set(names) - set(models)
    assert isinstance(found, ModelSource)
    assert [path.name for path in found.files()] == models
    assert found.data == str(folder / data)


def test_data_come_with_a_bundle(folder: Path) -> None:
    found = sort_dropped([folder / "bundle", folder / "digits.npz"])
    assert found == ModelSource(bundle=folder / "bundle", data=str(folder / "digits.npz"))


@pytest.mark.parametrize("name", ["digits.npz", "digits.NPY", "other"])
def test_arrays_and_other_folders_are_data(folder: Path, name: str) -> None:
    assert sort_dropped([folder / name]) == DroppedData(folder / name)


def test_a_session_is_opened(folder: Path) -> None:
    assert sort_dropped([folder / "my.JSON"]) == DroppedSession(folder / "my.JSON")


@pytest.mark.parametrize("names", [["digit.png"], ["digit.JPG"], ["one.png", "two.webp"]])
def test_of_pictures_the_first_is_drawn(folder: Path, names: list[str]) -> None:
    assert sort_dropped([folder / name for name in names]) == folder / names[0]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["notes.txt"], "notes.txt is nothing that opens here"),
        (["a.keras", "b.keras", "c.keras"], "not 3 models"),
        (["a.keras", "b.keras", "c.keras", "d.npz"], "not 3 models"),
        (["a.keras", "digit.png"], "2 files were dropped; drop one alone"),
        (["a.keras", "one.npz", "two.npz"], "3 files were dropped; drop one alone"),
        (["one.npz", "two.npz"], "2 files were dropped; drop one alone"),
        (["bundle", "a.keras"], "A bundle has its own encoder"),
        (["n" * 300 + ".txt"], "nnn…"),
    ],
)
def test_anything_else_is_one_sentence(folder: Path, names: list[str], found: str) -> None:
    sentence = sort_dropped([folder / name for name in names])
    assert isinstance(sentence, str)
    assert found in sentence
    assert sentence.endswith(".")
    assert len(sentence) <= 200
