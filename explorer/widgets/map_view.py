"""The latent map: what it shows, and a hand that moves a cross-hair or the map itself."""

from __future__ import annotations

import enum
from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from explorer.widgets.map_paper import MapPaper

STEP_PX, FINE_STEP_PX = 8.0, 1.0
KEY_ZOOM, WHEEL_ZOOM = 1.25, 1.0015  # the latter for each eighth of a degree
LEAST_LASSO_PX = 3.0
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
ZOOM_KEYS = {
    Qt.Key.Key_Plus: KEY_ZOOM,
    Qt.Key.Key_Equal: KEY_ZOOM,
    Qt.Key.Key_Minus: 1 / KEY_ZOOM,
}
DESCRIPTION = (
    "A click or a drag sets z. Arrow keys move z, with Shift in small steps; plus and minus "
    "zoom, 0 shows everything. Drag with the right button, or with Space, to move the map."
)


class Tool(enum.Enum):
    """What a drag with the left button does."""

    GO = "go"
    BOX = "box"
    LASSO = "lasso"


class MapView(MapPaper):
    """A map under a hand; it says what the hand wants and knows no codes.

    Parameters
    ----------
    new_gesture : callable
        Gives a number for a drag that is to be one undo step.

    Attributes
    ----------
    place_wanted : signal of (x, y, gesture)
    hovered : signal of (x, y)
    left : signal
        The pointer has gone, or is busy with something else than hovering.
    box_drawn : signal of (x0, y0, x1, y1)
    lasso_drawn : signal of ndarray, float32 of shape (n, 2)
    selection_dropped : signal
    """

    place_wanted = pyqtSignal(float, float, int)
    hovered = pyqtSignal(float, float)
    left = pyqtSignal()
    box_drawn = pyqtSignal(object)
    lasso_drawn = pyqtSignal(object)
    selection_dropped = pyqtSignal()

    def __init__(self, new_gesture: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new_gesture = new_gesture
        self._tool = Tool.GO
        self._gesture: int | None = None  # of a drag or a held key
        self._panning: QPointF | None = None  # where the pointer was last
        self._drawing = False  # a box or a lasso
        self._space_held = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Latent map")
        self.setAccessibleDescription(DESCRIPTION)
        self._show_cursor()

    def set_tool(self, tool: Tool) -> None:
        """Choose what a drag does."""
        self._tool = tool
        self._show_cursor()

    def drop_selection(self) -> None:
        """Forget the outline of a selection."""
        self._drawing = False
        self.set_outline([])

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go there, begin a selection, or take hold of the map."""
        if event is None or self._extent is None:
            return
        self._drop_hover()
        left = event.button() == Qt.MouseButton.LeftButton
        if not left or self._space_held:
            self._panning = event.position()
            self._show_cursor()
        elif self._tool is Tool.GO:
            self._gesture = self._new_gesture()
            self._want(event.position())
        else:
            self._drawing = True
            self._outline = [self._place(event.position())]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag what was taken hold of, or hover."""
        if event is None or self._extent is None:
            return
        self._pointer = event.position()
        if self._panning is not None:
            moved = event.position() - self._panning
            self._panning = event.position()
            self.pan(moved.x(), moved.y())
        elif self._drawing:
            self._draw_on(event.position())
        elif event.buttons() & Qt.MouseButton.LeftButton and self._gesture is not None:
            self._want(event.position())
        elif event.buttons() == Qt.MouseButton.NoButton:
            self.hovered.emit(*self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Let go."""
        if event is None:
            return
        if self._drawing:
            self._end_drawing()
        self._panning = self._gesture = None
        self._show_cursor()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Show no picture beside a pointer that has gone."""
        super().leaveEvent(event)
        self._drop_hover()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the pointer."""
        if event is not None:
            place = event.position()
            self.zoom(WHEEL_ZOOM ** event.angleDelta().y(), (place.x(), place.y()))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Move z, zoom, fit, hold the map, or drop a selection."""
        if event is None:
            return
        key = Qt.Key(event.key())
        if key in ARROWS:
            self._step(*ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in ZOOM_KEYS:
            self.zoom(ZOOM_KEYS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self._show_cursor()
        elif key == Qt.Key.Key_Escape and self._outline:
            self.drop_selection()
            self.selection_dropped.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """End what a held key does."""
        if event is None or event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Space:
            self._space_held = False
            self._show_cursor()
        elif event.key() in ARROWS:
            self._gesture = None
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Keys that are let go elsewhere are held no more."""
        super().focusOutEvent(event)
        self._space_held = False
        self._show_cursor()

    def event(self, event: QEvent | None) -> bool:
        """Zoom where two fingers are spread on a trackpad."""
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            place = event.position()
            self.zoom(1 + event.value(), (place.x(), place.y()))
            return True
        return super().event(event)

    def _want(self, point: QPointF) -> None:
        assert self._gesture is not None
        self.place_wanted.emit(*self._place(point), self._gesture)

    def _step(self, across: int, up: int, fine: bool) -> None:
        if self._extent is None:
            return
        if self._gesture is None:
            self._gesture = self._new_gesture()
        step = (FINE_STEP_PX if fine else STEP_PX) * self._viewport.per_px
        x, y = self._cross or (self._viewport.x, self._viewport.y)
        self.place_wanted.emit(x + across * step, y + up * step, self._gesture)

    def _draw_on(self, point: QPointF) -> None:
        place = self._place(point)
        if self._tool is Tool.LASSO:
            away = self._point(self._outline[-1]) - point
            if away.manhattanLength() >= LEAST_LASSO_PX:
                self._outline.append(place)
        else:
            x, y = self._outline[0]
            self._outline = [(x, y), (place[0], y), place, (x, place[1])]
        self.update()

    def _end_drawing(self) -> None:
        self._drawing = False
        if len(self._outline) < 3:  # a click selects nothing
            self.drop_selection()
            self.selection_dropped.emit()
            return
        outline = np.array(self._outline, np.float32)
        if self._tool is Tool.LASSO:
            self.lasso_drawn.emit(outline)
        else:
            low, high = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
            self.box_drawn.emit((*low, *high))

    def _drop_hover(self) -> None:
        self.set_hover(None)
        self.left.emit()

    def _show_cursor(self) -> None:
        if self._panning is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)
