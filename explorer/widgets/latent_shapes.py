"""The small shapes of a row of the latent table: knob, lock, pin; and the colours of all."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from explorer.theme import Theme
from explorer.widgets.latent_row import KNOB_RADIUS_PX

BAND_ALPHA = 0.3
PIN_X = 7.0


@dataclass(frozen=True, eq=False)
class Inks:
    """The colours of a theme, ready to paint with."""

    ground: QColor
    line: QColor
    histogram: QColor
    lifted: QColor
    muted: QColor
    text: QColor
    live: QColor
    live_text: QColor
    band: QColor
    focus: QPen


@functools.cache
def inks_of(theme: Theme) -> Inks:
    """The colours of a theme."""
    band = QColor(theme.encoder)
    band.setAlphaF(BAND_ALPHA)
    return Inks(
        ground=QColor(theme.ground),
        line=QColor(theme.line),
        histogram=QColor(theme.histogram),
        lifted=QColor(theme.panel),
        muted=QColor(theme.muted),
        text=QColor(theme.text),
        live=QColor(theme.live),
        live_text=QColor(theme.live_text),
        band=band,
        focus=QPen(QColor(theme.muted), 1.25),
    )


@functools.lru_cache(maxsize=64)
def knob(theme: Theme, locked: bool, dragged: bool, hovered: bool, ratio: float) -> QPixmap:
    """A knob; its centre is that of the picture."""
    inks, radius = inks_of(theme), KNOB_RADIUS_PX + (1 if dragged else 0)
    side_px = 2 * (radius + 3)
    picture = QPixmap(math.ceil(side_px * ratio), math.ceil(side_px * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    centre = QPointF(side_px / 2, side_px / 2)
    painter.setBrush(inks.lifted if hovered else inks.ground)
    painter.drawEllipse(centre, radius + 1.5, radius + 1.5)
    painter.setBrush(inks.muted if locked else inks.live)
    painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
    painter.end()
    return picture


def draw_lock(painter: QPainter, x: float, y: float, colour: QColor, locked: bool) -> None:
    """A closed lock, or a ring where one may be put."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if locked:
        painter.setPen(QPen(colour, 1.5))
        painter.drawPath(_shackle(x, y))
        painter.fillPath(_body(x, y), colour)
    else:
        painter.setPen(QPen(colour, 1.2))
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)


def draw_pin(painter: QPainter, y: float, colour: QColor, pinned: bool) -> None:
    """A pin at the left end of a row: with a full head where it holds, else with an open one."""
    painter.setPen(QPen(colour, 1.2))
    painter.setBrush(colour if pinned else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(PIN_X, y - 2.5), 2.8, 2.8)
    painter.drawLine(QPointF(PIN_X, y + 0.5), QPointF(PIN_X, y + 5.5))


def _shackle(x: float, y: float) -> QPainterPath:
    path = QPainterPath(QPointF(x - 2.5, y))
    path.lineTo(x - 2.5, y - 2.5)
    path.arcTo(QRectF(x - 2.5, y - 5, 5, 5), 180, -180)
    path.lineTo(x + 2.5, y)
    return path


def _body(x: float, y: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x - 4.5, y - 1, 9, 6.5), 1.5, 1.5)
    return path
