"""How a shelf of codes looks, and where its tiles lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from explorer.theme import Theme
from explorer.widgets.image_view import fitting_scale

LINE_PX, GAP_PX = 16, 8
BADGE_PX, LIVE_PX, BAR_PX = 16, 2, 2


@dataclass(frozen=True, eq=False)
class ShelfItem:
    """A code on a shelf.

    Attributes
    ----------
    key : str
        What it is known by.
    name : str
        Below the picture.
    image : QImage or None
        None where its picture has not come yet.
    badge : str
        A letter in the picture's corner.
    is_live : bool
        Whether ``z`` is here now.
    tip : str
    """

    key: str
    name: str
    image: QImage | None = None
    badge: str = ""
    is_live: bool = False
    tip: str = ""


@dataclass(frozen=True)
class ShelfLayout:
    """Tiles in rows.

    Attributes
    ----------
    count, columns, tile_px : int
    """

    count: int
    columns: int
    tile_px: int

    @classmethod
    def fit(cls, count: int, width_px: int, tile_px: int) -> ShelfLayout:
        """As many columns as there is room for."""
        return cls(count, max(1, (width_px + GAP_PX) // (tile_px + GAP_PX)), tile_px)

    @property
    def row_px(self) -> int:
        """From one row to the next."""
        return self.tile_px + LINE_PX + GAP_PX

    @property
    def height_px(self) -> int:
        """Of all rows; one at least."""
        return max(1, -(-self.count // self.columns)) * self.row_px

    def tile(self, index: int) -> QRectF:
        """Where a picture lies."""
        row, column = divmod(index, self.columns)
        left, top = column * (self.tile_px + GAP_PX), row * self.row_px
        return QRectF(left, top + LIVE_PX, self.tile_px, self.tile_px)

    def name(self, index: int) -> QRectF:
        """Where a name lies."""
        tile = self.tile(index)
        return QRectF(tile.left(), tile.bottom() + 1, self.tile_px, LINE_PX)

    def index_at(self, place: QPointF) -> int | None:
        """The tile at a place; None beside them."""
        column = int(place.x() // (self.tile_px + GAP_PX))
        index = int(place.y() // self.row_px) * self.columns + column
        inside = 0 <= column < self.columns and place.y() >= 0 and 0 <= index < self.count
        return index if inside else None

    def gap_at(self, place: QPointF) -> int:
        """Before which tile something would be put that is let go at a place."""
        column = round(place.x() / (self.tile_px + GAP_PX))
        row = max(0, int(place.y() // self.row_px))
        return min(row * self.columns + min(max(column, 0), self.columns), self.count)

    def gap(self, index: int) -> QRectF:
        """The bar that shows a gap, at the end of a row where it is one."""
        at_end = index > 0 and (index == self.count or index % self.columns == 0)
        tile = self.tile(index - 1 if at_end else index)
        left = tile.right() + GAP_PX / 2 if at_end else tile.left() - GAP_PX / 2
        left = max(0.0, left - BAR_PX / 2)
        return QRectF(left, tile.top(), BAR_PX, self.tile_px)


def paint_tile(painter: QPainter, place: QRectF, image: QImage | None, theme: Theme) -> None:
    """A picture at a whole multiple of its pixels, or the ground that it will lie on."""
    painter.fillRect(place, QColor(theme.raised))
    if image is None:
        return
    device = painter.device()
    assert device is not None
    ratio = device.devicePixelRatioF()
    room = round(place.width() * ratio), round(place.height() * ratio)
    scale = fitting_scale((image.width(), image.height()), room)
    target = QRectF(0, 0, image.width() * scale / ratio, image.height() * scale / ratio)
    target.moveCenter(place.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    painter.drawImage(target, image)


def paint_ring(painter: QPainter, place: QRectF, colour: str) -> None:
    """A line around a picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(0.75, 0.75, -0.75, -0.75))


def paint_shelf(
    painter: QPainter,
    layout: ShelfLayout,
    items: tuple[ShelfItem, ...],
    is_ringed: Callable[[int], bool],
    theme: Theme,
    due: QRectF,
) -> None:
    """Tiles, their names and badges, as far as they are inside ``due``."""
    metrics = QFontMetricsF(painter.font())
    for index, item in enumerate(items):
        place = layout.tile(index)
        if not place.united(layout.name(index)).intersects(due):
            continue
        paint_tile(painter, place, item.image, theme)
        if item.is_live:
            mark = QRectF(place.left(), place.top() - LIVE_PX, place.width(), LIVE_PX)
            painter.fillRect(mark, QColor(theme.live))
        if item.badge:
            _paint_badge(painter, place, item.badge, theme)
        name = layout.name(index)
        text = metrics.elidedText(item.name, Qt.TextElideMode.ElideRight, name.width())
        painter.setPen(QColor(theme.live_text if item.is_live else theme.text))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, text)
        if is_ringed(index):
            paint_ring(painter, place, theme.text)


def _paint_badge(painter: QPainter, place: QRectF, letter: str, theme: Theme) -> None:
    chip = QRectF(place.left() + 3, place.top() + 3, BADGE_PX, BADGE_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(QColor(theme.text))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
