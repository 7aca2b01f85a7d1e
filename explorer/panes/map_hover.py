"""What is shown beside the pointer on a map: a decoded picture and the nearest code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from explorer.panes.tile_questions import thumbnails
from explorer.state.frame import Floats, Frame
from explorer.state.looking import look_at
from explorer.state.session import Session
from explorer.widgets.map_painter import Hover
from explorer.widgets.map_place import Place
from explorer.widgets.pixels import to_image
from models.errors import LatentError
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis

LANE = "hover"


class MapHover(QObject):
    """Asks the engine for pictures and the analysis for labels; the newest question wins.

    Attributes
    ----------
    changed : signal of Hover or None
    """

    changed = pyqtSignal(object)

    def __init__(self, session: Session, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analysis = analysis
        self._is_on = False
        self._labelled = False
        self._previews: set[int] = set()  # asked for, and not older than what is shown
        self._seq = 0  # of the newest question to the analysis
        self._image: QImage | None = None
        self._caption = ""
        session.answered.connect(self._take_preview)
        analysis.answered.connect(self._take_answer)

    def set_labelled(self, labelled: bool) -> None:
        """Whether the labels of codes tell anything."""
        self._labelled = labelled

    def at_code(self, z: Floats, has_codes: bool) -> None:
        """The pointer is where ``z`` lies."""
        self._is_on = True
        self._look_at(z)
        if has_codes:
            self._seq = self._analysis.ask("nearest", {"k": 1}, {"z": z}, LANE)

    def at_place(self, place: Place, radius: float, hidden: list[int], isolated: bool) -> None:
        """The pointer is at a place of a map that only knows where codes lie."""
        self._is_on = True
        settings = {"place": place, "radius": radius, "hidden": hidden, "isolated": isolated}
        self._seq = self._analysis.ask("pick", settings, lane=LANE)

    def end(self) -> None:
        """The pointer has gone."""
        if self._is_on:
            self._is_on = False
            self._previews.clear()
            self._image, self._caption = None, ""
            self.changed.emit(None)

    def _look_at(self, z: Floats) -> None:
        try:
            self._previews.add(look_at(self._session, z))
        except LatentError:  # so far away that its numbers have no end
            self.end()

    def _take_preview(self, frame: Frame) -> None:
        if frame.seq not in self._previews or not self._is_on:
            return
        self._previews = {seq for seq in self._previews if seq > frame.seq}
        (picture,) = thumbnails(frame.outputs["decoder_output"])
        self._image = to_image(picture)
        self._show()

    def _take_answer(self, answer: Message) -> None:
        if answer.fields.get("lane") != LANE or not self._is_on:
            return
        if answer.kind == "nearest":
            label, distance = answer.arrays["labels"][0], answer.arrays["distances"][0]
            near = f"nearest code {distance:.2f} away"
            self._caption = f"nearest code: {label}" if self._labelled else near
            self._show()
        elif answer.fields["index"] >= 0:
            number = f"code {answer.fields['index']:,}"
            self._caption = f"label {answer.fields['label']}" if self._labelled else number
            self._look_at(answer.arrays["code"])
            self._show()
        else:
            self._image, self._caption = None, ""
            self.changed.emit(None)

    def _show(self) -> None:
        self.changed.emit(Hover(self._image, self._caption))
