"""Paints the rows of the latent table."""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QModelIndex, QObject, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPixmap,
)
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from explorer.theme import RADIUS_PX, Theme, text_font, theme_of
from explorer.widgets.latent_model import LatentModel
from explorer.widgets.latent_row import EFFECT_PX, MINUS, Part, RowLayout, number_text
from explorer.widgets.latent_shapes import Inks, draw_lock, draw_pin, inks_of, knob
from models.quantile_scale import TICKS

SUBSCRIPT_PX = 10
SUBSCRIPT_DROP_PX = 3
MAX_STEM_PX = 96
MAX_BACKDROPS = 128
BAND_HALF_PX = 5
BAR_PX = 3
TICK_SHARES = (0.3, 0.5, 0.8, 0.5, 0.3)  # of a histogram's height, as many as there are ticks
TICK_ALPHA = 0.55
LONGEST_NAMES = 8  # the widest is among them
DEAD_ALPHA = 0.45  # of what lies behind the knob of a row that does nothing


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
        self._measured: tuple[Sequence[str], int] = ((), 0)
        self._layout_key = (0, 0, -1, False)
        self._layout = self._new_layout(0, 0)
        self._backdrops: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def layout_for(self, width: int, height: int) -> RowLayout:
        """Where the parts of a row of this size lie."""
        key = width, height, self._model.codes_version, self._model.effects is not None
        if key != self._layout_key:
            self._layout_key, self._layout = key, self._new_layout(width, height)
        return self._layout

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
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
        inks, row, rect = inks_of(theme), index.row(), option.rect
        layout = self.layout_for(rect.width(), rect.height())
        painter.save()
        painter.translate(rect.x(), rect.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, layout, inks, row)
        ratio = option.widget.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._backdrop(layout, theme, row, ratio))
        self._draw_band(painter, layout, inks, row)
        self._draw_effect(painter, layout, inks, row)
        self._draw_knob(painter, layout, theme, row, ratio)
        self._draw_number(painter, layout, inks, row)
        if row == self.marks.hover_row:
            self._draw_tools(painter, layout, inks, row)
        painter.restore()

    def _new_layout(self, width: int, height: int) -> RowLayout:
        if self._measured[0] is not self._model.names:
            self._measured = self._model.names, self._label_width_px(self._model.names)
        number = self._advance_px["+"] + 6 * self._advance_px["0"] + self._advance_px["."]
        effect = EFFECT_PX if self._model.effects is not None else 0
        return RowLayout.of(width, height, self._measured[1], math.ceil(number), effect)

    def _label_width_px(self, names: Sequence[str]) -> int:
        parts = {_label_parts(name) for name in heapq.nlargest(LONGEST_NAMES, names, key=len)}
        digits = max((len(index) for _, index in parts), default=2)
        index = QFontMetricsF(self._small_font).horizontalAdvance("0") * (
            max(digits, 2) if digits else 0
        )
        metrics = QFontMetricsF(self._font)
        stem = max((metrics.horizontalAdvance(stem) for stem, _ in parts), default=0.0)
        return math.ceil(min(stem, MAX_STEM_PX) + index)

    def _draw_ground(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
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
        model, marks, inks = self._model, self.marks, inks_of(theme)
        value = marks.returning_value if row == marks.returning_row else float(model.z[row])
        knob_x = layout.x_of(model.share(row, value))
        mean_x = layout.x_of(model.share(row, float(model.mean[row])))
        locked = bool(model.locks[row])
        painter.fillRect(
            QRectF(min(knob_x, mean_x), layout.track_y - 1, abs(knob_x - mean_x), 2),
            inks.muted if locked else inks.live,
        )
        dragged, hovered = row == marks.drag_row, row in (marks.hover_row, marks.drag_row)
        picture = knob(theme, locked, dragged, hovered, ratio)
        half_px = picture.width() / ratio / 2
        painter.drawPixmap(QPointF(knob_x - half_px, layout.track_y - half_px), picture)

    def _draw_band(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
        if self._model.bands is None:
            return
        left, right = (
            layout.x_of(self._model.share(row, float(end[row]))) for end in self._model.bands
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.band)
        place = QRectF(left, layout.track_y - BAND_HALF_PX, right - left, 2 * BAND_HALF_PX)
        painter.drawRoundedRect(place, BAND_HALF_PX, BAND_HALF_PX)

    def _draw_effect(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
        effects = self._model.effects
        if effects is None:
            return
        middle = layout.height / 2
        if effects.dead[row]:
            painter.setFont(self._small_font)
            painter.setPen(inks.muted)
            painter.drawText(QPointF(layout.effect_left, middle + self._baseline_px - 1), "dead")
            return
        for effect, colour, top in (
            (float(effects.over_codes[row]), inks.muted, middle - BAR_PX - 0.5),
            (float(effects.around_z[row]), inks.live, middle + 0.5),
        ):
            if not math.isnan(effect):
                length = max(1.0, effect / effects.strongest * layout.effect_width)
                painter.fillRect(QRectF(layout.effect_left, top, length, BAR_PX), colour)

    def _draw_number(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
        text = number_text(float(self._model.z[row]))
        width = sum(map(self._advance_px.__getitem__, text))
        painter.setFont(self._font)
        painter.setPen(inks.live_text if row == self.marks.drag_row else inks.text)
        baseline = layout.height / 2 + self._baseline_px
        painter.drawText(QPointF(layout.number_right - width, baseline), text)

    def _draw_tools(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
        model, part, middle = self._model, self.marks.hover_part, layout.height / 2
        if part is Part.LOCK and model.lockable:
            draw_lock(painter, layout.lock_x, middle, inks.text, bool(model.locks[row]))
        if part is Part.PIN or not model.pins[row]:
            colour = inks.text if part is Part.PIN else inks.muted
            draw_pin(painter, middle, colour, bool(model.pins[row]))

    def _backdrop(self, layout: RowLayout, theme: Theme, row: int, ratio: float) -> QPixmap:
        model = self._model
        ends = float(model.lo[row]), float(model.hi[row])
        states = bool(model.locks[row]), bool(model.pins[row]), model.is_dead(row)
        key = (row, layout, theme.name, ratio, ends, states, model.codes_version)
        picture = self._backdrops.get(key)
        if picture is None:
            picture = self._draw_backdrop(layout, inks_of(theme), row, ratio)
            self._backdrops[key] = picture
            if len(self._backdrops) > MAX_BACKDROPS:
                self._backdrops.popitem(last=False)
        else:
            self._backdrops.move_to_end(key)
        return picture

    def _draw_backdrop(self, layout: RowLayout, inks: Inks, row: int, ratio: float) -> QPixmap:
        picture = QPixmap(math.ceil(layout.width * ratio), math.ceil(layout.height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        if row in self._model.starts:
            painter.fillRect(QRectF(0, 0, layout.width, 1), inks.line)
        painter.setOpacity(DEAD_ALPHA if self._model.is_dead(row) else 1)
        if self._model.scale is None:
            self._draw_histogram(painter, layout, inks, row)
        else:
            self._draw_ticks(painter, layout, inks, row)
        track = QRectF(layout.track_left, layout.track_y - 1, layout.track_width, 2)
        painter.fillRect(track, inks.line)
        painter.setOpacity(1)
        self._draw_label(painter, layout, inks, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, locked = layout.height / 2, bool(self._model.locks[row])
        if self._model.lockable:
            draw_lock(painter, layout.lock_x, middle, inks.text if locked else inks.muted, locked)
        if self._model.pins[row]:
            draw_pin(painter, middle, inks.muted, True)
        painter.end()
        return picture

    def _draw_histogram(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
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

    def _draw_ticks(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
        lo, hi = self._model.ends(row)
        painter.setOpacity(painter.opacity() * TICK_ALPHA)
        for level, share in zip(TICKS, TICK_SHARES, strict=True):
            if lo <= level <= hi:
                x = round(layout.x_of((level - lo) / (hi - lo)))
                height = share * layout.histogram_height
                painter.fillRect(QRectF(x, layout.track_y - 1 - height, 1, height), inks.muted)

    def _draw_label(self, painter: QPainter, layout: RowLayout, inks: Inks, row: int) -> None:
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
