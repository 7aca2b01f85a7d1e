"""Curves of one output: one below the other where they are few, else all in one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.curves import Scale, envelope, limits, scale_around

Floats = npt.NDArray[np.float32]
MOST_ROWS = 6  # curves with an axis of their own
INSET_PX, ROW_GAP_PX, LABEL_GAP_PX = 12.0, 14.0, 6.0
FOOT_PX = 18.0
CURVE_PX = 1.6
DOT_RADIUS_PX, MOST_DOTS = 2.5, 40  # few values are shown as the points they are
CROWD_SHARE = 0.55  # of the accent in the colour of one curve among many


class CurveView(QWidget):
    """Shows the curves it is given.

    The axes grow with the values and do not shrink, so that what moves is seen to move;
    a double click, or Home, fits them to what is shown.

    Attributes
    ----------
    painted : signal
        At the end of every paint, for those who measure.
    """

    painted = pyqtSignal()

    def __init__(
        self, name: str, minimum_px: int, preferred_px: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._curves: Floats | None = None
        self._reached: list[tuple[float, float]] = []  # of each row, least and greatest
        self._scales: tuple[Scale, ...] = ()
        self._ground: QPixmap | None = None
        self._ground_key: tuple[object, ...] = ()
        self._minimum_px, self._preferred_px = minimum_px, preferred_px
        self.setAccessibleName(name)
        self.setToolTip("A double click, or Home, fits the axes to what is shown")
        self.setAccessibleDescription("Home fits the axes to what is shown.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setMaximumHeight(preferred_px)

    def set_curves(self, curves: Floats) -> None:
        """Show curves of float32 (length, channels); values that are not finite leave gaps."""
        if self._curves is None or curves.shape != self._curves.shape:
            self._reached = []
        self._curves = curves
        self._grow(curves)
        self.update()

    def fit(self) -> None:
        """Fit the axes to what is shown."""
        self._reached = []
        if self._curves is not None:
            self._grow(self._curves)
            self.update()

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The axis of each row, from top to bottom."""
        return self._scales

    def shown_image(self) -> QImage | None:
        """The curves as large as they are on the screen."""
        if self._curves is None:
            return None
        ratio = self.devicePixelRatioF()
        image = QImage((self.size() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self._paint(painter)
        painter.end()
        return image

    def describe(self, x: float, y: float) -> str:
        """The value at a place in the widget's coordinates; empty where there is none."""
        if self._curves is None:
            return ""
        length, channels = self._curves.shape
        rows = self._rows()
        row = next((number for number, rect in enumerate(rows) if rect.contains(x, y)), None)
        if row is None:
            return ""
        index = round((x - rows[row].left()) / max(rows[row].width(), 1) * (length - 1))
        if channels > len(rows):
            low, high = limits(self._curves[index])
            return f"value {index}: {low:+.4g} to {high:+.4g} in {channels} channels"
        channel = f"channel {row}, " if channels > 1 else ""
        return f"{channel}value {index}: {self._curves[index, row]:+.4g}"

    def sizeHint(self) -> QSize:
        """The preferred square."""
        return QSize(self._preferred_px, self._preferred_px)

    def minimumSizeHint(self) -> QSize:
        """The least square."""
        return QSize(self._minimum_px, self._minimum_px)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Fit the axes."""
        self.fit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Home fits the axes."""
        assert event is not None
        if event.key() == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Say which value lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.describe(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), words or self.toolTip(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint axes and curves."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()
        self.painted.emit()

    # Axes --------------------------------------------------------------------------

    def _grow(self, curves: Floats) -> None:
        channels = curves.shape[1]
        parts = np.split(curves, channels, axis=1) if channels <= MOST_ROWS else [curves]
        now = [limits(part) for part in parts]
        if self._reached:
            now = [
                (min(low, least), max(high, most))
                for (low, high), (least, most) in zip(now, self._reached, strict=True)
            ]
        if now != self._reached:
            self._reached = now
            self._scales = tuple(scale_around(low, high) for low, high in now)

    def _rows(self) -> list[QRectF]:
        """Where the curves run, a rectangle for each axis."""
        metrics = QFontMetricsF(text_font(SMALL_PX))
        labels = [scale.label(tick) for scale in self._scales for tick in scale.ticks()]
        left = INSET_PX + LABEL_GAP_PX + max(map(metrics.horizontalAdvance, labels))
        count = len(self._scales)
        room = self.height() - INSET_PX - FOOT_PX - (count - 1) * ROW_GAP_PX - LABEL_GAP_PX
        height = max(room / count, 1.0)
        return [
            QRectF(
                left,
                INSET_PX + number * (height + ROW_GAP_PX),
                max(self.width() - left - INSET_PX, 1.0),
                height,
            )
            for number in range(count)
        ]

    # Painting ----------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        theme = theme_of(self.palette())
        painter.drawPixmap(0, 0, self._ground_of(theme))
        if self._curves is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (rect, scale) in enumerate(zip(self._rows(), self._scales, strict=True)):
            crowd = self._curves.shape[1] > len(self._scales)
            colour = _mixed(theme.live, theme.panel, CROWD_SHARE) if crowd else QColor(theme.live)
            painter.setPen(QPen(colour, CURVE_PX, cap=Qt.PenCapStyle.SquareCap))
            painter.setBrush(colour)
            for values in self._curves.T if crowd else self._curves.T[number : number + 1]:
                _paint_curve(painter, rect, scale, values)

    def _ground_of(self, theme: Theme) -> QPixmap:
        """All but the curves: the box, lines across it and numbers beside it."""
        ratio = self.devicePixelRatioF()
        length = 0 if self._curves is None else len(self._curves)
        key = (self.size(), ratio, theme.name, self._scales, length)
        if self._ground is None or key != self._ground_key:
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(QColor(theme.ground))
            painter = QPainter(self._ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.line))
            painter.setBrush(QColor(theme.panel))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
            painter.setFont(text_font(SMALL_PX))
            if length:
                self._paint_axes(painter, theme, length)
            painter.end()
            self._ground_key = key
        return self._ground

    def _paint_axes(self, painter: QPainter, theme: Theme, length: int) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        rows = self._rows()
        for rect, scale in zip(rows, self._scales, strict=True):
            for tick in scale.ticks():
                y = round(_y_of(rect, scale, tick)) + 0.5
                is_zero = abs(tick) < scale.step / 2
                painter.setPen(QColor(theme.muted if is_zero else theme.line))
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
                painter.setPen(QColor(theme.muted))
                area = QRectF(0, y - 8, rect.left() - LABEL_GAP_PX, 16)
                painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, scale.label(tick))
        foot = QRectF(rows[-1].left(), self.height() - FOOT_PX - 2, rows[-1].width(), FOOT_PX)
        painter.drawText(foot, middle | Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(foot, middle | Qt.AlignmentFlag.AlignRight, str(length - 1))


def _mixed(one: str, other: str, share: float) -> QColor:
    first, second = QColor(one), QColor(other)
    red, green, blue = (
        round(share * a + (1 - share) * b)
        for a, b in (
            (first.red(), second.red()),
            (first.green(), second.green()),
            (first.blue(), second.blue()),
        )
    )
    return QColor(red, green, blue)


def _y_of(rect: QRectF, scale: Scale, value: float) -> float:
    return rect.bottom() - (value - scale.low) / (scale.high - scale.low) * rect.height()


def _paint_curve(painter: QPainter, rect: QRectF, scale: Scale, values: Floats) -> None:
    columns = max(2, int(rect.width()))
    if len(values) > 2 * columns:
        low, high = envelope(values, columns)
        values = np.stack([low, high], axis=1).ravel()
        across = np.repeat(np.linspace(rect.left(), rect.right(), columns), 2)
    elif len(values) > 1:
        across = np.linspace(rect.left(), rect.right(), len(values))
    else:
        across = np.array([rect.center().x()])
    per_unit = rect.height() / (scale.high - scale.low)
    down = rect.bottom() - (values.astype(np.float64) - scale.low) * per_unit
    finite = np.isfinite(down)
    joined = finite[:-1] & finite[1:]  # what is not finite leaves a gap
    ends = np.stack([across[:-1], down[:-1], across[1:], down[1:]], axis=1)[joined]
    # Each stretch by itself: Qt takes up to forty times as long for a jagged line as a whole.
    if len(ends):
        painter.drawLines(*(QLineF(*stretch) for stretch in ends.tolist()))
    if len(values) <= MOST_DOTS:
        for x, y in zip(across[finite].tolist(), down[finite].tolist(), strict=True):
            painter.drawEllipse(QPointF(x, y), DOT_RADIUS_PX, DOT_RADIUS_PX)
