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

TOGETHER = "drop one alone, or a decoder, its encoder and its data together"


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
        A model to open, with its encoder and its data where they were dropped with it;
        data; a session; a picture; or a sentence that says why it is none of these.
    """
    if len(paths) == 1:
        return _sort_one(paths[0])
    if all(_is(path, PICTURES) for path in paths):
        return paths[0]
    found = [_sort_one(path) for path in paths]
    models = [each for each in found if isinstance(each, ModelSource)]
    data = [each for each in found if isinstance(each, DroppedData)]
    if len(models) + len(data) < len(paths) or len(data) > 1 or not models:
        return f"{len(paths)} files were dropped; {TOGETHER}."
    if len(models) > 2:
        return f"Only a decoder and its encoder open together, not {len(models)} models."
    model = models[0]
    if len(models) == 2:
        if models[0].bundle is not None or models[1].bundle is not None:
            return f"A bundle has its own encoder; {TOGETHER}."
        model = ModelSource(model=models[0].model, encoder=models[1].model)
    return model.with_data(str(data[0].path) if data else "")


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
