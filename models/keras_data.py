"""The data sets of ``keras.datasets``, from the files that Keras has cached; nothing is fetched.

Each is read as Keras checks it, by its SHA-256 where Keras knows one, and always
its test half. CIFAR's pictures come as pickles: of those, two values are found by
their place and nothing is ever unpickled.
"""

from __future__ import annotations

import gzip
import os
import re
import struct
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.files import sha256_of
from models.labels import LabelSet
from models.npz import read_npz

Bytes = npt.NDArray[np.uint8]

IDX_PICTURES = struct.Struct(">4sIII")  # kind, count, height, width
IDX_LABELS = struct.Struct(">4sI")
MAX_IDX_ROWS = 100_000
MNIST_SIDE_PX = 28
CIFAR_SHAPE = (3, 32, 32)
CIFAR_ROWS = 10_000
MAX_CIFAR_MEMBER_BYTES = 64 * 2**20
# What gzip, tarfile and the packing of numbers raise on torn files.
BROKEN = (OSError, EOFError, ValueError, struct.error, tarfile.TarError, zlib.error)


@dataclass(frozen=True)
class CachedSet:
    """A data set that Keras caches.

    Attributes
    ----------
    files : tuple of str
        Where Keras 3 keeps it, within its folder of data sets.
    older : tuple of str
        Where Keras 2 kept the same.
    sha256 : str
        Of the first file; empty where Keras knows none.
    read : callable
        Files -> stored pictures and labels.
    label_names : tuple of str
    """

    files: tuple[str, ...]
    read: Callable[[list[Path]], tuple[Bytes, Bytes]]
    sha256: str = ""
    older: tuple[str, ...] = ()
    label_names: tuple[str, ...] = ()


def find_cached(name: str) -> list[Path] | None:
    """The files of a data set in Keras' cache, or None if there are none."""
    cached, folder = CACHED_SETS[name], _folder()
    for names in (cached.files, cached.older):
        paths = [folder / name for name in names]
        if paths and all(path.is_file() for path in paths):
            return paths
    return None


def open_cached(name: str) -> tuple[Bytes, LabelSet]:
    """The test half of a data set of ``keras.datasets``.

    Parameters
    ----------
    name : str
        Key of :data:`CACHED_SETS`.

    Returns
    -------
    pictures : ndarray of uint8, shape (n, height, width) or (n, channels, height, width)
    labels : LabelSet

    Raises
    ------
    DataError
        If it is not cached, or if a file is torn or changed.
    """
    cached, paths = CACHED_SETS[name], find_cached(name)
    if paths is None:
        raise DataError(
            name,
            "must be in Keras' cache",
            "no file",
            f"run keras.datasets.{name}.load_data() once where there is a network",
        )
    try:
        if cached.sha256 and sha256_of(paths[0]) != cached.sha256:
            raise DataError(
                paths[0].name,
                "must have the SHA-256 that Keras knows",
                "another one",
                f"delete it and run keras.datasets.{name}.load_data()",
            )
        pictures, labels = cached.read(paths)
    except BROKEN as error:
        raise DataError(
            name, "must be whole", type(error).__name__, "delete Keras' copy and load it again"
        ) from error
    return pictures, LabelSet(labels.astype(np.int32), cached.label_names)


def _folder() -> Path:
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _read_mnist(paths: list[Path]) -> tuple[Bytes, Bytes]:
    arrays = read_npz(paths[0], ("x_test", "y_test"), DataError)
    return arrays["x_test"], arrays["y_test"]


def _read_fashion(paths: list[Path]) -> tuple[Bytes, Bytes]:
    pictures_path, labels_path = paths
    with gzip.open(pictures_path) as stream:
        kind, count, height, width = IDX_PICTURES.unpack(stream.read(IDX_PICTURES.size))
        if (kind, height, width) != (b"\0\0\x08\x03", MNIST_SIDE_PX, MNIST_SIDE_PX):
            raise ValueError("no pictures of 28 × 28")
        pictures = _read_bytes(stream, min(count, MAX_IDX_ROWS) * height * width)
    with gzip.open(labels_path) as stream:
        kind, label_count = IDX_LABELS.unpack(stream.read(IDX_LABELS.size))
        if (kind, label_count) != (b"\0\0\x08\x01", count):
            raise ValueError("no label for each picture")
        labels = _read_bytes(stream, min(count, MAX_IDX_ROWS))
    return pictures.reshape(-1, MNIST_SIDE_PX, MNIST_SIDE_PX), labels


def _read_bytes(stream: Any, size_bytes: int) -> Bytes:
    content = stream.read(size_bytes)
    if len(content) != size_bytes:
        raise ValueError("too short")
    return np.frombuffer(content, np.uint8)


def _read_cifar(member: str, label_key: bytes) -> Callable[[list[Path]], tuple[Bytes, Bytes]]:
    def read(paths: list[Path]) -> tuple[Bytes, Bytes]:
        with tarfile.open(paths[0], "r:gz") as archive:
            info = archive.getmember(member)
            stream = archive.extractfile(info)
            if stream is None or info.size > MAX_CIFAR_MEMBER_BYTES:
                raise ValueError("no file of this size")
            content = stream.read()
        return _pictures_in(content), _labels_in(content, label_key)

    return read


# A long string, as the second pickle protocol writes it: T, four bytes of length, its bytes.
def _pictures_in(content: bytes) -> Bytes:
    row_bytes = int(np.prod(CIFAR_SHAPE))
    mark = b"T" + struct.pack("<I", CIFAR_ROWS * row_bytes)
    start = content.index(mark) + len(mark)
    pictures = np.frombuffer(content, np.uint8, CIFAR_ROWS * row_bytes, start)
    return pictures.reshape(CIFAR_ROWS, *CIFAR_SHAPE)


# A key, then a list filled in parts: "(", "K" and one byte for each number, "e".
def _labels_in(content: bytes, key: bytes) -> Bytes:
    memo = rb"(?:q.|r....)"
    pattern = b"U" + bytes([len(key)]) + key + memo + rb"\]" + memo + rb"((?:\((?:K.)+e)+)"
    found = re.search(pattern, content, re.DOTALL)
    numbers = re.findall(rb"K(.)", found[1], re.DOTALL) if found else []
    if len(numbers) != CIFAR_ROWS:
        raise ValueError("no label for each picture")
    return np.frombuffer(b"".join(numbers), np.uint8)


CACHED_SETS = {
    "mnist": CachedSet(
        files=("mnist.npz",),
        read=_read_mnist,
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
    "fashion_mnist": CachedSet(
        files=(
            "fashion-mnist/t10k-images-idx3-ubyte.gz",
            "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        ),
        read=_read_fashion,
        label_names=(
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
    ),
    "cifar10": CachedSet(
        files=("cifar-10-batches-py-target_archive",),
        older=("cifar-10-batches-py.tar.gz",),
        read=_read_cifar("cifar-10-batches-py/test_batch", b"labels"),
        sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        label_names=(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck",
        ),
    ),
    "cifar100": CachedSet(
        files=("cifar-100-python-target_archive",),
        older=("cifar-100-python.tar.gz",),
        read=_read_cifar("cifar-100-python/test", b"fine_labels"),
        sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
}
