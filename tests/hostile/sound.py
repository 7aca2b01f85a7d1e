"""A small sound model file, made without Keras, as the others' starting point."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

MARKER = "MARKER"

KERNEL = np.arange(24, dtype=np.float32).reshape(4, 6)
BIAS = np.linspace(-1, 1, 6, dtype=np.float32)


@dataclass(frozen=True)
class Case:
    """A file to refuse.

    Attributes
    ----------
    name : str
        Of the file.
    reason : str
        Key of :data:`models.errors.REASONS`.
    write : callable of Path
        Makes the file, or folder.
    """

    name: str
    reason: str
    write: Callable[[Path], object]


def marker_of(path: Path) -> Path:
    """The empty file that a payload of ``path`` would make if something ran it."""
    return path.with_name(MARKER)


def config() -> dict[str, Any]:
    """A decoder of one dense layer, as Keras 3 writes it."""
    layers = [
        _layer("InputLayer", "z", {"batch_shape": [None, 4], "dtype": "float32"}, []),
        _layer(
            "Dense",
            "dense",
            {"units": 6, "activation": "sigmoid", "use_bias": True},
            [{"args": [_tensor("z", [None, 4])], "kwargs": {}}],
        ),
    ]
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "decoder",
            "trainable": True,
            "layers": layers,
            "input_layers": [["z", 0, 0]],
            "output_layers": [["dense", 0, 0]],
        },
        "registered_name": "Functional",
    }


def _layer(kind: str, name: str, settings: dict[str, Any], calls: list[Any]) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, **settings},
        "registered_name": None,
        "name": name,
        "inbound_nodes": calls,
    }


def _tensor(layer: str, shape: list[int | None]) -> dict[str, Any]:
    settings = {"shape": shape, "dtype": "float32", "keras_history": [layer, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": settings}


def hdf5_bytes(fill: Callable[[h5py.File], object], **options: Any) -> bytes:
    """An HDF5 file that ``fill`` fills."""
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        fill(file)
    return stream.getvalue()


def fill_weights(file: h5py.File) -> None:
    """The decoder's weights where a ``.keras`` archive keeps them."""
    file["layers/dense/vars/0"] = KERNEL
    file["layers/dense/vars/1"] = BIAS


def fill_legacy(file: h5py.File) -> None:
    """The decoder as an ``.h5`` keeps it."""
    file.attrs["model_config"] = json.dumps(config())
    file.attrs["keras_version"] = "3.15.1"
    file.attrs["backend"] = "tensorflow"
    file["model_weights/dense/dense/kernel"] = KERNEL
    file["model_weights/dense/dense/bias"] = BIAS
    file.create_group("model_weights/z").attrs["weight_names"] = []
    file["model_weights"].attrs["layer_names"] = [b"z", b"dense"]
    file["model_weights/dense"].attrs["weight_names"] = [b"dense/kernel", b"dense/bias"]


@dataclass(frozen=True)
class Packed:
    """A member of a zip archive, with whatever an archive may lie about."""

    name: str
    data: bytes
    method: int = 0
    flags: int = 0
    mode: int = 0o100644
    size_bytes: int | None = None
    start: int | None = None


def zip_bytes(members: Iterable[Packed], count: int | None = None) -> bytes:
    """A zip archive of these members; ``count`` is how many its end speaks of."""
    body, listing, listed = b"", b"", 0
    for member in members:
        packed = member.data
        if member.method == 8:
            packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            packed = packer.compress(packed) + packer.flush()
        name = member.name.encode()
        size_bytes = len(member.data) if member.size_bytes is None else member.size_bytes
        common = struct.pack(
            "<HHHHHLLLHH", 20, member.flags, member.method, 0, 33,
            zlib.crc32(member.data), len(packed), size_bytes, len(name), 0,
        )  # fmt: skip
        start = len(body) if member.start is None else member.start
        listing += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 20) + common
        listing += struct.pack("<HHHLL", 0, 0, 0, member.mode << 16, start) + name
        if member.start is None:
            body += b"PK\x03\x04" + common + name + packed
        listed += 1
    told = listed if count is None else count
    end = struct.pack("<HHHHLLH", 0, 0, told, told, len(listing), len(body), 0)
    return body + listing + b"PK\x05\x06" + end


def members(
    config_text: bytes | None = None, weights: bytes | None = None, method: int = 0
) -> list[Packed]:
    """The members of a sound ``.keras`` archive, but for those given."""
    metadata = json.dumps({"keras_version": "3.15.1", "date_saved": "2026-01-01"}).encode()
    if config_text is None:
        config_text = json.dumps(config()).encode()
    if weights is None:
        weights = hdf5_bytes(fill_weights)
    return [
        Packed("metadata.json", metadata),
        Packed("config.json", config_text, method),
        Packed("model.weights.h5", weights, method),
    ]


def write_keras(
    path: Path, config_text: bytes | None = None, weights: bytes | None = None, method: int = 0
) -> None:
    """Write a ``.keras`` archive; what is not given is sound."""
    path.write_bytes(zip_bytes(members(config_text, weights, method)))


def write_h5(path: Path) -> None:
    """Write a sound ``.h5``."""
    path.write_bytes(hdf5_bytes(fill_legacy))
