"""Picture files of every kind, good and bad."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from models.digits import Picture, normalise_digit, rasterise
from models.errors import PictureError
from models.pictures import open_picture, save_picture, to_digit
from models.stroke_digits import draw_digit

RAMP = np.linspace(0, 255, 40 * 30).reshape(40, 30).astype(np.uint8)


def encode(array: npt.NDArray[Any], kind: str, mode: str | None = None, **options: Any) -> bytes:
    image = Image.fromarray(array)
    stream = io.BytesIO()
    (image.convert(mode) if mode else image).save(stream, kind, **options)
    return stream.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A valid 1-bit PNG of zeros, however large: it is packed a thousandfold, twice."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row * 100) for _ in range(height // 100)) + packer.flush()

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "picture.bin"
        path.write_bytes(content)
        return path

    return write


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


def page_of(digit: int) -> Picture:
    """A digit somewhere on a larger page, ink 1 on ground 0."""
    page = np.zeros((450, 350), np.float32)
    page[100:400, 25:325] = rasterise(draw_digit(digit, digit), 300)
    return page


def light(page: Picture) -> Picture:
    """Light that falls from a corner, darkest at half of the brightest."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in page.shape), indexing="ij")
    return (0.7 - 0.15 * x - 0.1 * y - 0.1 * (x * x + y * y)).astype(np.float32)


def grain(page: Picture) -> Picture:
    return np.random.default_rng(0).normal(0, 0.02, page.shape).astype(np.float32)


MEDIA: dict[str, Callable[[Picture], Picture]] = {
    "screen, light on dark": lambda page: page,
    "scan, dark on light": lambda page: 1 - page,
    "pencil on grey paper": lambda page: 0.7 - 0.25 * page,
    "photograph of paper": lambda page: np.clip(light(page) * (1 - 0.7 * page) + grain(page), 0, 1),
    "photograph of a blackboard": lambda page: np.clip(0.2 + 0.6 * page + grain(page), 0, 1),
}


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("digit", range(10))
def test_every_medium_gives_the_same_digit(medium: str, digit: int) -> None:
    page = page_of(digit)
    made = to_digit(MEDIA[medium](page).astype(np.float32))
    wanted = normalise_digit(page)
    assert made.shape == (28, 28)
    assert made.dtype == np.float32
    assert 0 <= made.min() <= made.max() <= 1
    # Moved by up to one pixel: the middle of the mass is rounded to one.
    shifts = [np.roll(made, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(float(((moved - wanted) ** 2).mean()) for moved in shifts) < 0.008


def test_the_user_can_say_which_of_both_is_ink() -> None:
    page = page_of(3)
    wanted = to_digit(page)
    assert np.abs(to_digit(1 - page, invert=True) - wanted).max() < 1e-5
    assert np.abs(to_digit(1 - page, invert=False) - wanted).mean() > 0.05


def test_without_normalising_the_whole_picture_is_fitted_in() -> None:
    page = page_of(3)
    made = to_digit(page, normalise=False)
    assert made.shape == (28, 28)
    assert not made[:, :3].any(), "ground is added to the shorter side"
    assert not made[:, -3:].any()
    assert made.sum() * (450 / 28) ** 2 == pytest.approx(page.sum(), rel=0.02)


def test_a_picture_of_the_models_size_stays_as_it_is_without_normalising() -> None:
    noisy = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    assert np.array_equal(to_digit(noisy, False, normalise=False), noisy)


@pytest.mark.parametrize("shape", [(8, 8), (32, 32), (28, 14)])
@pytest.mark.parametrize("normalise", [True, False])
def test_models_of_other_sizes_get_theirs(shape: tuple[int, int], normalise: bool) -> None:
    made = to_digit(page_of(0), normalise=normalise, shape=shape)
    assert made.shape == shape
    assert made.max() > 0.3


@pytest.mark.parametrize("grey", [0.0, 0.2, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (28, 28), (300, 200)])
def test_blank_pictures_hold_no_digit(grey: float, size: tuple[int, int]) -> None:
    assert not to_digit(np.full(size, grey, np.float32)).any()
