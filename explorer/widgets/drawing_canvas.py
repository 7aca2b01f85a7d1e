"""A square to draw in with mouse, pen, finger or keyboard."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QMimeData, QPointF, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import BOX_RADIUS_PX, SMALL_PX, text_font, theme_of
from explorer.widgets.pixels import to_image

KEY_STEP = 0.02
FINE_KEY_STEP = 0.005


class DrawingCanvas(QWidget):
    """Shows pixels and says where the pen goes; it keeps no strokes of its own.

    From the keyboard, arrows move the pen and Space sets it down or lifts it.

    Attributes
    ----------
    stroke_began, stroke_moved : signal of (x, y)
        In the unit square.
    stroke_ended : signal
    dropped : signal of QMimeData
        Something was dropped or pasted that may be a picture.
    """

    stroke_began = pyqtSignal(float, float)
    stroke_moved = pyqtSignal(float, float)
    stroke_ended = pyqtSignal()
    dropped = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._is_empty = True
        self._pen_width = 0.08
        self._eraser = False
        self._drawing = False
        self._pen = (0.5, 0.5)
        self._pen_shown = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Drawing canvas")
        self.setAccessibleDescription(
            "Draw a digit. Arrow keys move the pen, Space sets it down or lifts it."
        )
        self.setToolTip("Draw a digit with mouse, pen or finger, or drop a picture here")

    def set_pixels(self, pixels: npt.NDArray[np.float32], is_empty: bool) -> None:
        """Show a drawing of float32 (side, side) in [0, 1]."""
        self._image = to_image(pixels)
        self._is_empty = is_empty
        self.update()

    def set_pen(self, width: float, eraser: bool) -> None:
        """Width as a share of the side, for the pen's outline."""
        self._pen_width, self._eraser = width, eraser
        self.update()

    def square(self) -> QRect:
        """Where the drawing is, in the widget's coordinates."""
        side = min(self.width(), self.height())
        return QRect((self.width() - side) // 2, 0, side, side)

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        """The least square one can draw in."""
        return QSize(140, 140)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Never be higher than wide: the drawing is a square."""
        self.setMaximumHeight(max(140, self.width()))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Set the pen down."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Draw on."""
        if event is not None and self._drawing:
            self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Lift the pen."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def tabletEvent(self, event: QTabletEvent | None) -> None:
        """A pen on a tablet, every position of it."""
        if event is None:
            return
        kind = event.type()
        if kind == QTabletEvent.Type.TabletPress:
            self._begin(event.position())
        elif kind == QTabletEvent.Type.TabletMove and self._drawing:
            self._move(event.position())
        elif kind == QTabletEvent.Type.TabletRelease:
            self._end()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Move the pen, or set it down."""
        if event is None:
            return
        if event.key() in _arrows():
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = FINE_KEY_STEP if fine else KEY_STEP
            dx, dy = _arrows()[event.key()]
            x, y = self._pen
            self._pen = (min(max(x + dx * step, 0), 1), min(max(y + dy * step, 0), 1))
            self._pen_shown = True
            if self._drawing:
                self.stroke_moved.emit(*self._pen)
            self.update()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pen_shown = True
            if self._drawing:
                self._end()
            else:
                self._drawing = True
                self.stroke_began.emit(*self._pen)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Lift the pen when the keyboard goes elsewhere."""
        self._end()
        self._pen_shown = False
        self.update()
        super().focusOutEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Welcome what may be a picture."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and (data.hasImage() or data.hasUrls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Pass on what was dropped."""
        data: QMimeData | None = event.mimeData() if event is not None else None
        if event is not None and data is not None:
            event.acceptProposedAction()
            self.dropped.emit(data)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the drawing, the frame, and the keyboard's pen."""
        theme = theme_of(self.palette())
        square = self.square()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(
            square.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), BOX_RADIUS_PX, BOX_RADIUS_PX
        )
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(square, QColor("#000000"))
        if self._image is not None and not self._is_empty:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(square, self._image)
        if self._is_empty:
            painter.setPen(QColor("#8d96a5"))
            painter.setFont(text_font(SMALL_PX + 1))
            painter.drawText(
                square,
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                "Draw here, drop a picture,\nor pick a sample",
            )
        painter.restore()
        painter.setPen(QPen(QColor(theme.live if self.hasFocus() else theme.line), 1))
        painter.drawPath(outline)
        if self._pen_shown:
            self._paint_pen(painter, square)
        painter.end()

    def _paint_pen(self, painter: QPainter, square: QRect) -> None:
        centre = QPointF(
            square.left() + self._pen[0] * square.width(),
            square.top() + self._pen[1] * square.height(),
        )
        radius = self._pen_width * square.width() / 2
        style = Qt.PenStyle.SolidLine if self._drawing else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(theme_of(self.palette()).live), 1.5, style))
        painter.drawEllipse(centre, radius, radius)

    def _begin(self, position: QPointF) -> None:
        self._drawing = True
        self._pen_shown = False
        self._pen = self._unit(position)
        self.stroke_began.emit(*self._pen)

    def _move(self, position: QPointF) -> None:
        self._pen = self._unit(position)
        self.stroke_moved.emit(*self._pen)

    def _end(self) -> None:
        if self._drawing:
            self._drawing = False
            self.stroke_ended.emit()

    def _unit(self, position: QPointF) -> tuple[float, float]:
        square = self.square()
        side = max(1, square.width())
        return (position.x() - square.left()) / side, (position.y() - square.top()) / side


@cache  # not at import: making Qt's list of all keys takes longer than painting a window
def _arrows() -> dict[int, tuple[int, int]]:
    key = Qt.Key
    return {
        key.Key_Left: (-1, 0),
        key.Key_Right: (1, 0),
        key.Key_Up: (0, -1),
        key.Key_Down: (0, 1),
    }
