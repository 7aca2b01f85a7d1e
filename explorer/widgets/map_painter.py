"""What lies on a map beside its points, painted piece by piece in screen pixels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font
from explorer.widgets.image_view import fitting_scale
from explorer.widgets.map_colours import label_colour
from explorer.widgets.map_place import Cell, Size, Viewport

CROSS_PX, TICK_PX, HALO_PX = 6.0, 5.0, 4.5
EDGE_PX, EDGE_HEAD_PX = 8.0, 14.0  # of what points to a cross-hair outside of the view
ARROW_HEAD_PX, HEAD_ANGLE = 9.0, 0.5
PICTURE_GAP_PX = 3.0
THUMBNAIL_PX, CAPTION_PX = 84, 18
POINTER_GAP_PX = 18
LABEL_PX = 16
BACKGROUND_OPACITY, PLATE_OPACITY = 0.6, 0.9


@dataclass(frozen=True, eq=False)
class Tile:
    """The picture of a cell, and the label of its code where it has one."""

    image: QImage
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Hover:
    """What is shown beside the pointer."""

    image: QImage | None
    caption: str


def paint_axes(painter: QPainter, view: Viewport, size: Size, theme: Theme) -> None:
    """Lines through the origin."""
    painter.setPen(QColor(theme.line))
    x, y = (round(value) + 0.5 for value in view.to_screen((0.0, 0.0), size))
    if 0 < x < size[0]:
        painter.drawLine(QPointF(x, 0), QPointF(x, size[1]))
    if 0 < y < size[1]:
        painter.drawLine(QPointF(0, y), QPointF(size[0], y))


def paint_names(painter: QPainter, names: tuple[str, str], size: Size, theme: Theme) -> None:
    """What each axis is called, on plates that keep it legible on pictures."""
    painter.setFont(text_font(SMALL_PX))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
    area = QRectF(6, 5, size[0] - 12, size[1] - 10)
    plate = QColor(theme.panel)
    plate.setAlphaF(PLATE_OPACITY)
    for corner, text in ((right, f"{names[0]} →"), (left, f"↑ {names[1]}")):
        painter.fillRect(painter.boundingRect(area, corner, text).adjusted(-4, -1, 4, 1), plate)
        painter.setPen(QColor(theme.muted))
        painter.drawText(area, corner, text)


def paint_background(
    painter: QPainter, cells: Mapping[Cell, Tile], view: Viewport, size: Size
) -> None:
    """Pictures side by side without a gap, behind the points."""
    painter.setOpacity(BACKGROUND_OPACITY)
    for cell, tile in cells.items():
        left, top, side, _ = view.rect(cell.box, size)
        right, bottom = round(left + side), round(top + side)  # of neighbours the same
        left, top = round(left), round(top)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), tile.image)
    painter.setOpacity(1)


def paint_pictures(
    painter: QPainter, cells: Mapping[Cell, Tile], view: Viewport, size: Size, theme: Theme
) -> None:
    """Pictures instead of points, each with a line of its label's colour below."""
    for cell, tile in cells.items():
        left, top, side, _ = view.rect(cell.box, size)
        rect = _fitted(tile.image, QRectF(left, top, side, side), PICTURE_GAP_PX)
        painter.drawImage(rect, tile.image)
        if tile.label is not None:
            foot = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 3)
            painter.fillRect(foot, label_colour(tile.label, theme))


def paint_trail(painter: QPainter, trail: Sequence[QPointF], theme: Theme) -> None:
    """Where the cross-hair came along, the older the fainter."""
    for name, width_px in ((theme.panel, HALO_PX), (theme.live, 2)):
        colour = QColor(name)
        for number, (one, other) in enumerate(itertools.pairwise(trail), 1):
            colour.setAlphaF(number / len(trail))
            painter.setPen(QPen(colour, width_px))
            painter.drawLine(one, other)


def paint_cross(painter: QPainter, place: QPointF, size: Size, theme: Theme) -> None:
    """The cross-hair; from outside of the view a triangle at the edge points to it."""
    inside = QRectF(0, 0, *size).contains(place)
    middle = QPointF(size[0] / 2, size[1] / 2)
    if not inside:
        edge = QPointF(
            min(max(place.x(), EDGE_PX), size[0] - EDGE_PX),
            min(max(place.y(), EDGE_PX), size[1] - EDGE_PX),
        )
        painter.setPen(QPen(QColor(theme.panel), 2))
        painter.setBrush(QColor(theme.live))
        painter.drawPolygon(_head(edge, QLineF(middle, place), EDGE_HEAD_PX))
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(theme.panel), HALO_PX), QPen(QColor(theme.live), 2)):
        painter.setPen(pen)
        painter.drawEllipse(place, CROSS_PX, CROSS_PX)
        for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            step = QPointF(across, down)
            painter.drawLine(place + step * CROSS_PX, place + step * (CROSS_PX + TICK_PX))


def paint_arrow(painter: QPainter, clean: QPointF, noisy: QPointF, theme: Theme) -> None:
    """From the code of the clean drawing to that of the noisy one."""
    line = QLineF(clean, noisy)
    painter.setBrush(QColor(theme.encoder))
    painter.setPen(QPen(QColor(theme.panel), 1))
    painter.drawEllipse(clean, 4, 4)
    reach_px = CROSS_PX + TICK_PX + 1  # of the cross-hair, which stays whole
    if line.length() < reach_px + ARROW_HEAD_PX:
        return
    line.setLength(line.length() - reach_px)
    shaft = QLineF(line)
    shaft.setLength(line.length() - ARROW_HEAD_PX + 2)
    for pen in (QPen(QColor(theme.panel), HALO_PX), QPen(QColor(theme.encoder), 2)):
        painter.setPen(pen)
        painter.drawLine(shaft)
    painter.setPen(QPen(QColor(theme.panel), 1))
    painter.drawPolygon(_head(line.p2(), line, ARROW_HEAD_PX))


def paint_selection(painter: QPainter, outline: QPolygonF, theme: Theme) -> None:
    """The outline of what is or is being selected."""
    fill = QColor(theme.text)
    fill.setAlphaF(0.08)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
    painter.drawPolygon(outline)


def paint_hover(
    painter: QPainter, hover: Hover, pointer: QPointF, size: Size, theme: Theme
) -> None:
    """A picture and a line of text beside the pointer, on the side that has room."""
    painter.setFont(text_font(SMALL_PX))
    words = painter.fontMetrics().horizontalAdvance(hover.caption) + 2 * 6
    height = CAPTION_PX + (THUMBNAIL_PX if hover.image is not None else 0)
    width = max(THUMBNAIL_PX if hover.image is not None else 0, words)
    left, top = pointer.x() + POINTER_GAP_PX, pointer.y() + POINTER_GAP_PX
    if left + width > size[0]:
        left = max(pointer.x() - POINTER_GAP_PX - width, 0.0)
    if top + height > size[1]:
        top = max(pointer.y() - POINTER_GAP_PX - height, 0.0)
    box = QRectF(round(left), round(top), width, height)
    painter.setPen(QColor(theme.line))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box.adjusted(-3.5, -3.5, 3.5, 2.5), RADIUS_PX, RADIUS_PX)
    if hover.image is not None:
        room = QRectF(box.left(), box.top(), width, THUMBNAIL_PX)
        painter.drawImage(_fitted(hover.image, room, 0), hover.image)
    painter.setPen(QColor(theme.text))
    foot = QRectF(box.left(), box.bottom() - LABEL_PX, width, LABEL_PX)
    painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, hover.caption)


def _fitted(image: QImage, room: QRectF, gap_px: float) -> QRectF:
    """The middle of the room at the picture's own shape: at whole multiples where it is small."""
    room = room.adjusted(gap_px, gap_px, -gap_px, -gap_px)
    pixels = (image.width(), image.height())
    scale = min(room.width() / pixels[0], room.height() / pixels[1])
    if gap_px == 0:
        scale = fitting_scale(pixels, (int(room.width()), int(room.height())))
    width, height = pixels[0] * scale, pixels[1] * scale
    left, top = room.center().x() - width / 2, room.center().y() - height / 2
    return QRectF(round(left), round(top), round(width), round(height))


def _head(tip: QPointF, along: QLineF, length_px: float) -> QPolygonF:
    angle = math.atan2(along.dy(), along.dx())
    turns = (angle + math.pi - HEAD_ANGLE, angle + math.pi + HEAD_ANGLE)
    barbs = [tip + QPointF(math.cos(turn), math.sin(turn)) * length_px for turn in turns]
    return QPolygonF([tip, *barbs])
