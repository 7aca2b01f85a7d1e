"""Pictures that are saved."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from models.errors import PictureError
from models.pictures import open_picture, save_picture


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_saved_pictures_come_back(tmp_path: Path, shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).random(shape).astype(np.float32)
    save_picture(tmp_path / "out.png", picture)
    with Image.open(tmp_path / "out.png") as image:
        assert image.format == "PNG"
        assert np.abs(np.asarray(image) / 255 - picture).max() <= 0.5 / 255 + 1e-6
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]


def test_values_beyond_the_range_are_clipped(tmp_path: Path) -> None:
    save_picture(tmp_path / "out.png", np.array([[-1.0, 2.0]], np.float32))
    assert open_picture(tmp_path / "out.png").tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (np.zeros(3), r"\(3,\)"),
        (np.zeros((2, 2, 4)), r"\(2, 2, 4\)"),
        (np.zeros((0, 2)), r"\(0, 2\)"),
        (np.array([[float("nan")]]), "finite"),
    ],
)
def test_pictures_that_cannot_be_saved_are_refused(
    tmp_path: Path, picture: npt.NDArray[np.float64], said: str
) -> None:
    with pytest.raises(PictureError, match=said):
        save_picture(tmp_path / "out.png", picture)
    assert not any(tmp_path.iterdir())


def test_a_full_disk_leaves_the_earlier_picture_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.png"
    save_picture(path, np.ones((2, 2), np.float32))

    def fill(image: Image.Image, stream: BinaryIO, kind: str) -> None:
        stream.write(b"half a picture")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Image.Image, "save", fill)
    with pytest.raises(PictureError, match=r"out\.png.*No space left"):
        save_picture(path, np.zeros((2, 2), np.float32))
    assert open_picture(path).min() == 1
    assert [left.name for left in tmp_path.iterdir()] == ["out.png"]


@pytest.mark.parametrize("place", ["no folder/out.png", "."])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(PictureError, match="must lie in a folder"):
        save_picture(tmp_path / place, np.zeros((2, 2), np.float32))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_others_may_read_what_was_saved(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        save_picture(tmp_path / "out.png", np.zeros((2, 2), np.float32))
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "out.png").stat().st_mode) == 0o644
