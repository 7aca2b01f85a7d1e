"""What a latent map shows: a raster of points, pictures of codes, a cross-hair."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.map_colours import Shades, raster_image
from explorer.widgets.map_painter import (
    Hover,
    Tile,
    paint_arrow,
    paint_axes,
    paint_background,
    paint_cross,
    paint_hover,
    paint_names,
    paint_pictures,
    paint_selection,
    paint_trail,
)
from explorer.widgets.map_place import Box, Cell, Lattice, Place, Size, Viewport

LEAST_PX, PREFERRED_PX = 220, 520
TRAIL_LENGTH = 48
FADED = 0.3  # points below the pictures that stand for them


class MapPaper(QWidget):
    """Shows what it is given of a map; places are pairs (x, y) on it.

    While a raster for another part of the map is on its way, the last one is shown
    moved and magnified.

    Attributes
    ----------
    moved : signal
        Another part of the map is shown, or in another size.
    painted : signal
        At the end of every paint, for those who measure.
    """

    moved = pyqtSignal()
    painted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extent: Box | None = None
        self._viewport = Viewport(0, 0, 1)
        self._names = ("", "")
        self._raster: QPixmap | None = None
        self._shades: Shades | None = None
        self._raster_box: Box = (0, 0, 1, 1)
        self._raster_theme = ""
        self._background: Mapping[Cell, Tile] = {}
        self._pictures: Mapping[Cell, Tile] | None = None
        self._cross: Place | None = None
        self._trail: deque[Place] = deque(maxlen=TRAIL_LENGTH)
        self._clean: Place | None = None
        self._hover: Hover | None = None
        self._pointer = QPointF()
        self._outline: list[Place] = []
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def viewport(self) -> Viewport:
        """Which part of the map is shown."""
        return self._viewport

    @property
    def cross(self) -> Place | None:
        """Where the cross-hair is."""
        return self._cross

    @property
    def hover(self) -> Hover | None:
        """What is shown beside the pointer."""
        return self._hover

    @property
    def arrow(self) -> tuple[Place, Place] | None:
        """From where to where the arrow of the noise runs."""
        clean, cross = self._clean, self._cross
        return None if clean is None or cross is None else (clean, cross)

    def box(self) -> Box:
        """The part of the map that is shown."""
        return self._viewport.box(self._size())

    def raster_size_px(self) -> tuple[int, int]:
        """Width and height in pixels of the screen, which a raster should have."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def lattice(self) -> Lattice:
        """Cells of a comfortable size over the part that is shown."""
        return Lattice.over(self._viewport, self._size())

    def set_map(self, extent: Box | None, names: tuple[str, str] = ("", "")) -> None:
        """Show another map from its widest view on; with None there is none."""
        self._extent, self._names = extent, names
        self._raster = self._shades = None
        self._background, self._pictures = {}, None if self._pictures is None else {}
        self._cross = self._clean = None
        self._trail.clear()
        self._outline = []
        self._hover = None
        self.fit()

    def set_raster(self, shades: Shades, box: Box) -> None:
        """Show points; ``shades`` (h, w) are those of ``box``."""
        self._shades, self._raster_box = shades, box
        self._colour_raster(theme_of(self.palette()))
        self.update()

    def set_background(self, cells: Mapping[Cell, Tile]) -> None:
        """Show pictures behind the points."""
        self._background = cells
        self.update()

    def set_pictures(self, cells: Mapping[Cell, Tile] | None) -> None:
        """Show pictures instead of points, or with None points again."""
        self._pictures = cells
        self.update()

    def set_cross(self, place: Place | None, keep_trail: bool = True) -> None:
        """Move the cross-hair; it leaves a trail."""
        if not keep_trail:
            self._trail.clear()
        if place is not None and place != self._cross:
            self._trail.append(place)
        self._cross = place
        self.update()

    def set_clean(self, place: Place | None) -> None:
        """Where the code of the clean drawing is, from which an arrow runs to the cross-hair."""
        if place != self._clean:
            self._clean = place
            self.update()

    def set_hover(self, hover: Hover | None) -> None:
        """Show a picture beside the pointer."""
        self._hover = hover
        self.update()

    def set_sentence(self, sentence: str) -> None:
        """Say what is missing while there is no map."""
        self._sentence = sentence
        self.update()

    def set_outline(self, outline: list[Place]) -> None:
        """Draw a line around what is selected; nothing where it is empty."""
        self._outline = outline
        self.update()

    def fit(self) -> None:
        """Show everything."""
        if self._extent is not None:
            self._viewport = Viewport.fitted(self._extent, self._size())
        self._moved()

    def zoom(self, factor: float, point_px: Place | None = None) -> None:
        """Magnify about a pixel, or about the middle."""
        if self._extent is None:
            return
        size = self._size()
        about = point_px or (size[0] / 2, size[1] / 2)
        whole = Viewport.fitted(self._extent, size)
        self._viewport = self._viewport.zoomed(factor, about, size, whole)
        self._moved()

    def pan(self, across_px: float, down_px: float) -> None:
        """Move the map as a hand moves paper."""
        if self._extent is not None:
            self._viewport = self._viewport.panned(across_px, down_px)
            self._moved()

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(PREFERRED_PX, PREFERRED_PX)

    def minimumSizeHint(self) -> QSize:
        """The least square."""
        return QSize(LEAST_PX, LEAST_PX)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the middle where it is; a map nobody has moved yet stays whole."""
        super().resizeEvent(event)
        if self._extent is None or event is None:
            return
        old = event.oldSize()
        before = Viewport.fitted(self._extent, (max(old.width(), 1), max(old.height(), 1)))
        if self._viewport == before or not old.isValid():
            self.fit()
        else:
            self._moved()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the layers from the ground up."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outer = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(outer, RADIUS_PX, RADIUS_PX)
        if self._extent is None:
            self._paint_sentence(painter, theme)
        else:
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            self._paint_map(painter, theme)
            painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.muted if self.hasFocus() else theme.line))
        painter.drawRoundedRect(outer, RADIUS_PX, RADIUS_PX)
        painter.end()
        self.painted.emit()

    def _paint_map(self, painter: QPainter, theme: Theme) -> None:
        view, size = self._viewport, self._size()
        paint_background(painter, self._background, view, size)
        paint_axes(painter, view, size, theme)
        self._paint_raster(painter, theme)
        if self._pictures is not None:
            paint_pictures(painter, self._pictures, view, size, theme)
        paint_names(painter, self._names, size, theme)
        if self._outline:
            paint_selection(painter, QPolygonF(map(self._point, self._outline)), theme)
        paint_trail(painter, [self._point(place) for place in self._trail], theme)
        if self._cross is not None:
            cross = self._point(self._cross)
            if self._clean is not None:
                paint_arrow(painter, self._point(self._clean), cross, theme)
            paint_cross(painter, cross, size, theme)
        if self._hover is not None:
            paint_hover(painter, self._hover, self._pointer, size, theme)

    def _paint_raster(self, painter: QPainter, theme: Theme) -> None:
        if self._shades is not None and self._raster_theme != theme.name:
            self._colour_raster(theme)
        if self._raster is None:
            return
        target = QRectF(*self._viewport.rect(self._raster_box, self._size()))
        painter.setOpacity(FADED if self._pictures else 1)
        painter.drawPixmap(target, self._raster, QRectF(self._raster.rect()))
        painter.setOpacity(1)

    def _colour_raster(self, theme: Theme) -> None:
        assert self._shades is not None
        self._raster = QPixmap.fromImage(raster_image(self._shades, theme))
        self._raster_theme = theme.name

    def _paint_sentence(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QColor(theme.muted))
        painter.setFont(text_font(SMALL_PX))
        area = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, flags, self._sentence)

    def _size(self) -> Size:
        return float(max(self.width(), 1)), float(max(self.height(), 1))

    def _place(self, point: QPointF) -> Place:
        return self._viewport.to_map((point.x(), point.y()), self._size())

    def _point(self, place: Place) -> QPointF:
        return QPointF(*self._viewport.to_screen(place, self._size()))

    def _moved(self) -> None:
        self.update()
        self.moved.emit()
