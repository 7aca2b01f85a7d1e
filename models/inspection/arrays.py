"""Where a file keeps each layer's arrays: two layouts of archives, and old HDF5.

Archives name a layer by its class and its place among those of its class, below a
group for each nested model. Old HDF5 lists the arrays of each of the model's own
layers in order; a nested model is one of them, trainable weights first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.inspection.blueprint import Blueprint, Layer
from models.inspection.check import LayerPath

# Groups of a model that hold its layers: Keras 3's, and those of TensorFlow 2.12 and 2.13.
_CONTAINERS: Final = ("layers", "_layer_checkpoint_dependencies", "_self_tracked_trackables")
_NUMBERED: Final = re.compile(r"(.*?)(?:_(\d+))?")
# Layers that draw random numbers keep where they are; nothing is lost without.
_SEEDS: Final = "seed_generator"
# Classes that archives do not keep under the name that configurations have.
_KEPT_AS: Final = {"groupqueryattention": "groupedqueryattention"}

Group = dict[str, Any]  # of groups and, at the leaves, HDF5 paths


@dataclass(frozen=True)
class Stored:
    """Arrays of one layer.

    Attributes
    ----------
    paths : mapping of str to str
        Path below the layer, such as ``vars/0``, to HDF5 path; in order.
    """

    paths: Mapping[str, str]


def find_in_archive(blueprint: Blueprint, paths: Sequence[str]) -> dict[LayerPath, Stored]:
    """Arrays of each layer of a ``.keras`` archive, those of nested models included.

    Parameters
    ----------
    blueprint : Blueprint
    paths : sequence of str
        All HDF5 paths; written on Windows they may hold back-slashes.
    """
    root: Group = {}
    for path in paths:
        group = root
        *parents, leaf = re.split(r"[/\\]", path)
        for parent in parents:
            below = group.setdefault(parent, {})
            if not isinstance(below, dict):
                break  # an array and a group of one name, apart but for the slash
            group = below
        else:
            group[leaf] = path
    found = dict(_walk(blueprint, root, ()))
    shared = {
        path: layer.shared_id
        for path, layer in _all_layers(blueprint, ())
        if layer.shared_id is not None
    }
    kept = {shared[path]: found[path] for path in shared if path in found and found[path].paths}
    return found | {path: kept[shared[path]] for path in shared if shared[path] in kept}


def find_in_h5(
    blueprint: Blueprint, weight_names: Mapping[str, Sequence[str]]
) -> dict[LayerPath, Stored]:
    """Arrays of each of the model's own layers of old HDF5.

    Parameters
    ----------
    blueprint : Blueprint
    weight_names : mapping of str to sequence of str
        HDF5 paths of each layer, in order.
    """
    names = [layer.name for layer in blueprint.layers]
    listed = [name for name, paths in weight_names.items() if paths]
    if not set(listed) <= set(names) and len(weight_names) == len(names):
        # Renamed since; the order is the same.
        weight_names = dict(zip(names, weight_names.values(), strict=True))
    return {
        (name,): Stored({str(index): path for index, path in enumerate(weight_names[name])})
        for name in names
        if weight_names.get(name)
    }


def _all_layers(blueprint: Blueprint, path: LayerPath) -> Iterator[tuple[LayerPath, Layer]]:
    for layer in blueprint.layers:
        yield (*path, layer.name), layer
        if layer.within is not None:
            yield from _all_layers(layer.within, (*path, layer.name))


def _walk(
    blueprint: Blueprint, group: Group, path: LayerPath
) -> Iterator[tuple[LayerPath, Stored]]:
    for name in _CONTAINERS:
        container = group.get(name)
        if isinstance(container, dict) and any(_has_arrays(below) for below in container.values()):
            break
    else:
        return
    for layer, below in _matched(blueprint.layers, container, exact=name == _CONTAINERS[0]):
        if layer.within is not None:
            wrapped = below if layer.model is not None else below.get("layer", {})
            yield from _walk(layer.within, wrapped, (*path, layer.name))
        else:
            yield (*path, layer.name), Stored(dict(_arrays(below, "")))


def _matched(
    layers: Sequence[Layer], container: Group, *, exact: bool
) -> Iterator[tuple[Layer, Group]]:
    """Each layer's group, by its class and its place among the layers of its class."""
    groups: dict[str, list[tuple[int, Group]]] = {}
    for name, below in container.items():
        match = _NUMBERED.fullmatch(name)
        if match and isinstance(below, dict):
            numbered = (int(match.group(2) or 0), below)
            groups.setdefault(_folded(match.group(1)), []).append(numbered)
    classes: dict[str, list[Layer]] = {}
    for layer in layers:
        if not layer.kind.startswith("ops."):
            name = _folded(layer.class_name)
            classes.setdefault(_KEPT_AS.get(name, name), []).append(layer)
    for name, of_class in classes.items():
        found = sorted(groups.get(name, []), key=lambda numbered: numbered[0])
        full = [below for _, below in found if _has_arrays(below)]
        if exact and len(full) != len(of_class):
            by_number = dict(found)
            yield from (
                (layer, by_number[index])
                for index, layer in enumerate(of_class)
                if index in by_number
            )
        else:
            # TensorFlow 2.12 and 2.13 count layers with weights twice.
            yield from zip(of_class, full, strict=False)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _has_arrays(below: Any) -> bool:
    return not isinstance(below, dict) or any(_has_arrays(item) for item in below.values())


def _arrays(group: Group, above: str) -> Iterator[tuple[str, str]]:
    for name in sorted(group, key=_natural):
        below = group[name]
        # Keras 2 keeps some inner layers under private names.
        place = f"{above}{name.lstrip('_')}"
        if isinstance(below, str):
            yield place, below
        elif name != _SEEDS:
            yield from _arrays(below, f"{place}/")


def _natural(name: str) -> tuple[int, str]:
    return (int(name), name) if name.isdecimal() and len(name) < 10 else (-1, name)
