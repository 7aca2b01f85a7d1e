"""The picture of one code, and the same as a place to drop another code."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of
from explorer.widgets.code_drag import unpack_code
from explorer.widgets.shelf_painter import paint_tile

CORNER_PX = 4


class CodePicture(QWidget):
    """A square with a picture, or with words in a dashed line.

    Parameters
    ----------
    side_px : int
    words : str, optional
        What to say while there is no picture.
    """

    def __init__(self, side_px: int, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_px = side_px
        self._words = words
        self._image: QImage | None = None
        self._edge = Qt.PenStyle.NoPen
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, image: QImage | None) -> None:
        """Show a picture, or none."""
        if image is not self._image:
            self._image = image
            self.update()

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_edge(self, is_shown: bool) -> None:
        """Show that something will be put here."""
        self._edge = Qt.PenStyle.SolidLine if is_shown else Qt.PenStyle.NoPen
        self.update()

    def sizeHint(self) -> QSize:
        """A square below its margin."""
        return QSize(self._side_px, self._side_px + self.contentsMargins().top())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the picture, or a dashed square with what to do."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        place, edge = QRectF(self.contentsRect()), self._edge
        inside = place.adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._image is not None or not self._words:
            paint_tile(painter, place, self._image, theme)
        else:
            edge = Qt.PenStyle.DashLine if edge is Qt.PenStyle.NoPen else edge
            painter.setPen(QColor(theme.muted))
            painter.setFont(text_font(SMALL_PX))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._words)
        colour = theme.line if edge is Qt.PenStyle.DashLine else theme.text
        painter.setPen(QPen(QColor(colour), 1.5, edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inside, CORNER_PX, CORNER_PX)
        painter.end()


class Well(CodePicture):
    """Takes a code that is dropped on it.

    Attributes
    ----------
    dropped : signal of str
        The key of a code.
    """

    dropped = pyqtSignal(str)

    def __init__(self, side_px: int, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(side_px, words, parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take a code."""
        assert event is not None
        if unpack_code(event.mimeData()) is not None:
            self.show_edge(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:
        """It goes elsewhere."""
        self.show_edge(False)

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Put it here."""
        assert event is not None
        self.show_edge(False)
        key = unpack_code(event.mimeData())
        if key is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(key)
