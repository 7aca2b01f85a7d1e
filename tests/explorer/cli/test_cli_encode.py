"""``latent-explorer encode``: pictures, folders and arrays in, codes out."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from explorer import cli_pictures
from explorer.cli_encode import NONE, Encoded, join
from explorer.cli_engine import CommandEngine, open_engine
from models.bundle import DEFAULT
from models.source import ModelSource
from models.stroke_digits import draw_digits
from tests.explorer.cli.terminal import Run, assert_one_sentence, python

CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS")
# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

layers = keras.layers
COUNT = 12
DIGITS, LABELS = draw_digits(COUNT, seed=5)
PIXELS = np.rint(DIGITS[..., 0] * 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("models.code_cache.cache_folder", lambda: folder)


@pytest.fixture(scope="module")
def wanted() -> npt.NDArray[np.float32]:
    """Codes of all digits from an engine that is asked directly."""
    with open_engine(ModelSource(bundle=DEFAULT)) as engine:
        clean = (PIXELS / np.float32(255))[..., np.newaxis].astype(np.float32)
        codes = engine.ask("encode", {}, {"clean": clean}).arrays["z"]
    assert codes.shape == (COUNT, 16)
    return codes


@pytest.fixture(scope="module")
def encoder() -> Any:
    picture = keras.Input((28, 28, 1), name="picture")
    label = keras.Input((3,), name="label")
    both = layers.Concatenate()([layers.Flatten()(picture), label])
    return keras.Model([picture, label], layers.Dense(2)(both), name="encoder")


@pytest.fixture(scope="module")
def model(encoder: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    folder = tmp_path_factory.mktemp("conditional")
    z, label = keras.Input((2,), name="z"), keras.Input((3,), name="label")
    pixels = layers.Dense(784, activation="sigmoid")(layers.Concatenate()([z, label]))
    decoder = keras.Model([z, label], layers.Reshape((28, 28, 1))(pixels), name="decoder")
    decoder.save(folder / "decoder.keras")
    encoder.save(folder / "encoder.keras")
    return ["--model", folder / "decoder.keras", "--encoder", folder / "encoder.keras"]


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A folder with a sub-folder for each of three labels, in which digits follow their number."""
    folder = tmp_path / "digits"
    for number, pixels in enumerate(PIXELS):
        place = folder / ("ant", "bee", "cow")[number * 3 // COUNT]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place / f"{number:02}.png")
    return folder


def loaded(path: Path) -> dict[str, npt.NDArray[Any]]:
    with np.load(path) as saved:
        return dict(saved)


def assert_same(codes: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> None:
    """But for the last digits of float32, which follow from how many are encoded at once."""
    assert codes.dtype == np.float32
    assert codes.shape == wanted.shape
    assert np.abs(codes - wanted).max() <= 1e-6 * np.abs(wanted).max()


def test_a_folder_brings_labels_and_names(
    run: Run, tmp_path: Path, digits: Path, wanted: npt.NDArray[np.float32]
) -> None:
    (digits / "ant" / "notes.txt").write_text("no picture")
    (digits / ".hidden").mkdir()
    out = tmp_path / "codes.npz"
    code, printed, error = run("encode", digits, "--out", out)
    assert (code, printed, error) == (0, f"12 codes of 16 values are in {out}\n", "")
    saved = loaded(out)
    assert_same(saved["codes"], wanted)
    assert saved["label_names"].tolist() == ["ant", "bee", "cow"]
    assert saved["labels"].tolist() == [number * 3 // COUNT for number in range(COUNT)]
    assert saved["names"][0] == str(digits / "ant" / "00.png")


def test_arrays_keep_their_labels(
    run: Run, tmp_path: Path, wanted: npt.NDArray[np.float32]
) -> None:
    np.savez(tmp_path / "own.npz", x=PIXELS, y=LABELS)
    np.save(tmp_path / "bare.npy", PIXELS[:2])
    out = tmp_path / "codes.npz"
    assert run("encode", tmp_path / "own.npz", tmp_path / "bare.npy", "--out", out)[0] == 0
    saved = loaded(out)
    assert_same(saved["codes"], np.concatenate([wanted, wanted[:2]]))
    assert saved["labels"].tolist() == [*LABELS.tolist(), NONE, NONE]
    assert saved["names"][[0, 11, 13]].tolist() == ["own.npz[0]", "own.npz[11]", "bare.npy[1]"]
    assert "label_names" not in saved


def test_pictures_and_arrays_go_in_the_order_given(
    run: Run, tmp_path: Path, digits: Path, wanted: npt.NDArray[np.float32]
) -> None:
    np.save(tmp_path / "bare.npy", PIXELS[:2])
    last, first = digits / "cow" / "11.png", digits / "ant" / "00.png"
    out = tmp_path / "codes.npz"
    assert run("encode", last, tmp_path / "bare.npy", first, last, "--out", out)[0] == 0
    saved = loaded(out)
    assert_same(saved["codes"], wanted[[11, 0, 1, 0, 11]])
    assert saved["names"].tolist() == [
        str(last), "bare.npy[0]", "bare.npy[1]", str(first), str(last)
    ]  # fmt: skip
    assert set(saved["labels"].tolist()) == {NONE}


@pytest.mark.parametrize("portion", [{"MOST_STAGED": 5}, {"MOST_STAGED_BYTES": 1}])
def test_many_pictures_are_read_portion_by_portion(
    run: Run,
    tmp_path: Path,
    digits: Path,
    wanted: npt.NDArray[np.float32],
    monkeypatch: pytest.MonkeyPatch,
    portion: dict[str, int],
) -> None:
    for name, most in portion.items():
        monkeypatch.setattr(cli_pictures, name, most)
    torn = digits / "bee" / "05.png"
    torn.write_bytes(torn.read_bytes()[:60])
    code, printed, _ = run("encode", digits, "--out", tmp_path / "codes.npz")
    assert code == 0
    assert printed.startswith("Not readable as pictures, and left out: 1 (05.png)\n11 codes")
    saved = loaded(tmp_path / "codes.npz")
    assert_same(saved["codes"], np.delete(wanted, 5, axis=0))
    assert saved["labels"].tolist() == [0] * 4 + [1] * 3 + [2] * 4


def test_labels_with_other_names_are_numbered_anew() -> None:
    def part(labels: list[int], *names: str) -> Encoded:
        codes = np.zeros((len(labels), 2), np.float32)
        return Encoded(codes, ["x"] * len(labels), np.array(labels, np.int32), names)

    same = join([part([1, 0, NONE], "b", "a"), part([1], "b", "a"), part([NONE])])
    assert (same.labels.tolist(), same.label_names) == ([1, 0, NONE, 1, NONE], ("b", "a"))
    other = join([part([1, 0, NONE], "b", "a"), part([7]), part([0], "c")])
    assert other.label_names == ("7", "a", "b", "c")
    assert other.labels.tolist() == [1, 2, NONE, 0, 3]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("gone.png", "gone.png must be a PNG, .* received nothing there"),
        ("text.png", "text.png must be a PNG, .* received another kind of file"),
        ("empty", "empty must hold PNG, JPEG, BMP, GIF or WebP pictures; received none"),
        ("torn.png", "IMAGES must hold a picture that can be encoded; received none"),
        ("pickled.npy", "must hold numbers; received pickled Python objects"),
    ],
)
def test_what_is_no_picture_is_one_sentence(
    run: Run, tmp_path: Path, given: str, found: str
) -> None:
    (tmp_path / "text.png").write_text("a text")
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    np.save(tmp_path / "pickled.npy", np.array([{}], object), allow_pickle=True)
    out = tmp_path / "codes.npz"
    code, _, error = run("encode", tmp_path / given, "--out", out)
    assert code == 1
    assert_one_sentence(error)
    assert re.search(found, error)
    assert not out.exists()


@pytest.mark.parametrize(
    ("out", "found"),
    [("codes.npy", "must be named .npz"), ("gone/codes.npz", "must lie in a folder")],
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    run: Run, tmp_path: Path, digits: Path, out: str, found: str
) -> None:
    code, _, error = run("encode", digits, "--out", tmp_path / out)
    assert code == 1
    assert found in error
    assert_one_sentence(error)


def test_ctrl_c_leaves_codes_of_before_and_no_copies(
    run: Run, tmp_path: Path, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, copies = tmp_path / "codes.npz", tmp_path / "copies"
    out.write_bytes(b"codes of before")
    copies.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(copies))
    ask = CommandEngine.ask

    def interrupt(engine: CommandEngine, *arguments: Any) -> Any:
        assert list(copies.glob("*/pictures/*.png"))
        signal.raise_signal(signal.SIGINT)
        return ask(engine, *arguments)

    monkeypatch.setattr(CommandEngine, "ask", interrupt)
    code, printed, error = run("encode", digits, "--out", out)
    assert (code, printed) == (130, "")
    assert_one_sentence(error)
    assert out.read_bytes() == b"codes of before"
    assert not list(copies.iterdir())
    assert not list(tmp_path.glob("*.partial"))


def test_each_picture_goes_with_its_own_label(
    run: Run, tmp_path: Path, digits: Path, encoder: Any, model: list[str | Path]
) -> None:
    out, beside = tmp_path / "codes.npz", digits / "00.png"
    Image.fromarray(PIXELS[0]).save(beside)
    assert run("encode", digits, "--out", out, "--class", "2", *model)[0] == 0
    saved = loaded(out)
    assert saved["names"][0] == str(beside)
    order = [0, *range(COUNT)]
    classes = np.eye(3, dtype=np.float32)[[2] + [0] * 4 + [1] * 4 + [2] * 4]
    clean = (PIXELS[order] / np.float32(255))[..., np.newaxis]
    assert_same(saved["codes"], np.asarray(encoder([clean, classes])))


def test_a_decoder_alone_is_one_sentence(
    run: Run, tmp_path: Path, digits: Path, model: list[str | Path]
) -> None:
    code, _, error = run("encode", digits, "--out", tmp_path / "codes.npz", *model[:2])
    assert code == 1
    assert "must have an encoder; received a decoder alone; name it with --encoder." in error
    assert_one_sentence(error)


@pytest.mark.skipif(not CORPUS, reason="no corpus of pictures")
def test_pictures_that_unpack_without_end_are_left_out(run: Run, tmp_path: Path) -> None:
    pictures = [*Path(str(CORPUS), "image").glob("i_[bo]*")]
    code, printed, _ = run("encode", *pictures, "--out", tmp_path / "codes.npz")
    assert code == 0
    assert "left out: 2 (i_bomb_900mp.png, i_bomb_jpeg.jpg)" in printed
    assert loaded(tmp_path / "codes.npz")["codes"].shape == (1, 16)


def test_the_command_itself_needs_neither_tensorflow_nor_qt(tmp_path: Path, digits: Path) -> None:
    code = "import sys; from explorer.cli import main; code = main(sys.argv[1:]); "
    code += "unwanted = {'keras', 'tensorflow', 'h5py', 'PyQt6'}; "
    code += "sys.exit(code or 10 * bool(unwanted & set(sys.modules)))"
    with python("-c", code, "encode", digits, "--out", tmp_path / "codes.npz") as process:
        printed, error = process.communicate()
    assert (process.returncode, error) == (0, "")
    assert printed.startswith("12 codes")
