"""Data sets of pictures with labels, read without unpickling anything."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.npz import read_npz
from models.ports import SHOWN_CHANNELS
from models.quiet import import_keras

DATA_VARIABLE = "LATENT_EXPLORER_DATA"
KEYS = ("x_train", "y_train", "x_test", "y_test")
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
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing there"
        raise DataError(str(path), "must be an .npz file", found, HOW_TO_BRING)
    return _checked(read_npz(path, KEYS, DataError, HOW_TO_BRING), path)


def _checked(arrays: dict[str, npt.NDArray[Any]], path: Path) -> Dataset:
    for half in ("train", "test"):
        x, y = arrays[f"x_{half}"], arrays[f"y_{half}"]
        if x.dtype != np.uint8 or x.ndim not in (3, 4) or x.size == 0:
            raise DataError(
                f"{path}: x_{half}",
                "must be uint8 pictures of the shape (n, height, width) or (…, channels)",
                f"{x.dtype} {x.shape}",
            )
        if y.shape != (len(x),) or not np.issubdtype(y.dtype, np.integer):
            raise DataError(
                f"{path}: y_{half}", f"must hold {len(x)} whole numbers", f"{y.dtype} {y.shape}"
            )
        if y.min() < 0 or y.max() > 255:
            raise DataError(
                f"{path}: y_{half}", "must lie from 0 to 255", f"{y.min()} to {y.max()}"
            )
        arrays[f"x_{half}"] = x.reshape(*x.shape[:3], -1)
        channels = arrays[f"x_{half}"].shape[3]
        if channels not in SHOWN_CHANNELS:
            rule = "must have 1, 3 or 4 channels"
            raise DataError(f"{path}: x_{half}", rule, str(channels))
        arrays[f"y_{half}"] = y.astype(np.uint8)
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        raise DataError(
            f"{path}: x_test",
            f"must have pictures of {arrays['x_train'].shape[1:]}, as x_train has",
            str(arrays["x_test"].shape[1:]),
        )
    return Dataset(**arrays, name=path.name)


def _load_keras_mnist() -> Dataset:
    import_keras()
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
