"""Data sets of pictures with labels, read without unpickling anything."""

from __future__ import annotations

import math
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from models.errors import DataError

DATA_VARIABLE = "LATENT_EXPLORER_DATA"
KEYS = ("x_train", "y_train", "x_test", "y_test")
MAX_ARRAY_BYTES = 2 * 2**30
HOW_TO_BRING = (
    "bring mnist.npz (keys " + ", ".join(KEYS) + f") and name it with --data or {DATA_VARIABLE}"
)


@dataclass(frozen=True)
class Dataset:
    """Pictures as uint8, to keep them small; :func:`to_float` makes a batch of them.

    Attributes
    ----------
    x_train, x_test : ndarray of uint8, shape (n, height, width, channels)
    y_train, y_test : ndarray of uint8, shape (n,)
    name : str
        What to write into a bundle's card.
    """

    x_train: npt.NDArray[np.uint8]
    y_train: npt.NDArray[np.uint8]
    x_test: npt.NDArray[np.uint8]
    y_test: npt.NDArray[np.uint8]
    name: str


def to_float(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """uint8 in 0 to 255 -> float32 in [0, 1]."""
    return pictures.astype(np.float32) / np.float32(255)


def load_dataset(path: str | os.PathLike[str] | None = None) -> Dataset:
    """Load a data set.

    Parameters
    ----------
    path : path, optional
        An ``.npz`` with the keys of ``keras.datasets.mnist``. Without it the
        environment variable ``LATENT_EXPLORER_DATA`` names one; without that
        too it is ``keras.datasets.mnist``, cached by Keras with its checksum.

    Raises
    ------
    DataError
        If the file is missing, broken or of another form, or if MNIST is
        neither cached nor reachable.
    """
    chosen = path or os.environ.get(DATA_VARIABLE)
    return load_npz(Path(chosen)) if chosen else _load_keras_mnist()


def load_npz(path: Path) -> Dataset:
    """Read the four arrays of an ``.npz``; sizes are checked before memory is taken."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
            missing = [key for key in KEYS if f"{key}.npy" not in members]
            if missing:
                raise DataError(
                    str(path), "must hold the arrays " + ", ".join(KEYS), "no " + ", ".join(missing)
                )
            arrays = {key: _read_member(archive, key, path) for key in KEYS}
    except FileNotFoundError as error:
        raise DataError(str(path), "must be an .npz file", "nothing there", HOW_TO_BRING) from error
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as error:
        raise DataError(
            str(path), "must be a readable .npz archive", str(error), HOW_TO_BRING
        ) from error
    return _checked(arrays, path)


def _read_member(archive: zipfile.ZipFile, key: str, path: Path) -> npt.NDArray[np.uint8]:
    member = f"{key}.npy"
    with archive.open(member) as stream:
        shape, dtype = _read_header(stream)
    if dtype.hasobject:
        raise DataError(f"{path}: {key}", "must hold numbers", "pickled Python objects")
    size_bytes = math.prod(shape) * dtype.itemsize
    stored_bytes = archive.getinfo(member).file_size
    if size_bytes > min(MAX_ARRAY_BYTES, stored_bytes):
        raise DataError(
            f"{path}: {key}",
            f"must take at most {MAX_ARRAY_BYTES} bytes and hold all that its header declares",
            f"a header of {size_bytes} bytes over {stored_bytes} stored bytes",
        )
    with archive.open(member) as stream:
        array: npt.NDArray[np.uint8] = np.lib.format.read_array(stream, allow_pickle=False)
    return array


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0
    if version >= (2, 0):
        read = np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype


def _checked(arrays: dict[str, npt.NDArray[np.uint8]], path: Path) -> Dataset:
    for half in ("train", "test"):
        x, y = arrays[f"x_{half}"], arrays[f"y_{half}"]
        if x.dtype != np.uint8 or x.ndim not in (3, 4) or len(x) == 0:
            raise DataError(
                f"{path}: x_{half}",
                "must be uint8 pictures of the shape (n, height, width) or (…, channels)",
                f"{x.dtype} {x.shape}",
            )
        if y.shape != (len(x),) or not np.issubdtype(y.dtype, np.integer):
            raise DataError(
                f"{path}: y_{half}", f"must hold {len(x)} whole numbers", f"{y.dtype} {y.shape}"
            )
        arrays[f"x_{half}"] = x.reshape(*x.shape[:3], -1)
        arrays[f"y_{half}"] = y.astype(np.uint8)
    return Dataset(**arrays, name=path.name)


def _load_keras_mnist() -> Dataset:
    import keras

    cached = Path.home() / ".keras" / "datasets" / "mnist.npz"
    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    # `get_file` raises a bare Exception both without a network and on a wrong checksum.
    except Exception as error:
        raise DataError(
            "MNIST", f"must be cached in {cached} or downloadable", str(error), HOW_TO_BRING
        ) from error
    return _checked(
        {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test},
        Path("mnist.npz"),
    )
