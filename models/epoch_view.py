"""One epoch of a training as it is looked at: its pictures, its codes, and z decoded by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.epoch_decoder import decode
from models.epochs import (
    FOLDER,
    SAMPLES,
    FixedSamples,
    KeptEpoch,
    list_epochs,
    read_epoch,
    read_samples,
    small_pictures,
)
from models.training_job import read_job

MOST_REMEMBERED = 64
EDGE_QUANTILE = 0.98
ROOM = 1.1  # beyond the codes
FARTHEST = 1e6  # of a place, where an edge is 1: far out of sight

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Plane:
    """Where codes are shown: two of their dimensions, or their first principal axes.

    Attributes
    ----------
    centre : ndarray of float32, shape (latent_dim,)
    axes : ndarray of float32, shape (latent_dim, 2)
    reach : float
        What lies at the edge, from the centre.
    name : str
        What the axes are.
    """

    centre: Floats
    axes: Floats
    reach: float
    name: str

    def holding(self, codes: Floats) -> Plane:
        """Itself, or a wider one where many of the codes (n, latent_dim) lie beyond its edges.

        A training's first codes may be far from where its last ones are.
        """
        wider = _reach(self.place(codes))
        if wider <= ROOM:
            return self
        name = f"{self.name}, {wider:.1f} × as wide"
        return Plane(self.centre, self.axes, self.reach * wider, name)

    def place(self, codes: Floats) -> Floats:
        """Codes (n, latent_dim) -> finite places (n, 2), from -1 to 1 between the edges."""
        steps = np.nan_to_num(codes.astype(np.float64), posinf=0, neginf=0) - self.centre
        return np.asarray(np.clip(steps @ self.axes / self.reach, -FARTHEST, FARTHEST), np.float32)


@dataclass(frozen=True, eq=False)
class EpochView:
    """An epoch as it is looked at.

    Attributes
    ----------
    number : int
    given, clean, made : ndarray of uint8, shape (n, height, width, channels)
        The fixed samples as the encoder is given them, as they are, and as they came out.
    places : ndarray of float32, shape (m, 2)
        Codes on the plane, from -1 to 1.
    labels : ndarray of uint8, shape (m,)
    plane : str
        What the plane's axes are.
    z_picture : ndarray of uint8, shape (height, width, channels), or None
        What this epoch's decoder makes of z; None where it cannot.
    z_place : ndarray of float32, shape (2,), or None
    """

    number: int
    given: npt.NDArray[np.uint8]
    clean: npt.NDArray[np.uint8]
    made: npt.NDArray[np.uint8]
    places: Floats
    labels: npt.NDArray[np.uint8]
    plane: str
    z_picture: npt.NDArray[np.uint8] | None = None
    z_place: Floats | None = None


def view_epoch(out: Path, number: int, z: Floats | None) -> EpochView:
    """Look at an epoch of the training in ``out``.

    Parameters
    ----------
    out : Path
    number : int
        One of :func:`models.epochs.list_epochs`.
    z : ndarray of float32, shape (latent_dim,), or None
        A code; one of another length is left out.

    Raises
    ------
    TrainingError
        If what is kept of it cannot be read.
    """
    stamp = _stamp(out)
    samples, epoch = _samples(out, stamp), _epoch(out, number, stamp)
    newest = (list_epochs(out) or [number])[-1]
    plane = _plane(out, number, newest, stamp)
    picture = place = None
    if z is not None and z.shape == plane.centre.shape:
        place = plane.place(z[None])[0]
        if epoch.weights:
            made = decode(epoch.weights, _kind(out, stamp), z, samples.side_px)
            picture = small_pictures(made[None])[0]
    return EpochView(
        number,
        samples.noisy,
        samples.clean,
        epoch.pictures,
        _places(out, number, newest, stamp),
        samples.labels,
        plane.name,
        picture,
        place,
    )


def find_plane(codes: Floats) -> Plane:
    """The plane on which codes (n, latent_dim) are spread most; two dimensions are themselves."""
    codes = np.nan_to_num(codes, posinf=0, neginf=0)
    latent_dim = codes.shape[1]
    centre = np.median(codes, axis=0).astype(np.float32)
    if latent_dim <= 2:
        axes = np.eye(latent_dim, 2, dtype=np.float32)
        name = " × ".join(f"z {dim}" for dim in range(latent_dim))
    else:
        _, _, rows = np.linalg.svd(codes - centre, full_matrices=False)
        axes = np.zeros((latent_dim, 2), np.float32)
        axes[:, : len(rows[:2])] = (rows[:2] * _signs(rows[:2])).T
        name = "two principal axes"
    return Plane(centre, axes, _reach((codes - centre) @ axes) or 1.0, name)


def _reach(places: npt.NDArray[np.floating[Any]]) -> float:
    """What nearly all places (n, 2) are nearer than, and some room."""
    return float(np.quantile(np.abs(places).max(axis=1), EDGE_QUANTILE)) * ROOM


def _signs(rows: Floats) -> Floats:
    """So that the greatest weight of an axis is positive: axes have no sign of their own."""
    greatest = np.abs(rows).argmax(axis=1)
    return np.asarray(np.sign(rows[np.arange(len(rows)), greatest])[:, None], np.float32)


def _stamp(out: Path) -> int:
    """Of this training: another one in the same folder is begun with other samples."""
    try:
        return (out / FOLDER / SAMPLES).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _kind(out: Path, stamp: int) -> str:
    return read_job(out).kind


@lru_cache(maxsize=4)
def _samples(out: Path, stamp: int) -> FixedSamples:
    return read_samples(out)


@lru_cache(maxsize=MOST_REMEMBERED)
def _epoch(out: Path, number: int, stamp: int) -> KeptEpoch:
    return read_epoch(out, number)


@lru_cache(maxsize=4)
def _newest_plane(out: Path, newest: int, stamp: int) -> Plane:
    return find_plane(_codes(out, newest, stamp))


@lru_cache(maxsize=4)
def _plane(out: Path, number: int, newest: int, stamp: int) -> Plane:
    return _newest_plane(out, newest, stamp).holding(_codes(out, number, stamp))


@lru_cache(maxsize=4)
def _places(out: Path, number: int, newest: int, stamp: int) -> Floats:
    return _plane(out, number, newest, stamp).place(_codes(out, number, stamp))


def _codes(out: Path, number: int, stamp: int) -> Floats:
    return _epoch(out, number, stamp).codes.astype(np.float32)
