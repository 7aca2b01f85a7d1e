"""What a film of a journey is to be like."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import SessionError

MIN_SIDE_PX, MAX_SIDE_PX = 16, 1080
MAX_FRAMES = 36_000  # ten minutes of 60 a second
GIF_TICK_S = 0.01  # a GIF tells how long a picture stands in whole ones
LIBRARY = "av"  # that encodes H.264
MP4_FPS = (24, 25, 30, 50, 60)
GIF_FPS = (10, 20, 25, 50)


class FilmKind(enum.Enum):
    """What a journey can become."""

    MP4 = "MP4 film"
    GIF = "GIF film"
    PNGS = "Folder of PNGs"

    @property
    def fps(self) -> tuple[int, ...]:
        """How many frames a second there can be."""
        return GIF_FPS if self is FilmKind.GIF else MP4_FPS

    @property
    def suffix(self) -> str:
        """Of its file; a folder has none."""
        return {FilmKind.MP4: ".mp4", FilmKind.GIF: ".gif", FilmKind.PNGS: ""}[self]


def check_library(kind: FilmKind) -> None:
    """See whether what writes such a film is installed, without importing it.

    Raises
    ------
    SessionError
        If it is not.
    """
    if kind is FilmKind.MP4 and find_spec(LIBRARY) is None:
        rule, advice = "must have PyAV to write it", "pip install av, or export a GIF"
        raise SessionError("An MP4 film", rule, "none", advice)


@dataclass(frozen=True)
class Film:
    """How a journey is shown.

    Attributes
    ----------
    kind : FilmKind
    side_px : int
        Of the longer side, from 16 to 1080.
    fps : int
        Frames a second, one of those of its kind.
    seconds : float
        How long the journey takes.
    closed : bool
        Whether its end is its beginning, which is then shown once.
    crisp : bool
        Whether single pixels are shown; else what lies between is smooth.

    Raises
    ------
    SessionError
        If a number is not one of these, or there would be more than 36,000 frames.
    """

    kind: FilmKind
    side_px: int
    fps: int
    seconds: float
    closed: bool = False
    crisp: bool = True

    def __post_init__(self) -> None:
        if not MIN_SIDE_PX <= self.side_px <= MAX_SIDE_PX:
            rule = f"must have {MIN_SIDE_PX} to {MAX_SIDE_PX} pixels on its longer side"
            raise SessionError("A film", rule, str(self.side_px))
        if self.fps not in self.kind.fps:
            choices = ", ".join(map(str, self.kind.fps))
            raise SessionError("A film's frames a second", f"must be {choices}", str(self.fps))
        if not 0 < self.seconds * self.fps <= MAX_FRAMES - 1:
            frames = f"{self.seconds * self.fps:,.0f}"
            advice = "take fewer a second"
            raise SessionError("A film", f"must have at most {MAX_FRAMES:,} frames", frames, advice)

    @property
    def frames(self) -> int:
        """How many pictures there are."""
        return self._steps + (0 if self.closed else 1)

    @property
    def _steps(self) -> int:
        return max(1, round(self.seconds * self.fps))

    def places(self, legs: int) -> npt.NDArray[np.float64]:
        """Where on a way of so many legs each frame is."""
        return np.arange(self.frames, dtype=np.float64) * (legs / self._steps)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "kind": self.kind.name,
            "side_px": self.side_px,
            "fps": self.fps,
            "seconds": self.seconds,
            "closed": self.closed,
            "crisp": self.crisp,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Film:
        """The film that :meth:`to_json` told of."""
        return cls(**{**record, "kind": FilmKind[record["kind"]]})
