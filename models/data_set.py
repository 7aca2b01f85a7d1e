"""Data that a user brings for a model: pictures or vectors, with labels if there are any."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from models.errors import DataError
from models.folder_data import open_folder
from models.inspection.limits import MAX_PICTURE_PIXELS
from models.inspection.refusing import short_name
from models.keras_data import CACHED_SETS, find_cached, open_cached
from models.labels import LabelSet, read_labels
from models.picture_form import LARGEST, Layout, PictureForm, Scale, check_channels
from models.stored_arrays import StoredArray, check_numbers, open_arrays, unpack

# In the order of preference; labels are those of the same place.
PICTURE_KEYS = (
    ("x_test", ("y_test",)),
    ("test_images", ("test_labels",)),
    ("x_train", ("y_train",)),
    ("train_images", ("train_labels",)),
    ("x", ("y", "labels", "label", "targets")),
    ("images", ("labels", "label", "y", "targets")),
    ("imgs", ("labels", "label", "y", "latents_classes")),
    ("data", ("labels", "label", "y", "target", "targets")),
    ("arr_0", ("arr_1",)),
)
LOOKED_AT_ROWS = 256
LOOKED_AT_BYTES = 64 * 2**20

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


class Rows(Protocol):
    """Stored rows, read a part at a time."""

    def __len__(self) -> int: ...

    def rows(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` (not included)."""
        ...


@dataclass(frozen=True, eq=False)
class DataSet:
    """Data in the form that one model takes.

    Attributes
    ----------
    name : str
        As shown to the user.
    shape : tuple of int
        Of one picture, (height, width, channels), or of one vector.
    labels : ndarray of int32, shape (n,), or None
        None where there are none.
    label_names : tuple of str
        By label; empty where labels are plain numbers.
    notes : tuple of str
        What was recognised, converted or left out, one sentence each.
    files : tuple of Path
        What it is read from: files, or one folder.
    """

    name: str
    shape: tuple[int, ...]
    labels: npt.NDArray[np.int32] | None
    label_names: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[Path, ...]
    _rows: Rows
    _form: PictureForm | None = None
    _scale: Scale | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def batch(self, start: int, stop: int) -> Floats:
        """Pictures ``start`` to ``stop`` (not included), or as many as there are.

        Returns
        -------
        ndarray of float32, shape (n, height, width, channels) or (n, *shape)
            Pictures in [0, 1]; vectors as they are stored. What could not be
            read, and what held a value that is not finite, is NaN throughout.

        Raises
        ------
        DataError
            If the file cannot be read any more.
        """
        stop = min(stop, len(self))
        rows = self._rows.rows(start, stop)
        # What float32 cannot hold is not finite, and of NaN there are kinds that numpy warns of.
        with np.errstate(over="ignore", invalid="ignore"):
            if self._form is not None:
                rows = self._form.apply(rows)
            elif self._scale is not None:
                rows = self._scale.apply(rows)
            batch = rows.reshape(-1, *self.shape).astype(np.float32, copy=False)
        spoiled = ~np.isfinite(batch).reshape(len(batch), -1).all(axis=1)
        if spoiled.any():
            batch = np.where(spoiled.reshape(-1, *(1,) * len(self.shape)), np.float32("nan"), batch)
        return batch

    @property
    def row_bytes(self) -> int:
        """What one row takes in memory while it is converted."""
        stored = self._form.layout.stored if self._form else self.shape
        return 4 * max(math.prod(stored), math.prod(self.shape))


def open_data(spec: str | os.PathLike[str], picture_shape: tuple[int, ...]) -> DataSet:
    """Open data in the form that a model takes.

    Parameters
    ----------
    spec : str or path
        A ``.npz`` or ``.npy`` file; a folder of pictures, whose sub-folders are
        labels; or ``mnist``, ``fashion_mnist``, ``cifar10`` or ``cifar100``,
        which are read from Keras' cache.
    picture_shape : tuple of int
        (height, width, channels): pictures are scaled to [0, 1], resized and
        turned to grey or colour. Any other number of axes: vectors, which are
        only reshaped, and scaled only if they are stored as bytes.

    Returns
    -------
    DataSet
        Read with bounded memory, a batch at a time, wherever the file allows.

    Raises
    ------
    DataError
        If there is nothing there, if a file breaks a rule, or if the data
        cannot take the model's shape.
    """
    path = Path(spec)
    thing = short_name(path.name)
    if not path.exists() and str(spec) in CACHED_SETS:
        pictures, labels = open_cached(str(spec))
        files = tuple(find_cached(str(spec)) or ())
        stored = StoredArray(files[0], thing, pictures.shape, pictures.dtype, 0, unpacked=pictures)
        return _of_array(stored, labels, (), str(spec), files, picture_shape)
    if path.is_dir():
        if len(picture_shape) != 3:
            raise DataError(thing, "must be a .npz or .npy file", "a folder of pictures")
        rows, labels, notes = open_folder(path, _three(picture_shape))
        return DataSet(
            thing, picture_shape, labels.labels, labels.names, notes, (path,), _rows=rows
        )
    if not path.is_file():
        raise DataError(
            thing,
            "must be a .npz or .npy file, a folder of pictures or a data set of Keras",
            "nothing there" if not path.exists() else "no regular file",
            f"Keras' are {', '.join(CACHED_SETS)}",
        )
    return _open_file(path, picture_shape)


def data_files(spec: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Every file or folder that :func:`open_data` would read, without reading any."""
    path = Path(spec)
    if not path.exists() and str(spec) in CACHED_SETS:
        return tuple(find_cached(str(spec)) or ())
    labels = _sibling_labels(path) if path.is_file() else None
    return (path,) if labels is None else (path, labels)


def _open_file(path: Path, shape: tuple[int, ...]) -> DataSet:
    arrays = open_arrays(path)
    notes: list[str] = []
    files: tuple[Path, ...] = (path,)
    if "" in arrays:  # a .npy file has one array, without a name
        key, label_array = "", None
        labels_path = _sibling_labels(path)
        if labels_path is not None:
            label_array, files = open_arrays(labels_path).get(""), (path, labels_path)
    else:
        key, label_key = _choose_keys(arrays, path)
        label_array = arrays[label_key] if label_key else None
        others = [name for name in arrays if name not in (key, label_key)]
        if others:
            notes.append(f"Pictures are {short_name(key)}; other arrays stay unread.")
    check_numbers(arrays[key])
    pictures, labels = unpack(arrays[key]), LabelSet()
    if label_array is not None:
        labels = _read_label_array(label_array, pictures)
    return _of_array(pictures, labels, tuple(notes), short_name(path.name), files, shape)


def _read_label_array(array: StoredArray, pictures: StoredArray) -> LabelSet:
    if array.dtype.hasobject or not array.shape:
        return LabelSet(note="Labels that are no numbers and no text are left out.")
    return read_labels(unpack(array).whole(), pictures.shape[0] if pictures.shape else 0)


# The names of the pictures' array and of the labels', or "" where there are no labels.
def _choose_keys(arrays: dict[str, StoredArray], path: Path) -> tuple[str, str]:
    by_name = {name.lower(): name for name in arrays}
    for pictures, labels in PICTURE_KEYS:
        if pictures in by_name:
            found = next((by_name[label] for label in labels if label in by_name), "")
            return by_name[pictures], found
    several = [name for name, array in arrays.items() if len(array.shape) >= 2]
    if not several:
        raise DataError(
            short_name(path.name),
            "must hold an array of pictures such as x_test, x or images",
            short_name(", ".join(arrays)) or "none",
        )
    pictures = max(several, key=lambda name: math.prod(arrays[name].shape))
    count = arrays[pictures].shape[0]
    fitting = (name for name, array in arrays.items() if array.shape in ((count,), (count, 1)))
    return pictures, next(fitting, "")


def _sibling_labels(path: Path) -> Path | None:
    names = [f"{path.stem}_labels.npy"]
    if path.stem[:1] in ("x", "X"):
        names.append(f"{'y' if path.stem[0] == 'x' else 'Y'}{path.stem[1:]}.npy")
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def _of_array(
    array: StoredArray,
    labels: LabelSet,
    notes: tuple[str, ...],
    name: str,
    files: tuple[Path, ...],
    shape: tuple[int, ...],
) -> DataSet:
    if not array.shape or 0 in array.shape:
        raise DataError(array.thing, "must hold pictures", f"the shape {array.shape}")
    form, scale = None, None
    if len(shape) == 3:
        wanted = _three(shape)
        layout = Layout.of(array.shape[1:], wanted, array.thing)
        if layout.stored[0] * layout.stored[1] > MAX_PICTURE_PIXELS:
            raise DataError(
                array.thing,
                f"must hold pictures of at most {MAX_PICTURE_PIXELS:,} pixels",
                "larger ones",
            )
        check_channels(layout.stored[2], wanted[2], array.thing)
        form = PictureForm(layout, _measure_scale(array), wanted)
        notes += form.notes()
    elif math.prod(array.shape[1:]) != math.prod(shape):
        raise DataError(
            array.thing,
            f"must hold vectors of {math.prod(shape)} values",
            f"rows of the shape {array.shape[1:]}",
        )
    elif array.dtype == np.uint8:  # only pictures are stored so
        scale = _measure_scale(array)
        notes += (scale.note,) if scale.note else ()
    notes += (labels.note,) if labels.note else ()
    return DataSet(name, shape, labels.labels, labels.names, notes, files, array, form, scale)


def _measure_scale(array: StoredArray) -> Scale:
    count = max(1, min(len(array), LOOKED_AT_ROWS, LOOKED_AT_BYTES // max(1, array.row_bytes)))
    low, high = math.inf, -math.inf
    for row in np.linspace(0, len(array) - 1, count).astype(int):
        with np.errstate(invalid="ignore"):
            values = array.rows(int(row), int(row) + 1).astype(np.float64)
        finite = values[np.abs(values) <= LARGEST]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if low > high:
        raise DataError(array.thing, "must hold finite numbers", "NaN or Inf throughout")
    return Scale.of(low, high, array.dtype.kind in "bui")


def _three(shape: tuple[int, ...]) -> tuple[int, int, int]:
    height, width, channels = shape
    return height, width, channels
