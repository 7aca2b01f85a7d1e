"""Arrays of the caller's own -> a data set in the form that the window knows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from models.data_set import DataSet
from models.errors import DataError
from models.layouts import recognise_range
from models.ports import PicturePort

NAME = "the data"
LOOKED_AT = 512  # rows that tell the range of all
MAX_SAMPLES = 512  # pictures to pick from, in the window
MAX_SAMPLE_BYTES = 16 * 2**20

Array = npt.NDArray[Any]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class OwnData:
    """Checked data of the caller's.

    Attributes
    ----------
    rows : ndarray, shape (n, ...)
        As the encoder takes them.
    labels : ndarray of int32, shape (n,), or None
    """

    rows: Array
    labels: Labels | None

    def port(self, port: PicturePort) -> PicturePort:
        """The same port with the range of values that the data have."""
        low, high, _ = recognise_range(_spread(self.rows, LOOKED_AT))
        return replace(port, low=low, high=high)

    def fits(self, port: PicturePort) -> bool:
        """Whether a row has as many values as the port's tensor."""
        return math.prod(self.rows.shape[1:]) == math.prod(port.shape)

    def as_pictures(self, port: PicturePort, most: int | None = None) -> DataSet:
        """As pictures (n, height, width, channels) in [0, 1].

        Parameters
        ----------
        port : PicturePort
            How a row is read.
        most : int, optional
            Of more rows, evenly spaced ones are taken.
        """
        count = len(self.rows) if most is None else most
        labels = None if self.labels is None else _spread(self.labels, count)
        rows = _Pictures(_spread(self.rows, count), port)
        return DataSet(NAME, port.picture_shape, labels, (), (), (), rows)

    def samples(self, port: PicturePort) -> dict[str, Array]:
        """Pictures to pick from: ``pictures``, uint8, and their ``picture_labels``, int32."""
        count = max(1, min(MAX_SAMPLES, MAX_SAMPLE_BYTES // math.prod(port.picture_shape)))
        chosen = self.as_pictures(port, count)
        pictures = chosen.batch(0, len(chosen))
        whole = np.isfinite(pictures).reshape(len(pictures), -1).all(axis=1)
        labels = np.full(len(chosen), -1, np.int32) if chosen.labels is None else chosen.labels
        bytes_ = np.round(pictures[whole] * 255).astype(np.uint8)
        return {"pictures": bytes_, "picture_labels": labels[whole]}


@dataclass(frozen=True, eq=False)
class _Pictures:
    stored: Array
    port: PicturePort

    def __len__(self) -> int:
        return len(self.stored)

    def rows(self, start: int, stop: int) -> Array:
        rows = self.stored[start:stop]
        return self.port.to_picture(rows.reshape(len(rows), *self.port.shape))


def check_data(data: Any, labels: Any) -> OwnData:
    """The caller's arrays, if they are data.

    Parameters
    ----------
    data : array_like, shape (n, ...)
        Numbers, as the encoder takes them.
    labels : array_like of int, shape (n,), or None

    Raises
    ------
    DataError
        If they are anything else.
    """
    rows = np.asarray(data)
    if rows.dtype.kind not in "fiub" or rows.ndim < 2 or len(rows) == 0:
        raise DataError(
            "data", "must be an array of numbers (n, ...)", f"{rows.dtype} {rows.shape}"
        )
    if labels is None:
        return OwnData(rows, None)
    told = np.asarray(labels)
    whole = told.dtype.kind in "iub" or (
        told.dtype.kind == "f" and bool((told == np.trunc(told)).all())
    )
    if not whole or told.size != len(rows) or len(told) != len(rows):
        raise DataError(
            "labels",
            f"must be {len(rows)} whole numbers, one for each row of the data",
            f"{told.dtype} {told.shape}",
        )
    return OwnData(rows, told.reshape(-1).astype(np.int32))


def _spread(rows: Array, count: int) -> Array:
    """At most ``count`` rows, evenly spaced."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).astype(np.intp)]
