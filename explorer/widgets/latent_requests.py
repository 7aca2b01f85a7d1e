"""What can be asked of a row of the latent table, whichever hand asks."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPoint, pyqtSignal
from PyQt6.QtGui import QHideEvent, QResizeEvent
from PyQt6.QtWidgets import QMenu, QWidget

from explorer.widgets.latent_editors import NumberEditor, RangeEditor
from explorer.widgets.latent_gesture import Bursts, Drag
from explorer.widgets.latent_row import KNOB_RADIUS_PX
from explorer.widgets.latent_view import LatentView
from models.quantile_scale import QuantileScale

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
        A row, its exact value, the gesture.
    copy_requested, paste_requested : signal
        ``z`` is wanted as text on the clipboard, or from there.
    reset_requested : signal of int, int
        A row that is to go to its mean, the gesture (a double-click's first
        press has requested a value with the same number).
    lock_requested : signal of int, bool
    range_requested : signal of int, float, float
    base_range_requested : signal of int
        A row that is to get back the range it had at first.
    pin_requested : signal of int, bool
    find_requested : signal
        The keyboard is wanted where rows are searched for.
    let_go : signal
        No hand is on a row any more, see :attr:`is_held`.
    refused : signal of str
        One sentence: why nothing was requested.
    """

    value_requested = pyqtSignal(int, float, int)
    copy_requested = pyqtSignal()
    paste_requested = pyqtSignal()
    reset_requested = pyqtSignal(int, int)
    lock_requested = pyqtSignal(int, bool)
    range_requested = pyqtSignal(int, float, float)
    base_range_requested = pyqtSignal(int)
    pin_requested = pyqtSignal(int, bool)
    find_requested = pyqtSignal()
    let_go = pyqtSignal()
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
        self._number_editor.left.connect(self.let_go)
        self._range_editor.committed.connect(self.range_requested)
        self._range_editor.refused.connect(self.refused)

    @property
    def is_held(self) -> bool:
        """Whether a hand is on a row: pointing, dragging, typing, or at it by keyboard."""
        marks = self._delegate.marks
        return max(marks.hover_row, marks.focus_row) >= 0 or self.is_moved

    @property
    def is_moved(self) -> bool:
        """Whether a hand is about to change a value: dragging, or typing."""
        return self._drag is not None or self._number_editor.row >= 0

    def set_scale(self, scale: QuantileScale | None) -> None:
        """The same; a hand on a track lets go of it."""
        if scale is not self.latent.scale:
            self._end_drag()
        super().set_scale(scale)

    def menu_of(self, row: int) -> QMenu:
        """The context menu of a row; it is deleted once it was shown."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        latent = self.latent
        lock = "Unlock" if latent.locks[row] else "Lock"
        whose = "codes'" if latent.has_codes else "prior's" if latent.prior else "first"
        base = f"Use the {whose} range"
        entries: list[tuple[str, Callable[[], object]] | None] = [
            ("Edit value\tEnter", lambda: self._edit_number(row)),
            (f"Reset to {latent.middle}\tHome", lambda: self._reset(row, self._new_gesture())),
        ]
        if latent.lockable:
            entries += [
                (f"{lock}\tL", lambda: self._toggle_lock(row)),
                None,
                ("Set range…", lambda: self._edit_range(row)),
                (base, lambda: self.base_range_requested.emit(row)),
            ]
        pin = "Let go from the top" if latent.pins[row] else "Pin to the top"
        entries += [
            None,
            (f"{pin}\tT", lambda: self._toggle_pin(row)),
            ("Find rows\tCtrl+F", self.find_requested.emit),
            None,
            ("Copy z\tCtrl+C", self.copy_requested.emit),
            ("Paste z\tCtrl+V", self.paste_requested.emit),
        ]
        for entry in entries:
            action = menu.addSeparator() if entry is None else menu.addAction(entry[0])
            if entry is not None and action is not None:
                action.triggered.connect(lambda _=False, act=entry[1]: act())
        return menu

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt: a number that is being edited does not stay behind."""
        self._number_editor.leave()
        super().scrollContentsBy(dx, dy)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Qt: a number that is being edited does not stay behind."""
        self._number_editor.leave()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Qt: a hand cannot hold what is not there."""
        self._end_drag()
        super().hideEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Qt: the hand may have let go."""
        super().leaveEvent(event)
        self.let_go.emit()

    def _start_anew(self) -> None:
        self._drag = None
        self._number_editor.leave()
        super()._start_anew()

    def _is_free(self, row: int) -> bool:
        locked = bool(self.latent.locks[row])
        if locked:
            name = self.latent.names[row]
            self.refused.emit(f"{name} is locked; click its lock or press L to free it.")
        return not locked

    def _start_drag(self, row: int, x: float, fine: bool) -> None:
        model, layout = self.latent, self.row_layout
        start, (lo, hi) = float(model.z[row]), model.ends(row)
        place = model.place(row, start)
        self._stop_returning()
        gesture = self._new_gesture()
        self._pressed = row, gesture
        on_knob = abs(x - layout.x_of(model.share(row, start))) <= KNOB_RADIUS_PX + 2
        if not (on_knob or fine):
            place = lo + min(max(layout.share_of(x), 0.0), 1.0) * (hi - lo)
        per_px = (hi - lo) / layout.track_width
        self._drag = Drag(row, gesture, start, place, lo, hi, per_px, x, fine)
        self._mark(drag_row=row)
        # Also where the hand only holds the knob: from now on the sliders have the say.
        self._request_dragged(self._drag)

    def _request_dragged(self, drag: Drag) -> None:
        model = self.latent
        held = drag.place == model.place(drag.row, drag.start)  # exactly; the way back rounds
        value = drag.start if held else model.value_at(drag.row, drag.place)
        self.value_requested.emit(drag.row, value, drag.gesture)

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
        lo, hi = model.ends(row)
        place = model.place(row, float(model.z[row]))
        wanted = place + fraction * (hi - lo)
        wanted = min(max(wanted, min(lo, place)), max(hi, place))
        gesture = self._bursts.step(kind, row, time_ms)
        self._stop_returning()
        if wanted != place:
            self.value_requested.emit(row, model.value_at(row, wanted), gesture)

    def _reset(self, row: int, gesture: int) -> None:
        if not self._is_free(row):
            return
        self._end_drag()
        self._return_knob(row)
        self.reset_requested.emit(row, gesture)

    def _toggle_lock(self, row: int) -> None:
        if self.latent.lockable:
            self.lock_requested.emit(row, not self.latent.locks[row])

    def _toggle_pin(self, row: int) -> None:
        self.pin_requested.emit(row, not self.latent.pins[row])

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
        self._number_editor.open(row, self.latent.names[row], float(self.latent.z[row]), typed)

    def _request_typed(self, row: int, value: float) -> None:
        self.value_requested.emit(row, value, self._new_gesture())

    def _edit_range(self, row: int) -> None:
        rect = self._row_rect(row)
        corner = self._port.mapToGlobal(QPoint(self.row_layout.track_left, rect.bottom()))
        lo, hi = float(self.latent.lo[row]), float(self.latent.hi[row])
        self._range_editor.open(row, self.latent.names[row], lo, hi, corner)
