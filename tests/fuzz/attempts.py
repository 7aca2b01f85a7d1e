"""What is done with a mutated file, and what must come of it: something opened, or one sentence."""

from __future__ import annotations

import json
import traceback
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from models.data_set import open_data
from models.errors import REASONS, LatentExplorerError, ModelFileError
from models.folder_data import read_picture
from models.inspection.blueprint import TensorRef, TensorSpec
from models.inspection.check import check_blueprint
from models.inspection.weights import Arrays
from models.model_card import make_card
from models.pictures import open_picture
from models.planning import Half, Plan, make_plan
from models.source import ModelSource

MODEL_ENDINGS = frozenset(["keras", "h5"])
OPENED, REFUSED, WRONG = "opened", "refused", "wrong"
MAX_SENTENCE_CHARS = 200
# Measuring what a model does takes most of the time of opening it.
ALL_THE_WAY_EVERY = 4


class MisfitError(AssertionError):
    """Something else came of a file than was told of it."""


def attempt(path: Path, try_it: Callable[[Path], object]) -> tuple[str, str]:
    """What came of it, and why: a reason where it is refused, a traceback where that is wrong."""
    try:
        try_it(path)
    except LatentExplorerError as error:
        reason = error.reason if isinstance(error, ModelFileError) else type(error).__name__
        is_known = reason in REASONS or not isinstance(error, ModelFileError)
        sentence = str(error)
        if _is_out_of_memory(error):
            return WRONG, f"memory was taken before it was refused ({reason}): {sentence!r}"
        if is_known and len(sentence) <= MAX_SENTENCE_CHARS and sentence.isprintable():
            return REFUSED, reason
        return WRONG, f"a sentence that breaks the rules ({reason}): {sentence!r}"
    except Exception:  # noqa: BLE001  # whatever else is raised is what is looked for
        return WRONG, traceback.format_exc()
    return OPENED, ""


def _is_out_of_memory(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, MemoryError):
        error = error.__cause__ or error.__context__
    return error is not None


def inspect(path: Path) -> None:
    """Read all of a file, of whichever kind."""
    ending = path.suffix[1:]
    if ending in MODEL_ENDINGS:
        plan = make_plan(ModelSource(model=path))
        _read(plan)
        json.dumps(make_card(plan))
    elif ending in ("npz", "npy"):
        data = open_data(path, (5, 4, 1))
        data.batch(0, 64)
    else:
        read_picture(path, (8, 8, 1))
        open_picture(path)


def build(path: Path) -> None:
    """Let Keras build what was inspected, and call it: what comes has to be what was told.

    Some are opened all the way, as the window does it.
    """
    import keras

    from models.opening import open_source

    keras.backend.clear_session()
    source = ModelSource(model=path)
    plan = make_plan(source)
    weights = _read(plan)
    for half in filter(None, (plan.decoder, plan.encoder)):
        _call(half, weights[id(half.inspected)])
    if zlib.crc32(path.read_bytes()) % ALL_THE_WAY_EVERY == 0:
        open_source(source)


def _read(plan: Plan) -> dict[int, Arrays]:
    return {id(file): file.read_weights()[0] for file in plan.files}


def _call(half: Half, weights: Arrays) -> None:
    import keras

    from models.building import build_model
    from models.inspection.blueprint import in_keras_order

    model = build_model(half.blueprint, weights, half.prefix)
    given = [
        np.zeros((2, *(size or 1 for size in tensor.shape[1:])), tensor.dtype)
        for tensor in model.inputs
    ]
    made = keras.tree.flatten(model(keras.tree.pack_sequence_as(model.input, given)))
    specs = check_blueprint(half.blueprint).specs
    for ref, tensor in zip(in_keras_order(half.blueprint.outputs), made, strict=True):
        _compare(ref, specs[ref], tensor)


def _compare(ref: TensorRef, spec: TensorSpec, tensor: Any) -> None:
    found = TensorSpec((None, *tensor.shape[1:]), _dtype_of(tensor))
    told = TensorSpec((None, *spec.shape[1:]), spec.dtype)
    if found != told:
        raise MisfitError(f"{ref} is {found}, and was told to be {told}")


def _dtype_of(tensor: Any) -> str:
    """Name of a tensor's dtype, whatever the backend."""
    import keras

    return str(keras.backend.standardize_dtype(tensor.dtype))


ATTEMPTS: Mapping[str, Callable[[Path], object]] = {"inspect": inspect, "build": build}
