"""What was dropped on the window, told by names; what is in a file, an engine finds out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.bundle import CARD
from models.inspection.refusing import shorten
from models.source import ModelSource

MODELS = (".keras", ".h5", ".hdf5")
# No Keras models, but an engine says what to do with each.
OTHER_MODELS = (".onnx", ".pb", ".pkl", ".pickle", ".pt", ".pth", ".tflite", ".safetensors")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MAX_NAME_CHARS = 60
DATA = (".npz", ".npy")
SESSIONS = (".json",)
ADVICE = "drop a Keras model (.keras, .h5, .hdf5), a bundle's folder, data, a session or a picture"


@dataclass(frozen=True)
class DroppedData:
    """A data set: a file of arrays, or a folder of pictures."""

    path: Path


@dataclass(frozen=True)
class DroppedSession:
    """A session's file."""

    path: Path


Dropped = ModelSource | DroppedData | DroppedSession | Path | str


def sort_dropped(paths: Sequence[Path]) -> Dropped:
    """What to do with files that were dropped together.

    Returns
    -------
    ModelSource, DroppedData, DroppedSession, Path or str
        A model to open, with its encoder where there were two; data; a session; a
        picture; or a sentence that says why it is none of these.
    """
    first = paths[0]
    if len(paths) == 1:
        return _sort_one(first)
    if all(_is(path, MODELS) for path in paths):
        if len(paths) == 2:
            return ModelSource(model=first.absolute(), encoder=paths[1].absolute())
        return f"Only a decoder and its encoder open together, not {len(paths)} models."
    if all(_is(path, PICTURES) for path in paths):
        return first
    return f"{len(paths)} files of several kinds were dropped; drop one, or a decoder and encoder."


def _sort_one(path: Path) -> Dropped:
    name = shorten(path.name, MAX_NAME_CHARS)
    if _is_folder(path):
        source = ModelSource.of(path)
        if source.bundle is None or (path / CARD).exists():
            return source
        return DroppedData(path.absolute())  # whether it holds pictures, an engine finds out
    if _is(path, MODELS + OTHER_MODELS):
        return ModelSource(model=path.absolute())
    if _is(path, DATA):
        return DroppedData(path.absolute())
    if _is(path, SESSIONS):
        return DroppedSession(path.absolute())
    if _is(path, PICTURES):
        return path
    return f"{name} is nothing that opens here; {ADVICE}."


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a place that may not be looked into
        return False


def _is(path: Path, suffixes: tuple[str, ...]) -> bool:
    return path.suffix.lower() in suffixes
