"""``latent-explorer traverse``: what each value of ``z`` does, as a grid of pictures."""

from __future__ import annotations

import math
from argparse import Namespace as Options
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.cli import source_of
from explorer.cli_codes import read_codes, read_z
from explorer.cli_engine import choose_classes, open_engine, progress_bar, tell_spoiled
from explorer.cli_output import (
    check_file,
    check_place,
    check_shown,
    check_size,
    levels_of,
    save_arrays,
    save_each,
    save_png,
    shape_of,
)
from models.bundle import DEFAULT, Codes
from models.errors import LatentError
from models.latent_view import Section
from models.source import ModelSource
from models.subject import Subject, Whereabouts
from models.traversal import FIRST_LEVEL, LAST_LEVEL, Traversal

GAP_PX = 2
GROUND = 96  # grey between the pictures, which may be black or white
MOST_ROWS = 64  # where none are chosen

Floats = npt.NDArray[np.float32]


def traverse(options: Options) -> int:
    """Model -> codes along each dimension -> decoder -> a grid, its pictures, or arrays."""
    check_place(options.out, ".png", ".npz")
    if options.codes is not None:
        check_file(options.codes, ".npz")
    with open_engine(source_of(options) or ModelSource(bundle=DEFAULT)) as engine:
        subject = engine.subject
        check_shown(options.out, subject)
        classes = choose_classes(options, subject)
        arrays = _codes(options, subject)
        rows, columns, _ = arrays["codes"].shape
        with progress_bar(subject.name) as report:
            zs = arrays["codes"].reshape(-1, subject.latent_dim)
            _save(options, arrays, shape_of(subject), engine.decode(zs, classes, report))
    if options.codes is not None:
        save_arrays(options.codes, arrays)
    tell_spoiled(engine)
    print(f"{rows} rows of {columns} columns are in {options.out}")
    return 0


def _codes(options: Options, subject: Subject) -> dict[str, npt.NDArray[Any]]:
    """The grid's ``codes`` (rows, columns, latent_dim), and where they come from."""
    z = read_z("--around", options.around, subject)
    dims = _dims(options.dims, subject.latent_dim)
    count = len(dims) * options.columns
    check_size("The grid's codes", 4 * count * subject.latent_dim, "choose fewer --dims")
    levels = [0.5]
    if options.columns > 1:
        levels = np.linspace(FIRST_LEVEL, LAST_LEVEL, options.columns).tolist()
    traversal = Traversal.through(
        Section(dims, tuple(f"z {dim}" for dim in dims)),
        np.arange(len(dims)),
        _whereabouts(options.known, subject),
        np.zeros(subject.latent_dim, np.bool_),
        levels,
    )
    codes = traversal.codes(z, np.arange(count))
    return {
        "codes": codes.reshape(*traversal.values.shape, -1),
        "z": z,
        "dims": dims,
        "levels": np.array(levels, np.float32),
        "values": traversal.values,
    }


def _dims(chosen: Sequence[int], latent_dim: int) -> npt.NDArray[np.intp]:
    if not chosen:
        return np.arange(min(latent_dim, MOST_ROWS), dtype=np.intp)
    if max(chosen) >= latent_dim:
        raise LatentError("--dims", f"must be from 0 to {latent_dim - 1}", str(max(chosen)))
    return np.array(chosen, np.intp)


def _whereabouts(known: Path | None, subject: Subject) -> Whereabouts:
    if known is None:
        return subject.whereabouts
    codes = read_codes(known, subject)
    return Whereabouts.of_codes(Codes.measure(codes, np.zeros(len(codes), np.uint8)), known.name)


def _save(
    options: Options,
    arrays: dict[str, npt.NDArray[Any]],
    shape: tuple[int, ...],
    parts: Iterator[Floats],
) -> None:
    """By the name of the place: one picture, arrays, or a folder of pictures."""
    out, (rows, columns) = options.out, arrays["codes"].shape[:2]
    if out.suffix.lower() == ".png":
        save_png(out, _draw(rows, columns, shape, options.scale, parts))
    elif out.suffix:
        check_size("The grid", 4 * rows * columns * math.prod(shape), "choose fewer --dims")
        outputs = np.concatenate(list(parts)).reshape(rows, columns, *shape)
        save_arrays(out, {**arrays, "outputs": outputs})
    else:
        out.mkdir(parents=True, exist_ok=True)
        names = iter([f"z{dim}-{column:02}" for dim in arrays["dims"] for column in range(columns)])
        for part in parts:
            save_each(out, [next(names) for _ in part], part, options.scale)


def _draw(
    rows: int, columns: int, shape: tuple[int, ...], scale: int, parts: Iterator[Floats]
) -> npt.NDArray[np.uint8]:
    height, width, channels = shape
    step_y, step_x = height * scale + GAP_PX, width * scale + GAP_PX
    size = (rows * step_y - GAP_PX, columns * step_x - GAP_PX, channels)
    check_size("The picture of the grid", math.prod(size), "choose fewer --dims, or a folder")
    drawn = np.full(size, GROUND, np.uint8)
    drawn[..., 3:] = 255  # opaque, where pictures are RGBA
    cell = 0
    for part in parts:
        for levels in levels_of(part, scale):
            y, x = (cell // columns) * step_y, (cell % columns) * step_x
            drawn[y : y + height * scale, x : x + width * scale] = levels
            cell += 1
    return drawn
