"""How the rows of a traversal grid look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF, QRegion

from explorer.theme import Theme
from explorer.widgets.traversal_layout import GridLayout

BAR_PX = 4
MARK_HALF_PX, MARK_HIGH_PX = 3.5, 5
RING_PX = 1.5


@dataclass(frozen=True)
class Effect:
    """What a row does to the picture, as shares of what the strongest row does.

    Attributes
    ----------
    around_z, over_codes : float
        In [0, 1]; NaN where it is not known.
    is_dead : bool
    tip : str
        The same in words.
    """

    around_z: float
    over_codes: float
    is_dead: bool
    tip: str


@dataclass(frozen=True)
class RowLook:
    """What is seen of a row.

    Attributes
    ----------
    name : str
    images : sequence of QImage or None
        None where a picture has not come yet.
    is_pointed : bool
        Whether the pointer or the keyboard is at it.
    ringed, step : int or None
        The column under the hand, and that which is played.
    place : float or None
        Where ``z`` lies, in columns.
    effect : Effect or None
    """

    name: str
    images: Sequence[QImage | None]
    is_pointed: bool = False
    ringed: int | None = None
    step: int | None = None
    place: float | None = None
    effect: Effect | None = None


def paint_head(painter: QPainter, cells: GridLayout, titles: Sequence[str], theme: Theme) -> None:
    """The titles of the columns, as many as keep apart."""
    painter.setPen(QColor(theme.muted))
    metrics = QFontMetricsF(painter.font())
    widest = max(map(metrics.horizontalAdvance, titles))
    every = 1 + int((widest + 2) // cells.cell_px[0])
    middle = (len(titles) - 1) // 2
    for column, title in enumerate(titles):
        if (column - middle) % every == 0:
            place = cells.cell(-1, column).adjusted(-widest, 0, widest, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, title)
    painter.drawText(cells.effect(-1), Qt.AlignmentFlag.AlignVCenter, "effect")


def paint_row(
    painter: QPainter, cells: GridLayout, row: int, look: RowLook, theme: Theme, due: QRegion
) -> None:
    """One row, of which only what is inside ``due`` is painted."""
    label = cells.label(row)
    if due.intersects(label.toAlignedRect()):
        painter.setPen(QColor(theme.text if look.is_pointed else theme.muted))
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(look.name, Qt.TextElideMode.ElideRight, label.width())
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
    if due.intersects(around(cells.pictures(row))):
        _paint_pictures(painter, cells, row, look, theme, due)
    if look.place is not None:
        _paint_mark(painter, QPointF(*cells.mark(row, look.place)), theme)
    if look.effect is not None and due.intersects(around(cells.effect(row))):
        _paint_effect(painter, cells.effect(row), look.effect, theme)


def _paint_pictures(
    painter: QPainter, cells: GridLayout, row: int, look: RowLook, theme: Theme, due: QRegion
) -> None:
    device = painter.device()
    assert device is not None
    ratio = device.devicePixelRatioF()
    for column, image in enumerate(look.images):
        place = cells.cell(row, column)
        if not due.intersects(around(place)):
            continue
        if image is None:
            painter.fillRect(place, QColor(theme.raised))
        else:
            shrinks = place.width() * ratio < image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
            painter.drawImage(place, image)
        if column == look.ringed:
            _paint_ring(painter, place, theme.text)
        elif column == look.step:
            _paint_ring(painter, place, theme.muted)


def mark_rect(cells: GridLayout, row: int, place: float) -> QRect:
    """All that a mark covers, ``place`` in columns."""
    x, top = cells.mark(row, place)
    wide = 2 * MARK_HALF_PX
    return QRectF(x - MARK_HALF_PX, top, wide, MARK_HIGH_PX).adjusted(-1, -1, 1, 1).toAlignedRect()


def around(place: QRectF) -> QRect:
    """A place and the ring around it."""
    return place.adjusted(-2, -2, 2, 2).toAlignedRect()


def _paint_ring(painter: QPainter, place: QRectF, colour: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))


def _paint_mark(painter: QPainter, tip: QPointF, theme: Theme) -> None:
    """A small triangle that points up."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.live))
    left, right = QPointF(-MARK_HALF_PX, MARK_HIGH_PX), QPointF(MARK_HALF_PX, MARK_HIGH_PX)
    painter.drawPolygon(QPolygonF([tip, tip + left, tip + right]))


def _paint_effect(painter: QPainter, place: QRectF, effect: Effect, theme: Theme) -> None:
    if effect.is_dead:
        painter.setPen(QColor(theme.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, "dead")
        return
    middle = place.center().y()
    for share, colour, top in (
        (effect.over_codes, theme.muted, middle - BAR_PX - 1),
        (effect.around_z, theme.live, middle + 1),
    ):
        if not math.isnan(share):
            bar = QRectF(place.left(), top, max(1.0, share * place.width()), BAR_PX)
            painter.fillRect(bar, QColor(colour))
