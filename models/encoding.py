"""The codes of a data set, with bounded memory, progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.bundle import Codes
from models.code_statistics import MAX_MAGNITUDE
from models.data_set import DataSet
from models.errors import DataError

MAX_CODES_BYTES = 512 * 2**20
MAX_CODES = 2_000_000
MAX_BATCH_BYTES = 64 * 2**20
MAX_SAMPLES = 4096  # as many as a wall of pictures may show
SEED = 0

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Encode = Callable[[Floats, Indices], npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class EncodedData:
    """The codes of a data set.

    Attributes
    ----------
    codes : Codes
        Labels are all 0 where ``labelled`` is False.
    indices : ndarray of int64, shape (n,)
        Which picture of the data set each code belongs to, ascending.
    samples : ndarray of int64, shape (s,)
        Rows of ``codes`` chosen by chance to be shown as samples, ascending.
    labelled : bool
    label_names : tuple of str
        By label; empty where labels are plain numbers.
    notes : tuple of str
        What was recognised, converted or left out, one sentence each.
    """

    codes: Codes
    indices: Indices
    samples: Indices
    labelled: bool
    label_names: tuple[str, ...]
    notes: tuple[str, ...]


def encode_dataset(
    encode: Encode,
    data: DataSet,
    batch: int = 256,
    on_progress: Callable[[int, int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> EncodedData | None:
    """Encode a data set batch by batch.

    Parameters
    ----------
    encode : callable
        Pictures (n, height, width, channels) and which of the data they are (n,)
        -> (n, latent_dim); other axes of a code are laid out one after the other.
    data : DataSet
        Of so many pictures that their codes would take too much memory, evenly
        spaced ones are encoded.
    batch : int
        Most pictures at once; fewer where they are large.
    on_progress : callable, optional
        Called with (done, total) after each batch.
    cancelled : callable, optional
        Asked before each batch; the work ends where it answers True.

    Returns
    -------
    EncodedData or None
        None where it was cancelled. Pictures that cannot be read, or whose code
        is not finite or beyond 1e15, are left out and counted in the notes.

    Raises
    ------
    DataError
        If no picture gives a code, or if the data cannot be read any more.
    """
    step = max(1, min(batch, MAX_BATCH_BYTES // max(1, data.row_bytes)))
    empty = np.zeros((1, *data.shape), np.float32)
    latent_dim = np.asarray(encode(empty, np.zeros(1, np.int64))).size
    chosen = _choose(len(data), min(MAX_CODES, max(2, MAX_CODES_BYTES // (4 * latent_dim))))
    codes = np.empty((len(chosen), latent_dim), np.float32)
    for start in range(0, len(chosen), step):
        if cancelled is not None and cancelled():
            return None
        rows = chosen[start : start + step]
        codes[start : start + step] = _encode_readable(encode, data, rows, latent_dim)
        if on_progress is not None:
            on_progress(start + len(rows), len(chosen))
    # A comparison with NaN is false.
    usable = (codes.max(axis=1) <= MAX_MAGNITUDE) & (codes.min(axis=1) >= -MAX_MAGNITUDE)
    if not usable.any():
        raise DataError(
            data.name,
            "must hold pictures that the encoder can encode",
            f"none that is readable and gives a finite code of at most {MAX_MAGNITUDE:g}",
        )
    left_out = len(chosen) - int(usable.sum())
    notes = data.notes
    if len(chosen) < len(data):
        notes += (f"Encoded are {len(chosen):,} of {len(data):,}, evenly spaced.",)
    if left_out:
        codes, chosen = codes[usable], chosen[usable]
        notes += (f"Not readable, not finite or too large, and left out: {left_out:,}.",)
    return _measured(data, codes, chosen, notes)


def _measured(data: DataSet, codes: Floats, chosen: Indices, notes: tuple[str, ...]) -> EncodedData:
    labels = np.zeros(len(chosen), np.uint8) if data.labels is None else data.labels[chosen]
    samples = _choose_samples(len(chosen))
    return EncodedData(
        codes=Codes.measure(codes, labels),
        indices=chosen,
        samples=samples,
        labelled=data.labels is not None,
        label_names=data.label_names,
        notes=notes,
    )


def _choose(count: int, most: int) -> Indices:
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.linspace(0, count - 1, most).astype(np.int64)


def _choose_samples(count: int) -> Indices:
    if count <= MAX_SAMPLES:
        return np.arange(count, dtype=np.int64)
    generator = np.random.default_rng(SEED)
    return np.sort(generator.choice(count, MAX_SAMPLES, replace=False)).astype(np.int64)


def _pictures(data: DataSet, rows: Indices) -> Floats:
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 == len(rows):
        return data.batch(first, last + 1)
    return np.concatenate([data.batch(int(row), int(row) + 1) for row in rows])


# (n, latent_dim); NaN where a picture could not be read.
def _encode_readable(encode: Encode, data: DataSet, rows: Indices, latent_dim: int) -> Floats:
    pictures = _pictures(data, rows)
    readable = np.isfinite(pictures.reshape(len(pictures), -1)).all(axis=1)
    codes = np.full((len(pictures), latent_dim), np.nan, np.float32)
    if readable.any():
        given = np.asarray(encode(pictures[readable], rows[readable]), np.float32)
        codes[readable] = given.reshape(int(readable.sum()), latent_dim)
    return codes
