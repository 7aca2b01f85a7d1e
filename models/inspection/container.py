"""A model file as plain data: its configuration, and its arrays on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from models.errors import ModelFileError
from models.inspection.archive import Archive
from models.inspection.classes import names_code
from models.inspection.hdf5 import Hdf5
from models.inspection.limits import MAX_CONFIG_BYTES, MAX_WEIGHTS_BYTES
from models.inspection.own_weights import find_own_model
from models.inspection.refusing import SAVE_WHOLE, refuse
from models.inspection.sniff import NO_MODEL, NOT_A_MODEL, UNPACK, read_once, sniff, told_name
from models.inspection.strict_json import parse_json
from models.layers.settings import told

CONFIG = "config.json"
METADATA = "metadata.json"
# The second is what TensorFlow 2.11 and 2.12 first called it.
WEIGHTS = ("model.weights.h5", "variables.h5")

KERAS_3 = "3"  # weights of Keras 3 do not tell

# Others are left out without a word: they only matter to a training.
COMPILE_NOTE = "the compile settings, which name code of their own, were left out"
OPTIMIZER_NOTE = "the optimizer's state was left out"


@dataclass(frozen=True)
class RawModel:
    """What a model file holds, bounded and free of duplicates, but not yet understood.

    Attributes
    ----------
    name : str
        Of the file, without its folder.
    format : {"keras", "h5"}
    keras_version : str
        "" where the file does not tell.
    backend : str
        Such as ``tensorflow`` or ``theano``; "" where the file does not tell.
    config : dict
        ``class_name``, ``config`` and more of the model; never its compile settings.
    weights : Hdf5
        HDF5 path to shape and dtype; ``weights.read(path)`` gives the array.
    layer_names : tuple of str
        Of the ``h5`` format: layers in the order of their weights. Otherwise empty.
    weight_names : mapping of str to tuple of str
        Of the ``h5`` format: for each layer, paths in ``weights``, in order.
    notes : tuple of str
        What was left out, in plain sentences.
    """

    name: str
    format: Literal["keras", "h5"]
    keras_version: str
    backend: str
    config: dict[str, Any]
    weights: Hdf5
    layer_names: tuple[str, ...] = ()
    weight_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_container(path: Path) -> RawModel:
    """Read a model file without Keras.

    Parameters
    ----------
    path : Path
        A ``.keras`` archive or HDF5, whatever it is called.

    Raises
    ------
    ModelFileError
        If it is no model file, is torn, or breaks a rule of
        :mod:`models.inspection.limits`.
    """
    data = read_once(path)
    name = told_name(path)
    if sniff(data, name) == "zip":
        return _read_keras(data, name)
    return _read_h5(data, name)


def _read_keras(data: bytes, name: str) -> RawModel:
    archive = Archive(data, name)
    weights_name = next((member for member in WEIGHTS if member in archive.members), None)
    if CONFIG not in archive.members:
        raise _no_config(archive, name, weights_name)
    config = _dictionary(archive, CONFIG, name)
    metadata = _dictionary(archive, METADATA, name) if METADATA in archive.members else {}
    if weights_name is None:
        raise refuse(
            name, "must hold its weights", f"no {WEIGHTS[0]}", SAVE_WHOLE, reason="corrupt"
        )
    weights = Hdf5(archive.read(weights_name, MAX_WEIGHTS_BYTES), name)
    version = metadata.get("keras_version")
    coded = names_code(config.pop("compile_config", None))
    return RawModel(
        name=name,
        format="keras",
        keras_version=version if isinstance(version, str) else "",
        backend="",
        config=config,
        weights=weights,
        notes=((COMPILE_NOTE,) if coded else ()) + _notes(weights),
    )


def _no_config(archive: Archive, name: str, weights_name: str | None) -> ModelFileError:
    members = archive.members
    if weights_name or METADATA in members:
        return refuse(
            name, f"must hold a {CONFIG}, the model's plan", "none", SAVE_WHOLE, reason="corrupt"
        )
    if any(member.endswith("data.pkl") for member in members):
        return refuse(
            name, NO_MODEL, "a PyTorch file, a pickle that could run any code", SAVE_WHOLE,
            reason=NOT_A_MODEL,
        )  # fmt: skip
    if members and all(member.endswith(".npy") for member in members):
        return refuse(
            name, NO_MODEL, "NumPy arrays (.npz)", "open it as data, and a model beside it",
            reason=NOT_A_MODEL,
        )  # fmt: skip
    return refuse(name, NO_MODEL, "an archive of other files", UNPACK, reason=NOT_A_MODEL)


def _dictionary(archive: Archive, member: str, name: str) -> dict[str, Any]:
    thing = f"{member} of {name}"
    return _as_dictionary(parse_json(bytes(archive.read(member, MAX_CONFIG_BYTES)), thing), thing)


def _as_dictionary(value: Any, thing: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse(thing, "must be a JSON object", told(value), SAVE_WHOLE, reason="corrupt")
    return value


def _read_h5(data: bytes, name: str) -> RawModel:
    weights = Hdf5(data, name)
    try:
        top = "model_weights" if "model_weights" in weights.groups else ""
        config_text = _first(weights, "", "model_config")
        if not config_text:
            return _read_weights_only(weights, name, top)
        thing = f"model_config of {name}"
        config = _as_dictionary(parse_json(config_text.encode("utf-8"), thing), thing)
        layer_names = weights.texts(top, "layer_names") or ()
        return RawModel(
            name=name,
            format="h5",
            keras_version=_first(weights, "", "keras_version", top),
            backend=_first(weights, "", "backend", top),
            config=config,
            weights=weights,
            layer_names=layer_names,
            weight_names=_weight_names(weights, name, top, layer_names),
            notes=_notes(weights),
        )
    except BaseException:
        weights.close()
        raise


def _notes(weights: Hdf5) -> tuple[str, ...]:
    return (OPTIMIZER_NOTE,) if weights.left_out else ()


def _first(weights: Hdf5, group: str, attribute: str, other_group: str = "") -> str:
    for place in (group, other_group):
        if texts := weights.texts(place, attribute):
            return texts[0]
    return ""


def _read_weights_only(weights: Hdf5, name: str, top: str) -> RawModel:
    """Weights of the app's own architecture; no other can be told by its weights."""
    is_layered = bool(weights.groups & {"layers", "_layer_checkpoint_dependencies"})
    layer_names = weights.texts(top, "layer_names")
    if not is_layered and layer_names is None:
        raise refuse(name, NO_MODEL, "HDF5 without a model", SAVE_WHOLE, reason=NOT_A_MODEL)
    found = _weight_names(weights, name, top, layer_names or ())
    listed = [paths for paths in found.values() if paths]
    nested = any(path.count("layers/") > 1 for path in weights) if is_layered else len(listed) == 2
    own = find_own_model([weights[path].shape for path in weights], nested=nested)
    if own is None or (not is_layered and len(listed) != len(own.layer_names)):
        raise refuse(
            name, "must hold the whole model", "its weights only", SAVE_WHOLE, reason="weights-only"
        )
    return RawModel(
        name=name,
        format="keras" if is_layered else "h5",
        keras_version=_first(weights, "", "keras_version", top) or KERAS_3,
        backend=_first(weights, "", "backend", top),
        config=own.config,
        weights=weights,
        # The file may call them otherwise; the order is the same.
        weight_names=dict(zip(own.layer_names, listed, strict=False)),
        notes=(own.note, *_notes(weights)),
    )


def _weight_names(
    weights: Hdf5, name: str, top: str, layer_names: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    if len(set(layer_names)) < len(layer_names):
        raise refuse(
            name, "must list every layer once", "a layer listed twice", SAVE_WHOLE, reason="corrupt"
        )
    found = {}
    for layer in layer_names:
        group = _joined(top, layer)
        if group not in weights.groups:
            raise _missing(name, layer)
        paths = tuple(
            _joined(group, weight) for weight in weights.texts(group, "weight_names") or ()
        )
        if missing := [path for path in paths if path not in weights]:
            raise _missing(name, missing[0])
        found[layer] = paths
    return found


def _missing(name: str, listed: str) -> ModelFileError:
    return refuse(
        name, "must hold the weights that it lists", f"no {told(listed)}", SAVE_WHOLE,
        reason="corrupt",
    )  # fmt: skip


def _joined(*parts: str) -> str:
    """A path as HDF5 takes it, whatever slashes the names bring."""
    return "/".join(part for path in parts for part in path.split("/") if part not in ("", "."))
