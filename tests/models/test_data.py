"""Data sets: read when they are what they say, refused by name when not."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.data import DATA_VARIABLE, load_dataset, load_npz, to_float
from models.errors import DataError

Arrays = dict[str, npt.NDArray[Any]]


def good() -> Arrays:
    generator = np.random.default_rng(0)
    return {
        "x_train": generator.integers(0, 256, (20, 8, 6), np.uint8),
        "y_train": generator.integers(0, 10, 20, np.uint8),
        "x_test": generator.integers(0, 256, (5, 8, 6), np.uint8),
        "y_test": generator.integers(0, 10, 5, np.uint8),
    }


def npy(array: npt.NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array)
    return stream.getvalue()


def write_zip(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_npz(path: Path, **changes: npt.NDArray[Any] | bytes | None) -> Path:
    """A good data set with some members changed, or left out where they are None."""
    members: dict[str, npt.NDArray[Any] | bytes | None] = {**good(), **changes}
    contents = {
        f"{name}.npy": value if isinstance(value, bytes) else npy(value)
        for name, value in members.items()
        if value is not None
    }
    return write_zip(path, contents)


def header(declared: str) -> bytes:
    """An .npy that declares much and holds ten bytes."""
    text = declared.encode()
    text += b" " * (118 - len(text) - 1) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(10)


class Marker:
    """Unpickling it would be seen."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was loaded",)


def test_a_data_set_comes_back_with_a_channel_axis(tmp_path: Path) -> None:
    dataset = load_dataset(write_npz(tmp_path / "mine.npz"))
    assert dataset.x_train.shape == (20, 8, 6, 1)
    assert dataset.x_test.shape == (5, 8, 6, 1)
    assert np.array_equal(dataset.x_train[..., 0], good()["x_train"])
    assert np.array_equal(dataset.y_test, good()["y_test"])
    assert dataset.name == "mine.npz"


def test_colour_pictures_and_wide_labels_are_taken(tmp_path: Path) -> None:
    colour = np.zeros((20, 8, 6, 3), np.uint8)
    dataset = load_npz(
        write_npz(
            tmp_path / "a.npz",
            x_train=colour,
            x_test=colour[:5],
            y_train=np.arange(20, dtype=np.int64),
        )
    )
    assert dataset.x_train.shape == (20, 8, 6, 3)
    assert dataset.y_train.dtype == np.uint8


def test_uncompressed_and_column_first_arrays_are_taken(tmp_path: Path) -> None:
    arrays = {name: np.asfortranarray(array) for name, array in good().items()}
    np.savez(tmp_path / "a.npz", **arrays)  # type: ignore[arg-type]  # numpy reads them as flags
    assert np.array_equal(load_npz(tmp_path / "a.npz").x_train[..., 0], good()["x_train"])


def test_the_environment_names_the_data_and_an_argument_overrides_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(write_npz(tmp_path / "named.npz")))
    assert load_dataset().name == "named.npz"
    assert load_dataset(write_npz(tmp_path / "given.npz")).name == "given.npz"


ZEROS = npy(np.zeros((64 * 2**20,), np.uint8))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"y_test": None}, "no y_test"),
        ({"x_train": None, "x_test": None}, "no x_train, x_test"),
        ({"x_train": npy(np.zeros(3, np.uint8))}, r"x_train.*\(3,\)"),
        ({"x_train": np.zeros((20, 8, 6), np.float32)}, "x_train.*float32"),
        ({"x_train": np.zeros((20, 0, 6), np.uint8)}, "x_train.*uint8"),
        ({"x_train": np.zeros((20, 8, 6, 2), np.uint8)}, "x_train must have 1, 3 or 4 channels"),
        ({"x_test": np.zeros((0, 8, 6), np.uint8)}, "x_test.*uint8"),
        ({"x_test": np.zeros((5, 9, 6), np.uint8)}, r"x_test.*\(8, 6, 1\).*\(9, 6, 1\)"),
        ({"y_train": np.zeros(19, np.uint8)}, r"y_train.*20 whole numbers.*\(19,\)"),
        ({"y_train": np.zeros((20, 10), np.uint8)}, "y_train"),
        ({"y_test": np.zeros(5)}, "y_test.*float64"),
        ({"y_test": np.array([0, 1, 2, 3, -1])}, "y_test.*0 to 255.*-1 to 3"),
        ({"y_test": np.array([0, 1, 2, 3, 300])}, "y_test.*0 to 255.*0 to 300"),
        ({"x_train": header("{'descr':'|O','fortran_order':False,'shape':(1,)}")}, "pickled"),
        (
            {"x_train": header("{'descr':'<f8','fortran_order':False,'shape':(1048576,1048576)}")},
            "x_train.*header of 8796093022208 bytes",
        ),
        (
            {"x_train": header("{'descr':'|u1','fortran_order':False,'shape':(20,8,6)}")},
            "x_train.*header of 960 bytes",
        ),
        ({"x_train": header("{'descr':'|u1','fortran_order':False,'shape':(-5,8,6)}")}, "x_train"),
        ({"x_train": header("((((")}, "readable .npz"),
        ({"x_train": header("{'descr':'bad'}")}, "readable .npz"),
        ({"x_train": b"no array at all"}, "readable .npz"),
        ({"x_train": b""}, "readable .npz"),
        ({"x_train": ZEROS}, "x_train.*200 times"),
    ],
    ids=[
        "key", "keys", "axes", "floats", "no pixels", "two channels", "no pictures", "sizes",
        "few labels", "one-hot labels", "float labels", "negative label", "large label", "objects",
        "8 TiB", "header beyond the data", "negative shape", "broken header", "bad header", "text",
        "empty", "zip bomb",
    ],
)  # fmt: skip
def test_bad_arrays_are_refused_with_their_name(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = write_npz(tmp_path / "bad.npz", **changes)
    with pytest.raises(DataError, match=said) as caught:
        load_npz(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    objects = np.empty(20, object)
    objects[:] = [Marker() for _ in range(20)]
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "|O", "fortran_order": False, "shape": (20,)}
    )
    content = stream.getvalue() + pickle.dumps(Marker())
    with pytest.raises(DataError, match="pickled"):
        load_npz(write_npz(tmp_path / "bad.npz", x_train=content))


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    contents = {f"{name}.npy": npy(array) for name, array in good().items()}
    path = write_zip(tmp_path / "a.npz", contents, zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match="stored or deflated"):
        load_npz(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_torn_file_is_refused(tmp_path: Path, share: float) -> None:
    path = write_npz(tmp_path / "torn.npz")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match=r"torn\.npz"):
        load_npz(path)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_bytes_end_in_the_same_data_or_a_sentence(tmp_path: Path, seed: int) -> None:
    path = write_npz(tmp_path / "damaged.npz")
    content = np.frombuffer(path.read_bytes(), np.uint8)
    generator = np.random.default_rng(seed)
    refused = 0
    for _ in range(60):
        damaged = content.copy()
        damaged[generator.integers(0, len(damaged))] ^= np.uint8(generator.integers(1, 256))
        path.write_bytes(damaged.tobytes())
        try:
            dataset = load_npz(path)
        except DataError:
            refused += 1
        else:
            assert np.array_equal(dataset.x_train[..., 0], good()["x_train"])
    assert refused > 30


def test_a_missing_file_and_a_folder_say_how_to_bring_the_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"nothing there.*--data or {DATA_VARIABLE}"):
        load_dataset(tmp_path / "none.npz")
    with pytest.raises(DataError, match="a folder"):
        load_dataset(tmp_path)


def test_without_cache_and_network_one_sentence_tells_how_to_bring_mnist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import keras

    def fail() -> None:
        raise Exception("URL fetch failure on some address: None -- unreachable")

    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    with pytest.raises(DataError, match=r"MNIST must be cached.*unreachable.*--data") as caught:
        load_dataset()
    assert "\n" not in str(caught.value)


def test_bytes_become_numbers_from_0_to_1() -> None:
    floats = to_float(np.array([0, 51, 255], np.uint8))
    assert floats.dtype == np.float32
    assert floats.tolist() == pytest.approx([0, 0.2, 1])
