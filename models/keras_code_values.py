"""Arrays, and how models take and give them, as lines of NumPy."""

from __future__ import annotations

import base64
import textwrap
import zlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.ports import ClassPort, CurvePort, LatentPort, PicturePort
from models.subject import Port

WIDTH_CHARS: Final = 88
MOST_NUMBERS: Final = 64  # that are written out; more are embedded


def array_lines(name: str, array: npt.NDArray[np.float32]) -> list[str]:
    """Lines that make an array (1, ...) of exactly these float32 values."""
    shape = ", ".join(map(str, array.shape))
    if array.size <= MOST_NUMBERS:
        rows = textwrap.wrap(", ".join(map(str, array.ravel())), WIDTH_CHARS - 4)
        numbers = [f"    {row}" for row in rows]
        return [f"{name} = np.array([", *numbers, f"], np.float32).reshape({shape})"]
    data = base64.b64encode(zlib.compress(array.astype("<f4").tobytes(), 9)).decode()
    return [
        "data = (",
        *(f'    "{row}"' for row in textwrap.wrap(data, WIDTH_CHARS - 6)),
        ")",
        "data = zlib.decompress(base64.b64decode(data))",
        f'{name} = np.frombuffer(data, "<f4").reshape({shape})',
    ]


def class_text(port: ClassPort, chosen: int) -> str:
    """An expression for what an input takes for a class, as :meth:`ClassPort.make` makes it."""
    if port.form == "index":
        return f"np.full(({_batch_of_one(port.shape)},), {int(chosen)}, {port.dtype!r})"
    made = f"np.eye({port.classes}, dtype={port.dtype!r})[[{int(chosen)}]]"
    return made if len(port.shape) == 1 else f"{made}.reshape({_batch_of_one(port.shape)})"


def latent_text(port: LatentPort, start: int, latent_dim: int) -> str:
    """An expression for what a latent input takes of ``z`` (1, latent_dim) from ``start`` on."""
    part = "z" if port.size == latent_dim else f"z[:, {start} : {start + port.size}]"
    return part if len(port.shape) == 1 else f"{part}.reshape({_batch_of_one(port.shape)})"


def taking_lines(port: PicturePort, name: str, channels: int) -> list[str]:
    """Lines that make ``given`` of a picture, as :meth:`PicturePort.from_picture` does it.

    None where the model takes the picture as it is.
    """
    steps = []
    if (port.low, port.high) != (0, 1):
        steps.append(f"{{}} * {port.high - port.low!r} + {port.low!r}")
    if channels == 1 and port.channels > 1:
        steps.append(f"np.repeat({{}}, {port.channels}, axis=3)")
    if port.layout == "CHW":
        steps.append("np.moveaxis({}, 3, 1)")
    elif port.layout != "HWC":
        steps.append(f"{{}}.reshape({_batch_of_one(port.shape)})")
    sources = [name, *["given"] * len(steps)]
    lines = ["given = " + step.format(source) for step, source in zip(steps, sources, strict=False)]
    return [*lines, "given = given.astype(np.float32)"] if lines else []


def reading_lines(port: Port, name: str) -> list[str]:
    """Lines that read what a model gave, as :func:`models.answers.read_output` does it."""
    if isinstance(port, CurvePort):
        steps = [f"np.moveaxis({name}, 1, 2)"] if port.layout == "CL" else []
        steps.append(f"{name}.reshape(1, {port.length}, {port.channels})")
    elif port.layout == "HWC" and (port.low, port.high) == (0, 1):
        steps = []
    else:
        steps = [*_as_picture(port, name), f"np.clip({name}, 0, 1)"]
    return [f"{name} = {step}" for step in steps]


def _as_picture(port: PicturePort, name: str) -> list[str]:
    steps = []
    if port.layout == "CHW":
        steps.append(f"np.moveaxis({name}, 1, 3)")
    elif port.layout != "HWC":
        steps.append(f"{name}.reshape(1, {port.height}, {port.width}, {port.channels})")
    if port.picture_shape[2] != port.channels:
        steps.append(f"{name}[..., {port.channel} : {port.channel + 1}]")
    if (port.low, port.high) != (0, 1):
        steps.append(f"({name} - {port.low!r}) / {port.high - port.low!r}")
    return steps


def _batch_of_one(shape: tuple[Any, ...]) -> str:
    return ", ".join(map(str, (1, *shape)))
