"""HDF5 -> other HDF5, that HDF5's own library wrote: its bytes are right, its content is not."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import h5py
import numpy as np

from tests.fuzz.mutating_json import mutate_json

DTYPES = ("f2", "f4", "f8", "i1", "i8", "u2", "b1", "c8", "S3", "V2", "<f4", ">f4")
SIZES = (0, 1, 2, 3, 17, 4096, 2**20, 2**31)
MAX_IN_PIECES = 2**20
NAMES = ("0", "1", "vars", "layers", "a", "kernel", "..", "é", "x" * 3000)
CONFIG = "model_config"
FILTERS: Sequence[dict[str, Any]] = (
    {},
    {"compression": "gzip"},
    {"compression": "lzf"},
    {"shuffle": True},
    {"fletcher32": True},
)

Edit = Callable[[h5py.File, Random], None]


def mutate_hdf5(data: bytes, random: Random) -> bytes:
    """Change a few of its arrays, groups, links and attributes."""
    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        for _ in range(random.choice((1, 1, 2))):
            has_config = CONFIG in file.attrs and random.random() < 0.6
            edit = _change_config if has_config else random.choice(EDITS)
            # What the library itself refuses to write stays half done.
            with contextlib.suppress(ValueError, TypeError, RuntimeError, OSError, KeyError):
                edit(file, random)
    return stream.getvalue()


def _change_config(file: h5py.File, random: Random) -> None:
    text = file.attrs[CONFIG]
    if isinstance(text, str) and text.startswith("{"):  # an edit before this one may have put more
        told = mutate_json(text.encode(), random)
        file.attrs[CONFIG] = told.replace(b"\0", b"").decode("utf-8", "replace")


def _objects(file: h5py.File, kind: type = object) -> list[str]:
    found: list[str] = []
    file.visititems(lambda name, each: found.append(name) if isinstance(each, kind) else None)
    return found


def _replace_array(file: h5py.File, random: Random) -> None:
    """By one of another shape, type or layout, without values."""
    name = random.choice(_objects(file, h5py.Dataset) or [""])
    if not name:
        return
    old = file[name]
    shape, dtype = old.shape, np.dtype(random.choice((old.dtype, random.choice(DTYPES))))
    if random.random() < 0.5:
        shape = tuple(random.choice((size, random.choice(SIZES))) for size in shape)
    values = old[()] if shape == old.shape and dtype == old.dtype else None
    options: dict[str, Any] = {}
    # Of more pieces HDF5 makes a list in memory as it writes.
    if 0 < math.prod(shape) <= MAX_IN_PIECES and shape and random.random() < 0.5:
        options["chunks"] = tuple(min(size, 4) for size in shape)
        options |= random.choice(FILTERS)
    del file[name]
    file.create_dataset(name, shape, dtype, data=values, **options)


def _spoil_values(file: h5py.File, random: Random) -> None:
    name = random.choice(_objects(file, h5py.Dataset) or [""])
    if name and file[name].dtype.kind == "f" and file[name].size:
        file[name][...] = random.choice((np.nan, np.inf, -np.inf, 1e30, 0, -1))


def _delete(file: h5py.File, random: Random) -> None:
    if found := _objects(file):
        del file[random.choice(found)]


def _link(file: h5py.File, random: Random) -> None:
    found = _objects(file)
    place = random.choice([*found, "more"])
    target = random.choice([*found, "/"])
    links = (h5py.SoftLink(target), h5py.ExternalLink("elsewhere.h5", target), file[target])
    chosen = random.choice(links)
    if place in file:
        if place == target or target.startswith(place + "/"):
            return
        del file[place]
    file[place] = chosen


def _move(file: h5py.File, random: Random) -> None:
    found = _objects(file)
    if not found:
        return
    old, new = random.choice(found), random.choice((*found, *NAMES))
    if new not in file and not new.startswith(old):
        file.move(old, new)
    elif new in file and not new.startswith(old) and not old.startswith(new):
        file.move(new, "kept")
        file.move(old, new)
        file.move("kept", old)


def _change_attribute(file: h5py.File, random: Random) -> None:
    place = file[random.choice([*_objects(file), "/"])]
    names = list(place.attrs)
    name = random.choice([*names, "layer_names", "weight_names"])
    old = place.attrs.get(name)
    if isinstance(old, np.ndarray) and old.ndim == 1 and random.random() < 0.7:
        order = random.sample(range(len(old)), random.randint(0, len(old)))
        place.attrs.create(name, old[order], dtype=place.attrs.get_id(name).dtype)
        return
    chosen = random.choice(
        (None, 3, np.zeros((2, 2)), "text", [b"a", b"b"], [b"\xff"], h5py.Empty("f4"))
    )
    if chosen is None:
        place.attrs.pop(name, None)
    else:
        place.attrs[name] = chosen


EDITS: Sequence[Edit] = (
    _replace_array,
    _replace_array,
    _spoil_values,
    _delete,
    _link,
    _move,
    _change_attribute,
    _change_attribute,
)
