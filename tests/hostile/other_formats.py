"""Files that are no Keras model, whatever they are called."""

from __future__ import annotations

import gzip
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.hostile.sound import Case, Packed, hdf5_bytes, marker_of, members, zip_bytes

REASON = "unsupported-format"


class _Payload:
    """Makes the marker when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._marker = str(marker_of(path))

    def __reduce__(self) -> tuple[object, ...]:
        return open, (self._marker, "w")


def pickled(path: Path, protocol: int) -> bytes:
    """A pickle that makes the marker of ``path`` when it is read."""
    return pickle.dumps(_Payload(path), protocol)


def _pickle(protocol: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(pickled(path, protocol))


def _torch(path: Path) -> None:
    names = ("model/data.pkl", "model/data/0", "model/version")
    path.write_bytes(zip_bytes(Packed(name, pickled(path, 2)) for name in names))


def _content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _saved_model(path: Path) -> None:
    (path / "variables").mkdir(parents=True)
    (path / "saved_model.pb").write_bytes(SAVED_MODEL)


def _safetensors() -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, x=np.zeros(3), y=np.ones(3))
    return stream.getvalue()


def _npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.3.0:\x10" + bytes(16)
SAVED_MODEL = b"\x08\x01\x12\x80\x01" + bytes(128)
TFLITE = b"\x1c\x00\x00\x00TFL3" + bytes(32)
PAGE = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"

CASES = (
    Case("text_pickle.keras", REASON, _pickle(0)),
    Case("pickle.keras", REASON, _pickle(4)),
    Case("pickle.h5", REASON, _pickle(2)),
    Case("torch.keras", REASON, _torch),
    Case("saved_model", REASON, _saved_model),
    Case("folder.keras", REASON, Path.mkdir),
    Case("saved_model.pb", REASON, _content(SAVED_MODEL)),
    Case("onnx.keras", REASON, _content(ONNX)),
    Case("tflite.keras", REASON, _content(TFLITE)),
    Case("weights.safetensors", REASON, _content(_safetensors())),
    Case("page.keras", REASON, _content(PAGE)),
    Case("page_after_mark.h5", REASON, _content(b"\xef\xbb\xbf\r\n" + PAGE.lower())),
    Case("pointer.keras", REASON, _content(POINTER)),
    Case("empty.keras", REASON, _content(b"")),
    Case("model.json", REASON, _content(b'{"class_name": "Sequential"}')),
    Case("archive_of_model.keras", REASON,
         _content(zip_bytes([Packed("decoder.keras", zip_bytes(members()))]))),
    Case("empty_archive.keras", REASON, _content(zip_bytes([]))),
    Case("gzip.keras", REASON, _content(gzip.compress(zip_bytes(members())))),
    Case("data.npz", REASON, _content(_npz())),
    Case("data.npy", REASON, _content(_npy())),
    Case("picture.keras", REASON, _content(b"\x89PNG\r\n\x1a\n" + bytes(64))),
    Case("polyglot.keras", REASON, _content(b"#!/bin/sh\n" + zip_bytes(members()))),
    Case("words.keras", REASON, _content(b"not a model\n" * 40)),
    Case("other.h5", REASON, _content(hdf5_bytes(lambda file: file.update(x=np.zeros(3))))),
)  # fmt: skip
