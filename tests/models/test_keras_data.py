"""What Keras has cached, read without Keras: here small files of the same form."""

from __future__ import annotations

import dataclasses
import gzip
import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest

from models import keras_data
from models.data_set import data_files, open_data
from models.errors import DataError
from models.files import sha256_of

COUNT = 20
GENERATOR = np.random.default_rng(3)
LABELS = GENERATOR.integers(0, 10, COUNT).astype(np.uint8)
DIGITS = GENERATOR.integers(0, 256, (COUNT, 28, 28), np.uint8)
THINGS = GENERATOR.integers(0, 256, (COUNT, 3, 32, 32), np.uint8)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras' folder of data sets, empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras_data, "CIFAR_ROWS", COUNT)
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def write_fashion(cache: Path) -> None:
    folder = cache / "fashion-mnist"
    folder.mkdir()
    pictures = struct.pack(">4sIII", b"\0\0\x08\x03", COUNT, 28, 28) + DIGITS.tobytes()
    labels = struct.pack(">4sI", b"\0\0\x08\x01", COUNT) + LABELS.tobytes()
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(pictures))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))


# As Python 2 wrote them: short strings, a list filled in parts, one long string of pixels.
def cifar_batch(key: bytes) -> bytes:
    parts = b"".join(
        b"(" + b"".join(b"K" + bytes([label]) for label in LABELS[start : start + 8]) + b"e"
        for start in range(0, COUNT, 8)
    )
    pixels = THINGS.tobytes()
    start = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x04testq\x03"
    labels = b"U" + bytes([len(key)]) + key + b"q\x04]q\x05" + parts
    pictures = b"U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07"
    pictures += b"T" + struct.pack("<I", len(pixels)) + pixels
    return start + labels + pictures + b"tbu."


def write_cifar(path: Path, member: str, key: bytes) -> None:
    content = cifar_batch(key)
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))


def trust(name: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = dataclasses.replace(keras_data.CACHED_SETS[name], sha256=sha256_of(path))
    monkeypatch.setitem(keras_data.CACHED_SETS, name, known)


def test_mnist_is_read_by_its_checksum(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cache / "mnist.npz"
    np.savez_compressed(path, x_test=DIGITS, y_test=LABELS, x_train=DIGITS, y_train=LABELS)
    with pytest.raises(DataError, match="SHA-256"):
        open_data("mnist", (28, 28, 1))
    trust("mnist", path, monkeypatch)
    data = open_data("mnist", (28, 28, 1))
    assert data.labels is not None
    assert data.labels.tolist() == LABELS.tolist()
    assert np.allclose(data.batch(0, COUNT)[..., 0], DIGITS / 255)
    assert data.name == "mnist"
    assert data.files == data_files("mnist") == (path,)


def test_fashion_is_read(cache: Path) -> None:
    write_fashion(cache)
    data = open_data("fashion_mnist", (28, 28, 1))
    assert data.labels is not None
    assert data.labels.tolist() == LABELS.tolist()
    assert data.label_names[9] == "ankle boot"
    assert np.allclose(data.batch(3, 5)[..., 0], DIGITS[3:5] / 255)


@pytest.mark.parametrize(
    ("name", "file", "member", "key"),
    [
        (
            "cifar10",
            "cifar-10-batches-py-target_archive",
            "cifar-10-batches-py/test_batch",
            b"labels",
        ),
        ("cifar10", "cifar-10-batches-py.tar.gz", "cifar-10-batches-py/test_batch", b"labels"),
        ("cifar100", "cifar-100-python-target_archive", "cifar-100-python/test", b"fine_labels"),
    ],
)
def test_cifar_is_read_without_unpickling(
    name: str, file: str, member: str, key: bytes, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cifar(cache / file, member, key)
    trust(name, cache / file, monkeypatch)
    data = open_data(name, (32, 32, 3))
    assert data.labels is not None
    assert data.labels.tolist() == LABELS.tolist()
    assert np.allclose(data.batch(0, COUNT), THINGS.transpose(0, 2, 3, 1) / 255)


@pytest.mark.parametrize("name", sorted(keras_data.CACHED_SETS))
def test_what_is_not_cached_is_said_with_the_way_to_bring_it(name: str, cache: Path) -> None:
    with pytest.raises(DataError, match=rf"keras\.datasets\.{name}\.load_data\(\)") as refused:
        open_data(name, (32, 32, 3))
    assert len(str(refused.value)) <= 200


@pytest.mark.parametrize("keep", [0.02, 0.5, 0.98])
@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10"])
def test_torn_files_are_refused(
    name: str, keep: float, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "fashion_mnist":
        write_fashion(cache)
        path = cache / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"
    else:
        path = cache / "cifar-10-batches-py-target_archive"
        write_cifar(path, "cifar-10-batches-py/test_batch", b"labels")
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content))])
    trust(name, path, monkeypatch)
    if name == "fashion_mnist":  # of which Keras knows no checksum
        monkeypatch.setitem(
            keras_data.CACHED_SETS,
            name,
            dataclasses.replace(keras_data.CACHED_SETS[name], sha256=""),
        )
    with pytest.raises(DataError, match="must be whole"):
        open_data(name, (28, 28, 1))
