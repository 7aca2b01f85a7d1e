from __future__ import annotations

from collections.abc import Sequence

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt
from PyQt6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.widgets.code_drag import pack_code, unpack_code
from explorer.widgets.code_picture import Well
from explorer.widgets.code_shelf import CodeShelf
from explorer.widgets.shelf_painter import ShelfItem

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
COPY = Qt.DropAction.CopyAction
PLAIN = Qt.KeyboardModifier.NoModifier


def items(count: int) -> list[ShelfItem]:
    image = QImage(28, 28, QImage.Format.Format_Grayscale8)
    image.fill(0)
    return [ShelfItem(f"b{n}", f"name {n}", image) for n in range(count)]


@pytest.fixture
def shelf(qtbot: QtBot) -> CodeShelf:
    """Five codes: three in the first row, two in the second."""
    made = CodeShelf("Bookmarks", 56, can_change=True)
    qtbot.addWidget(made)
    made.resize(3 * 64, 2 * 80)
    made.set_items(items(5))
    with qtbot.waitExposed(made):
        made.show()
    return made


def middle(shelf: CodeShelf, index: int) -> QPointF:
    return shelf.places().tile(index).center()


def drop(target: CodeShelf | Well, data: QMimeData, place: QPointF) -> bool:
    enter = QDragEnterEvent(place.toPoint(), COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDragMoveEvent(place.toPoint(), COPY, data, LEFT, PLAIN))
        QApplication.sendEvent(target, QDropEvent(place, COPY, data, LEFT, PLAIN))
    return enter.isAccepted()


def test_a_click_goes_there(qtbot: QtBot, shelf: CodeShelf) -> None:
    with qtbot.waitSignal(shelf.chosen) as caught:
        qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 4).toPoint())
    assert caught.args == ["b4"]


def test_a_drag_takes_the_code_along(
    qtbot: QtBot, shelf: CodeShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[str | None] = []
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, *_: dragged.append(unpack_code(drag.mimeData()))
    )
    chosen: list[str] = []
    shelf.chosen.connect(chosen.append)
    start = middle(shelf, 1).toPoint()
    qtbot.mousePress(shelf, LEFT, pos=start)
    qtbot.mouseMove(shelf, start * 2)
    qtbot.mouseRelease(shelf, LEFT, pos=start * 2)
    assert dragged == ["b1"]
    assert not chosen


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [(2, 30, 0), (70, 30, 1), (110, 30, 2), (189, 30, 3), (2, 110, 3), (60, 110, 4), (180, 110, 5)],
)
def test_a_code_that_is_let_go_lands_in_the_gap(
    qtbot: QtBot, shelf: CodeShelf, x: int, y: int, place: int
) -> None:
    with qtbot.waitSignal(shelf.move_wanted) as caught:
        assert drop(shelf, pack_code("b4"), QPointF(x, y))
    assert caught.args == ["b4", place]


def foreign() -> QMimeData:
    data = QMimeData()
    data.setText("b4")
    return data


@pytest.mark.parametrize("data", [foreign, lambda: pack_code("mean 3")])
def test_a_shelf_takes_only_what_is_on_it(shelf: CodeShelf, data: object) -> None:
    assert callable(data)
    assert not drop(shelf, data(), QPointF(30, 30))


def test_a_well_takes_any_code(qtbot: QtBot) -> None:
    well = Well(84)
    qtbot.addWidget(well)
    with qtbot.waitSignal(well.dropped) as caught:
        assert drop(well, pack_code("mean 3"), QPointF(30, 30))
    assert caught.args == ["mean 3"]
    assert not drop(well, foreign(), QPointF(30, 30))


def test_arrows_go_from_code_to_code(qtbot: QtBot, shelf: CodeShelf) -> None:
    chosen: list[str] = []
    shelf.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(shelf, key)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(shelf, key)
    assert chosen == ["b3", "b1"]
    assert shelf.accessibleDescription().startswith("name 1")


def test_ctrl_and_arrows_move_a_code(qtbot: QtBot, shelf: CodeShelf) -> None:
    qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 1).toPoint())
    moves: list[tuple[str, int]] = []
    shelf.move_wanted.connect(lambda key, place: moves.append((key, place)))
    qtbot.keyClick(shelf, Qt.Key.Key_Right, CTRL)
    qtbot.keyClick(shelf, Qt.Key.Key_Left, CTRL)
    assert moves == [("b1", 3), ("b1", 0)]


def test_keys_of_a_code(qtbot: QtBot, shelf: CodeShelf) -> None:
    qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 2).toPoint())
    with qtbot.waitSignal(shelf.letter_typed) as letter:
        qtbot.keyClick(shelf, Qt.Key.Key_B)
    assert letter.args == ["b2", "B"]
    with qtbot.waitSignal(shelf.delete_wanted) as deleted:
        qtbot.keyClick(shelf, Qt.Key.Key_Delete)
    assert deleted.args == ["b2"]


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ([Qt.Key.Key_X, Qt.Key.Key_Return], ["x"]),
        ([Qt.Key.Key_X, Qt.Key.Key_Escape], []),
        ([Qt.Key.Key_Backspace, Qt.Key.Key_Return], []),
    ],
)
def test_a_name_is_edited_in_its_place(
    qtbot: QtBot, shelf: CodeShelf, keys: Sequence[Qt.Key], names: list[str]
) -> None:
    renamed: list[str] = []
    shelf.rename_wanted.connect(lambda _, name: renamed.append(name))
    qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 2).toPoint())
    qtbot.keyClick(shelf, Qt.Key.Key_F2)
    (editor,) = shelf.findChildren(QLineEdit)
    assert shelf.rect().contains(editor.geometry())
    for key in keys:
        qtbot.keyClick(editor, key)
    assert renamed == names


def test_keys_of_an_editor_are_not_for_the_code_below(qtbot: QtBot, shelf: CodeShelf) -> None:
    chosen: list[str] = []
    shelf.chosen.connect(chosen.append)
    qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 2).toPoint())
    qtbot.keyClick(shelf, Qt.Key.Key_F2)
    (editor,) = shelf.findChildren(QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_F2)
    assert shelf.findChildren(QLineEdit) == [editor]
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert chosen == ["b2"]  # by the click


def test_a_code_that_goes_while_it_is_held_is_not_chosen(qtbot: QtBot, shelf: CodeShelf) -> None:
    chosen: list[str] = []
    shelf.chosen.connect(chosen.append)
    qtbot.mousePress(shelf, LEFT, pos=middle(shelf, 4).toPoint())
    shelf.set_items(items(2))
    qtbot.mouseRelease(shelf, LEFT, pos=middle(shelf, 4).toPoint())
    assert not chosen


def test_the_keyboard_stays_at_its_code_when_the_order_changes(
    qtbot: QtBot, shelf: CodeShelf
) -> None:
    qtbot.mouseClick(shelf, LEFT, pos=middle(shelf, 1).toPoint())
    shelf.set_items([*items(5)[2:], *items(5)[:2]])
    with qtbot.waitSignal(shelf.chosen) as caught:
        qtbot.keyClick(shelf, Qt.Key.Key_Return)
    assert caught.args == ["b1"]
    shelf.set_items([])
    qtbot.keyClick(shelf, Qt.Key.Key_Return)  # at nothing
