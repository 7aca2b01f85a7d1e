"""A blueprint's weights in a file: found for each layer, checked against its shapes, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.errors import ModelFileError
from models.inspection.arrays import Stored, find_in_archive, find_in_h5
from models.inspection.blueprint import Blueprint, Layer
from models.inspection.check import Checked, LayerPath
from models.inspection.container import RawModel
from models.inspection.conversion import convert
from models.inspection.notes import Notes
from models.inspection.refusing import SAVE_WHOLE, layer_named, refuse, shorten
from models.layers.rule import Slot

Arrays = Mapping[LayerPath, tuple[npt.NDArray[Any], ...]]

_ALL_NAMED: Final = 60  # characters of a nested layer's path


def find_arrays(raw: RawModel, blueprint: Blueprint) -> dict[LayerPath, Stored]:
    """Where the file keeps each layer's arrays, by the names that lead to the layer.

    Of the ``h5`` format the arrays of a nested model are found under its own name.
    """
    if raw.format == "keras":
        return find_in_archive(blueprint, tuple(raw.weights))
    return find_in_h5(blueprint, raw.weight_names)


@dataclass(frozen=True)
class WeightPlan:
    """Which arrays of a file each layer takes.

    Attributes
    ----------
    paths : mapping of tuple of str to tuple of str
        HDF5 paths of each layer with weights, in the order of its slots.
    """

    paths: Mapping[LayerPath, tuple[str, ...]]


def plan_weights(raw: RawModel, checked: Checked, found: Mapping[LayerPath, Stored]) -> WeightPlan:
    """Give every weight its array.

    Parameters
    ----------
    raw : RawModel
    checked : Checked
    found : mapping
        Of :func:`find_arrays`.

    Raises
    ------
    ModelFileError
        If one is missing or has another shape than its layer wants.
    """
    give = _from_archive if raw.format == "keras" else _from_h5
    plan = WeightPlan(give(checked, found))
    for path, names in plan.paths.items():
        if not _converts(raw, _layer_at(checked.blueprint, path)):
            shapes = tuple(tuple(raw.weights[name].shape) for name in names)
            _check_shapes(path, checked.slots[path], shapes)
    return plan


def read_arrays(raw: RawModel, checked: Checked, plan: WeightPlan, notes: Notes) -> Arrays:
    """Read all weights.

    Parameters
    ----------
    raw : RawModel
    checked : Checked
    plan : WeightPlan
    notes : Notes
        Told of values that are no numbers.

    Returns
    -------
    mapping of tuple of str to tuple of numpy.ndarray
        Of each layer with weights, in the order and shapes of its slots.

    Raises
    ------
    ModelFileError
        If an array cannot be read or does not fit.
    """
    arrays = {}
    for path, names in plan.paths.items():
        layer = _layer_at(checked.blueprint, path)
        shapes = [slot.shape for slot in checked.slots[path]]
        read = convert(
            layer.kind,
            layer.settings,
            tuple(raw.weights.read(name) for name in names),
            shapes,
            keras1=_is_keras1(raw),
            theano=raw.backend == "theano",
        )
        _check_shapes(path, checked.slots[path], tuple(array.shape for array in read))
        arrays[path] = read
        if any(array.dtype.kind == "f" and not np.isfinite(array).all() for array in read):
            notes.add("some weights are no finite numbers (NaN)", path[-1])
    return arrays


def _from_archive(
    checked: Checked, found: Mapping[LayerPath, Stored]
) -> dict[LayerPath, tuple[str, ...]]:
    return {
        path: _by_path(path, slots, found.get(path, Stored({})).paths)
        for path, slots in checked.slots.items()
        if slots
    }


def _by_path(path: LayerPath, slots: tuple[Slot, ...], paths: Mapping[str, str]) -> tuple[str, ...]:
    wanted = [slot.path for slot in slots]
    if all(place in paths for place in wanted):
        return tuple(paths[place] for place in wanted)
    # Older Keras keeps an inner layer, such as a cell, elsewhere; of one group the order tells.
    groups = {place.rpartition("/")[0] for place in paths}
    if len(paths) == len(slots) and len(groups) == 1:
        return tuple(paths.values())
    raise _missing(path, slots, len(paths))


def _from_h5(
    checked: Checked, found: Mapping[LayerPath, Stored]
) -> dict[LayerPath, tuple[str, ...]]:
    given: dict[LayerPath, tuple[str, ...]] = {}
    for layer in checked.blueprint.layers:
        owners = _owners(checked, layer)
        paths = tuple(found.get((layer.name,), Stored({})).paths.values())
        if not owners:
            continue
        if len(paths) != len(owners):
            if layer.within is not None or not paths:
                raise _missing((layer.name,), tuple(slot for _, _, slot in owners), len(paths))
            given[layer.name,] = paths  # of Keras 1, which kept gates one by one
            continue
        places: dict[LayerPath, dict[int, str]] = {}
        for (path, index, _), name in zip(owners, paths, strict=True):
            places.setdefault(path, {})[index] = name
        given |= {
            path: tuple(names[index] for index in sorted(names)) for path, names in places.items()
        }
    return given


def _owners(checked: Checked, layer: Layer) -> list[tuple[LayerPath, int, Slot]]:
    """Weights of a layer and all within it, as old HDF5 lists them: trainable ones first."""
    sorted_slots: list[tuple[bool, LayerPath, int, Slot]] = []

    def collect(inside: Layer, path: LayerPath) -> None:
        for below in inside.within.layers if inside.within else ():
            collect(below, (*path, below.name))
        for index, slot in enumerate(checked.slots.get(path, ())):
            sorted_slots.append((not (inside.trainable and slot.trainable), path, index, slot))

    collect(layer, (layer.name,))
    sorted_slots.sort(key=lambda weight: weight[0])
    return [weight[1:] for weight in sorted_slots]


def _layer_at(blueprint: Blueprint, path: LayerPath) -> Layer:
    layer = blueprint.layer(path[0])
    for name in path[1:]:
        assert layer.within is not None  # a path leads through models
        layer = layer.within.layer(name)
    return layer


def _is_keras1(raw: RawModel) -> bool:
    return raw.format == "h5" and (not raw.keras_version or raw.keras_version.startswith("1"))


def _converts(raw: RawModel, layer: Layer) -> bool:
    """Whether the shapes in the file may rightly be others; they are checked when read."""
    of_gates = raw.format == "h5" and layer.kind in ("GRU", "LSTM")
    return _is_keras1(raw) or of_gates


def _check_shapes(
    path: LayerPath, slots: tuple[Slot, ...], shapes: tuple[tuple[int, ...], ...]
) -> None:
    if len(shapes) != len(slots):
        raise _missing(path, slots, len(shapes))
    for slot, shape in zip(slots, shapes, strict=True):
        if slot.shape != shape:
            raise refuse(
                f"{layer_named(_told_path(path))}",
                f"must have weights of the shape {slot.shape}",
                f"{shape}",
                SAVE_WHOLE,
                reason="mismatch",
            )


def _missing(path: LayerPath, slots: tuple[Slot, ...], count: int) -> ModelFileError:
    return refuse(
        f"{layer_named(_told_path(path))}",
        f"must have {len(slots)} arrays of weights",
        f"{count}",
        SAVE_WHOLE,
        reason="mismatch",
    )


def _told_path(path: LayerPath) -> str:
    return shorten("/".join(path), _ALL_NAMED)
