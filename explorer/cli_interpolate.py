"""``latent-explorer interpolate``: a journey from code to code, as pictures or as a film."""

from __future__ import annotations

import math
from argparse import Namespace as Options
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.cli import source_of
from explorer.cli_codes import read_codes, read_z
from explorer.cli_engine import choose_classes, open_engine, progress_bar, tell_spoiled
from explorer.cli_output import (
    check_place,
    check_shown,
    check_size,
    levels_of,
    save_arrays,
    save_each,
    save_gif,
    shape_of,
)
from models.bundle import DEFAULT
from models.errors import LatentError
from models.journey import Interpolation, Path
from models.source import ModelSource
from models.subject import Subject

FEWER = "take fewer --steps"

Floats = npt.NDArray[np.float32]


def interpolate(options: Options) -> int:
    """Codes -> the way through them -> decoder -> PNGs, a GIF or arrays."""
    _check_stops(options)
    check_place(options.out, ".gif", ".npz")
    with open_engine(source_of(options) or ModelSource(bundle=DEFAULT)) as engine:
        subject = engine.subject
        check_shown(options.out, subject)
        classes = choose_classes(options, subject)
        path = Path(_kind(options.kind), _stops(options, subject), options.closed)
        count = path.legs * options.steps + (not options.closed)
        check_size("The journey's codes", 4 * count * subject.latent_dim, FEWER)
        places = path.places(options.steps)
        zs = path.codes(places)
        with progress_bar(subject.name) as report:
            parts = engine.decode(zs, classes, report)
            _save(options, {"codes": zs, "places": places}, shape_of(subject), parts)
    tell_spoiled(engine)
    print(f"{count} steps are in {options.out}")
    return 0


def _check_stops(options: Options) -> None:
    ends = [name for name in ("from", "to") if getattr(options, name) is not None]
    if options.codes is None and len(ends) < 2:
        received = f"--{ends[0]} alone" if ends else "neither"
        raise LatentError("A journey", "needs --from and --to, or --codes", received)
    if options.codes is not None and ends:
        raise LatentError("A journey", "needs --from and --to, or --codes", "both")
    if options.codes is None and options.rows:
        raise LatentError("--rows", "must be of the codes that --codes names", "no --codes")


def _stops(options: Options, subject: Subject) -> Floats:
    if options.codes is None:
        ends = [read_z(f"--{name}", getattr(options, name), subject) for name in ("from", "to")]
        return np.stack(ends)
    codes = read_codes(options.codes, subject)
    if not options.rows:
        return codes
    if max(options.rows) >= len(codes):
        raise LatentError("--rows", f"must be from 0 to {len(codes) - 1}", str(max(options.rows)))
    return codes[list(options.rows)]


def _kind(name: str) -> Interpolation:
    return next(kind for kind in Interpolation if kind.value.lower() == name)


def _save(
    options: Options,
    arrays: dict[str, npt.NDArray[Any]],
    shape: tuple[int, ...],
    parts: Iterator[Floats],
) -> None:
    """By the name of the place: a film, arrays, or a folder of pictures."""
    out, count = options.out, len(arrays["codes"])
    if out.suffix.lower() == ".gif":
        pictures = (levels for part in parts for levels in levels_of(part, options.scale))
        save_gif(out, pictures, options.fps)
    elif out.suffix:
        check_size("The journey", 4 * count * math.prod(shape), FEWER)
        save_arrays(out, {**arrays, "outputs": np.concatenate(list(parts))})
    else:
        out.mkdir(parents=True, exist_ok=True)
        numbers = iter(range(1, count + 1))
        for part in parts:
            save_each(out, [f"{next(numbers):05}" for _ in part], part, options.scale)
