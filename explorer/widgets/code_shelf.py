"""Codes as small pictures with names: to go to, to drag, to put into another order."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PyQt6.QtWidgets import QApplication, QLineEdit, QSizePolicy, QToolTip, QWidget

from explorer.theme import SMALL_PX, text_font, theme_of
from explorer.widgets.code_drag import pack_code, unpack_code
from explorer.widgets.shelf_painter import GAP_PX, ShelfItem, ShelfLayout, paint_shelf

BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
CTRL = Qt.KeyboardModifier.ControlModifier
GO_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CodeShelf(QWidget):
    """Shows the codes it is given.

    Parameters
    ----------
    name : str
        For the screen reader.
    tile_px : int
        Side of a picture.
    can_change : bool
        Whether codes can be put into another order, renamed and deleted.

    Attributes
    ----------
    chosen : signal of str
        A code was clicked, or Enter pressed on it.
    move_wanted : signal of (str, int)
        Put a code before the one at that place.
    rename_wanted : signal of (str, str)
    delete_wanted : signal of str
    letter_typed : signal of (str, str)
        A letter was typed on a code.
    menu_wanted : signal of (str, QPoint)
        A menu for a code, at a place on the screen.
    """

    chosen = pyqtSignal(str)
    move_wanted = pyqtSignal(str, int)
    rename_wanted = pyqtSignal(str, str)
    delete_wanted = pyqtSignal(str)
    letter_typed = pyqtSignal(str, str)
    menu_wanted = pyqtSignal(str, QPoint)

    def __init__(
        self, name: str, tile_px: int, can_change: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tile_px = tile_px
        self._can_change = can_change
        self._items: tuple[ShelfItem, ...] = ()
        self._hovered: int | None = None
        self._current: int | None = None
        self._pressed: tuple[int, QPointF] | None = None
        self._gap: int | None = None
        self._editor: QLineEdit | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(can_change)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_items(self, items: Sequence[ShelfItem]) -> None:
        """Show these."""
        key = None if self._current is None else self._items[self._current].key
        if len(items) != len(self._items):
            self._hovered = self._pressed = None
            self.updateGeometry()
        self._items = tuple(items)
        keys = [item.key for item in items]
        self._current = keys.index(key) if key in keys else None
        self._describe()
        self.update()

    @property
    def items(self) -> tuple[ShelfItem, ...]:
        """What is shown."""
        return self._items

    def places(self) -> ShelfLayout:
        """Where everything lies."""
        return ShelfLayout.fit(len(self._items), self.width(), self._tile_px)

    def edit_name(self, key: str) -> None:
        """Open an editor on a code's name; Enter renames, Escape leaves it."""
        index = [item.key for item in self._items].index(key)
        editor = _NameEditor(self._items[index].name, self)
        place = self.places().name(index).toAlignedRect().adjusted(-GAP_PX // 2, -3, GAP_PX, 3)
        place.setWidth(max(place.width(), 2 * self._tile_px))
        place.moveRight(min(place.right(), self.width() - 1))
        editor.setGeometry(place)
        editor.editingFinished.connect(lambda: self._end_editor(key))
        editor.left.connect(lambda: self._end_editor(None))
        self._editor = editor
        editor.show()
        editor.setFocus()
        editor.selectAll()

    def _end_editor(self, key: str | None) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        text = editor.text()
        editor.deleteLater()
        self.setFocus()
        if key is not None and text.strip():
            self.rename_wanted.emit(key, text)

    # The mouse -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take hold of a code; whether it is a click or a drag shows later."""
        assert event is not None
        index = self.places().index_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = index, event.position()
            self._set_current(index)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Ring what lies under the pointer, or drag what is held."""
        assert event is not None
        if self._pressed is not None:
            index, start = self._pressed
            way = (event.position() - start).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._pressed = None
                self._drag(index)
            return
        self._hover(self.places().index_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """It was a click."""
        assert event is not None
        pressed, self._pressed = self._pressed, None
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._items[pressed[0]].key)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Ring nothing."""
        self._hover(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Offer what can be done with a code."""
        assert event is not None
        index = self.places().index_at(QPointF(event.pos()))
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self._current
        if index is not None and self._can_change:
            self._set_current(index)
            centre = self.places().tile(index).center().toPoint()
            self.menu_wanted.emit(self._items[index].key, self.mapToGlobal(centre))

    def _drag(self, index: int) -> None:
        drag = QDrag(self)
        drag.setMimeData(pack_code(self._items[index].key))
        image = self._items[index].image
        if image is not None:
            place = self.places().tile(index).toAlignedRect()
            drag.setPixmap(self.grab(place))
            drag.setHotSpot(QPoint(self._tile_px // 2, self._tile_px // 2))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            pointing = Qt.CursorShape.PointingHandCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if index is None else pointing)
            self.update()

    # Dropping --------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Take what is on this shelf."""
        assert event is not None
        if self._index_of(unpack_code(event.mimeData())) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:
        """Show where it would go."""
        assert event is not None
        self._gap = self.places().gap_at(event.position())
        event.acceptProposedAction()
        self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:
        """It goes elsewhere."""
        self._gap = None
        self.update()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Put it there."""
        assert event is not None
        self._gap = None
        self.update()
        key = unpack_code(event.mimeData())
        if key is not None and self._index_of(key) is not None:
            event.acceptProposedAction()
            self.move_wanted.emit(key, self.places().gap_at(event.position()))

    def _index_of(self, key: str | None) -> int | None:
        keys = [item.key for item in self._items]
        return keys.index(key) if key in keys else None

    # The keyboard ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows go from one to the next, with Ctrl they take it along; Enter goes there."""
        assert event is not None
        key, columns = Qt.Key(event.key()), self.places().columns
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        if key in steps and self._items:
            self._step(steps[key], bool(event.modifiers() & CTRL))
        elif self._current is None or not self._act(key, event.text()):
            super().keyPressEvent(event)

    def _step(self, step: int, takes_along: bool) -> None:
        wanted = 0 if self._current is None else self._current + step
        if not 0 <= wanted < len(self._items):
            return
        if not takes_along:
            self._set_current(wanted)
        elif self._current is not None and self._can_change:
            place = wanted + 1 if step > 0 else wanted
            self.move_wanted.emit(self._items[self._current].key, place)

    def _act(self, key: Qt.Key, text: str) -> bool:
        assert self._current is not None
        item = self._items[self._current]
        if key in GO_KEYS:
            self.chosen.emit(item.key)
        elif key == Qt.Key.Key_Delete and self._can_change:
            self.delete_wanted.emit(item.key)
        elif key == Qt.Key.Key_F2 and self._can_change:
            self.edit_name(item.key)
        elif text.isalpha() and self._can_change:
            self.letter_typed.emit(item.key, text.upper())
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Whoever comes by keyboard sees where the arrows start."""
        assert event is not None
        if event.reason() in BY_KEYBOARD and self._current is None and self._items:
            self._set_current(0)
        super().focusInEvent(event)
        self.update()

    def _set_current(self, index: int) -> None:
        self._current = index
        self._describe()
        self.update()

    def _describe(self) -> None:
        item = None if self._current is None else self._items[self._current]
        self.setAccessibleDescription("" if item is None else f"{item.name}: {item.tip}")

    # Painting --------------------------------------------------------------------------

    def event(self, event: QEvent | None) -> bool:
        """Say what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.places().index_at(QPointF(event.pos()))
            if index is not None:
                item = self._items[index]
                QToolTip.showText(event.globalPos(), f"{item.name}: {item.tip}", self)
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Six in a row."""
        width = 6 * (self._tile_px + GAP_PX) - GAP_PX
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Two in a row."""
        return QSize(2 * self._tile_px + GAP_PX, ShelfLayout.fit(0, 0, self._tile_px).row_px)

    def heightForWidth(self, width_px: int) -> int:
        """What all rows need."""
        return ShelfLayout.fit(len(self._items), width_px, self._tile_px).height_px

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint tiles and, during a drag, where it leads."""
        assert event is not None
        theme, painter, layout = theme_of(self.palette()), QPainter(self), self.places()
        painter.setFont(text_font(SMALL_PX))

        def is_ringed(index: int) -> bool:
            return index == self._hovered or (index == self._current and self.hasFocus())

        paint_shelf(painter, layout, self._items, is_ringed, theme, QRectF(event.rect()))
        if self._gap is not None:
            painter.fillRect(layout.gap(self._gap), QColor(theme.text))
        painter.end()


class _NameEditor(QLineEdit):
    left = pyqtSignal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setAccessibleName("Name")
        self.setMaxLength(40)
        self.setFont(text_font(SMALL_PX))
        self.setStyleSheet("QLineEdit { min-height: 0; padding: 0 4px; }")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            event.accept()  # what a line passes on, such as Enter, is not meant for the shelf
