"""Codes as files that other programs read: .npy, CSV and JSON, written portion by portion."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from explorer.state.frame import Floats
from explorer.state.journey_edits import journey_path, journey_stops
from explorer.state.record import State
from explorer.state.stored import vector_to_json
from models.errors import LatentError, SessionError
from models.files import write_atomically

PORTION_VALUES: Final = 2**20  # that are held at a time
FILTERS: Final = {"NumPy (*.npy)": ".npy", "CSV (*.csv)": ".csv", "JSON (*.json)": ".json"}
# A spreadsheet takes what begins so for a formula, and a name may come from elsewhere.
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes to write.

    Attributes
    ----------
    what : str
        Such as ``bookmarks``.
    heading : str
        Of the column of names.
    names : sequence of str
        One for each code.
    latent_dim : int
    portion : callable of (start, stop) -> ndarray of float32, shape (n, latent_dim)
        Some of the codes.
    about : mapping
        JSON values that say more.
    """

    what: str
    heading: str
    names: Sequence[str]
    latent_dim: int
    portion: Callable[[int, int], Floats]
    about: Mapping[str, Any]

    def portions(self) -> Iterator[tuple[Sequence[str], Floats]]:
        """Names and codes, not all of them at once."""
        step = max(1, PORTION_VALUES // self.latent_dim)
        for start in range(0, len(self.names), step):
            stop = min(start + step, len(self.names))
            yield self.names[start:stop], self.portion(start, stop)


def code_of_z(state: State, model: str) -> Codes:
    """``z`` as it is set now."""
    z = state.latent.z[np.newaxis]
    return Codes("z", "name", ["z"], z.shape[1], lambda *_: z, {"model": model})


def codes_of_bookmarks(state: State, model: str) -> Codes:
    """All bookmarks in their order.

    Raises
    ------
    LatentError
        If there is none.
    """
    marks = state.bookmarks
    if not marks:
        raise LatentError("Bookmarks to save", "must be there", "none", "bookmark z")
    zs = np.stack([mark.z for mark in marks])
    names = [mark.name for mark in marks]
    about = {"model": model}
    return Codes("bookmarks", "name", names, zs.shape[1], lambda i, j: zs[i:j], about)


def codes_of_journey(state: State, model: str) -> Codes:
    """All steps of the journey; each is called by its place, in bookmarks from 0 on.

    Raises
    ------
    LatentError
        If there is no journey.
    """
    path, journey = journey_path(state), state.journey
    places = path.places(journey.steps)
    stops = [stop.name for stop in journey_stops(state)]
    about = {"model": model, "journey": journey.to_json(), "bookmarks": stops}
    names = [f"{place:g}" for place in places.tolist()]
    return Codes(
        "steps", "place", names, path.points.shape[1], lambda i, j: path.codes(places[i:j]), about
    )


def write_codes(codes: Codes, path: Path) -> str:
    """Write codes in the format that the file's name says.

    Returns
    -------
    str
        A sentence that says what was saved.

    Raises
    ------
    SessionError
        If the name says no format.
    OSError
        If the disk is full or the folder cannot be written; the file is as it was.
    """
    writers = {".npy": _write_npy, ".csv": _write_csv, ".json": _write_json}
    write = writers.get(path.suffix.lower())
    if write is None:
        rule = "must be called *.npy, *.csv or *.json"
        raise SessionError("A file of codes", rule, path.name[:60])
    write_atomically(path, lambda stream: write(codes, stream))
    return f"Saved {path}: {len(codes.names):,} × {codes.latent_dim:,} values."


def _write_npy(codes: Codes, stream: BinaryIO) -> None:
    shape = (len(codes.names), codes.latent_dim)
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    for _, zs in codes.portions():
        stream.write(zs.astype("<f4").tobytes())


def _write_csv(codes: Codes, stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    rows = csv.writer(text)
    rows.writerow([codes.heading, *(f"z{dim}" for dim in range(codes.latent_dim))])
    for names, zs in codes.portions():
        for name, z in zip(names, zs, strict=True):
            told = f"'{name}" if name.startswith(_FORMULA) else name
            rows.writerow([told, *map(str, z)])
    text.detach()


def _write_json(codes: Codes, stream: BinaryIO) -> None:
    head = json.dumps({**codes.about, "latent_dim": codes.latent_dim}, ensure_ascii=False)
    stream.write(f"{head[:-1]}, {json.dumps(codes.what)}: [".encode())
    comma = ""
    for names, zs in codes.portions():
        for name, z in zip(names, zs, strict=True):
            line = json.dumps({codes.heading: name, "z": vector_to_json(z)}, ensure_ascii=False)
            stream.write(f"{comma}\n{line}".encode())
            comma = ","
    stream.write(b"\n]}\n")
