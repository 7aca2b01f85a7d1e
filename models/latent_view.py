"""What of ``z`` is shown at once, one row a value: all of it, a channel, a place, a part."""

from __future__ import annotations

import enum
import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.inspection.refusing import short_name
from models.ports import LatentPort

MAX_ROWS = 4096

Floats = npt.NDArray[np.float32]
Dims = npt.NDArray[np.intp]


class Grouping(enum.Enum):
    """A way to cut ``z`` into sections."""

    ALL = "all values"
    CHANNEL = "one channel"
    PLACE = "one place"
    PART = "one part"


@dataclass(frozen=True, eq=False)
class Section:
    """Values of ``z`` that are shown together.

    Attributes
    ----------
    dims : ndarray of intp, shape (rows,)
        Which values of ``z``.
    names : tuple of str
        What each is called: "z 3", "z_style 3", or "c 5 · 2,3" for channel 5 at row 2,
        column 3 of a spatial latent.
    starts : frozenset of int
        Rows where another latent input, or another channel, begins.
    """

    dims: Dims
    names: tuple[str, ...]
    starts: frozenset[int] = frozenset()

    def values(self, z: Floats) -> Floats:
        """What the rows show of ``z``, float32 of shape (rows,)."""
        values: Floats = z[self.dims]
        return values

    def moved(self, z: Floats, row: int, value: float) -> Floats:
        """``z`` with another value in one row."""
        moved = z.copy()
        moved[self.dims[row]] = value
        return moved

    def picked(self, rows: Dims, starts: frozenset[int]) -> Section:
        """Some of the rows, in another order; ``starts`` are counted among these."""
        return Section(self.dims[rows], tuple(self.names[row] for row in rows), starts)


class Sections:
    """``z`` cut into sections of at most :data:`MAX_ROWS` rows, each made when it is asked for.

    Parameters
    ----------
    ports : sequence of LatentPort
    grouping : Grouping
        A latent input without places has no channels either, and is cut into parts.
    """

    def __init__(self, ports: Sequence[LatentPort], grouping: Grouping) -> None:
        self.ports = tuple(ports)
        self.grouping = grouping

    def __len__(self) -> int:
        return 1 if self.grouping is Grouping.ALL else self._cuts[-1].end

    def __getitem__(self, index: int) -> Section:
        if self.grouping is Grouping.ALL:
            return _whole(self.ports)
        cut = self._cut_at(index)
        group, part = divmod(index - cut.begin, cut.parts)
        local = cut.local(group)[part * MAX_ROWS : (part + 1) * MAX_ROWS]
        return Section(local + cut.offset, _names(cut.port, local, cut.prefix))

    def title(self, index: int) -> str:
        """What a section is called: "channel 5", "z_style · place 2,3", "z 4096 to 8191"."""
        if self.grouping is Grouping.ALL:
            return str(self.grouping.value)
        cut = self._cut_at(index)
        group, part = divmod(index - cut.begin, cut.parts)
        if cut.grouping is Grouping.PART:
            last = min((part + 1) * MAX_ROWS, cut.port.size) - 1
            return f"{cut.prefix or 'z '}{part * MAX_ROWS} to {last}"
        if cut.grouping is Grouping.CHANNEL:
            what = f"channel {group}"
        else:
            what = "place " + ",".join(map(str, np.unravel_index(group, _places(cut.port))))
        of = f" · part {part + 1} of {cut.parts}" if cut.parts > 1 else ""
        port = f"{cut.prefix}· " if cut.prefix else ""
        return f"{port}{what}{of}"

    def find(self, text: str, near: int) -> int | None:
        """The section that a text names, such as "5", "2,3" or a title.

        Parameters
        ----------
        text : str
        near : int
            A section of the latent input that is meant.

        Returns
        -------
        int or None
            None where there is none.
        """
        cut = self._cut_at(near)
        what, _, which = text.strip().removeprefix(cut.prefix).partition(" · part ")
        numbers, parts = _numbers(what), _numbers(which)
        if cut.grouping is Grouping.PART:
            numbers = numbers[:1]
        sizes = cut.sizes
        if len(numbers) != len(sizes) or any(map(operator.ge, numbers, sizes)):
            return None
        place = int(np.ravel_multi_index(numbers, sizes))
        if cut.grouping is Grouping.PART:
            return cut.begin + place // MAX_ROWS
        part = parts[0] - 1 if parts else 0
        return cut.begin + place * cut.parts + part if 0 <= part < cut.parts else None

    def _cut_at(self, index: int) -> _Cut:
        return next(cut for cut in self._cuts if index < cut.end)

    @cached_property
    def _cuts(self) -> tuple[_Cut, ...]:
        cuts: list[_Cut] = []
        begin = offset = 0
        for port in self.ports:
            prefix = _prefix(port, self.ports)
            grouping = self.grouping if is_spatial(port) else Grouping.PART
            cuts.append(_Cut(port, grouping, prefix, begin, offset))
            begin, offset = cuts[-1].end, offset + port.size
        return tuple(cuts)


def groupings(ports: Sequence[LatentPort]) -> tuple[Grouping, ...]:
    """The ways in which a user may look at ``z``; only ``ALL`` where it is a short vector."""
    few = sum(port.size for port in ports) <= MAX_ROWS
    if any(map(is_spatial, ports)):
        return (*([Grouping.ALL] if few else []), Grouping.CHANNEL, Grouping.PLACE)
    return (Grouping.ALL,) if few else (Grouping.PART,)


def shown_name(name: str) -> str:
    """A name from a file as it may stand in a tooltip: short, printable, not taken for HTML."""
    return short_name(name).replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")


def is_spatial(port: LatentPort) -> bool:
    """Whether a latent has both places and channels."""
    return len(port.shape) > 1 and port.shape[-1] > 1 and math.prod(_places(port)) > 1


@dataclass(frozen=True)
class _Cut:
    port: LatentPort
    grouping: Grouping
    prefix: str
    begin: int  # its first section
    offset: int  # its first value in z

    @property
    def parts(self) -> int:
        return -(-(self.port.size // self._groups) // MAX_ROWS)

    @property
    def end(self) -> int:
        return self.begin + self._groups * self.parts

    @property
    def sizes(self) -> tuple[int, ...]:
        """What numbers tell a group from the others must be below."""
        if self.grouping is Grouping.CHANNEL:
            return self.port.shape[-1:]
        return _places(self.port) if self.grouping is Grouping.PLACE else (self.port.size,)

    @property
    def _groups(self) -> int:
        return 1 if self.grouping is Grouping.PART else math.prod(self.sizes)

    def local(self, group: int) -> Dims:
        """The values of a group, counted within the port."""
        size = self.port.size
        if self.grouping is Grouping.CHANNEL:
            return np.arange(group, size, self._groups, dtype=np.intp)
        each = size // self._groups
        return np.arange(group * each, (group + 1) * each, dtype=np.intp)


def _whole(ports: Sequence[LatentPort]) -> Section:
    dims: list[Dims] = []
    names: list[str] = []
    starts: set[int] = set()
    offset = 0
    for port in ports:
        local = np.arange(port.size, dtype=np.intp)
        starts.add(offset)
        if is_spatial(port):  # channel by channel
            local = np.moveaxis(local.reshape(port.shape), -1, 0).ravel()
            starts.update(range(offset, offset + port.size, port.size // port.shape[-1]))
        dims.append(local + offset)
        names += _names(port, local, _prefix(port, ports))
        offset += port.size
    return Section(np.concatenate(dims), tuple(names), frozenset(starts - {0}))


def _names(port: LatentPort, local: Dims, prefix: str) -> tuple[str, ...]:
    if len(port.shape) < 2:
        stem = prefix or "z "
        return tuple(f"{stem}{dim}" for dim in local.tolist())
    *places, channels = (axis.tolist() for axis in np.unravel_index(local, port.shape))
    each = zip(*places, strict=True)
    return tuple(
        f"{prefix}c {channel} · {','.join(map(str, place))}"
        for channel, place in zip(channels, each, strict=True)
    )


def _prefix(port: LatentPort, ports: Sequence[LatentPort]) -> str:
    return f"{shown_name(port.name)} " if len(ports) > 1 else ""


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d{1,9}", text)]


def _places(port: LatentPort) -> tuple[int, ...]:
    return port.shape[:-1]
