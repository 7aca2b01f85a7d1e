"""A film that is written beside the window takes its place when it is whole, or leaves nothing."""

from __future__ import annotations

import multiprocessing
import queue
import sys
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from explorer.export.film import Film, FilmKind
from explorer.export.filming import serve
from explorer.export.reel import CANCELLED, Reel
from models.wire import Message, pack, unpack
from tests.patience import TIMEOUT_S

GIF = Film(FilmKind.GIF, 28, 50, 0.1)
PNGS = Film(FilmKind.PNGS, 28, 30, 0.1)


def pictures(count: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).random((count, 28, 28, 1), np.float32)


class Watched:
    """A reel and what it tells."""

    def __init__(self, film: Film, folder: Path, target: Path) -> None:
        self.told: queue.SimpleQueue[int | str] = queue.SimpleQueue()
        log = folder.parent / "log"
        put = self.told.put
        self.reel = Reel(film, None, target, log, on_taken=put, on_ended=put)
        self.reel.start()

    def next(self) -> int | str:
        return self.told.get(timeout=TIMEOUT_S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


@pytest.mark.parametrize("film", [GIF, PNGS])
def test_a_film_is_there_once_it_is_whole(folder: Path, film: Film) -> None:
    target = folder / "film"
    watched = Watched(film, folder, target)
    watched.reel.put(pictures(2))
    assert watched.next() == 2
    assert not target.exists()
    watched.reel.put(pictures(1))
    watched.reel.end()
    assert [watched.next(), watched.next()] == [3, ""]
    watched.reel.join()
    assert list(folder.iterdir()) == [target]
    if film is GIF:
        with Image.open(target) as shown:
            assert getattr(shown, "n_frames", 0) == 3
    else:
        assert len(list(target.iterdir())) == 3


@pytest.mark.parametrize("film", [GIF, PNGS])
@pytest.mark.parametrize("frames", [0, 2])
def test_a_cancelled_film_leaves_nothing_and_what_was_there_before(
    folder: Path, film: Film, frames: int
) -> None:
    target = folder / "film"
    if film is GIF:
        target.write_bytes(b"before")
    watched = Watched(film, folder, target)
    if frames:
        watched.reel.put(pictures(frames))
        assert watched.next() == frames
    watched.reel.cancel()
    assert watched.next() == CANCELLED
    watched.reel.join()
    assert list(folder.iterdir()) == ([target] if film is GIF else [])
    assert film is PNGS or target.read_bytes() == b"before"


def test_a_folder_that_holds_something_is_not_replaced(folder: Path) -> None:
    target = folder / "film"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    watched = Watched(PNGS, folder, target)
    watched.reel.put(pictures(1))
    watched.reel.end()
    assert watched.next() == 1
    sentence = str(watched.next())
    watched.reel.join()
    assert sentence.startswith("film could not be saved; received ")
    assert [path.name for path in target.iterdir()] == ["mine.txt"]
    assert list(folder.iterdir()) == [target]


def test_where_nothing_can_be_written_that_is_told(folder: Path) -> None:
    watched = Watched(GIF, folder, folder / "nowhere" / "film.gif")
    sentence = str(watched.next())
    watched.reel.join()
    assert "film.gif could not be saved; received No such file or directory" in sentence
    assert len(sentence) <= 200
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
@pytest.mark.parametrize("film", [GIF, PNGS])
def test_nothing_is_left_where_the_window_is_gone(folder: Path, film: Film) -> None:
    ours, other = multiprocessing.Pipe()
    writing = threading.Thread(target=serve, args=(other,))
    writing.start()
    path = folder / "unfinished"
    begin = Message("begin", {"film": film.to_json(), "path": str(path)})
    for message in (begin, Message("frames", {}, {"pictures": pictures(2)})):
        ours.send_bytes(pack(message))
        assert unpack(ours.recv_bytes()).kind == "taken"
    assert path.exists()
    ours.close()
    writing.join(TIMEOUT_S)
    other.close()
    assert list(folder.iterdir()) == []
