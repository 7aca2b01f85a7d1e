"""Losses over the epochs of a training, and a mark at the epoch that is looked at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.theme import RADIUS_PX, SMALL_PX, Theme, text_font, theme_of
from explorer.widgets.loss_axis import LossAxis, Values, tick_label

INSET_PX, LABEL_GAP_PX, HEAD_PX, FOOT_PX = 12.0, 6.0, 26.0, 20.0
CURVE_PX, DOT_PX, MOST_DOTS = 1.4, 2.5, 40
KEY_PX, KEY_GAP_PX = 14.0, 14.0
LEFT = Qt.MouseButton.LeftButton
NOTHING = np.zeros((0, 2))
NOTHING_YET = "Losses come with the first steps"


class LossCurves(QWidget):
    """Shows the losses it is given.

    Attributes
    ----------
    epoch_wanted : signal of int
        A click, or a drag, at an epoch from 1 on.
    """

    epoch_wanted = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._epochs = NOTHING, NOTHING
        self._total = 1
        self._marked: int | None = None
        self._live = False
        self._axis = LossAxis.around(NOTHING)
        self.setAccessibleName("Losses")
        self.setToolTip("Click at an epoch to look at it")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_losses(self, steps: Values, epochs: Values, total: int, live: bool) -> None:
        """Show losses.

        Parameters
        ----------
        steps, epochs : ndarray, shape (n, 2) and (m, 2)
            Epochs that have passed, and the loss; whole epochs, and their validation loss.
        total : int
            Epochs of the whole training.
        live : bool
            Whether more is coming.
        """
        self._steps, self._epochs, self._total, self._live = steps, epochs, total, live
        self._axis = LossAxis.around(np.concatenate([steps[:, 1], epochs[:, 1]]))
        said = [f"loss {steps[-1, 1]:.4g}"] if len(steps) else []
        said += [f"validation loss {epochs[-1, 1]:.4g}"] if len(epochs) else []
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def set_marked(self, epoch: int | None) -> None:
        """Mark an epoch."""
        if epoch != self._marked:
            self._marked = epoch
            self.update()

    def x_at(self, passed: float) -> float:
        """Where so many epochs have passed."""
        plot = self._plot()
        return plot.left() + plot.width() * passed / self._total

    # Input -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Ask for the epoch there."""
        assert event is not None
        if event.button() == LEFT:
            self._want(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Ask for the epochs on the way."""
        assert event is not None
        if event.buttons() & LEFT:
            self._want(event.position().x())

    def _want(self, x: float) -> None:
        plot = self._plot()
        passed = (x - plot.left()) / max(plot.width(), 1) * self._total
        epoch = min(max(round(passed), 1), self._total)
        if epoch != self._marked:
            self.epoch_wanted.emit(epoch)

    # Painting --------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A wide picture."""
        return QSize(360, 176)

    def minimumSizeHint(self) -> QSize:
        """Room for axes and a curve."""
        return QSize(160, 120)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint box, axes, curves and mark."""
        theme, painter = theme_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.panel))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)
        if len(self._steps) or len(self._epochs):
            self._paint_axes(painter, theme)
            self._paint_curves(painter, theme)
            self._paint_key(painter, theme)
        else:
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, NOTHING_YET)
        painter.end()

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(text_font(SMALL_PX))
        labels = [tick_label(tick) for tick in self._axis.ticks()] or ["0"]
        left = INSET_PX + LABEL_GAP_PX + max(map(metrics.horizontalAdvance, labels))
        size = self.size()
        return QRectF(
            left, HEAD_PX, size.width() - left - INSET_PX, size.height() - HEAD_PX - FOOT_PX
        )

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        plot, middle = self._plot(), Qt.AlignmentFlag.AlignVCenter
        for tick in self._axis.ticks():
            y = round(self._y_of(plot, tick)) + 0.5
            painter.setPen(QColor(theme.line))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.muted))
            area = QRectF(0, y - 8, plot.left() - LABEL_GAP_PX, 16)
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, tick_label(tick))
        foot = QRectF(plot.left(), plot.bottom() + 2, plot.width(), FOOT_PX - 4)
        painter.setPen(QColor(theme.muted))
        painter.drawText(foot, middle | Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(foot, middle | Qt.AlignmentFlag.AlignRight, f"{self._total} epochs")

    def _paint_curves(self, painter: QPainter, theme: Theme) -> None:
        plot = self._plot()
        if self._marked is not None:
            x = round(self.x_at(self._marked)) + 0.5
            painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._step_colour(theme)), CURVE_PX))
        _draw(painter, self._line(plot, self._steps))
        ends = self._line(plot, self._epochs)
        painter.setPen(QPen(QColor(theme.text), CURVE_PX))
        _draw(painter, ends)
        if len(ends) <= MOST_DOTS:
            painter.setBrush(QColor(theme.text))
            for end in ends:
                painter.drawEllipse(end, DOT_PX, DOT_PX)

    def _step_colour(self, theme: Theme) -> str:
        return theme.live if self._live else theme.muted

    def _line(self, plot: QRectF, points: Values) -> list[QPointF]:
        finite = points[np.isfinite(points).all(axis=1)]
        xs = plot.left() + plot.width() * finite[:, 0] / self._total
        ys = plot.bottom() - plot.height() * self._axis.share(finite[:, 1])
        return [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]

    def _paint_key(self, painter: QPainter, theme: Theme) -> None:
        """What the lines are, from the right."""
        metrics = QFontMetricsF(painter.font())
        right, y = self.width() - INSET_PX, HEAD_PX / 2
        for name, colour in (("validation", theme.text), ("training", self._step_colour(theme))):
            wide = metrics.horizontalAdvance(name)
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                QRectF(right - wide, y - 8, wide + 1, 16), Qt.AlignmentFlag.AlignVCenter, name
            )
            key = right - wide - LABEL_GAP_PX
            painter.setPen(QPen(QColor(colour), CURVE_PX + 0.4))
            painter.drawLine(QPointF(key - KEY_PX, y), QPointF(key, y))
            if name == "validation":
                painter.setBrush(QColor(colour))
                painter.drawEllipse(QPointF(key - KEY_PX / 2, y), DOT_PX, DOT_PX)
            right = key - KEY_PX - KEY_GAP_PX

    def _y_of(self, plot: QRectF, value: float) -> float:
        return plot.bottom() - plot.height() * float(self._axis.share(np.array([value]))[0])


def _draw(painter: QPainter, points: list[QPointF]) -> None:
    """Each stretch by itself: Qt takes far longer for a jagged line as a whole."""
    if len(points) > 1:
        painter.drawLines(*(QLineF(*ends) for ends in pairwise(points)))
