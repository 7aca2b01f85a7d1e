"""Films are what was put into them, whole or not there."""

from __future__ import annotations

import errno
import gc
import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageSequence

from explorer.export.film import MAX_FRAMES, Film, FilmKind
from explorer.export.frames import Look
from explorer.export.writers import open_writer
from models.errors import SessionError

Floats = npt.NDArray[np.float32]
GENERATOR = np.random.default_rng(3)
ROOM_BYTES = 300
COLOURS = np.stack([np.arange(256), 255 - np.arange(256), np.full(256, 7)], 1).astype(np.uint8)


def pictures(count: int, *shape: int) -> Floats:
    return GENERATOR.random((count, *shape), np.float32)


def write(film: Film, path: Path, shots: Floats, colours: Any = None) -> list[Image.Image]:
    """Write a film, and give the frames that were put into it."""
    look = Look(film.side_px, film.crisp, colours, even=film.kind is FilmKind.MP4)
    writer = open_writer(film, path)
    frames = [look.paint(shot) for shot in shots]
    for frame in frames:
        writer.add(frame)
    writer.close()
    return frames


def rgb(image: Image.Image) -> npt.NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("colours", [None, COLOURS], ids=["grey", "colours"])
def test_a_gif_has_every_pixel_of_every_frame(tmp_path: Path, colours: Any) -> None:
    path = tmp_path / "film.gif"
    frames = write(Film(FilmKind.GIF, 56, 20, 1.0), path, pictures(5, 28, 14, 1), colours)
    with Image.open(path) as film:
        shown = [frame.copy() for frame in ImageSequence.Iterator(film)]
        assert film.info["loop"] == 0
        assert film.info["duration"] == 50
    assert len(shown) == len(frames)
    for one, other in zip(shown, frames, strict=True):
        assert one.size == (28, 56)
        np.testing.assert_array_equal(rgb(one), rgb(other))


@pytest.mark.parametrize("channels", [3, 4])
def test_a_gif_of_coloured_pictures_has_colours_for_each_frame(
    tmp_path: Path, channels: int
) -> None:
    path = tmp_path / "film.gif"
    flat = np.ones((3, 16, 16, channels), np.float32)
    flat[:, :, :, :3] = np.eye(3)[:, np.newaxis, np.newaxis]
    write(Film(FilmKind.GIF, 16, 10, 1.0), path, flat)
    with Image.open(path) as film:
        seen = [rgb(frame)[0, 0].tolist() for frame in ImageSequence.Iterator(film)]
    assert seen == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]


def test_a_folder_has_a_png_for_each_frame(tmp_path: Path) -> None:
    path = tmp_path / "film"
    frames = write(Film(FilmKind.PNGS, 28, 25, 1.0), path, pictures(3, 28, 28, 1))
    files = sorted(path.iterdir())
    assert [file.name for file in files] == [f"frame-{number:05}.png" for number in range(3)]
    for file, frame in zip(files, frames, strict=True):
        with Image.open(file) as image:
            np.testing.assert_array_equal(rgb(image), rgb(frame))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), [(28, 28), (27, 15)])
def test_an_mp4_has_every_frame_at_even_sides(
    tmp_path: Path, height: int, width: int, channels: int
) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "film.mp4"
    smooth = np.linspace(0, 1, 12, dtype=np.float32)[:, np.newaxis, np.newaxis, np.newaxis]
    shots = np.broadcast_to(smooth, (12, height, width, channels))
    frames = write(Film(FilmKind.MP4, 81, 30, 0.4), path, shots)
    with av.open(str(path)) as film:
        (video,) = film.streams.video
        assert video.codec_context.name == "h264"
        assert video.average_rate == 30
        shown = [frame.to_ndarray(format="rgb24") for frame in film.decode(video)]
    assert len(shown) == len(frames)
    for one, other in zip(shown, frames, strict=True):
        assert one.shape[0] % 2 == one.shape[1] % 2 == 0
        assert np.abs(one.astype(int) - rgb(other)).max() <= 6


def test_what_is_no_number_is_black() -> None:
    shot = np.full((2, 2, 1), np.nan, np.float32)
    assert np.asarray(Look(16, True).paint(shot)).max() == 0


def test_without_the_library_an_mp4_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.export.film.find_spec", lambda _: None)
    path = tmp_path / "film.mp4"
    with pytest.raises(SessionError, match="pip install av") as refused:
        open_writer(Film(FilmKind.MP4, 280, 30, 1.0), path)
    assert len(str(refused.value)) <= 200
    assert not path.exists()


class Full(io.FileIO):
    """A file with room for some bytes on a disk that tells of it in one way or another."""

    def __init__(self, path: Path, how: str) -> None:
        super().__init__(path, "xb")
        self._how = how

    def write(self, data: Any) -> int:
        taken = bytes(data)[: max(0, ROOM_BYTES - self.tell())]
        if self._how == "an error" and len(taken) < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(taken)
        return len(data) if self._how == "nothing" else len(taken)


@pytest.mark.parametrize("how", ["an error", "a short write", "nothing"])
@pytest.mark.parametrize("kind", [FilmKind.GIF, FilmKind.MP4, FilmKind.PNGS])
def test_a_full_disk_is_noticed_however_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FilmKind, how: str
) -> None:
    if kind is FilmKind.MP4:
        pytest.importorskip("av")
    opened: list[Full] = []

    def open_full(path: Path) -> Full:
        opened.append(Full(path, how))
        return opened[-1]

    monkeypatch.setattr("explorer.export.writers.open_new", open_full)
    film = Film(kind, 64, kind.fps[-1], 1.0)
    with pytest.raises(OSError, match=r"No space|were written"):
        write(film, tmp_path / "film", pictures(20, 28, 28, 1))
    gc.collect()  # an encoder that was given up may still want to write
    for file in opened:
        file.close()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"side_px": 15}, "16 to 1080"),
        ({"side_px": 1081}, "16 to 1080"),
        ({"fps": 30}, "10, 20, 25, 50"),
        ({"seconds": MAX_FRAMES}, "36,000 frames"),
        ({"seconds": float("nan")}, "36,000 frames"),
    ],
)
def test_a_film_that_cannot_be_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SessionError, match=words):
        Film(**{"kind": FilmKind.GIF, "side_px": 280, "fps": 50, "seconds": 1.0, **values})


def test_a_film_shows_both_ends_and_a_closed_one_its_beginning_once() -> None:
    film = Film(FilmKind.MP4, 280, 30, 2.0)
    assert film.frames == 61
    assert film.places(3)[[0, -1]].tolist() == [0, 3]
    closed = Film(FilmKind.MP4, 280, 30, 2.0, closed=True)
    assert closed.frames == 60
    assert closed.places(3)[-1] == pytest.approx(3 - 3 / 60)
    assert Film.from_json(closed.to_json()) == closed
