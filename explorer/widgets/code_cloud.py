"""Some hundred codes on a plane, in the colours of their labels."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.map_colours import label_colour

NOTHING_YET = "Codes come with\nthe first epoch"
POINT_PX, CROSS_PX, INSET_PX, FOOT_PX = 3.4, 7.0, 8.0, 18.0

Floats = npt.NDArray[np.float32]


class CodeCloud(QWidget):
    """Shows the places it is given, from -1 to 1 on either axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: Floats = np.zeros((0, 2), np.float32)
        self._labels: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._z: Floats | None = None
        self._plane = ""
        self._points: tuple[Hashable, QPixmap] | None = None
        self.setAccessibleName("Codes at this epoch")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_codes(
        self, places: Floats, labels: npt.NDArray[np.uint8], plane: str, z: Floats | None
    ) -> None:
        """Show places (n, 2) with their labels, and maybe that of z."""
        if places is not self._places:
            self._points = None
        self._places, self._labels, self._plane, self._z = places, labels, plane, z
        told = f"{len(places)} codes of test pictures, {plane}"
        self.setToolTip(told + "; the cross is z" * (z is not None))
        self.setAccessibleDescription(told)
        self.update()

    def sizeHint(self) -> QSize:
        """A square, and a line below it."""
        return QSize(176, 176)

    def minimumSizeHint(self) -> QSize:
        """A smaller one."""
        return QSize(140, 120)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint box, points, and z."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.panel))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        painter.setClipRect(box)
        room = box.adjusted(INSET_PX, INSET_PX, -INSET_PX, -FOOT_PX)
        painter.drawPixmap(0, 0, self._painted_points(room, theme))
        if self._z is not None:
            self._paint_cross(painter, _points(room, self._z[None]).at(0), theme.live)
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(QColor(theme.muted))
        foot = QRectF(box.left(), box.bottom() - FOOT_PX, box.width(), FOOT_PX - 2)
        if self._plane:
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self._plane)
        else:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, NOTHING_YET)
        painter.end()

    def _painted_points(self, room: QRectF, theme: Theme) -> QPixmap:
        """Kept: z moves more often than they do."""
        ratio = self.devicePixelRatioF()
        look = (self.width(), self.height(), ratio, theme)
        if self._points is None or self._points[0] != look:
            pixmap = QPixmap((self.size().toSizeF() * ratio).toSize())
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            self._paint_points(pixmap, room, theme)
            self._points = look, pixmap
        return self._points[1]

    def _paint_points(self, pixmap: QPixmap, room: QRectF, theme: Theme) -> None:
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        labels = self._labels[: len(self._places)]
        for label in np.unique(labels).tolist():
            pen = QPen(label_colour(label, theme), POINT_PX)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(_points(room, self._places[labels == label]))
        painter.end()

    def _paint_cross(self, painter: QPainter, at: QPointF, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), 2))
        for across in (QPointF(CROSS_PX, 0), QPointF(0, CROSS_PX)):
            painter.drawLine(at - across, at + across)


def _points(room: QRectF, places: Floats) -> QPolygonF:
    radius = min(room.width(), room.height()) / 2
    centre = room.center()
    xs, ys = centre.x() + places[:, 0] * radius, centre.y() - places[:, 1] * radius
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])
