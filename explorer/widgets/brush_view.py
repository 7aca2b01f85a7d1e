"""A picture that can be painted on: a ring shows the brush, signals say where it goes."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)

from explorer.widgets.image_view import ImageView

KEY_STEP = 0.02
FINE_KEY_STEP = 0.005
LEAST_RING_PX = 6.0
MARGIN_PX = 4.0
DARK = 128
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
COMMANDS = {
    Qt.Key.Key_BracketLeft: "smaller",
    Qt.Key.Key_BracketRight: "larger",
    Qt.Key.Key_X: "swap",
    Qt.Key.Key_Escape: "leave",
}
HOW = "Arrow keys move the brush, Space sets it down or lifts it."


class BrushView(ImageView):
    """An image view with a brush that can be taken up and laid down.

    It keeps no strokes and paints none: what the picture becomes is not its affair.

    Attributes
    ----------
    stroke_began : signal of (x, y, opposite)
        In the unit square; ``opposite`` with the right button.
    stroke_moved : signal of (x, y)
    stroke_ended : signal
    commanded : signal of str
        A key for the brush itself: ``smaller``, ``larger``, ``swap`` or ``leave``.
    """

    stroke_began = pyqtSignal(float, float, bool)
    stroke_moved = pyqtSignal(float, float)
    stroke_ended = pyqtSignal()
    commanded = pyqtSignal(str)

    def __init__(self, name: str, minimum_px: int, preferred_px: int) -> None:
        super().__init__(name, minimum_px, preferred_px)
        self._width = 0.0
        self._colour = QColor()
        self._held: Qt.MouseButton | None = None
        self._place = (0.5, 0.5)
        self._ring_shown = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def has_brush(self) -> bool:
        """Whether a brush is in the hand."""
        return self._width > 0

    def set_brush(self, width: float, colour: QColor) -> None:
        """Take up a brush; its width is a share of the picture's shorter side, 0 lays it down."""
        if width == 0:
            self._lift()
        self._width, self._colour = width, colour
        self.setMouseTracking(self.has_brush)
        policy = Qt.FocusPolicy.StrongFocus if self.has_brush else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setAccessibleDescription(HOW if self.has_brush else "")
        self._show_ring(self.underMouse() or self.hasFocus())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Set the brush down."""
        if event is None or not self.has_brush or self.image() is None:
            super().mousePressEvent(event)
        elif self._held is None and event.button() in (LEFT, RIGHT):
            self._held = event.button()
            self._go(event.position())
            self.stroke_began.emit(*self._place, self._held is RIGHT)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Paint on, or only show where the brush is."""
        if event is None or not self.has_brush:
            super().mouseMoveEvent(event)
            return
        self._go(event.position())
        if self._held is not None:
            self.stroke_moved.emit(*self._place)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Lift the brush."""
        if event is not None and event.button() == self._held:
            self._lift()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Move the brush by arrows, set it down or lift it by Space."""
        if event is None or not self.has_brush:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in ARROWS:
            self._step(key, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in COMMANDS:
            self.commanded.emit(COMMANDS[key])
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._press_space()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """Show the brush."""
        super().enterEvent(event)
        self._show_ring(True)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Hide the brush, unless the keyboard moves it."""
        super().leaveEvent(event)
        self._show_ring(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Show the brush."""
        super().focusInEvent(event)
        self._show_ring(True)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Lift the brush and hide it."""
        super().focusOutEvent(event)
        self._lift()
        self._show_ring(self.underMouse())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the picture, and the brush over it."""
        super().paintEvent(event)
        if not self._ring_shown or self.image() is None:
            return
        ring = self._ring()
        painter = QPainter(self)
        painter.drawPixmap(
            ring.topLeft() - QPointF(MARGIN_PX, MARGIN_PX),
            _ring_image(ring.width(), self._colour.name(), self.devicePixelRatioF()),
        )

    def _step(self, key: Qt.Key, fine: bool) -> None:
        step = FINE_KEY_STEP if fine else KEY_STEP
        x, y = (
            min(1.0, max(0.0, at + step * way))
            for at, way in zip(self._place, ARROWS[key], strict=True)
        )
        self._move_ring((x, y))
        if self._held is not None:
            self.stroke_moved.emit(x, y)

    def _press_space(self) -> None:
        if self._held is not None:
            self._lift()
        elif self.image() is not None:
            self._held = LEFT
            self.stroke_began.emit(*self._place, False)

    def _lift(self) -> None:
        if self._held is not None:
            self._held = None
            self.stroke_ended.emit()

    def _go(self, position: QPointF) -> None:
        room = self.picture_rect()
        self._move_ring(
            (
                (position.x() - room.left()) / room.width(),
                (position.y() - room.top()) / room.height(),
            )
        )

    def _move_ring(self, place: tuple[float, float]) -> None:
        self._update_ring()
        self._place = place
        self._update_ring()

    def _show_ring(self, shown: bool) -> None:
        self._ring_shown = shown and self.has_brush
        if self.has_brush:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
        self.update()

    def _update_ring(self) -> None:
        if self._ring_shown:
            around = self._ring().adjusted(-MARGIN_PX, -MARGIN_PX, MARGIN_PX, MARGIN_PX)
            self.update(around.toAlignedRect())

    def _ring(self) -> QRectF:
        room = self.picture_rect()
        side = max(LEAST_RING_PX, self._width * min(room.width(), room.height()))
        x, y = self._place
        centre = QPointF(room.left() + x * room.width(), room.top() + y * room.height())
        return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)


@lru_cache(maxsize=4)
def _ring_image(side_px: float, colour: str, ratio: float) -> QPixmap:
    """Painted once: a smooth ring takes longer than the whole picture below it."""
    whole_px = side_px + 2 * MARGIN_PX
    image = QPixmap(QSizeF(whole_px * ratio, whole_px * ratio).toSize())
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    ring = QRectF(MARGIN_PX, MARGIN_PX, side_px, side_px)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if QColor(colour).lightness() < DARK:  # or it would not show on a dark picture
        painter.setPen(QPen(QColor("#c8c8c8"), 3.5))
    else:
        painter.setPen(QPen(QColor(0, 0, 0, 170), 3.5))
    painter.drawEllipse(ring)
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.drawEllipse(ring)
    painter.end()
    return image
