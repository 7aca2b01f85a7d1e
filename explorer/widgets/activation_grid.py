"""What a layer gives for one input: a tile for each channel, or bars for a vector."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.theme import Theme, theme_of
from explorer.widgets.tiles import Tiling, least_scale, normalise, tile

Floats = npt.NDArray[np.float32]
GAP_PX = 4
MAX_BARS = 128
BARS_PX = 160
BAR_GAP_SHARE = 0.3
LEAST_PX = 120
READABLE_TILE_PX, ENOUGH_TILE_PX = 32, 64


class ActivationGrid(QWidget):
    """Shows the activations it is given.

    Attributes
    ----------
    current_changed : signal
        Another channel or number was chosen with the mouse or the arrow keys.
    """

    current_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Floats | None = None  # (n, h, w); a vector is (n, 1, 1)
        self._colour = "grey"
        self._common = False
        self._tiling: Tiling | None = None
        self._image: QImage | None = None
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Activations")

    def set_activations(self, activations: Floats | None, colour: str = "grey") -> None:
        """Show an array.

        Parameters
        ----------
        activations : ndarray of float32 or None
            (h, w, channels) or (t, channels): a tile for each channel; (n,): bars,
            or where there are many, small squares in rows.
        colour : str
            ``encoder``, ``decoder`` or ``grey``.
        """
        values = None if activations is None else _as_tiles(activations)
        if self._values is None or values is None or values.shape != self._values.shape:
            self._tiling, self._current = None, None
            self._values = values
            self.updateGeometry()
        self._values, self._colour, self._image = values, colour, None
        self.update()

    def set_common_scale(self, common: bool) -> None:
        """Give all channels one scale, or each its own."""
        self._common = common
        self._image = None
        self.update()

    @property
    def is_vector(self) -> bool:
        """Whether there are numbers and no pictures."""
        return self._values is not None and self._values.shape[1:] == (1, 1)

    @property
    def current(self) -> int | None:
        """The chosen channel."""
        return self._current

    def describe(self, index: int) -> str:
        """A channel or number in words."""
        assert self._values is not None
        if self.is_vector:
            return f"number {index}: {self._values[index, 0, 0]:+.3f}"
        channel = self._values[index]
        low, mean, high = channel.min(), channel.mean(), channel.max()
        return f"channel {index}: {low:.2f} to {high:.2f}, mean {mean:.2f}"

    def summary(self) -> str:
        """The range of all values in words."""
        assert self._values is not None
        return f"{self._values.min():.2f} to {self._values.max():.2f}"

    def index_at(self, x: float, y: float) -> int | None:
        """The channel at a point of the widget."""
        if self._values is None:
            return None
        if self._has_bars():
            index = int(x * len(self._values) // max(1, self.width()))
            return index if 0 <= index < len(self._values) and 0 <= y <= BARS_PX else None
        return self._tiles().index_at(x * self._ratio(), y * self._ratio())

    def current_rect(self) -> QRect:
        """Where the chosen channel lies; empty where none is chosen."""
        if self._values is None or self._current is None:
            return QRect()
        if self._has_bars():
            return QRect(0, 0, self.width(), BARS_PX)
        return _tile_rect(self._tiles(), self._current, self._ratio()).toAlignedRect()

    # Input -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows go from channel to channel."""
        assert event is not None
        columns = 1 if self._values is None or self._has_bars() else self._tiles().columns
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._values is None:
            super().keyPressEvent(event)
            return
        wanted = 0 if self._current is None else self._current + step
        if 0 <= wanted < len(self._values):
            self._choose(wanted)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Whoever comes by keyboard sees where the arrows start."""
        assert event is not None
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_tab and self._current is None and self._values is not None:
            self._choose(0)
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Choose the channel under the pointer."""
        assert event is not None
        self._choose(self.index_at(event.position().x(), event.position().y()))

    def event(self, event: QEvent | None) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(event.pos().x(), event.pos().y())
            if index is not None:
                QToolTip.showText(event.globalPos(), self.describe(index), self)
                return True
        return super().event(event)

    def _choose(self, index: int | None) -> None:
        if index != self._current:
            self._current = index
            self.setAccessibleDescription("" if index is None else self.describe(index))
            self.current_changed.emit()
            self.update()

    # Painting ----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """What eight columns of small tiles take."""
        return QSize(300, 300)

    def minimumSizeHint(self) -> QSize:
        """Small, so that the column can be narrow."""
        return QSize(LEAST_PX, LEAST_PX)

    def heightForWidth(self, width_px: int) -> int:
        """What tiles that can be read need; the room may be higher."""
        if self._values is None or self.is_vector:
            return BARS_PX
        ratio = self._ratio()
        return math.ceil(self._tile_into(width_px * ratio, 0).height_px / ratio)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Find the largest tiles anew."""
        self._tiling, self._image = None, None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint tiles or bars, and a ring around the chosen one."""
        if self._values is None:
            return
        painter = QPainter(self)
        theme = theme_of(self.palette())
        if self._has_bars():
            self._paint_bars(painter, theme)
        else:
            self._paint_tiles(painter, theme)
        painter.end()

    def _paint_tiles(self, painter: QPainter, theme: Theme) -> None:
        assert self._values is not None
        image, tiling, ratio = self._picture(theme), self._tiles(), self._ratio()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tiling.scale < 1)
        if self.is_vector:
            scale = tiling.scale / ratio
            painter.drawImage(QRectF(0, 0, image.width() * scale, image.height() * scale), image)
        else:
            count, height, width = self._values.shape
            for index in range(count):
                source = QRectF(0, index * height, width, height)
                painter.drawImage(_tile_rect(tiling, index, ratio), image, source)
        if self._current is not None:
            ring = _tile_rect(tiling, self._current, ratio).adjusted(-1.5, -1.5, 1.5, 1.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawRect(ring)

    def _paint_bars(self, painter: QPainter, theme: Theme) -> None:
        assert self._values is not None
        values = self._values[:, 0, 0]
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        step = self.width() / len(values)
        per_unit = (BARS_PX - 2) / ((high - low) or 1.0)
        zero = 1 + high * per_unit
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(0, round(zero), self.width(), round(zero))
        painter.setPen(Qt.PenStyle.NoPen)
        colour = _accent(self._colour, theme) or theme.muted
        for index, value in enumerate(values.tolist()):
            chosen = index == self._current
            painter.setBrush(QColor(theme.text if chosen else colour))
            top, bottom = sorted((zero, zero - value * per_unit))
            left = (index + BAR_GAP_SHARE / 2) * step
            painter.drawRect(QRectF(left, top, step * (1 - BAR_GAP_SHARE), bottom - top))

    def _picture(self, theme: Theme) -> QImage:
        """All channels below one another, in colours; a vector is folded into rows."""
        if self._image is None:
            assert self._values is not None
            common = self._common or self.is_vector
            levels = (normalise(self._values, common) * 255).astype(np.uint8)
            if self.is_vector:
                tiling = self._tiles()
                folded = np.zeros(tiling.rows * tiling.columns, np.uint8)
                folded[: levels.size] = levels.ravel()
                levels = folded.reshape(tiling.rows, tiling.columns)
            width = levels.shape[-1]
            table = _ramp(_accent(self._colour, theme))
            pixels = np.ascontiguousarray(table[levels]).tobytes()
            form = QImage.Format.Format_RGB32
            self._image = QImage(pixels, width, levels.size // width, 4 * width, form).copy()
        return self._image

    def _tiles(self) -> Tiling:
        if self._tiling is None:
            ratio = self._ratio()
            self._tiling = self._tile_into(self.width() * ratio, self.height() * ratio)
        return self._tiling

    def _tile_into(self, width_px: float, height_px: float) -> Tiling:
        """In device pixels."""
        assert self._values is not None
        count, height, width = self._values.shape
        room = (width_px, height_px)
        if self.is_vector:
            return tile(count, (1, 1), room)
        ratio = self._ratio()
        readable, enough = round(READABLE_TILE_PX * ratio), round(ENOUGH_TILE_PX * ratio)
        least = least_scale((width, height), readable, enough)
        return tile(count, (width, height), room, round(GAP_PX * ratio), least)

    def _has_bars(self) -> bool:
        return self.is_vector and self._values is not None and len(self._values) <= MAX_BARS

    def _ratio(self) -> float:
        return self.devicePixelRatioF()


def _as_tiles(activations: Floats) -> Floats:
    """One picture for each channel, shape (n, h, w)."""
    activations = np.nan_to_num(activations, nan=0, posinf=0, neginf=0)
    if activations.ndim == 1:
        return activations[:, None, None]
    if activations.ndim == 2:
        return activations.T[:, None, :]
    flat = activations.reshape(activations.shape[0], -1, activations.shape[-1])
    return np.moveaxis(flat, -1, 0)


def _tile_rect(tiling: Tiling, index: int, ratio: float) -> QRectF:
    left, top = tiling.origin_px(index)
    width, height = tiling.tile_px
    return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)


def _accent(colour: str, theme: Theme) -> str:
    return {"encoder": theme.encoder, "decoder": theme.decoder}.get(colour, "")


@lru_cache(maxsize=8)
def _ramp(accent: str) -> npt.NDArray[np.uint32]:
    """256 colours as Qt's RGB32: black, the accent two thirds of the way up, white."""
    share = np.linspace(0, 1, 256)
    if accent:
        colour = QColor(accent)
        channels = [
            np.interp(share, (0, 2 / 3, 1), (0, part, 255))
            for part in (colour.red(), colour.green(), colour.blue())
        ]
    else:
        channels = [share * 255] * 3
    red, green, blue = (np.round(channel).astype(np.uint32) for channel in channels)
    table: npt.NDArray[np.uint32] = (
        np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    )
    return table
