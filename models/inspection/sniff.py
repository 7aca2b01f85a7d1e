"""What a file is, told by its content and never by its name."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal

from models.errors import ModelFileError
from models.inspection.limits import MAX_FILE_BYTES, MIB
from models.inspection.refusing import SAVE_WHOLE, printable, refuse

Format = Literal["zip", "hdf5"]

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
HDF5 = b"\x89HDF\r\n\x1a\n"
HEAD_BYTES = 1024

UNPACK = "unpack it and open the model file inside"
NOT_A_MODEL = "unsupported-format"
NO_MODEL = "must be a Keras model (.keras or .h5)"

SIGNATURES = (
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"\x93NUMPY", "a NumPy array", "open it as data, and a model beside it"),
    (b"\x89PNG", "a picture", "open a model first, then the picture"),
    (b"\xff\xd8\xff", "a picture", "open a model first, then the picture"),
    (b"version https://git-lfs", "a Git LFS pointer", "fetch the file itself with git lfs pull"),
)


def told_name(path: Path) -> str:
    """A file's name as it can be shown."""
    return printable(path.name)


def read_once(path: Path) -> bytes:
    """The bytes of a model file, read from beginning to end and never again.

    Raises
    ------
    ModelFileError
        If it is a folder, a pipe or a device, cannot be read, or is larger than 1 GiB.
    """
    try:
        _check_kind(path, path.stat())
        return _read(path)
    except ModelFileError:
        raise
    except (OSError, ValueError) as error:
        found = (isinstance(error, OSError) and error.strerror) or str(error)
        raise refuse(
            told_name(path), "must be a file that can be read", found.lower(),
            "choose another file", reason="corrupt",
        ) from error  # fmt: skip


def _read(path: Path) -> bytes:
    # A pipe that took the file's place meanwhile would block the opening for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        opened = os.fstat(stream.fileno())
        _check_kind(path, opened)
        if opened.st_size > MAX_FILE_BYTES:
            raise refuse(
                told_name(path),
                f"must be at most {MAX_FILE_BYTES // MIB} MiB",
                f"{opened.st_size // MIB} MiB",
                "save the decoder alone, without its optimizer",
                reason="bomb",
            )
        data = stream.read(opened.st_size + 1)
    if len(data) != opened.st_size:
        raise refuse(
            told_name(path), "must stay as it is while it is read", "a file that changed",
            "open it again", reason="corrupt",
        )  # fmt: skip
    return data


def _check_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise refuse(told_name(path), NO_MODEL, _folder_kind(path), SAVE_WHOLE, reason=NOT_A_MODEL)
    if not stat.S_ISREG(status.st_mode):
        raise refuse(
            told_name(path), "must be a regular file", "a pipe, a socket or a device", SAVE_WHOLE,
            reason=NOT_A_MODEL,
        )  # fmt: skip


def _folder_kind(path: Path) -> str:
    if any((path / name).exists() for name in ("saved_model.pb", "saved_model.pbtxt")):
        return "a SavedModel folder"
    return "a folder"


def sniff(data: bytes, name: str) -> Format:
    """Tell the format of a file.

    Parameters
    ----------
    name : str
        What a refusal calls the file.

    Raises
    ------
    ModelFileError
        If it is neither a zip archive nor HDF5; it says what it is, and what to do.
    """
    if data.startswith(ZIP):
        return "zip"
    if data.startswith(HDF5):
        return "hdf5"
    kind, advice = _other_kind(data)
    raise refuse(name, NO_MODEL, kind, advice, reason=NOT_A_MODEL)


def _other_kind(data: bytes) -> tuple[str, str]:
    head = data[:HEAD_BYTES]
    for signature, kind, advice in SIGNATURES:
        if head.startswith(signature):
            return kind, advice
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not data:
        return "an empty file", "download or copy it again"
    if data.startswith(EMPTY_ZIP):
        return "an empty archive", "download or copy it again"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page", "download the file itself, not the page about it"
    if text.startswith((b"{", b"[")):
        return "JSON, a model's plan without its weights", SAVE_WHOLE
    if _is_pickle(data):
        return "a pickle, which could run any code", SAVE_WHOLE
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite model", SAVE_WHOLE
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < len(data):
        return "a safetensors file, weights without a model", SAVE_WHOLE
    return _protobuf_kind(head) or "another kind of file", SAVE_WHOLE


def _is_pickle(data: bytes) -> bool:
    if data[:1] == b"\x80":
        return data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    # The first protocols are text: an object of a module, or a mark.
    return data[:1] in (b"c", b"(") and b"\n" in data[:HEAD_BYTES] and data.rstrip()[-1:] == b"."


def _protobuf_kind(head: bytes) -> str | None:
    """ONNX begins with its version, a SavedModel with the number 1; then comes text or a graph."""
    if head[:1] != b"\x08" or head[2:3] not in (b"\x12", b"\x1a", b"\x3a", b"\x42"):
        return None
    return "the saved_model.pb of a SavedModel" if head[1:2] == b"\x01" else "an ONNX model"
