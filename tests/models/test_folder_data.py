"""Folders of pictures: what counts as one, its label, and what cannot be read."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from models import folder_data
from models.data_set import open_data
from models.errors import DataError

CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS")
SHAPE = (6, 4, 3)


def draw(path: Path, grey: int = 128, mode: str = "RGB", size: tuple[int, int] = (4, 6)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).convert(mode).save(path)


def test_sub_folders_are_labels(tmp_path: Path) -> None:
    draw(tmp_path / "dog" / "b.png", 50)
    draw(tmp_path / "cat" / "deeper" / "a.png", 100)
    draw(tmp_path / "dog" / "a.png", 200)
    data = open_data(tmp_path, SHAPE)
    assert data.label_names == ("cat", "dog")
    assert data.labels is not None
    assert data.labels.tolist() == [0, 1, 1]
    assert np.rint(data.batch(0, 3).mean(axis=(1, 2, 3)) * 255).tolist() == [100, 200, 50]
    assert data.notes == ()


def test_a_flat_folder_has_no_labels(tmp_path: Path) -> None:
    draw(tmp_path / "a.png")
    assert open_data(tmp_path, SHAPE).labels is None


def test_pictures_beside_sub_folders_have_the_label_none(tmp_path: Path) -> None:
    draw(tmp_path / "a.png")
    draw(tmp_path / "cat" / "a.png")
    data = open_data(tmp_path, SHAPE)
    assert data.labels is not None
    assert [data.label_names[label] for label in data.labels] == ["none", "cat"]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.gif", "a.webp"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_format_opens_in_the_models_channels(
    name: str, channels: int, tmp_path: Path
) -> None:
    draw(tmp_path / name, 77)
    (tmp_path / name).rename(tmp_path / "nameless")  # told by content
    batch = open_data(tmp_path, (6, 4, channels)).batch(0, 1)
    assert batch.shape == (1, 6, 4, channels)
    assert np.allclose(batch[..., :3], 77 / 255, atol=0.02)


@pytest.mark.parametrize(
    ("mode", "expected"), [("1", 1.0), ("L", 0.8), ("LA", 0.8), ("P", 0.8), ("RGBA", 0.8)]
)
def test_every_mode_becomes_grey(mode: str, expected: float, tmp_path: Path) -> None:
    draw(tmp_path / "a.png", 255 if mode == "1" else 204, mode)
    assert np.allclose(open_data(tmp_path, (6, 4, 1)).batch(0, 1), expected, atol=0.01)


def test_sixteen_bits_keep_their_scale(tmp_path: Path) -> None:
    Image.fromarray(np.full((6, 4), 32768, np.uint16)).save(tmp_path / "a.png")
    assert np.allclose(open_data(tmp_path, SHAPE).batch(0, 1), 0.5, atol=0.01)


def test_what_is_changed_is_said(tmp_path: Path) -> None:
    draw(tmp_path / "a.png", size=(8, 8))
    draw(tmp_path / "b.png", size=(20, 30))
    (tmp_path / "readme.txt").write_text("pictures")
    notes = open_data(tmp_path, (6, 4, 1)).notes
    assert "Pictures of 8 × 8 to 30 × 20 are resized to 6 × 4." in notes
    assert "Colours are turned to grey." in notes
    assert "Files that are no pictures are left out: 1." in notes


def test_pictures_of_too_many_pixels_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_data, "MAX_PICTURE_PIXELS", 24)
    decoded: list[tuple[int, int]] = []
    load = PngImageFile.load

    def record(image: PngImageFile) -> object:
        decoded.append(image.size)
        return load(image)

    monkeypatch.setattr(PngImageFile, "load", record)
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png", size=(5, 5))
    data = open_data(tmp_path, SHAPE)
    assert data.notes == ()
    assert np.isnan(data.batch(0, 2)).all(axis=(1, 2, 3)).tolist() == [False, True]
    assert set(decoded) == {(4, 6)}


def test_files_of_too_many_bytes_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(tmp_path / "a.webp", size=(5, 5))
    monkeypatch.setattr(folder_data, "MAX_PICTURE_FILE_BYTES", 20)
    data = open_data(tmp_path, SHAPE)
    assert data.notes == ()
    assert np.isnan(data.batch(0, 1)).all()


def test_unreadable_pictures_are_marked_and_the_others_keep_their_places(tmp_path: Path) -> None:
    for name in "abc":
        draw(tmp_path / f"{name}.png", 100)
    (tmp_path / "b.png").write_bytes((tmp_path / "b.png").read_bytes()[:40])
    batch = open_data(tmp_path, SHAPE).batch(0, 3)
    assert np.isnan(batch).all(axis=(1, 2, 3)).tolist() == [False, True, False]


def test_hidden_files_and_linked_folders_stay_out(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    draw(folder / "a.png")
    draw(folder / ".b.png")
    draw(folder / ".hidden" / "c.png")
    draw(tmp_path / "elsewhere" / "d.png")
    try:
        (folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this user may make no links")
    assert len(open_data(folder, SHAPE)) == 1


@pytest.mark.parametrize(
    ("shape", "words"), [((6, 4, 2), "2 channels"), ((24,), "npz"), (SHAPE, "PNG, JPEG")]
)
def test_a_folder_that_cannot_be_used_is_refused(
    shape: tuple[int, ...], words: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    with pytest.raises(DataError, match=words) as refused:
        open_data(tmp_path, shape)
    assert len(str(refused.value)) <= 200


@pytest.mark.skipif(CORPUS is None, reason="LATENT_EXPLORER_CORPUS is not set")
def test_the_corpus_of_pictures_opens_or_is_marked(tmp_path: Path) -> None:
    cases = json.loads((Path(str(CORPUS)) / "manifest.json").read_text("utf-8"))["cases"]
    pictures = [case for case in cases if case["kind"] == "image"]
    assert pictures
    for case in pictures:
        folder = tmp_path / case["id"]
        draw(folder / "0.png", size=(24, 40))
        shutil.copyfile(Path(str(CORPUS)) / case["path"], folder / Path(case["path"]).name)
        data = open_data(folder, (40, 24, 3))
        readable = np.isfinite(data.batch(0, 2)).all(axis=(1, 2, 3))
        assert readable.sum() == (2 if case["verdict"] == "accept" else 1)
        if case["expect"]:  # its rotation is applied before it is measured
            assert not any("resized" in note for note in data.notes)
