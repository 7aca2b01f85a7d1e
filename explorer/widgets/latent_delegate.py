"""Paints the rows of the latent table."""

from __future__ import annotations

import functools
import math
from collections import OrderedDict
from dataclasses import dataclass

from PyQt6.QtCore import QModelIndex, QObject, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from explorer.theme import RADIUS_PX, Theme, text_font, theme_of
from explorer.widgets.latent_model import LatentModel
from explorer.widgets.latent_row import KNOB_RADIUS_PX, MINUS, Part, RowLayout, number_text

SUBSCRIPT_PX = 10
SUBSCRIPT_DROP_PX = 3
MAX_STEM_PX = 96
MAX_BACKDROPS = 128


@dataclass(frozen=True)
class Marks:
    """What the hand and the keyboard point at; -1 is no row."""

    hover_row: int = -1
    hover_part: Part = Part.NONE
    drag_row: int = -1
    focus_row: int = -1
    returning_row: int = -1
    returning_value: float = 0.0

    def rows(self) -> frozenset[int]:
        """Rows that are drawn in another way than the rest."""
        return frozenset((self.hover_row, self.drag_row, self.focus_row, self.returning_row))


@dataclass(frozen=True, eq=False)
class _Inks:
    ground: QColor
    line: QColor
    histogram: QColor
    lifted: QColor
    muted: QColor
    text: QColor
    live: QColor
    live_text: QColor
    focus: QPen


@functools.cache
def _inks(theme: Theme) -> _Inks:
    return _Inks(
        ground=QColor(theme.ground),
        line=QColor(theme.line),
        histogram=QColor(theme.histogram),
        lifted=QColor(theme.panel),
        muted=QColor(theme.muted),
        text=QColor(theme.text),
        live=QColor(theme.live),
        live_text=QColor(theme.live_text),
        focus=QPen(QColor(theme.muted), 1.25),
    )


class LatentDelegate(QStyledItemDelegate):
    """Draws a row: all that stays from a cached picture, knob and number anew.

    Attributes
    ----------
    marks : Marks
        Set by the table; rows are drawn accordingly.
    """

    def __init__(self, model: LatentModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks = Marks()
        self._model = model
        self._font = text_font()
        self._small_font = text_font(SUBSCRIPT_PX)
        metrics = QFontMetricsF(self._font)
        self._baseline_px = (metrics.ascent() - metrics.descent()) / 2
        self._advance_px = {c: metrics.horizontalAdvance(c) for c in f"0123456789+{MINUS}.e"}
        self._layout_key = (0, 0, -1)
        self._layout = self._new_layout(0, 0)
        self._backdrops: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def layout_for(self, width: int, height: int) -> RowLayout:
        """Where the parts of a row of this size lie."""
        key = width, height, self._model.codes_version
        if key != self._layout_key:
            self._layout_key, self._layout = key, self._new_layout(width, height)
        return self._layout

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """Qt: rows are as high as the table makes them."""
        return option.rect.size()

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Qt: draw one row."""
        if painter is None or option.widget is None:
            return
        # Not the table's own palette: the style sheet gives it a transparent ground.
        theme = theme_of(QGuiApplication.palette())
        inks, row, rect = _inks(theme), index.row(), option.rect
        layout = self.layout_for(rect.width(), rect.height())
        painter.save()
        painter.translate(rect.x(), rect.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, layout, inks, row)
        ratio = option.widget.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._backdrop(layout, theme, row, ratio))
        self._draw_knob(painter, layout, theme, row, ratio)
        self._draw_number(painter, layout, inks, row)
        on_lock = row == self.marks.hover_row and self.marks.hover_part is Part.LOCK
        if on_lock and self._model.lockable:
            self._draw_lock(painter, layout, inks.text, row)
        painter.restore()

    def _new_layout(self, width: int, height: int) -> RowLayout:
        parts = {_label_parts(name) for name in self._model.names}
        digits = max((len(index) for _, index in parts), default=2)
        index = QFontMetricsF(self._small_font).horizontalAdvance("0") * (
            max(digits, 2) if digits else 0
        )
        stems = sorted({stem for stem, _ in parts}, key=len)[-4:]  # the widest is among them
        metrics = QFontMetricsF(self._font)
        stem = max(map(metrics.horizontalAdvance, stems), default=0.0)
        number = self._advance_px["+"] + 6 * self._advance_px["0"] + self._advance_px["."]
        label = min(stem, MAX_STEM_PX) + index
        return RowLayout.of(width, height, math.ceil(label), math.ceil(number))

    def _draw_ground(self, painter: QPainter, layout: RowLayout, inks: _Inks, row: int) -> None:
        if row in (self.marks.hover_row, self.marks.drag_row):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(inks.lifted)
            painter.drawRoundedRect(
                QRectF(0, 1, layout.width, layout.height - 2), RADIUS_PX, RADIUS_PX
            )
        if row == self.marks.focus_row:
            painter.setPen(inks.focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(1, 1.5, layout.width - 2, layout.height - 3), RADIUS_PX, RADIUS_PX
            )

    def _draw_knob(
        self, painter: QPainter, layout: RowLayout, theme: Theme, row: int, ratio: float
    ) -> None:
        model, marks, inks = self._model, self.marks, _inks(theme)
        value = marks.returning_value if row == marks.returning_row else float(model.z[row])
        knob_x = layout.x_of(model.share(row, value))
        mean_x = layout.x_of(model.share(row, float(model.mean[row])))
        locked = bool(model.locks[row])
        painter.fillRect(
            QRectF(min(knob_x, mean_x), layout.track_y - 1, abs(knob_x - mean_x), 2),
            inks.muted if locked else inks.live,
        )
        dragged, hovered = row == marks.drag_row, row in (marks.hover_row, marks.drag_row)
        knob = _knob(theme, locked, dragged, hovered, ratio)
        half_px = knob.width() / ratio / 2
        painter.drawPixmap(QPointF(knob_x - half_px, layout.track_y - half_px), knob)

    def _draw_number(self, painter: QPainter, layout: RowLayout, inks: _Inks, row: int) -> None:
        text = number_text(float(self._model.z[row]))
        width = sum(map(self._advance_px.__getitem__, text))
        painter.setFont(self._font)
        painter.setPen(inks.live_text if row == self.marks.drag_row else inks.text)
        baseline = layout.height / 2 + self._baseline_px
        painter.drawText(QPointF(layout.number_right - width, baseline), text)

    def _draw_lock(self, painter: QPainter, layout: RowLayout, colour: QColor, row: int) -> None:
        x, y = layout.lock_x, layout.height / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._model.locks[row]:
            painter.setPen(QPen(colour, 1.5))
            painter.drawPath(_shackle(x, y))
            painter.fillPath(_body(x, y), colour)
        else:
            painter.setPen(QPen(colour, 1.2))
            painter.drawEllipse(QPointF(x, y), 3.5, 3.5)

    def _backdrop(self, layout: RowLayout, theme: Theme, row: int, ratio: float) -> QPixmap:
        model = self._model
        ends = float(model.lo[row]), float(model.hi[row])
        locked = bool(model.locks[row])
        key = (row, layout, theme.name, ratio, ends, locked, model.codes_version)
        picture = self._backdrops.get(key)
        if picture is None:
            picture = self._draw_backdrop(layout, _inks(theme), row, ratio)
            self._backdrops[key] = picture
            if len(self._backdrops) > MAX_BACKDROPS:
                self._backdrops.popitem(last=False)
        else:
            self._backdrops.move_to_end(key)
        return picture

    def _draw_backdrop(self, layout: RowLayout, inks: _Inks, row: int, ratio: float) -> QPixmap:
        picture = QPixmap(math.ceil(layout.width * ratio), math.ceil(layout.height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        if row in self._model.starts:
            painter.fillRect(QRectF(0, 0, layout.width, 1), inks.line)
        self._draw_histogram(painter, layout, inks, row)
        track = QRectF(layout.track_left, layout.track_y - 1, layout.track_width, 2)
        painter.fillRect(track, inks.line)
        self._draw_label(painter, layout, inks, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.lockable:
            colour = inks.text if self._model.locks[row] else inks.muted
            self._draw_lock(painter, layout, colour, row)
        painter.end()
        return picture

    def _draw_histogram(self, painter: QPainter, layout: RowLayout, inks: _Inks, row: int) -> None:
        bars = self._model.histogram(row)
        if bars is None:
            return
        bottom = layout.track_y - 1
        edges = [
            layout.track_left + layout.track_width * i // len(bars) for i in range(len(bars) + 1)
        ]
        for bar, left, right in zip(bars, edges, edges[1:], strict=False):
            height = float(bar) * layout.histogram_height
            gap = 1 if right - left > 2 else 0
            painter.fillRect(
                QRectF(left, bottom - height, right - left - gap, height), inks.histogram
            )

    def _draw_label(self, painter: QPainter, layout: RowLayout, inks: _Inks, row: int) -> None:
        stem, index = _label_parts(self._model.names[row])
        small = QFontMetricsF(self._small_font).horizontalAdvance(index)
        x = layout.label_right - small
        baseline = layout.height / 2 + self._baseline_px - 1
        painter.setPen(inks.muted)
        painter.setFont(self._small_font)
        painter.drawText(QPointF(x, baseline + SUBSCRIPT_DROP_PX), index)
        metrics = QFontMetricsF(self._font)
        stem = metrics.elidedText(stem, Qt.TextElideMode.ElideMiddle, x)
        painter.setFont(self._font)
        painter.drawText(QPointF(x - metrics.horizontalAdvance(stem), baseline), stem)


def _label_parts(name: str) -> tuple[str, str]:
    stem, _, index = name.rpartition(" ")
    return (stem, index) if index.isdecimal() and not stem.endswith("·") else (name, "")


@functools.lru_cache(maxsize=64)
def _knob(theme: Theme, locked: bool, dragged: bool, hovered: bool, ratio: float) -> QPixmap:
    inks, radius = _inks(theme), KNOB_RADIUS_PX + (1 if dragged else 0)
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
