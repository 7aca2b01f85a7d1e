"""What can be asked of a row of the latent table, whichever hand asks."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PyQt6.QtCore import QPoint, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QHideEvent, QResizeEvent
from PyQt6.QtWidgets import QMenu, QWidget

from explorer.widgets.latent_editors import NumberEditor, RangeEditor
from explorer.widgets.latent_gesture import Bursts, Drag
from explorer.widgets.latent_row import KNOB_RADIUS_PX
from explorer.widgets.latent_view import LatentView
from models.errors import LatentError
from models.latent import format_z, parse_z

NUMBER_EDITOR_PX = 116
NUMBER_EDITOR_HEIGHT_PX = 28


class LatentRequests(LatentView):
    """Turns what is wanted of a row into signals; changes nothing itself.

    A gesture number stands for what the hand did in one go: one drag, one burst
    of wheel steps, one run of a key.

    Parameters
    ----------
    parent : QWidget, optional
    new_gesture : callable, optional
        Gives numbers for gestures; they count from 1 without it.

    Attributes
    ----------
    value_requested : signal of int, float, int
        A dimension, its exact value, the gesture.
    values_requested : signal of ndarray of float32 (latent_dim,), int, str
        All values, the gesture, what was done.
    reset_requested : signal of int, int
        A dimension that is to go to its mean, the gesture (a double-click's first
        press has requested a value with the same number).
    lock_requested : signal of int, bool
    range_requested : signal of int, float, float
    base_range_requested : signal of int
        A dimension that is to get back the range of the codes.
    refused : signal of str
        One sentence: why nothing was requested.
    """

    value_requested = pyqtSignal(int, float, int)
    values_requested = pyqtSignal(object, int, str)
    reset_requested = pyqtSignal(int, int)
    lock_requested = pyqtSignal(int, bool)
    range_requested = pyqtSignal(int, float, float)
    base_range_requested = pyqtSignal(int)
    refused = pyqtSignal(str)

    def __init__(
        self, parent: QWidget | None = None, new_gesture: Callable[[], int] | None = None
    ) -> None:
        super().__init__(parent)
        self._new_gesture = new_gesture or itertools.count(1).__next__
        self._bursts = Bursts(self._new_gesture)
        self._drag: Drag | None = None
        self._pressed = (-1, 0)  # row and gesture of the last press on a track
        self._number_editor = NumberEditor(self._port)
        self._range_editor = RangeEditor(self)
        self._number_editor.committed.connect(self._request_typed)
        self._number_editor.refused.connect(self.refused)
        self._number_editor.left.connect(self.setFocus)
        self._range_editor.committed.connect(self.range_requested)
        self._range_editor.refused.connect(self.refused)

    def menu_of(self, row: int) -> QMenu:
        """The context menu of a row; it is deleted once it was shown."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        lock = "Unlock" if self.latent.locks[row] else "Lock"
        entries: list[tuple[str, Callable[[], object]] | None] = [
            ("Edit value\tEnter", lambda: self._edit_number(row)),
            ("Reset to mean\tHome", lambda: self._reset(row, self._new_gesture())),
            (f"{lock}\tL", lambda: self._toggle_lock(row)),
            None,
            ("Set range…", lambda: self._edit_range(row)),
            ("Use the codes' range", lambda: self.base_range_requested.emit(row)),
            None,
            ("Copy z\tCtrl+C", self._copy),
            ("Paste z\tCtrl+V", self._paste),
        ]
        for entry in entries:
            action = menu.addSeparator() if entry is None else menu.addAction(entry[0])
            if entry is not None and action is not None:
                action.triggered.connect(lambda _=False, act=entry[1]: act())
        return menu

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Qt: a number that is being edited does not stay behind."""
        self._number_editor.leave()
        super().scrollContentsBy(dx, dy)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: a number that is being edited does not stay behind."""
        self._number_editor.leave()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Qt: a hand cannot hold what is not there."""
        self._end_drag()
        super().hideEvent(event)

    def _start_anew(self) -> None:
        self._drag = None
        self._number_editor.leave()
        super()._start_anew()

    def _is_free(self, row: int) -> bool:
        locked = bool(self.latent.locks[row])
        if locked:
            self.refused.emit(f"z {row} is locked; click its lock or press L to free it.")
        return not locked

    def _start_drag(self, row: int, x: float, fine: bool) -> None:
        model, layout = self.latent, self.row_layout
        lo, hi, value = float(model.lo[row]), float(model.hi[row]), float(model.z[row])
        self._stop_returning()
        gesture = self._new_gesture()
        self._pressed = row, gesture
        start = value
        on_knob = abs(x - layout.x_of(model.share(row, value))) <= KNOB_RADIUS_PX + 2
        if not (on_knob or fine):
            value = lo + min(max(layout.share_of(x), 0.0), 1.0) * (hi - lo)
        per_px = (hi - lo) / layout.track_width
        self._drag = Drag(row, gesture, start, value, lo, hi, per_px, x, fine)
        self._mark(drag_row=row)
        # Also where the hand only holds the knob: from now on the sliders have the say.
        self.value_requested.emit(row, value, gesture)

    def _end_drag(self) -> None:
        self._drag = None
        self._mark(drag_row=-1)

    def _cancel_drag(self) -> None:
        drag = self._drag
        self._end_drag()
        if drag is not None:
            self.value_requested.emit(drag.row, drag.start, drag.gesture)

    def _step(self, kind: str, row: int, fraction: float, time_ms: int) -> None:
        model = self.latent
        lo, hi, value = float(model.lo[row]), float(model.hi[row]), float(model.z[row])
        wanted = value + fraction * (hi - lo)
        wanted = min(max(wanted, min(lo, value)), max(hi, value))
        gesture = self._bursts.step(kind, row, time_ms)
        self._stop_returning()
        if wanted != value:
            self.value_requested.emit(row, wanted, gesture)

    def _reset(self, row: int, gesture: int) -> None:
        if not self._is_free(row):
            return
        self._end_drag()
        self._return_knob(row)
        self.reset_requested.emit(row, gesture)

    def _toggle_lock(self, row: int) -> None:
        self.lock_requested.emit(row, not self.latent.locks[row])

    def _edit_number(self, row: int, typed: str = "") -> None:
        if not self._is_free(row):
            return
        self._end_drag()
        self.scrollTo(self.latent.index(row, 0))
        rect = self._row_rect(row)
        right = rect.x() + self.row_layout.number_right + 8
        width = min(NUMBER_EDITOR_PX, right)
        self._number_editor.setGeometry(
            right - width, rect.y() + 2, width, min(rect.height() - 4, NUMBER_EDITOR_HEIGHT_PX)
        )
        self._number_editor.open(row, float(self.latent.z[row]), typed)

    def _request_typed(self, row: int, value: float) -> None:
        self.value_requested.emit(row, value, self._new_gesture())

    def _edit_range(self, row: int) -> None:
        rect = self._row_rect(row)
        corner = self._port.mapToGlobal(QPoint(self.row_layout.track_left, rect.bottom()))
        lo, hi = float(self.latent.lo[row]), float(self.latent.hi[row])
        self._range_editor.open(row, lo, hi, corner)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(format_z(self.latent.z))

    def _paste(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            return
        try:
            z = parse_z(clipboard.text(), self.latent.rowCount())
        except LatentError as error:
            self.refused.emit(str(error))
        else:
            self.values_requested.emit(z, self._new_gesture(), "paste z")
