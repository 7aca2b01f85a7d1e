"""Picture files of every kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.pictures import open_picture
from tests.models.pictures.making import RAMP, encode


@pytest.mark.parametrize(
    ("content", "tolerance"),
    [
        (encode(RAMP, "PNG"), 0),
        (encode(RAMP, "PNG", "RGB"), 0),
        (encode(RAMP, "PNG", "P"), 0.03),
        (encode(RAMP, "BMP"), 0),
        (encode(RAMP, "GIF"), 0.01),
        (encode(RAMP, "TIFF"), 0),
        (encode(RAMP, "TIFF", compression="tiff_lzw"), 0),
        (encode(RAMP, "TIFF", "CMYK"), 0.01),
        (encode(RAMP, "WEBP", lossless=True), 0.01),
        (encode(RAMP, "JPEG", quality=95), 0.03),
        (encode(RAMP, "JPEG", "CMYK", quality=95), 0.04),
        (encode(RAMP.astype(np.uint16) * 257, "PNG"), 0),
        (encode(RAMP.astype(np.uint16) * 257, "TIFF"), 0),
        (encode(RAMP.astype(np.float32) / 255, "TIFF"), 0),
    ],
    ids=[
        "png", "png rgb", "png palette", "bmp", "gif", "tiff", "tiff lzw", "tiff cmyk", "webp",
        "jpeg", "jpeg cmyk", "png 16 bit", "tiff 16 bit", "tiff float",
    ],
)  # fmt: skip
def test_kinds_are_told_by_content_and_read_as_luminance(
    file: Callable[[bytes], Path], content: bytes, tolerance: float
) -> None:
    picture = open_picture(file(content))
    assert picture.dtype == np.float32
    assert picture.shape == (40, 30)
    assert np.abs(picture - RAMP / 255).max() <= tolerance + 1e-6


def test_one_bit_is_black_and_white(file: Callable[[bytes], Path]) -> None:
    assert set(np.unique(open_picture(file(encode(RAMP, "PNG", "1"))))) == {0, 1}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_rotation_noted_by_a_camera_is_applied(
    file: Callable[[bytes], Path], kind: str
) -> None:
    lying = np.zeros((24, 40), np.uint8)
    lying[:, :10] = 255  # the left becomes the top
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = open_picture(file(encode(lying, kind, "RGB", exif=exif)))
    assert picture.shape == (40, 24)
    assert picture[:8].mean() > 0.9
    assert picture[12:].mean() < 0.1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("ink", "ground"), [(0, 1), (90, 1), (255, 0), (200, 0)])
def test_transparency_shows_what_the_ink_can_be_seen_on(
    file: Callable[[bytes], Path], kind: str, ink: int, ground: int
) -> None:
    drawing = np.zeros((20, 20, 4), np.uint8)
    drawing[5:10, 5:10] = (ink, ink, ink, 255)
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    picture = open_picture(file(encode(drawing, kind, **options)))
    assert picture[0, 0] == ground
    assert picture[7, 7] == pytest.approx(ink / 255, abs=0.01)


def test_a_transparent_colour_of_a_palette_counts_as_transparent(
    file: Callable[[bytes], Path],
) -> None:
    drawing = np.zeros((20, 20), np.uint8)
    drawing[5:10, 5:10] = 1
    image = Image.fromarray(drawing, mode="P")
    image.putpalette([255, 0, 255, 0, 0, 0])
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=0)
    picture = open_picture(file(stream.getvalue()))
    assert (picture[0, 0], picture[7, 7]) == (1, 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(
    ("size", "expected"), [((3000, 1500), (1024, 512)), ((1, 4000), (1, 1024))]
)
def test_large_pictures_are_made_smaller_with_antialiasing(
    file: Callable[[bytes], Path], kind: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    stripes = np.indices(size).sum(axis=0) % 2 * np.uint8(255)
    picture = open_picture(file(encode(stripes.astype(np.uint8), kind)))
    assert picture.shape == expected
    if min(size) > 1:
        assert picture.mean() == pytest.approx(0.5, abs=0.02)
        assert picture.std() < 0.3, "stripes finer than a pixel must melt into grey"


def test_the_first_frame_of_an_animation_is_taken(file: Callable[[bytes], Path]) -> None:
    frames = [Image.fromarray(np.full((8, 8), grey, np.uint8)) for grey in (0, 128, 255)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert not open_picture(file(stream.getvalue())).any()
