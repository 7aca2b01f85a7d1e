"""The table that shows a latent vector: rows, marks and places; it hears no hand."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    QVariantAnimation,
)
from PyQt6.QtGui import QCursor, QHelpEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QTableView, QToolTip, QWidget

from explorer.widgets.latent_delegate import LatentDelegate, Marks
from explorer.widgets.latent_model import Bands, Columns, LatentModel
from explorer.widgets.latent_row import MIN_ROW_PX, Part, RowLayout, row_height_px
from models.effects import Effects
from models.quantile_scale import QuantileScale

RETURN_MS = 150

Floats = npt.NDArray[np.float32]


class LatentView(QTableView):
    """Shows a latent vector of any length, or a part of it, one row for each value.

    Only rows that are in sight are drawn, and of those only what has changed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.latent = LatentModel(self)
        self._delegate = LatentDelegate(self.latent, self)
        self._returning = QVariantAnimation(self)
        self._set_up()
        self.latent.modelReset.connect(self._start_anew)
        self._returning.valueChanged.connect(self._show_return)
        self._returning.finished.connect(self._stop_returning)

    def set_rows(
        self, names: Sequence[str], starts: Set[int] = frozenset(), lockable: bool = True
    ) -> None:
        """Start anew with other rows; without it they are "z 0" and so on.

        Parameters
        ----------
        names : sequence of str
        starts : set of int, optional
            Rows where another group begins.
        lockable : bool, optional
        """
        self.latent.set_rows(names, starts, lockable)
        self.scrollToTop()

    def set_z(self, z: Floats) -> None:
        """Show ``z``, float32 of shape (rows,)."""
        self.latent.set_z(z)

    def set_statistics(
        self,
        mean: Floats | None,
        lo: Floats,
        hi: Floats,
        codes: Floats | None,
        columns: Columns | None = None,
        prior: bool = False,
    ) -> None:
        """Show ranges (rows,) and, where there are codes (n, columns), mean and histograms.

        ``columns`` (rows,) tells which column of the codes belongs to each row. With
        ``prior`` all of it is that of the prior N(0, 1).
        """
        self.latent.set_statistics(mean, lo, hi, codes, columns, prior)

    def set_scale(self, scale: QuantileScale | None) -> None:
        """Let equal ways of a slider hold equal shares of codes or prior, or be equal steps."""
        self.latent.set_scale(scale)

    def set_locks(self, locks: npt.NDArray[np.bool_]) -> None:
        """Show which dimensions are locked, bool of shape (latent_dim,)."""
        self.latent.set_locks(locks)

    def set_pins(self, pins: npt.NDArray[np.bool_]) -> None:
        """Show which rows are pinned, bool of shape (rows,)."""
        self.latent.set_pins(pins)

    def set_effects(self, effects: Effects | None) -> None:
        """Show what each row does to the picture; None leaves no place for that."""
        self.latent.set_effects(effects)

    def set_bands(self, bands: Bands | None) -> None:
        """Show softly where each value may as well lie.

        Parameters
        ----------
        bands : (lo, hi) of ndarray of float32, shape (rows,), or None
            None where nobody knows.
        """
        self.latent.set_bands(bands)

    @property
    def row_layout(self) -> RowLayout:
        """Where the parts of a row lie."""
        down = self.verticalHeader()
        assert down is not None
        return self._delegate.layout_for(self._port.width(), down.defaultSectionSize())

    def track_at(self, dim: int, share: float) -> QPointF:
        """Where a share of the range from 0 to 1 lies on a row's track, in the viewport."""
        rect, layout = self._row_rect(dim), self.row_layout
        return QPointF(rect.x() + layout.x_of(share), rect.y() + layout.track_y)

    def knob_at(self, dim: int) -> QPointF:
        """Where the knob of a row is, in the viewport."""
        return self.track_at(dim, self.latent.share(dim, float(self.latent.z[dim])))

    def sizeHint(self) -> QSize:
        """Qt: sixteen rows with room."""
        return QSize(553, 16 * 33)

    def minimumSizeHint(self) -> QSize:
        """Qt: four narrow rows."""
        return QSize(260, 4 * MIN_ROW_PX)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Qt: rows of a short table share the height."""
        super().resizeEvent(event)
        self._fit_rows()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt: another row came under the pointer."""
        super().scrollContentsBy(dx, dy)
        if self._delegate.marks.hover_row >= 0:
            self._hover(self._port.mapFromGlobal(QCursor.pos()))

    def leaveEvent(self, event: QEvent | None) -> None:
        """Qt: nothing is hovered any more."""
        super().leaveEvent(event)
        self._mark(hover_row=-1, hover_part=Part.NONE)

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Qt: each part of a row has its own tooltip."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self._port)
            return True
        return super().viewportEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """What the tooltip says at a place in the viewport."""
        row, part = self._at(place)
        if row < 0:
            return ""
        name = self.latent.names[row]
        if part is Part.NUMBER:
            return f"{name}: double-click or press Enter to type an exact number"
        if part is Part.LOCK and self.latent.lockable:
            return f"{'Unlock' if self.latent.locks[row] else 'Lock'} {name} (L)"
        if part is Part.PIN:
            pinned = self.latent.pins[row]
            return f"Let {name} go from the top (T)" if pinned else f"Pin {name} to the top (T)"
        if part is Part.EFFECT and self.latent.effects is not None:
            return f"{name}: {self.latent.effects.text(row)}"
        return str(self.latent.index(row, 0).data(Qt.ItemDataRole.ToolTipRole))

    def _set_up(self) -> None:
        self.setModel(self.latent)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Latent sliders")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        across, down = self.horizontalHeader(), self.verticalHeader()
        assert across is not None
        assert down is not None
        across.hide()
        across.setStretchLastSection(True)
        down.hide()
        down.setMinimumSectionSize(MIN_ROW_PX)
        down.setSectionResizeMode(down.ResizeMode.Fixed)
        self._returning.setDuration(RETURN_MS)
        self._returning.setEasingCurve(QEasingCurve.Type.OutCubic)

    def _start_anew(self) -> None:
        self._stop_returning()
        self._delegate.marks = Marks()
        self._fit_rows()

    def _fit_rows(self) -> None:
        down = self.verticalHeader()
        assert down is not None
        height = row_height_px(self._port.height(), self.latent.rowCount())
        if height != down.defaultSectionSize():
            down.setDefaultSectionSize(height)

    def _return_knob(self, row: int) -> None:
        value, mean = float(self.latent.z[row]), float(self.latent.mean[row])
        self._stop_returning()
        self._returning.setStartValue(value)
        self._returning.setEndValue(mean)
        self._mark(returning_row=row, returning_value=value)
        self._returning.start()

    # No lambda: this one is not called any more once the table is gone.
    def _show_return(self, value: float) -> None:
        self._mark(returning_value=value)

    def _stop_returning(self) -> None:
        self._returning.stop()
        self._mark(returning_row=-1)

    def _hover(self, place: QPoint) -> None:
        row, part = self._at(place)
        self._mark(hover_row=row, hover_part=part)

    def _mark(self, **changes: int | float | Part) -> None:
        before = self._delegate.marks
        after = replace(before, **changes)  # type: ignore[arg-type]  # fields of Marks, by name
        if after == before:
            return
        self._delegate.marks = after
        for row in before.rows() | after.rows():
            self._port.update(self._row_rect(row))

    def _at(self, place: QPoint) -> tuple[int, Part]:
        if not self._port.rect().contains(place):
            return -1, Part.NONE
        row = self.rowAt(place.y())
        return row, self.row_layout.part_at(place.x()) if row >= 0 else Part.NONE

    def _row_rect(self, row: int) -> QRect:
        return self.visualRect(self.latent.index(row, 0))

    @property
    def _port(self) -> QWidget:
        viewport = self.viewport()
        assert viewport is not None
        return viewport
