"""Codes and their labels as they arrive in an analysis process, piece by piece."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from models.arithmetic import LabelMeans, label_means
from models.code_statistics import MAX_MAGNITUDE
from models.errors import DataError
from models.neighbours import Gauge, Neighbours
from models.point_raster import MAX_LABEL

MAX_CODES_BYTES = 2**33

Floats = npt.NDArray[np.float32]


class CodeTable:
    """Codes with labels, and what is measured of them when it is first asked for.

    Attributes
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    labels : ndarray of int32, shape (n,)
    colours : ndarray of int16, shape (n,)
        The labels as an image of points takes them: modulo 32,768.
    """

    def __init__(self, codes: Floats, labels: npt.NDArray[np.int32]) -> None:
        self.codes = codes
        self.labels = labels
        self.colours = np.mod(labels, MAX_LABEL + 1).astype(np.int16)

    @cached_property
    def neighbours(self) -> Neighbours:
        """Finds the nearest codes."""
        return Neighbours(self.codes)

    @cached_property
    def gauge(self) -> Gauge:
        """Tells how far out a latent vector lies."""
        return Gauge.of(self.codes)

    @cached_property
    def means(self) -> LabelMeans:
        """Mean codes of the labels."""
        return label_means(self.codes, self.labels)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """In which order codes are drawn: as they come, or mixed if they come sorted by label.

        Else the last label would lie on top everywhere.
        """
        order = np.arange(len(self.labels))
        is_sorted = bool((np.diff(self.labels) >= 0).all())
        if is_sorted and self.labels[0] != self.labels[-1]:
            np.random.default_rng(0).shuffle(order)
        return order


class Arriving:
    """A table that is not there in full yet.

    Parameters
    ----------
    count, latent_dim : int

    Raises
    ------
    DataError
        If there are no codes, or more than memory is taken for.
    """

    def __init__(self, count: int, latent_dim: int) -> None:
        if count < 1 or latent_dim < 1:
            raise DataError("Codes", "must be at least one", f"the shape ({count}, {latent_dim})")
        if count * latent_dim * 4 > MAX_CODES_BYTES:
            raise DataError(
                "Codes to analyse",
                f"must have at most {MAX_CODES_BYTES // 2**30} GiB",
                f"{count:,} of {latent_dim:,} values",
            )
        # Dimension by dimension, as comparing all of them with one vector goes fastest.
        self._codes = np.empty((count, latent_dim), np.float32, order="F")
        self._labels = np.empty(count, np.int32)
        self._arrived = 0

    def add(self, codes: npt.NDArray[Any], labels: npt.NDArray[Any]) -> CodeTable | None:
        """Take the next rows; returns the table once all are there.

        Raises
        ------
        DataError
            If the rows do not fit, or a value is not finite.
        """
        rows = slice(self._arrived, self._arrived + len(codes))
        expected = (len(self._labels[rows]), self._codes.shape[1])
        if codes.shape != expected or labels.shape != expected[:1]:
            raise DataError(
                "Codes and labels",
                f"must have the shapes {expected} and {expected[:1]}",
                f"{codes.shape} and {labels.shape}",
            )
        # A comparison with NaN is false.
        bad = np.argwhere(~(np.abs(codes) <= MAX_MAGNITUDE))
        if len(bad):
            row, dim = bad[0]
            raise DataError(
                "Codes",
                f"must be finite numbers of at most {MAX_MAGNITUDE:g}",
                f"{codes[row, dim]} in dimension {dim} of code {rows.start + row:,}",
            )
        self._codes[rows], self._labels[rows] = codes, labels
        self._arrived = rows.stop
        if self._arrived < len(self._codes):
            return None
        return CodeTable(self._codes, self._labels)
