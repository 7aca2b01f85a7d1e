"""One picture, shown at a whole multiple of its pixels, or smaller where it must be."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.pixels import to_image

CHECKER_PX = 8
CHECKERS = ("#5a5a5a", "#747474")


def fitting_scale(picture_px: tuple[int, int], room_px: tuple[int, int]) -> float:
    """How many times a picture of (width, height) fits into the room: a whole number from 1 on."""
    fits = min(room_px[0] / picture_px[0], room_px[1] / picture_px[1])
    return float(int(fits)) if fits >= 1 else fits


class ImageView(QWidget):
    """Shows the picture it is given.

    Parameters
    ----------
    minimum_px, preferred_px : int
        Sides of the square it takes at least, and would like to have.
    empty : str
        What to say while there is no picture.

    Attributes
    ----------
    painted : signal
        At the end of every paint, for those who measure.
    """

    painted = pyqtSignal()

    def __init__(
        self,
        name: str,
        minimum_px: int = 28,
        preferred_px: int = 84,
        empty: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._picture: npt.NDArray[np.float32] | None = None
        self._colour_map = "grey"
        self._crisp = True
        self._empty = empty
        self._frame: QPixmap | None = None
        self._frame_key: tuple[object, ...] = ()
        self._minimum_px = minimum_px
        self._preferred_px = preferred_px
        self.setAccessibleName(name)
        fixed = minimum_px == preferred_px
        policy = QSizePolicy.Policy.Fixed if fixed else QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        # Nothing below has to be painted first, which would take longer than the picture.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_picture(self, picture: npt.NDArray[np.float32] | None) -> None:
        """Show a picture of float32 (h, w) or (h, w, c) in [0, 1], or nothing."""
        if picture is None and self._image is None:
            return
        before = self._aspect()
        self._picture = picture
        self._image = None if picture is None else to_image(picture, self._colour_map)
        if self._aspect() != before:
            self._limit_height()
        self.update()

    def set_look(self, colour_map: str, crisp: bool) -> None:
        """Choose a colour map, and whether single pixels show."""
        if (colour_map, crisp) == (self._colour_map, self._crisp):
            return
        self._colour_map, self._crisp = colour_map, crisp
        self.set_picture(self._picture)

    def image(self) -> QImage | None:
        """The picture at its own pixels, in the colours shown."""
        return self._image

    def shown_image(self) -> QImage | None:
        """The picture as large as it is on the screen."""
        if self._image is None:
            return None
        ratio = self.devicePixelRatioF()
        size = (self.picture_rect().size() * ratio).toSize()
        return self._image.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, self._transformation()
        )

    def picture_rect(self) -> QRectF:
        """Where the picture is painted, in the widget's coordinates.

        Its sides are whole in pixels of the screen, so maybe not in Qt's.
        """
        ratio = self.devicePixelRatioF()
        if self._image is None:
            side = min(self.width(), self.height())
            size = QSizeF(side, side)
        else:
            pixels = (self._image.width(), self._image.height())
            room = (round(self.width() * ratio), round(self.height() * ratio))
            scale = fitting_scale(pixels, room)
            size = QSizeF(*(max(1, round(side * scale)) / ratio for side in pixels))
        return QRectF(0, 0, size.width(), size.height())

    def sizeHint(self) -> QSize:
        """The preferred square."""
        return QSize(self._preferred_px, self._preferred_px)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Never be higher than the picture is at this width."""
        super().resizeEvent(event)
        self._limit_height()

    def minimumSizeHint(self) -> QSize:
        """The least square."""
        return QSize(self._minimum_px, self._minimum_px)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the picture with round corners, or say what is missing."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        target = self.picture_rect()
        if self._image is not None:
            if self._image.hasAlphaChannel():
                painter.drawTiledPixmap(target.toAlignedRect(), _checkers())
            painter.setRenderHint(
                QPainter.RenderHint.SmoothPixmapTransform, not self._shows_pixels(target)
            )
            painter.drawImage(target, self._image)
        else:
            painter.fillRect(target, QColor("#000000"))
            painter.setPen(QColor("#8d96a5"))
            painter.setFont(text_font(SMALL_PX))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(target.adjusted(8, 8, -8, -8), flags, self._empty)
        painter.drawPixmap(0, 0, self._frame_around(target, theme))
        painter.end()
        self.painted.emit()

    def _frame_around(self, target: QRectF, theme: Theme) -> QPixmap:
        """All but the picture: the ground outside, and round corners with a line."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), target, theme.name, ratio)
        if self._frame is None or key != self._frame_key:
            frame = QPixmap(self.size() * ratio)
            frame.setDevicePixelRatio(ratio)
            frame.fill(Qt.GlobalColor.transparent)  # or it would have no alpha to clear
            outline = QPainterPath()
            outline.addRoundedRect(target, RADIUS_PX, RADIUS_PX)
            painter = QPainter(frame)
            painter.fillRect(self.rect(), QColor(theme.ground))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillPath(outline, QColor("#000000"))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setPen(QColor(theme.line))
            painter.drawPath(outline)
            painter.end()
            self._frame, self._frame_key = frame, key
        return self._frame

    def _aspect(self) -> float:
        return 1.0 if self._image is None else self._image.height() / self._image.width()

    def _limit_height(self) -> None:
        if self.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Expanding:
            self.setMaximumHeight(max(self._minimum_px, round(self.width() * self._aspect())))

    def _shows_pixels(self, target: QRectF) -> bool:
        """Whether they stay sharp: wished so, and not smaller than the screen's."""
        assert self._image is not None
        return self._crisp and target.width() * self.devicePixelRatioF() >= self._image.width()

    def _transformation(self) -> Qt.TransformationMode:
        if self._shows_pixels(self.picture_rect()):
            return Qt.TransformationMode.FastTransformation
        return Qt.TransformationMode.SmoothTransformation


@cache
def _checkers() -> QPixmap:
    """What lies behind a picture where it is transparent."""
    tile = QPixmap(2 * CHECKER_PX, 2 * CHECKER_PX)
    tile.fill(QColor(CHECKERS[0]))
    painter = QPainter(tile)
    for place in (0, CHECKER_PX):
        painter.fillRect(place, place, CHECKER_PX, CHECKER_PX, QColor(CHECKERS[1]))
    painter.end()
    return tile
