"""Every epoch of a training, kept small enough to be looked at again one by one.

Beside the bundle, a folder ``epochs`` has an ``.npz`` for each epoch: what the autoencoder
made of a few fixed samples, the codes of some more, and the decoder's weights in float16.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import TrainingError
from models.files import write_atomically
from models.npz import read_npz

FOLDER = "epochs"
SAMPLES = "samples.npz"
MAX_EPOCH_BYTES = 2**20
MAX_FOLDER_BYTES = 64 * 2**20
MOST_SAMPLES, MOST_CODES = 8, 500
MOST_CODE_VALUES = 2**16
LONGEST_SIDE_PX = 128
SHOWN_CHANNELS = (1, 3, 4)
FLOAT16_MAX = float(np.finfo(np.float16).max)

Bytes = npt.NDArray[np.uint8]
Reals = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class FixedSamples:
    """What every epoch is shown.

    Attributes
    ----------
    clean, noisy : ndarray of uint8, shape (n, height, width, channels)
        What they are, and what the encoder is given.
    labels : ndarray of uint8, shape (m,)
        Of the codes.
    side_px : tuple of int
        Height and width of the decoder's pictures, which may be larger than these.
    """

    clean: Bytes
    noisy: Bytes
    labels: Bytes
    side_px: tuple[int, int]


@dataclass(frozen=True, eq=False)
class KeptEpoch:
    """What one epoch made.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, height, width, channels)
        Of the fixed samples.
    codes : ndarray of float, shape (m, latent_dim)
        float16 once they are kept.
    weights : sequence of ndarray of float
        The decoder's, float16 once they are kept; none where they take too much room.
    """

    pictures: Bytes
    codes: Reals
    weights: Sequence[Reals]


def small_pictures(pictures: npt.NDArray[Any]) -> Bytes:
    """Pictures in [0, 1] or of uint8 as uint8, without the pixels that a thumbnail can miss."""
    step = ceil(max(pictures.shape[1:3]) / LONGEST_SIDE_PX)
    channels = pictures.shape[3] if pictures.shape[3] in SHOWN_CHANNELS else 1
    fewer = pictures[:, ::step, ::step, :channels]
    if fewer.dtype == np.uint8:
        return np.ascontiguousarray(fewer)
    levels: Bytes = np.rint(np.clip(fewer, 0, 1) * 255).astype(np.uint8)
    return levels


def code_count(latent_dim: int) -> int:
    """How many codes an epoch keeps."""
    return max(1, min(MOST_CODES, MOST_CODE_VALUES // latent_dim))


def keep_samples(out: Path, samples: FixedSamples) -> None:
    """Keep what every epoch is shown, in the folder of a training."""
    (out / FOLDER).mkdir(exist_ok=True)
    side_px = np.array(samples.side_px, np.int32)
    arrays = {**vars(samples), "side_px": side_px}
    write_atomically(out / FOLDER / SAMPLES, lambda stream: np.savez(stream, **arrays))


def read_samples(out: Path) -> FixedSamples:
    """What :func:`keep_samples` has kept.

    Raises
    ------
    TrainingError
        If there is nothing, or something else.
    """
    path = out / FOLDER / SAMPLES
    arrays = read_npz(path, ("clean", "noisy", "labels", "side_px"), TrainingError)
    clean, noisy, labels, side_px = arrays.values()
    if not (_are_pictures(clean) and _are_pictures(noisy)) or labels.dtype != np.uint8:
        raise TrainingError(str(path), "must hold pictures of uint8", f"{clean.dtype}")
    if clean.shape != noisy.shape or labels.ndim != 1 or side_px.shape != (2,):
        raise TrainingError(str(path), "must hold arrays that fit together", f"{side_px.shape}")
    return FixedSamples(clean, noisy, labels, (int(side_px[0]), int(side_px[1])))


def keep_epoch(out: Path, number: int, epoch: KeptEpoch) -> None:
    """Keep an epoch; where all take more than 64 MiB, every second one is given up.

    Weights are left out of an epoch that would take more than 1 MiB with them.
    """
    weights = {
        f"weight_{place:03}": _as_float16(weight) for place, weight in enumerate(epoch.weights)
    }
    arrays: dict[str, Any] = {"pictures": epoch.pictures, "codes": _as_float16(epoch.codes)}
    count = {"weights": np.array(len(weights), np.int32)}
    data = _packed(arrays | count | weights)
    if len(data) > MAX_EPOCH_BYTES:
        data = _packed(arrays | {"weights": np.array(0, np.int32)})
    write_atomically(_path(out, number), lambda stream: stream.write(data))
    _thin_out(out)


def read_epoch(out: Path, number: int) -> KeptEpoch:
    """What :func:`keep_epoch` has kept.

    Raises
    ------
    TrainingError
        If there is no such epoch, or the file is broken.
    """
    path = _path(out, number)
    arrays = read_npz(path, ("pictures", "codes", "weights"), TrainingError)
    pictures, codes, count = arrays["pictures"], arrays["codes"], arrays["weights"]
    if not _are_pictures(pictures) or codes.dtype != np.float16 or codes.ndim != 2:
        raise TrainingError(str(path), "must hold pictures and codes", f"{codes.dtype}")
    if count.shape or count.dtype != np.int32 or not 0 <= count <= 100:
        raise TrainingError(str(path), "must say how many weights it holds", f"{count.shape}")
    names = [f"weight_{place:03}" for place in range(int(count))]
    weights = list(read_npz(path, names, TrainingError).values())
    if any(weight.dtype != np.float16 for weight in weights):
        raise TrainingError(str(path), "must hold weights of float16", str(weights[0].dtype))
    return KeptEpoch(pictures, codes, weights)


def list_epochs(out: Path) -> list[int]:
    """Numbers of the epochs that are kept, in order."""
    try:
        names = [path.name for path in (out / FOLDER).iterdir()]
    except OSError:
        return []
    return sorted(int(name[:-4]) for name in names if re.fullmatch(r"\d{4,6}\.npz", name))


def _are_pictures(array: npt.NDArray[Any]) -> bool:
    return array.dtype == np.uint8 and array.ndim == 4 and array.shape[3] in SHOWN_CHANNELS


def _path(out: Path, number: int) -> Path:
    return out / FOLDER / f"{number:04}.npz"


def _as_float16(values: Reals) -> Reals:
    return np.asarray(np.clip(values, -FLOAT16_MAX, FLOAT16_MAX), np.float16)


def _packed(arrays: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def _thin_out(out: Path) -> None:
    kept = list_epochs(out)
    if sum(_path(out, number).stat().st_size for number in kept) > MAX_FOLDER_BYTES:
        for number in kept[1:-1:2]:
            _path(out, number).unlink()
