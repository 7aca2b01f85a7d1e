"""Picture files that are none, or not whole, or too large."""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import PictureError
from models.pictures import open_picture
from tests.models.pictures.making import RAMP, encode, png_of

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
NOISY = np.random.default_rng(0).integers(0, 256, (60, 80), np.uint8)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "PNG, JPEG"),
        (SVG, "PNG, JPEG"),
        (b"%PDF-1.7 and so on", "PNG, JPEG"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (encode(NOISY, "PNG")[:1500], "whole picture"),
        (encode(NOISY, "JPEG")[:1500], "whole picture"),
        (encode(NOISY, "GIF")[:1500], "whole picture"),
        (encode(NOISY, "BMP")[:1500], "whole picture"),
        (encode(NOISY, "WEBP")[:1500], "picture"),
        (encode(NOISY, "TIFF")[:1500], "picture"),
        (png_of(30_000, 30_000), "64,000,000 pixels.*30000 × 30000"),
        (png_of(1_000_000, 100), "64,000,000 pixels.*1000000 × 100"),
    ],
    ids=[
        "empty", "svg", "pdf", "png signature", "jpeg signature", "torn png", "torn jpeg",
        "torn gif", "torn bmp", "torn webp", "torn tiff", "900 megapixels", "100 megapixels",
    ],
)  # fmt: skip
def test_what_is_no_whole_picture_within_limits_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=said) as caught:
        open_picture(path)
    sentence = str(caught.value)
    assert sentence.startswith("digit.png")
    assert sentence.endswith(".")
    assert len(sentence) <= 200
    assert sentence.isprintable()
    assert capfd.readouterr() == ("", "")


def test_a_jpeg_header_may_lie_about_the_size(file: Callable[[bytes], Path]) -> None:
    content = bytearray(encode(RAMP, "JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", 65500, 65500)
    with pytest.raises(PictureError, match="65500 × 65500"):
        open_picture(file(bytes(content)))


def test_a_file_over_the_limit_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as stream:
        stream.truncate(65 * 2**20)

    def fail(*_: Any, **__: Any) -> None:
        pytest.fail("the file was given to Pillow")

    monkeypatch.setattr("models.pictures.Image.open", fail)
    with pytest.raises(PictureError, match=r"64 MiB.*65 MiB"):
        open_picture(path)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_bytes_never_end_in_anything_but_a_picture_or_a_sentence(
    file: Callable[[bytes], Path], seed: int
) -> None:
    generator = np.random.default_rng(seed)
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        content = np.frombuffer(encode(RAMP, kind), np.uint8).copy()
        for _ in range(20):
            damaged = content.copy()
            places = generator.integers(0, len(damaged), 3)
            damaged[places] = generator.integers(0, 256, 3)
            with contextlib.suppress(PictureError):
                picture = open_picture(file(damaged.tobytes()))
                assert 0 <= picture.min() <= picture.max() <= 1


def test_a_long_name_is_shortened(file: Callable[[bytes], Path]) -> None:
    path = file(b"no picture")
    path = path.rename(path.with_name("long" * 40 + ".png"))
    for opened in (path, path.with_name("none" * 60 + ".png")):
        with pytest.raises(PictureError) as caught:
            open_picture(opened)
        assert len(str(caught.value)) <= 200


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"none\.png.*no such file"):
        open_picture(tmp_path / "none.png")
    with pytest.raises(PictureError, match="a folder"):
        open_picture(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_file_without_permission_is_named(file: Callable[[bytes], Path]) -> None:
    path = file(encode(RAMP, "PNG"))
    path.chmod(0)
    with pytest.raises(PictureError, match=path.name):
        open_picture(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PictureError, match=r"pipe\.png"):
        open_picture(tmp_path / "pipe.png")
