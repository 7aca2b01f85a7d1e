"""``latent-explorer interpolate``: journeys as pictures, films and arrays."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pytest
from PIL import Image, ImageSequence

from explorer.cli_engine import CommandEngine, open_engine
from explorer.cli_options import JOURNEYS
from models import journey
from models.bundle import DEFAULT
from models.journey import Interpolation
from models.source import ModelSource
from tests.explorer.cli.terminal import Run, assert_one_sentence

STOPS = np.random.default_rng(8).standard_normal((3, 16)).astype(np.float32)


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    path = tmp_path / "stops.npz"
    np.savez(path, codes=STOPS, labels=np.zeros(3, np.int32))
    return path


def loaded(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    with np.load(path) as saved:
        return dict(saved)


def test_every_way_to_travel_can_be_chosen() -> None:
    assert [kind.value.lower() for kind in Interpolation] == list(JOURNEYS)


@pytest.mark.parametrize("kind", Interpolation)
def test_a_journey_goes_through_its_codes(
    run: Run, tmp_path: Path, stops: Path, kind: Interpolation
) -> None:
    out = tmp_path / "journey.npz"
    arguments = ("--codes", stops, "--kind", kind.value.lower(), "--steps", "4")
    code, printed, error = run("interpolate", "--out", out, *arguments)
    assert (code, printed, error) == (0, f"9 steps are in {out}\n", "")
    saved = loaded(out)
    path = journey.Path(kind, STOPS)
    assert np.array_equal(saved["codes"], path.codes(np.arange(9) / 4))
    assert np.array_equal(saved["codes"][::4], STOPS)
    with open_engine(ModelSource(bundle=DEFAULT)) as engine:
        (pictures,) = engine.decode(saved["codes"], {}, lambda done, total: None)
    assert np.abs(saved["outputs"] - pictures).max() <= 1e-6


def test_from_one_code_to_another(run: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", STOPS[:1])
    out = tmp_path / "journey"
    numbers = ",".join(map(str, STOPS[1]))
    ends = ("--from", tmp_path / "z.npy", f"--to={numbers}")
    assert run("interpolate", *ends, "--out", out, "--steps", "3")[0] == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["00001.png", "00002.png", "00003.png", "00004.png"]
    assert run("interpolate", *ends, "--out", tmp_path / "j.npz", "--steps", "3")[0] == 0
    saved = loaded(tmp_path / "j.npz")
    assert np.array_equal(saved["codes"][[0, -1]], STOPS[:2])
    with Image.open(out / "00004.png") as image:
        last = np.asarray(image, np.float32)
    assert np.abs(last - saved["outputs"][-1, :, :, 0] * 255).max() <= 0.51


def test_a_film_has_every_step(run: Run, tmp_path: Path, stops: Path) -> None:
    out = tmp_path / "journey.gif"
    arguments = ("--codes", stops, "--rows", "2,0", "--closed", "--steps", "6")
    look = ("--scale", "3", "--fps", "20")
    code, printed, _ = run("interpolate", *arguments, "--out", out, *look)
    assert (code, printed) == (0, f"12 steps are in {out}\n")
    assert run("interpolate", *arguments, "--out", tmp_path / "journey.npz")[0] == 0
    outputs = loaded(tmp_path / "journey.npz")["outputs"]
    with Image.open(out) as film:
        assert film.info["duration"] == 50
        assert film.info["loop"] == 0
        frames = [np.asarray(frame.convert("L"), np.float32) for frame in
                  ImageSequence.Iterator(film)]  # fmt: skip
    assert len(frames) == len(outputs) == 12
    for frame, output in zip(frames, outputs, strict=True):
        assert frame.shape == (84, 84)
        assert np.abs(frame[1::3, 1::3] - output[:, :, 0] * 255).max() <= 0.51


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], "needs --from and --to, or --codes; received neither"),
        (["--from", "mean"], "received --from alone"),
        (["--codes", "stops.npz", "--to", "mean"], "received both"),
        (["--from", "mean", "--to", "mean", "--rows", "1"], "--rows must be of the codes"),
        (["--from", "mean", "--to", "mean"], "must lead from code to code"),
        (["--codes", "stops.npz", "--rows", "1"], "must have two codes at least; received one"),
        (["--codes", "stops.npz", "--rows", "0,3"], "--rows must be from 0 to 2; received 3"),
        (["--codes", "short.npy"], "must hold codes of 16 values; received the shape (4, 3)"),
        (["--codes", "nan.npy"], "must hold finite numbers that float32 can hold; received nan"),
        (["--codes", "text.npy"], "must hold numbers"),
        (["--codes", "two.npz"], "must hold an array 'codes', or one alone; received 2 others"),
        (["--codes", "empty.npy"], "must hold codes of 16 values"),
        (["--codes", "torn.npz"], "torn.npz must be a readable array file"),
        (["--codes", "gone.npz"], "gone.npz must be a file of codes; received nothing there"),
        (["--from", "stops.npz", "--to", "mean"], "must hold one code; received 3"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_no_journey_is_one_sentence(
    run: Run,
    tmp_path: Path,
    stops: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    found: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("short.npy", np.zeros((4, 3)))
    np.save("nan.npy", np.full((2, 16), np.nan))
    np.save("text.npy", np.full((2, 16), "one"))
    np.save("empty.npy", np.zeros((0, 16)))
    np.savez("two.npz", a=STOPS, b=STOPS)
    Path("torn.npz").write_bytes(stops.read_bytes()[:200])
    code, printed, error = run("interpolate", "--out", "journey", *arguments)
    assert (code, printed) == (1, "")
    assert found in error
    assert_one_sentence(error)
    assert not Path("journey").exists()


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def kill_engine() -> None:
    for child in psutil.Process().children(recursive=True):
        if child.ppid() != os.getpid():
            child.kill()


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("trouble", "code", "found"),
    [
        pytest.param(interrupt, 130, "interrupted.", id="Ctrl-C"),
        pytest.param(
            kill_engine,
            1,
            "The engine must go on until it has answered",
            id="an engine that is killed",
            marks=pytest.mark.skipif(os.name == "nt", reason="engines are its own children"),
        ),
        pytest.param(fill_disk, 1, "No space left on device", id="a full disk"),
    ],
)
@pytest.mark.parametrize("out", ["journey.gif", "journey.npz", "journey"])
def test_what_ends_half_way_leaves_no_half_file(
    run: Run,
    tmp_path: Path,
    stops: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[], None],
    code: int,
    found: str,
    out: str,
) -> None:
    (tmp_path / "journey.gif").write_bytes(b"an earlier film")
    decode = CommandEngine.decode

    def half_way(engine: CommandEngine, *arguments: Any) -> Iterator[Any]:
        parts = decode(engine, *arguments)
        yield next(parts)
        trouble()
        yield from parts

    monkeypatch.setattr(CommandEngine, "decode", half_way)
    arguments = ("--codes", stops, "--steps", "50", "--out", tmp_path / out)
    ended, printed, error = run("interpolate", *arguments)
    assert (ended, printed) == (code, "")
    assert found in error
    assert_one_sentence(error)
    assert (tmp_path / "journey.gif").read_bytes() == b"an earlier film"
    assert not (tmp_path / "journey.npz").exists()
    assert not list(tmp_path.rglob("*.partial"))
    for path in tmp_path.glob("journey/*"):
        with Image.open(path) as image:
            image.load()
