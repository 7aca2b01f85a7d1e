"""What goes into a model and comes out of it, as the window sees it.

A port turns a model's own array into a form that is the same for all models, and
back: one flat ``z``, a chosen class, a picture in [0, 1], or curves.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, get_args

import numpy as np
import numpy.typing as npt

from models.errors import ArchitectureError, LatentError
from models.inspection.limits import MAX_ACTIVATION_ELEMENTS

Floats = npt.NDArray[np.float32]
Layout = Literal["HW", "HWC", "CHW", "flat"]
CurveLayout = Literal["L", "LC", "CL"]
ClassForm = Literal["one_hot", "index"]

SHOWN_CHANNELS = (1, 3, 4)  # grey, RGB, RGBA


@dataclass(frozen=True)
class Port:
    """What all ports share: a form in JSON."""

    kind: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values, with the port's ``kind``."""
        return {"kind": self.kind} | dataclasses.asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """The port that :meth:`to_json` told of.

        Raises
        ------
        ArchitectureError
            If the record tells of another kind of port, or of an impossible one.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        if set(record) != {"kind", *names} or record["kind"] != cls.kind:
            raise _misfit(f"The record of a {cls.kind} port", "must have its fields", repr(record))
        values = {
            name: tuple(record[name]) if isinstance(record[name], list) else record[name]
            for name in names
        }
        try:
            return cls(**values)
        except TypeError as error:
            raise _misfit(
                f"The record of a {cls.kind} port", "must have fitting values", repr(record)
            ) from error


@dataclass(frozen=True)
class LatentPort(Port):
    """One latent input of a decoder.

    Attributes
    ----------
    name : str
        Of the model's input.
    shape : tuple of int
        Without the batch: (d,) for a vector, (h, w, channels) for a spatial latent.
    """

    name: str
    shape: tuple[int, ...]
    kind: ClassVar[str] = "latent"

    def __post_init__(self) -> None:
        _check_sizes(self.shape)

    @property
    def size(self) -> int:
        """How many values it has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class ClassPort(Port):
    """An input that takes a class.

    Attributes
    ----------
    name : str
        Of the model's input.
    classes : int
    form : "one_hot" or "index"
    shape : tuple of int
        Without the batch; (classes,) for one-hot, () or (1,) for an index.
    dtype : str
    """

    name: str
    classes: int
    form: ClassForm
    shape: tuple[int, ...]
    dtype: str = "float32"
    kind: ClassVar[str] = "class"

    def __post_init__(self) -> None:
        _check_sizes((self.classes, *self.shape))
        size = {"one_hot": self.classes, "index": 1}.get(self.form)
        if math.prod(self.shape) != size or np.dtype(self.dtype).kind not in "fiub":
            raise _misfit("A class input", "must be one-hot or an index", repr(self))

    def make(self, n: int, chosen: int | Sequence[int] | npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        """What the model takes for a class.

        Parameters
        ----------
        n : int
            Length of the batch.
        chosen : int, or n of them
            From 0 to classes - 1.

        Returns
        -------
        ndarray of dtype ``dtype``, shape (n, *shape)

        Raises
        ------
        ArchitectureError
            If there is no such class.
        """
        indices = np.broadcast_to(np.asarray(chosen, np.int64), (n,))
        if n and (indices.min() < 0 or indices.max() >= self.classes):
            raise _misfit(
                f"The class for {self.name!r}", f"must be from 0 to {self.classes - 1}", str(chosen)
            )
        array = indices if self.form == "index" else np.arange(self.classes) == indices[:, None]
        return array.reshape(n, *self.shape).astype(self.dtype)


@dataclass(frozen=True)
class PicturePort(Port):
    """A tensor that is a picture.

    Attributes
    ----------
    layout : "HW", "HWC", "CHW" or "flat"
        Order of the axes; "flat" is (height, width, channels) row by row on one axis.
    height, width, channels : int
        Of the model's tensor.
    low, high : float
        Values of black and white.
    channel : int
        Shown as grey where the channels are neither grey, RGB nor RGBA.
    """

    layout: Layout
    height: int
    width: int
    channels: int = 1
    low: float = 0.0
    high: float = 1.0
    channel: int = 0
    kind: ClassVar[str] = "picture"

    def __post_init__(self) -> None:
        _check_sizes((self.height, self.width, self.channels))
        if self.layout not in get_args(Layout) or (self.layout == "HW" and self.channels != 1):
            raise _misfit("A picture's layout", "must be HW, HWC, CHW or flat", repr(self.layout))
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise _misfit("A range of values", "must run upwards", f"{self.low} to {self.high}")
        if not 0 <= self.channel < self.channels:
            raise _misfit("The channel shown", f"must be below {self.channels}", repr(self.channel))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the model's tensor, without the batch."""
        h, w, c = self.height, self.width, self.channels
        return {"HW": (h, w), "HWC": (h, w, c), "CHW": (c, h, w), "flat": (h * w * c,)}[self.layout]

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the picture; its channels are 1, 3 or 4."""
        return self.height, self.width, self.channels if self.channels in SHOWN_CHANNELS else 1

    def to_picture(self, array: npt.NDArray[Any]) -> Floats:
        """The picture in a model's tensor.

        Parameters
        ----------
        array : ndarray, shape (n, *shape)

        Returns
        -------
        ndarray of float32, shape (n, height, width, 1, 3 or 4)
            In [0, 1]; NaN stays NaN.

        Raises
        ------
        ArchitectureError
            If the array has another shape.
        """
        _check_batch(array, self.shape)
        if self.layout == "CHW":
            picture = np.moveaxis(array, 1, 3)
        else:
            picture = array.reshape(len(array), self.height, self.width, self.channels)
        if self.channels not in SHOWN_CHANNELS:
            picture = picture[..., self.channel : self.channel + 1]
        picture = picture.astype(np.float64 if picture.dtype == np.float64 else np.float32)
        if (self.low, self.high) != (0, 1):
            picture = (picture - self.low) / (self.high - self.low)
        return np.ascontiguousarray(np.clip(picture, 0, 1), np.float32)

    def from_picture(self, picture: npt.NDArray[Any]) -> Floats:
        """What the model takes for a picture; the inverse of :meth:`to_picture`.

        Parameters
        ----------
        picture : ndarray, shape (n, height, width, 1, 3 or 4)
            In [0, 1]; grey is written into every channel.

        Returns
        -------
        ndarray of float32, shape (n, *shape)

        Raises
        ------
        ArchitectureError
            If the picture has another shape.
        """
        if picture.shape[1:] != (self.height, self.width, 1):
            _check_batch(picture, self.picture_shape)
        values = (picture * (self.high - self.low) + self.low).astype(np.float32)
        values = np.broadcast_to(values, (*values.shape[:3], self.channels))
        if self.layout == "CHW":
            values = np.moveaxis(values, 3, 1)
        return np.ascontiguousarray(values).reshape(len(picture), *self.shape)


@dataclass(frozen=True)
class CurvePort(Port):
    """A tensor that is no picture: a curve, or one for each channel.

    Attributes
    ----------
    length, channels : int
    layout : "L", "LC" or "CL"
        Order of the axes; "L" has none for channels.
    """

    length: int
    channels: int = 1
    layout: CurveLayout = "L"
    kind: ClassVar[str] = "curve"

    def __post_init__(self) -> None:
        _check_sizes((self.length, self.channels))
        if self.layout not in get_args(CurveLayout) or (self.layout == "L" and self.channels != 1):
            raise _misfit("A curve's layout", "must be L, LC or CL", repr(self.layout))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the model's tensor, without the batch."""
        length, channels = self.length, self.channels
        return {"L": (length,), "LC": (length, channels), "CL": (channels, length)}[self.layout]

    def to_curve(self, array: npt.NDArray[Any]) -> Floats:
        """The curves in a model's tensor (n, *shape), as float32 (n, length, channels).

        Raises
        ------
        ArchitectureError
            If the array has another shape.
        """
        _check_batch(array, self.shape)
        curves = np.moveaxis(array, 1, 2) if self.layout == "CL" else array
        return curves.astype(np.float32).reshape(len(array), self.length, self.channels)

    def from_curve(self, curves: npt.NDArray[Any]) -> Floats:
        """What the model takes for curves (n, length, channels), as float32 (n, *shape).

        Raises
        ------
        ArchitectureError
            If the curves have another shape.
        """
        _check_batch(curves, (self.length, self.channels))
        values = np.moveaxis(curves, 2, 1) if self.layout == "CL" else curves
        return values.astype(np.float32).reshape(len(curves), *self.shape)


def port_from_json(record: Mapping[str, Any]) -> Port:
    """The port of any kind that a record tells of.

    Raises
    ------
    ArchitectureError
        If there is no such kind, or the record is none of it.
    """
    kinds = (LatentPort, ClassPort, PicturePort, CurvePort)
    for kind in kinds:
        if record.get("kind") == kind.kind:
            return kind.from_json(record)
    names = ", ".join(kind.kind for kind in kinds)
    raise _misfit("The kind of a port", f"must be one of {names}", repr(record.get("kind")))


def split_z(ports: Sequence[LatentPort], z: npt.NDArray[Any]) -> tuple[Floats, ...]:
    """What each latent input takes of a flat ``z``.

    Parameters
    ----------
    ports : sequence of LatentPort
    z : ndarray, shape (n, sum of the ports' sizes)

    Returns
    -------
    tuple of ndarray of float32, each of shape (n, *port.shape)

    Raises
    ------
    LatentError
        If ``z`` has another shape.
    """
    total = sum(port.size for port in ports)
    if z.ndim != 2 or z.shape[1] != total:
        raise LatentError("z", f"must have the shape (n, {total})", str(z.shape))
    ends = np.cumsum([port.size for port in ports])[:-1]
    parts = np.split(np.asarray(z, np.float32), ends, axis=1)
    return tuple(part.reshape(len(z), *port.shape) for port, part in zip(ports, parts, strict=True))


def join_z(ports: Sequence[LatentPort], arrays: Sequence[npt.NDArray[Any]]) -> Floats:
    """One flat ``z`` (n, total) of the latent inputs' arrays; the inverse of :func:`split_z`.

    Raises
    ------
    LatentError
        If an array does not have its port's shape.
    """
    shapes = [port.shape for port in ports]
    if [array.shape[1:] for array in arrays] != shapes or len({len(each) for each in arrays}) > 1:
        received = ", ".join(str(array.shape) for array in arrays)
        raise LatentError("The latent inputs", f"must have the shapes {shapes}", received)
    flat = [
        np.asarray(array, np.float32).reshape(len(array), port.size)
        for port, array in zip(ports, arrays, strict=True)
    ]
    return np.concatenate(flat, axis=1)


def _check_sizes(sizes: tuple[int, ...]) -> None:
    valid = isinstance(sizes, tuple) and all(type(size) is int and size > 0 for size in sizes)
    if not valid or math.prod(sizes) > MAX_ACTIVATION_ELEMENTS:
        raise _misfit(
            "A port's shape", f"must hold 1 to {MAX_ACTIVATION_ELEMENTS} values", repr(sizes)
        )


def _check_batch(array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape[1:] != shape or array.ndim != len(shape) + 1:
        wanted = ", ".join(map(str, ("n", *shape)))
        raise _misfit("A batch", f"must have the shape ({wanted})", str(array.shape))


def _misfit(thing: str, rule: str, received: str) -> ArchitectureError:
    return ArchitectureError(thing, rule, received[:80])
