"""Which projection a map shows, and its points as an image: questions to the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from explorer.state.frame import Arrays
from explorer.widgets.map_place import Box
from explorer.widgets.projection_chooser import EMBEDDINGS
from models.bundle import Codes
from models.point_raster import MAX_DOT_PX, MAX_SIDE_PX
from models.projection import LinearMap
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "map"
# Points are smaller the more there are: up to so many, of so many pixels.
DOTS_PX = ((1_000, 5.0), (5_000, 3.0), (100_000, 2.0))


@dataclass(frozen=True, eq=False)
class Projection:
    """A map of the codes.

    Attributes
    ----------
    kind : str
    settings : mapping
        As the user chose them.
    number : int
        Tells it from others.
    linear : LinearMap or None
        None where only the codes themselves have places.
    extent : tuple of float
        (x0, y0, x1, y1) that holds all points.
    names : (str, str)
        What its axes are called.
    count, selected : int
        How many codes it shows, and how many of them are selected.
    """

    kind: str
    settings: Mapping[str, Any]
    number: int
    linear: LinearMap | None
    extent: Box
    names: tuple[str, str]
    count: int
    selected: int


class MapSource(QObject):
    """Asks for projections and images; a refused one leaves everything as it was.

    Attributes
    ----------
    projected : signal of Projection
    refused : signal of str
        Why there is no such projection, or no image of it.
    rastered : signal of (shades, box)
        The points of a part of the map as an image of shape (height, width).
    progressed : signal of (int, int)
    """

    projected = pyqtSignal(object)
    refused = pyqtSignal(str)
    rastered = pyqtSignal(object, object)
    progressed = pyqtSignal(int, int)

    def __init__(self, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._analysis = analysis
        self._waiting = 0  # number of the projection that is on its way
        self._asked: dict[int, tuple[str, Mapping[str, Any]]] = {}
        self._drawing: int | None = None  # the newest question for an image
        self.projection: Projection | None = None
        self.hidden: list[int] = []
        self.isolated = False
        analysis.answered.connect(self._take)
        analysis.failed.connect(self._fail)
        analysis.progressed.connect(self._tell_progress)

    @property
    def is_waiting(self) -> bool:
        """Whether a projection is on its way."""
        return self._waiting > 0

    def forget(self) -> None:
        """There are other codes now, which no map shows yet."""
        self.cancel()
        self._asked.clear()
        self.projection = None
        self.hidden, self.isolated = [], False
        self._drawing = None

    def project(self, kind: str, settings: Mapping[str, Any], ends: Arrays) -> None:
        """Ask for a projection.

        Parameters
        ----------
        kind : str
            One of :data:`~explorer.widgets.projection_chooser.PROJECTIONS`.
        settings : mapping
            ``i`` and ``j`` of two dimensions.
        ends : mapping of ndarray
            ``a`` and ``b`` of an axis between two codes, (latent_dim,) each.
        """
        self.cancel()
        if kind in EMBEDDINGS:
            seq = self._analysis.ask("embed", {"kind": kind}, lane=LANE)
            is_asked = self._analysis.is_embedding
        else:
            seq = self._analysis.ask(
                "project", {"kind": kind, "params": dict(settings)}, ends, LANE
            )
            is_asked = True
        if is_asked:
            self._waiting = seq
            self._asked[seq] = kind, settings

    def cancel(self) -> None:
        """Wait for no projection any longer."""
        self._waiting = 0
        self._analysis.cancel_embedding()

    def ask_raster(self, box: Box, size_px: tuple[int, int], ratio: float) -> None:
        """Ask for an image of a part of the map.

        Parameters
        ----------
        box : tuple of float
            (x0, y0, x1, y1), y upwards.
        size_px : (width, height)
        ratio : float
            Pixels of the screen for each of the window's.
        """
        if self.projection is None:
            return
        x0, y0, x1, y1 = box
        width, height = (min(side, MAX_SIDE_PX) for side in size_px)
        settings = {
            "view": [x0, y1, x1, y0],
            "size_px": [width, height],
            "dot_px": _dot_px(self.projection.count, ratio),
            "hidden": self.hidden,
            "isolated": self.isolated,
        }
        self._drawing = self._analysis.ask("raster", settings, lane=LANE)

    def _take(self, answer: Message) -> None:
        fields, seq = answer.fields, answer.fields["seq"]
        if seq in self._asked:
            # Also one that another has taken the place of: the analysis has no other map now.
            self.projection = _projection(*self._asked[seq], answer)
            self._asked = {number: asked for number, asked in self._asked.items() if number > seq}
            if seq == self._waiting:
                self._waiting = 0
            self.isolated = self.isolated and self.projection.selected > 0
            self.projected.emit(self.projection)
        elif answer.kind == "raster" and self._is_shown(fields["layout"]):
            left, top, right, bottom = fields["view"]
            box = (left, bottom, right, top)
            self.rastered.emit(answer.arrays["shades"], box)

    def _is_shown(self, layout: int) -> bool:
        return self.projection is not None and layout == self.projection.number

    def _fail(self, seq: int, sentence: str) -> None:
        self._asked.pop(seq, None)
        if self.is_waiting and seq == self._waiting:
            self._waiting = 0
        elif seq != self._drawing:  # it is what somebody else asked for, or asked for long ago
            return
        self.refused.emit(sentence)

    def _tell_progress(self, done: int, total: int) -> None:
        if self.is_waiting:
            self.progressed.emit(done, total)


def labels_of(codes: Codes) -> list[int]:
    """The different labels of codes where they are classes, else none."""
    labels = codes.labels
    if not labels.size or int(labels.min()) < 0 or int(labels.max()) >= 2**12:
        return []
    found: list[int] = np.flatnonzero(np.bincount(labels)).tolist()
    return found


def _projection(kind: str, settings: Mapping[str, Any], answer: Message) -> Projection:
    fields = answer.fields
    across, up = fields["names"]
    x0, y0, x1, y1 = fields["extent"]
    linear = LinearMap.from_parts(fields, answer.arrays) if fields["linear"] else None
    return Projection(
        kind=kind,
        settings=settings,
        number=fields["layout"],
        linear=linear,
        extent=(x0, y0, x1, y1),
        names=(across, up),
        count=fields["count"],
        selected=fields["selected"],
    )


def _dot_px(count: int, ratio: float) -> int:
    size = next((size for most, size in DOTS_PX if count <= most), 1.0)
    return max(1, min(round(size * ratio), MAX_DOT_PX))
