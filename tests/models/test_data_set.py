"""Data that a user brings: what opens, what it becomes, and what is refused."""

from __future__ import annotations

import io
import json
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.data_set import data_files, open_data
from models.errors import DataError

Array = npt.NDArray[Any]

GENERATOR = np.random.default_rng(5)
BYTES = GENERATOR.integers(0, 256, (6, 8, 10), np.uint8)  # (n, height, width)
UNIT = (BYTES / 255).astype(np.float32)
COLOURS = GENERATOR.random((5, 8, 10, 3)).astype(np.float32)
SHAPE = (8, 10, 1)

CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS")
DATA = os.environ.get("LATENT_EXPLORER_DATA")


def save(path: Path, **arrays: Array) -> Path:
    np.savez(path, **arrays)  # type: ignore[arg-type]  # numpy's stub takes every keyword for its own
    return path


@pytest.mark.parametrize(
    "stored",
    [
        BYTES,
        BYTES[..., np.newaxis],
        BYTES[:, np.newaxis],
        BYTES.reshape(6, -1),
        UNIT,
        UNIT.astype(np.float64),
        UNIT.astype(">f4"),
        UNIT * 2 - 1,
        BYTES.astype(np.float32),
        BYTES.astype(np.int64),
        (BYTES.astype(np.uint16) * 257),
        np.asfortranarray(BYTES),
    ],
    ids=lambda stored: f"{stored.dtype}-{stored.shape}-{float(stored.min()):g}",
)
@pytest.mark.parametrize("kind", ["npy", "npz", "compressed"])
def test_pictures_become_the_same_however_they_are_stored(
    stored: Array, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / ("x.npy" if kind == "npy" else "x.npz")
    if kind == "npy":
        np.save(path, stored)
    else:
        (np.savez if kind == "npz" else np.savez_compressed)(path, x=stored)
    data = open_data(path, SHAPE)
    batch = data.batch(0, 99)
    assert len(data) == 6
    assert batch.dtype == np.float32
    assert np.allclose(batch, UNIT[..., np.newaxis], atol=1e-5)
    assert np.allclose(data.batch(2, 4), batch[2:4])


@pytest.mark.parametrize(
    ("stored", "shape", "note"),
    [
        (COLOURS, (8, 10, 1), "Colours are turned to grey."),
        (COLOURS.transpose(0, 3, 1, 2), (8, 10, 3), "Channels are stored first."),
        (COLOURS, (4, 5, 3), "Pictures of 8 × 10 are resized to 4 × 5."),
        (UNIT, (8, 10, 3), "Grey pictures are repeated in each colour channel."),
        (COLOURS, (8, 10, 4), "All is opaque."),
        (UNIT * 2 - 1, SHAPE, "Values from −1 to 1 are scaled to 0 to 1."),
        (UNIT.reshape(6, 80) * 16, SHAPE, "Values from 0 to 16 are scaled to 0 to 1."),
    ],
)
def test_what_is_changed_is_said(
    stored: Array, shape: tuple[int, ...], note: str, tmp_path: Path
) -> None:
    data = open_data(save(tmp_path / "x.npz", x=stored), shape)
    batch = data.batch(0, len(data))
    assert note in data.notes
    assert batch.shape == (len(stored), *shape)
    assert 0 <= batch.min() < batch.max() <= 1


def test_pictures_as_they_are_need_no_note(tmp_path: Path) -> None:
    assert open_data(save(tmp_path / "x.npz", x=UNIT), SHAPE).notes == ()


def test_white_shows_through(tmp_path: Path) -> None:
    clear = np.zeros((2, 3, 3, 4), np.float32)
    assert open_data(save(tmp_path / "x.npz", x=clear), (3, 3, 1)).batch(0, 2).min() == 1


@pytest.mark.parametrize(
    ("labels", "expected", "names"),
    [
        (np.array([3, 1, 2, 3, 1, 0]), [3, 1, 2, 3, 1, 0], ()),
        (np.array([[3.0], [1], [2], [3], [1], [0]]), [3, 1, 2, 3, 1, 0], ()),
        (np.eye(6, dtype=np.float32)[::-1], [5, 4, 3, 2, 1, 0], ()),
        (np.array(["cat", "dog", "ape", "dog", "cat", "ape"]), [1, 2, 0, 2, 1, 0],
         ("ape", "cat", "dog")),
        (np.array([True, False] * 3), [1, 0, 1, 0, 1, 0], ()),
    ],
)  # fmt: skip
def test_labels_are_recognised(
    labels: Array, expected: list[int], names: tuple[str, ...], tmp_path: Path
) -> None:
    data = open_data(save(tmp_path / "x.npz", x=BYTES, y=labels), SHAPE)
    assert data.labels is not None
    assert data.labels.tolist() == expected
    assert data.label_names == names


@pytest.mark.parametrize(
    "labels",
    [
        np.arange(5),
        np.linspace(0, 1, 6),
        np.full(6, np.nan),
        np.zeros((6, 4)),
        np.zeros((6, 2, 2)),
        np.full(6, 0x110000, np.uint32).view("<U1"),
    ],
    ids=["too-few", "measurements", "nan", "no-one-hot", "maps", "no-characters"],
)
def test_labels_that_are_none_are_left_out_and_said(labels: Array, tmp_path: Path) -> None:
    data = open_data(save(tmp_path / "x.npz", x=BYTES, y=labels), SHAPE)
    assert data.labels is None
    assert any("left out" in note for note in data.notes)


@pytest.mark.parametrize(
    ("keys", "pictures", "labels"),
    [
        (("x_train", "y_train", "x_test", "y_test"), "x_test", "y_test"),
        (("x_train", "y_train"), "x_train", "y_train"),
        (("X", "Y"), "X", "Y"),
        (("images", "labels"), "images", "labels"),
        (("arr_0", "arr_1"), "arr_0", "arr_1"),
        (("faces", "who"), "faces", "who"),
    ],
)
def test_arrays_are_found_by_their_names(
    keys: tuple[str, ...], pictures: str, labels: str, tmp_path: Path
) -> None:
    arrays: dict[str, Array] = {}
    for number, key in enumerate(keys):
        arrays[key] = np.full(4, number) if key == labels else np.full((4, 2, 2), 0.1)
    arrays[pictures] = np.full((4, 2, 2), 0.5)
    for key in keys:
        if key.startswith("y") and key != labels:
            arrays[key] = np.zeros(4, np.int64)
    data = open_data(save(tmp_path / "some.npz", **arrays), (2, 2, 1))
    assert data.batch(0, 1).mean() == 0.5
    assert data.labels is not None
    assert set(data.labels.tolist()) == {keys.index(labels)}


@pytest.mark.parametrize(
    ("name", "labels"), [("digits.npy", "digits_labels.npy"), ("x_test.npy", "y_test.npy")]
)
def test_labels_lie_beside_an_npy(name: str, labels: str, tmp_path: Path) -> None:
    np.save(tmp_path / name, BYTES)
    np.save(tmp_path / labels, np.arange(6))
    data = open_data(tmp_path / name, SHAPE)
    assert data.labels is not None
    assert data.labels.tolist() == list(range(6))
    assert data.files == data_files(tmp_path / name) == (tmp_path / name, tmp_path / labels)


@pytest.mark.parametrize("shape", [(6,), (3, 2), (6, 1, 1, 1)])
def test_vectors_stay_as_they_are(shape: tuple[int, ...], tmp_path: Path) -> None:
    curves = GENERATOR.normal(0, 40, (7, 6)).astype(np.float32)
    data = open_data(save(tmp_path / "x.npz", data=curves), shape)
    assert np.array_equal(data.batch(0, 7), curves.reshape(7, *shape))


def test_bytes_for_a_model_of_vectors_are_pictures(tmp_path: Path) -> None:
    batch = open_data(save(tmp_path / "x.npz", x=BYTES), (80,)).batch(0, 6)
    assert np.allclose(batch, UNIT.reshape(6, 80))


def test_a_nan_that_signals_is_marked_without_a_warning(tmp_path: Path) -> None:
    bits = UNIT.view(np.uint32).copy()
    bits[0] = 0x7FA00000
    for shape in (SHAPE, (80,)):
        batch = open_data(save(tmp_path / "x.npz", x=bits.view(np.float32)), shape).batch(0, 6)
        assert np.isnan(batch[0]).all()
        assert np.isfinite(batch[1:]).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
@pytest.mark.parametrize("shape", [(8, 10, 1), (4, 5, 1), (80,)])
def test_a_picture_with_a_value_that_is_not_finite_is_marked(
    value: float, shape: tuple[int, ...], tmp_path: Path
) -> None:
    spoiled = UNIT.astype(np.float64)
    spoiled[2, 1, 1] = value
    batch = open_data(save(tmp_path / "x.npz", x=spoiled), shape).batch(0, 6)
    assert np.isnan(batch[2]).all()
    assert np.isfinite(np.delete(batch, 2, axis=0)).all()


def header(shape: str, descr: str = "'<f4'", body: bytes = b"") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (117 - len(text)) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + body


def archive(name: str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "npz or .npy"),
        (b"hello", "npz or .npy"),
        (header("(4, 2, 2)")[:50], "readable"),
        (header("(1048576, 1048576)", "'<f8'"), "8,192 GiB"),
        (header("(4, 2, 2)", body=b"\0" * 60), "all that its header declares"),
        (header("(4, -2, -2)", body=b"\0" * 64), "all that its header declares"),
        (header("(1, 1, 1, 1, 1, 1, 1, 4)", body=b"\0" * 64), "all that its header declares"),
        (header("(4, 2, 2)", "'|O'", b"\0" * 64), "pickled"),
        (header("(4, 2, 2)", "'<c8'", b"\0" * 128), "numbers"),
        (header("(4, 2, 2)", "[('a', '<f4')]", b"\0" * 64), "numbers"),
        (header("(4, 2, 2)", "'>f4,\x7f'", b"\0" * 64), "readable"),
        (header("(0, 2, 2)"), "must hold pictures"),
        (header("()", body=b"\0" * 4), "must hold pictures"),
        (header("(4, 7)", body=b"\0" * 112), "can become 2 × 2 × 1"),
        (header("(4, 5, 5, 5)", body=b"\0" * 2000), "can become"),
        (header("(1, 9000, 9000)", "'|u1'", b"\0" * 81_000_000), "64,000,000 pixels"),
        (header("(2, 2, 2)", body=b"\0\0\xc0\x7f" * 8), "finite"),
        (archive("x.txt", b"hello"), "an array of pictures"),
        (archive("x.npy", b"hello"), "readable"),
        (archive("x.npy", header("(4, 2, 2)", body=b"\0" * 60)), "all that its header declares"),
        (archive("x.npy", header("(4, 2, 2)", body=b"\0" * 64))[:-30], "readable"),
        (archive("x.npy", header("(4, 2, 2)", body=b"\0" * 64), zipfile.ZIP_LZMA), "deflated"),
        (
            archive("x.npy", header("(1000, 9, 9)", body=b"\0" * 324_000), zipfile.ZIP_DEFLATED),
            "200 times",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_in_one_sentence(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{'a-very-long-name' * 8}.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        open_data(path, (2, 2, 1))
    assert words in str(refused.value)
    assert len(str(refused.value)) <= 200
    assert str(refused.value).isprintable()


LONG_HEADER = b"\x93NUMPY\x02\x00" + (2**32 - 1).to_bytes(4, "little") + b" " * 2**24
MANY_NAMES = b"".join(
    b"PK\x01\x02" + bytes(24) + b"\x08\x00" + bytes(16) + b"%08d" % number
    for number in range(30_000)
)


@pytest.mark.parametrize(
    "content",
    [
        LONG_HEADER[:200],
        archive("x.npy", LONG_HEADER, zipfile.ZIP_DEFLATED),
        archive("x.npy", LONG_HEADER),
        b"PK\x03\x04" + MANY_NAMES + b"PK\x05\x06" + bytes(8)
        + struct.pack("<LLH", len(MANY_NAMES), 4, 0),
    ],
    ids=["header", "packed header", "stored header", "directory"],
)  # fmt: skip
def test_no_memory_is_taken_for_what_only_pretends_to_be_long(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"bytes|too long"):
            open_data(path, SHAPE)
        assert tracemalloc.get_traced_memory()[1] < 2**21
    finally:
        tracemalloc.stop()


def test_a_changed_byte_is_seen_where_it_is_packed(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    noise = GENERATOR.random((50, 8, 10))
    np.savez_compressed(path, x=noise)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with pytest.raises(DataError, match="whole"):
        open_data(path, SHAPE)


def test_a_file_that_shrinks_later_is_an_error_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, BYTES)
    data = open_data(path, SHAPE)
    os.truncate(path, 200)
    with pytest.raises(DataError, match="stay readable"):
        data.batch(0, 6)


@pytest.mark.parametrize("spec", ["no-such-file.npz", "mnist1"])
def test_what_is_not_there_is_said(spec: str) -> None:
    with pytest.raises(DataError, match="nothing there"):
        open_data(spec, SHAPE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.npz")
    with pytest.raises(DataError, match="no regular file"):
        open_data(tmp_path / "x.npz", SHAPE)


@pytest.mark.skipif(CORPUS is None, reason="LATENT_EXPLORER_CORPUS is not set")
def test_the_corpus_of_data_files_opens_or_is_refused() -> None:
    cases = json.loads((Path(str(CORPUS)) / "manifest.json").read_text("utf-8"))["cases"]
    arrays = [case for case in cases if case["kind"] in ("npz", "npy")]
    assert arrays
    for case in arrays:
        path = Path(str(CORPUS)) / case["path"]
        if case["verdict"] == "accept":
            assert len(open_data(path, (28, 28, 1)).batch(0, 9)) > 0
            continue
        with pytest.raises(DataError) as refused:
            open_data(path, (28, 28, 1))
        assert len(str(refused.value)) <= 200
        assert case["marker"] is None or not Path(case["marker"]).exists()


@pytest.mark.skipif(DATA is None, reason="LATENT_EXPLORER_DATA is not set")
def test_mnist_opens() -> None:
    data = open_data(str(DATA), (28, 28, 1))
    assert data.labels is not None
    assert len(data) == len(data.labels) == 10_000
    assert 0.1 < data.batch(0, 500).mean() < 0.2
