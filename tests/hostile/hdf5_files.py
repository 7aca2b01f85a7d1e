"""HDF5 to refuse, as weights of an archive or as a model of its own."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.hostile.sound import (
    KERNEL,
    Case,
    config,
    fill_legacy,
    fill_weights,
    hdf5_bytes,
    marker_of,
    write_keras,
)

Fill = Callable[[h5py.File], object]
PLACE = "layers/dense/vars/0"
LZF = (32000).to_bytes(2, "little")
UNKNOWN = (32999).to_bytes(2, "little")


def holding(fill: Fill, base: Fill = fill_weights, **options: Any) -> Callable[[Path], object]:
    """A ``.keras`` archive whose weights ``fill`` changes."""

    def both(file: h5py.File) -> None:
        base(file)
        fill(file)

    return lambda path: write_keras(path, weights=hdf5_bytes(both, **options), method=8)


def replacing(fill: Fill) -> Callable[[Path], object]:
    """A ``.keras`` archive without the kernel, which ``fill`` puts there in its own way."""

    def remove(file: h5py.File) -> None:
        fill_weights(file)
        del file[PLACE]

    return holding(fill, remove)


def legacy(fill: Fill) -> Callable[[Path], object]:
    """An ``.h5`` that ``fill`` changes."""

    def both(file: h5py.File) -> None:
        fill_legacy(file)
        fill(file)

    return lambda path: path.write_bytes(hdf5_bytes(both))


def array(**options: Any) -> Fill:
    """Puts an array in the kernel's place."""
    return lambda file: file.create_dataset(PLACE, **options)


def array_at(place: str) -> Fill:
    """Puts one more array there."""
    return lambda file: file.__setitem__(place, KERNEL)


def link(link_to: Any, place: str = PLACE) -> Fill:
    """Puts a link in the kernel's place, or another."""
    return lambda file: file.__setitem__(place, link_to)


def _again(file: h5py.File) -> None:
    file["layers/dense/vars/2"] = file[PLACE]


def _cycle(file: h5py.File) -> None:
    file["layers/dense/layers"] = file["layers"]


def _root_cycle(file: h5py.File) -> None:
    file["layers/dense/root"] = file["/"]


def _many_links(file: h5py.File) -> None:
    group = file["layers"]
    for number in range(20_001):
        group.id.links.create_hard(f"{number}".encode(), file.id, PLACE.encode())


def _many_empty(file: h5py.File) -> None:
    """Each is small enough alone."""
    for number in range(10):
        file.create_dataset(f"layers/{number}/vars/0", shape=(4000, 1000), dtype="f4")


def _virtual(path: Path) -> None:
    layout = h5py.VirtualLayout(KERNEL.shape, "f4")
    layout[:] = h5py.VirtualSource(str(marker_of(path)), "x", KERNEL.shape)
    replacing(lambda file: file.create_virtual_dataset(PLACE, layout))(path)


def _external(path: Path) -> None:
    elsewhere = [(str(marker_of(path)), 0, h5py.h5f.UNLIMITED)]
    replacing(array(shape=KERNEL.shape, dtype="f4", external=elsewhere))(path)


def _unknown_filter(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        fill_weights(file)
        del file[PLACE]
        array(data=KERNEL, chunks=KERNEL.shape, compression="lzf")(file)

    data = hdf5_bytes(fill)
    name = data.index(b"lzf\0")
    at = data.rindex(LZF, 0, name)
    write_keras(path, weights=data[:at] + UNKNOWN + data[at + 2 :])


def _packed_twice(file: h5py.File) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk(KERNEL.shape)
    plan.set_deflate(9)
    plan.set_shuffle()
    plan.set_deflate(9)
    space = h5py.h5s.create_simple(KERNEL.shape)
    group = file.require_group("layers/dense/vars")
    h5py.h5d.create(group.id, b"0", h5py.h5t.NATIVE_FLOAT, space, plan)


def piece(packed: bytes, **options: Any) -> Fill:
    """An array of one piece with these bytes in the file."""

    def fill(file: h5py.File) -> None:
        made = file.create_dataset(
            PLACE, shape=KERNEL.shape, dtype="f4", chunks=KERNEL.shape, **options
        )
        made.id.write_direct_chunk((0, 0), packed)

    return fill


def _long_names(file: h5py.File) -> None:
    """Thousands of names that could all be the long one."""
    file["model_weights"].attrs["other"] = "x" * 2**20
    file["model_weights"].attrs["layer_names"] = [b"z", b"dense"] * 1000


def _endless_heap(path: Path) -> None:
    """A heap whose first object is free space of no size: HDF5 would stay there."""
    data = hdf5_bytes(fill_legacy)
    first = data.index(b"GCOL") + 16
    path.write_bytes(data[:first] + bytes(16) + data[first + 16 :])


def _shifted(path: Path) -> None:
    """Addresses that are not counted from the file's beginning."""
    data = hdf5_bytes(fill_legacy)
    path.write_bytes(data[:24] + b"\x08" + data[25:])


def _rename(attribute: str, names: list[bytes], group: str = "model_weights") -> Fill:
    return lambda file: file[group].attrs.__setitem__(attribute, names)


def _configured(value: Any) -> Fill:
    return lambda file: file.attrs.__setitem__("model_config", value)


def _weights_only(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        fill_legacy(file)
        del file.attrs["model_config"]

    path.write_bytes(hdf5_bytes(fill))


TEXT = h5py.string_dtype()
PAIR = np.dtype([("a", "f4"), ("b", "f4")])
DEEP = "/".join(["layers"] * 80)
BOMB = zlib.compress(bytes(2**26))

CASES = (
    Case("h5_external_link.keras", "file-access", replacing(link(h5py.ExternalLink("a", "b")))),
    Case("h5_soft_link.keras", "file-access", replacing(link(h5py.SoftLink("/layers")))),
    Case(
        "h5_external_group.keras", "file-access",
        holding(link(h5py.ExternalLink("a", "/"), "layers/more")),
    ),
    Case("h5_virtual.keras", "file-access", _virtual),
    Case("h5_external_storage.keras", "file-access", _external),
    Case("h5_lzf.keras", "file-access", replacing(array(data=KERNEL, compression="lzf"))),
    Case("h5_unknown_filter.keras", "file-access", _unknown_filter),
    Case("h5_scaleoffset.keras", "file-access", replacing(array(data=KERNEL, scaleoffset=3))),
    Case("h5_packed_twice.keras", "bomb", replacing(_packed_twice)),
    Case("h5_shape_bomb.keras", "bomb", replacing(array(shape=(2**13, 2**13), dtype="f4"))),
    Case(
        "h5_shape_overflow.keras", "bomb",
        replacing(array(shape=(2**31, 2**31), chunks=(4, 6), dtype="f4")),
    ),
    Case(
        "h5_chunk_bomb.keras", "bomb",
        replacing(array(shape=(1,), maxshape=(None,), chunks=(2**28,), dtype="f4")),
    ),
    Case(
        "h5_tiny_chunks.keras", "bomb",
        replacing(array(shape=(2**20,), chunks=(1,), dtype="f4")),
    ),
    Case("h5_many_empty.keras", "bomb", holding(_many_empty)),
    Case("h5_many_links.keras", "bomb", holding(_many_links)),
    Case("h5_deep.keras", "bomb", holding(lambda file: file.create_group(DEEP))),
    Case("h5_deep_backslashes.keras", "bomb", holding(array_at("layers\\" + "a\\" * 1000 + "b"))),
    Case("h5_packed_bomb.keras", "corrupt", replacing(piece(BOMB, compression="gzip"))),
    Case("h5_piece_short.keras", "corrupt", replacing(piece(b"1234", fletcher32=True))),
    Case(
        "h5_piece_short_packed.keras", "corrupt",
        replacing(piece(zlib.compress(b"1234"), compression="gzip")),
    ),
    Case("h5_piece_damaged.keras", "corrupt", replacing(piece(b"1234", compression="gzip"))),
    Case("h5_cycle.keras", "corrupt", holding(_cycle)),
    Case("h5_root_cycle.keras", "corrupt", holding(_root_cycle)),
    Case("h5_again.keras", "corrupt", holding(_again)),
    Case("h5_type.keras", "corrupt", replacing(link(np.dtype("f4")))),
    Case("h5_text.keras", "corrupt", replacing(array(data=["a", "b"], dtype=TEXT))),
    Case("h5_pairs.keras", "corrupt", replacing(array(data=np.zeros(3, PAIR)))),
    Case(
        "h5_references.keras", "corrupt",
        replacing(array(shape=(3,), dtype=h5py.ref_dtype)),
    ),
    Case("h5_void.keras", "corrupt", replacing(array(data=np.zeros(3, "V4")))),
    Case("h5_nothing.keras", "corrupt", replacing(array(data=h5py.Empty("f4")))),
    Case("h5_complex.keras", "corrupt", replacing(array(data=np.zeros(3, "c8")))),
    Case("h5_not.keras", "corrupt", lambda path: write_keras(path, weights=b"no HDF5" * 99)),
    Case(
        "h5_cut.keras", "corrupt",
        lambda path: write_keras(path, weights=hdf5_bytes(fill_weights)[:-200]),
    ),
    Case("external_link.h5", "file-access",
         legacy(link(h5py.ExternalLink("a", "/"), "model_weights/more"))),
    Case("long_names.h5", "bomb", legacy(_long_names)),
    Case("endless_heap.h5", "corrupt", _endless_heap),
    Case("shifted.h5", "corrupt", _shifted),
    Case("no_such_layer.h5", "corrupt", legacy(_rename("layer_names", [b"z", b"dense_1"]))),
    Case("layer_twice.h5", "corrupt", legacy(_rename("layer_names", [b"dense", b"dense"]))),
    Case(
        "no_such_weight.h5", "corrupt",
        legacy(_rename("weight_names", [b"dense/gamma"], "model_weights/dense")),
    ),
    Case("names_are_numbers.h5", "corrupt",
         legacy(lambda file: file["model_weights"].attrs.__setitem__("layer_names", [1, 2]))),
    Case("config_is_number.h5", "corrupt", legacy(_configured(3))),
    Case("config_is_list.h5", "corrupt", legacy(_configured(json.dumps([config()])))),
    Case("config_is_deep.h5", "bomb", legacy(_configured("[" * 200 + "]" * 200))),
    Case("config_is_large.h5", "bomb", legacy(_configured(" " * (16 * 2**20 + 1)))),
    Case("weights_only.h5", "weights-only", _weights_only),
    Case("model.weights.h5", "weights-only",
         lambda path: path.write_bytes(hdf5_bytes(fill_weights))),
)  # fmt: skip
