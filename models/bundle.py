"""A bundle: a folder with encoder.keras, decoder.keras, codes.npz and card.json.

The card comes last when a bundle is written and first when one is read: it
names the other files with their SHA-256, so a torn or tampered bundle is told
from a whole one before any of it is used.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models import code_statistics
from models.architecture import AUTOENCODERS
from models.code_statistics import MAX_MAGNITUDE
from models.errors import BundleError
from models.files import sha256_of, write_atomically
from models.inspection.refusing import shorten
from models.npz import read_npz
from models.ports import SHOWN_CHANNELS

CARD = "card.json"
ENCODER = "encoder.keras"
DECODER = "decoder.keras"
CODES = "codes.npz"
FORMAT = 1
MAX_CARD_BYTES = 2**20
MAX_FILE_BYTES = 2**30
PRETRAINED = Path(__file__).parent / "pretrained"
DEFAULT = PRETRAINED / "mnist-dae-16"
QUANTILE_LEVELS = (0.0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1.0)
# A covariance of more dimensions would take more than 16 MiB; variances stand for it.
MAX_COVARIANCE_DIM = 2048

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Codes:
    """Latent codes of a data set and what is known about them.

    Attributes
    ----------
    codes : ndarray of float32, shape (n, latent_dim)
    labels : ndarray of uint8, or int32 where there are other numbers, shape (n,)
        All 0 where the data have none.
    levels : ndarray of float32, shape (q,)
        Probabilities of the quantiles.
    quantiles : ndarray of float32, shape (q, latent_dim)
    mean : ndarray of float32, shape (latent_dim,)
    covariance : ndarray of float32, shape (latent_dim, latent_dim)
        Beyond :data:`MAX_COVARIANCE_DIM` dimensions the variances alone, (latent_dim,).
    """

    codes: Floats
    labels: npt.NDArray[np.integer[Any]]
    levels: Floats
    quantiles: Floats
    mean: Floats
    covariance: Floats

    @classmethod
    def measure(cls, codes: Floats, labels: npt.NDArray[np.integer[Any]]) -> Codes:
        """Quantiles, mean and covariance of ``codes``."""
        codes = codes.astype(np.float32, copy=False)
        few = not labels.size or (labels.min() >= 0 and labels.max() <= 255)
        return cls(
            codes=codes,
            labels=labels.astype(np.uint8 if few else np.int32),
            levels=np.array(QUANTILE_LEVELS, np.float32),
            quantiles=code_statistics.quantiles(codes, QUANTILE_LEVELS),
            mean=codes.mean(axis=0, dtype=np.float64).astype(np.float32),
            covariance=code_statistics.covariance(codes, MAX_COVARIANCE_DIM),
        )


@dataclass(frozen=True)
class FirstPicture:
    """What the window shows before its engine is ready: one denoised drawing.

    ``clean``, ``noisy`` and ``output`` have the picture's shape, ``z`` is
    (latent_dim,); all float32.
    """

    clean: Floats
    noisy: Floats
    z: Floats
    output: Floats


@dataclass(frozen=True)
class Bundle:
    """An opened bundle; the models stay files until an engine loads them."""

    folder: Path
    card: dict[str, Any]
    codes: Codes
    first: FirstPicture

    @property
    def name(self) -> str:
        """The folder's name, as shown in the window."""
        return self.folder.name

    @property
    def kind(self) -> str:
        """A key of :data:`models.architecture.AUTOENCODERS`."""
        return str(_kind(self.card))

    @property
    def latent_dim(self) -> int:
        """Length of the latent vector."""
        return int(self.card["architecture"]["latent_dim"])

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the pictures."""
        height, width, channels = self.card["architecture"]["picture_shape"]
        return int(height), int(width), int(channels)


def write_codes(path: Path, codes: Codes, first: FirstPicture) -> None:
    """Write ``codes.npz``."""
    arrays = dict(vars(codes))
    arrays |= {f"first_{name}": array for name, array in vars(first).items()}
    write_atomically(path, lambda stream: np.savez_compressed(stream, **arrays))


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write ``card.json`` with the size and SHA-256 of the other files."""
    files = {
        name: {"sha256": sha256_of(folder / name), "bytes": (folder / name).stat().st_size}
        for name in (ENCODER, DECODER, CODES)
    }
    text = json.dumps({"format": FORMAT, **card, "files": files}, indent=2) + "\n"
    write_atomically(folder / CARD, lambda stream: stream.write(text.encode()))


def open_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """Open a bundle after checking every file against its card.

    Raises
    ------
    BundleError
        If the folder or a file is missing, too large, torn, changed since it
        was written, or if its parts do not fit together.
    """
    folder = Path(folder)
    card = read_card(folder)
    for name in (ENCODER, DECODER, CODES):
        _check_file(folder / name, card["files"].get(name))
    bundle = _assemble(folder, card)
    _check_shapes(bundle)
    return bundle


def read_card(folder: Path) -> dict[str, Any]:
    """Read ``card.json`` and check that it says what a card has to say."""
    path = folder / CARD
    if not folder.is_dir():
        raise BundleError(
            str(folder), "must be a bundle folder", "no such folder", "check the path"
        )
    if not path.is_file():
        raise BundleError(
            str(folder), f"must hold a {CARD}", "none", "train a bundle, or choose another folder"
        )
    if path.stat().st_size > MAX_CARD_BYTES:
        raise BundleError(
            str(path), f"must have at most {MAX_CARD_BYTES} bytes", f"{path.stat().st_size} bytes"
        )
    try:
        card = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(str(path), "must be readable JSON", str(error)) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        found = card.get("format") if isinstance(card, dict) else type(card).__name__
        raise BundleError(str(path), f"must have the format {FORMAT}", repr(found))
    if not isinstance(card.get("files"), dict) or not _is_architecture(card.get("architecture")):
        raise BundleError(
            str(path), 'must describe "files" and "architecture"', ", ".join(card) or "nothing"
        )
    shape = card["architecture"]["picture_shape"]
    if shape[2] not in SHOWN_CHANNELS:
        raise BundleError(f"{path}: picture_shape", "must have 1, 3 or 4 channels", str(shape))
    kind = _kind(card)
    if kind not in list(AUTOENCODERS):  # it may be of any type
        raise BundleError(
            f"{path}: kind", f"must be {' or '.join(AUTOENCODERS)}", shorten(repr(kind), 40)
        )
    return card


def _kind(card: dict[str, Any]) -> Any:
    """A key of AUTOENCODERS, if all is well; cards were once written of denoising ones alone."""
    return card["architecture"].get("kind", "dae")


def _is_architecture(value: Any) -> bool:
    def sizes(numbers: Any, count: int) -> bool:
        return (
            isinstance(numbers, list)
            and len(numbers) == count
            and all(isinstance(n, int) and 0 < n <= 65536 for n in numbers)
        )

    return (
        isinstance(value, dict)
        and sizes([value.get("latent_dim")], 1)
        and sizes(value.get("picture_shape"), 3)
    )


def _check_file(path: Path, promised: Any) -> None:
    if not path.is_file():
        raise BundleError(str(path), "must be there", "no such file", "copy the bundle again")
    if not isinstance(promised, dict):
        raise BundleError(str(path), f"must be named in {CARD}", "no entry")
    size_bytes = path.stat().st_size
    if size_bytes > MAX_FILE_BYTES or size_bytes != promised.get("bytes"):
        raise BundleError(
            str(path),
            f"must have {promised.get('bytes')} bytes, as {CARD} says",
            f"{size_bytes} bytes",
            "copy the bundle again",
        )
    try:
        found = sha256_of(path)
    except OSError as error:
        raise BundleError(str(path), "must be readable", error.strerror or str(error)) from error
    if found != promised.get("sha256"):
        raise BundleError(
            str(path),
            f"must have the SHA-256 that {CARD} says",
            f"{found[:12]}… (the file was changed)",
            "copy the bundle again",
        )


def _assemble(folder: Path, card: dict[str, Any]) -> Bundle:
    first_names = [f"first_{name}" for name in FirstPicture.__dataclass_fields__]
    names = [*Codes.__dataclass_fields__, *first_names]
    arrays = read_npz(folder / CODES, names, BundleError)
    codes = Codes(**{name: arrays[name] for name in Codes.__dataclass_fields__})
    first = FirstPicture(*(arrays[name] for name in first_names))
    return Bundle(folder, card, codes, first)


def _check_shapes(bundle: Bundle) -> None:
    dim, shape = bundle.latent_dim, bundle.picture_shape
    codes, first = bundle.codes, bundle.first
    count, levels = codes.codes.shape[:1], codes.levels.shape[:1]
    wanted: dict[str, tuple[npt.NDArray[Any], tuple[int, ...]]] = {
        "codes": (codes.codes, (*count, dim)),
        "labels": (codes.labels, count),
        "levels": (codes.levels, levels),
        "quantiles": (codes.quantiles, (*levels, dim)),
        "mean": (codes.mean, (dim,)),
        "covariance": (codes.covariance, (dim, dim) if dim <= MAX_COVARIANCE_DIM else (dim,)),
        "first_clean": (first.clean, shape),
        "first_noisy": (first.noisy, shape),
        "first_output": (first.output, shape),
        "first_z": (first.z, (dim,)),
    }
    for name, (array, expected) in wanted.items():
        dtype = np.uint8 if name == "labels" else np.float32
        if array.dtype != dtype or array.shape != expected or array.size == 0 or not expected:
            raise BundleError(
                f"{bundle.folder / CODES}: {name}",
                f"must be {np.dtype(dtype)} of the shape {expected}, as {CARD} says",
                f"{array.dtype} {array.shape}",
            )
        if not np.isfinite(array).all():
            raise BundleError(f"{bundle.folder / CODES}: {name}", "must be finite", "NaN or Inf")
    largest = max(float(codes.codes.max()), -float(codes.codes.min()))
    if largest > MAX_MAGNITUDE:
        raise BundleError(
            f"{bundle.folder / CODES}: codes", f"must be at most {MAX_MAGNITUDE:g}", f"{largest:g}"
        )
