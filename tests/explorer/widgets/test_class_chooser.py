from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QSpinBox
from pytestqt.qtbot import QtBot

from explorer.widgets.class_chooser import ClassChooser
from tests.explorer.finding import button

Key = Qt.Key
Make = Callable[[int], ClassChooser]


@pytest.fixture
def wanted() -> list[int]:
    return []


@pytest.fixture
def make(qtbot: QtBot, wanted: list[int]) -> Make:
    def put_up(classes: int) -> ClassChooser:
        chooser = ClassChooser("label", classes)
        chooser.class_requested.connect(wanted.append)
        qtbot.addWidget(chooser)
        with qtbot.waitActive(chooser):
            chooser.show()
            chooser.activateWindow()
        chooser.show_class(0)
        return chooser

    return put_up


def checked(chooser: ClassChooser) -> list[str]:
    return [b.text() for b in chooser.findChildren(QAbstractButton) if b.isChecked()]


def texts_of(chooser: ClassChooser) -> list[str]:
    return [b.text() for b in chooser.findChildren(QAbstractButton)]


@pytest.mark.parametrize("classes", [2, 10, 12])
def test_few_classes_have_a_button_each(make: Make, wanted: list[int], classes: int) -> None:
    chooser = make(classes)
    assert texts_of(chooser) == [str(index) for index in range(classes)]
    button(chooser, str(classes - 1)).click()
    assert wanted == [classes - 1]


def test_the_chosen_class_is_shown_and_no_other(make: Make, wanted: list[int]) -> None:
    chooser = make(10)
    chooser.show_class(7)
    assert checked(chooser) == ["7"]
    assert wanted == []


@pytest.mark.parametrize(
    ("key", "found"), [(Key.Key_4, [4]), (Key.Key_Right, [1]), (Key.Key_A, []), (Key.Key_9, [])]
)
def test_keys_choose_a_class(
    qtbot: QtBot, make: Make, wanted: list[int], key: Qt.Key, found: list[int]
) -> None:
    chooser = make(6)
    first = button(chooser, "0")
    first.setFocus()
    qtbot.keyClick(first, key)
    assert wanted == found


def test_many_classes_are_stepped_through_or_typed(
    qtbot: QtBot, make: Make, wanted: list[int]
) -> None:
    chooser = make(1_000_000)
    (field,) = chooser.findChildren(QSpinBox)
    field.stepUp()
    field.selectAll()
    qtbot.keyClicks(field, "834")
    qtbot.keyClick(field, Key.Key_Return)
    assert wanted == [1, 834]
    chooser.show_class(12)
    assert field.text() == "12"
    assert wanted == [1, 834]


NAMES = ("T-shirt/top", "trouser", "bags & cases", "7")


def test_classes_are_called_by_their_names(qtbot: QtBot, make: Make, wanted: list[int]) -> None:
    chooser = make(4)
    chooser.resize(500, 60)
    chooser.set_names(NAMES)
    chooser.show_class(1)
    qtbot.waitUntil(lambda: "bags && cases" in texts_of(chooser))  # it has got its room
    assert checked(chooser) == ["trouser"]
    named = button(chooser, "bags && cases")
    assert named.accessibleName() == "Class 2 bags & cases for label"
    named.click()
    assert wanted == [2]
    chooser.set_names(())
    assert checked(chooser) == ["2"]


def test_a_name_too_long_for_its_button_is_shortened(qtbot: QtBot, make: Make) -> None:
    chooser = make(4)
    chooser.set_names(NAMES)
    chooser.resize(200, 60)
    qtbot.waitUntil(lambda: any(text.endswith("…") for text in texts_of(chooser)))
    assert chooser.width() == 200


def test_names_of_many_classes_are_stepped_through_or_typed(
    qtbot: QtBot, make: Make, wanted: list[int]
) -> None:
    chooser = make(20)
    chooser.show_class(3)
    chooser.set_names([f"name {index}" for index in range(20)])
    (field,) = chooser.findChildren(QSpinBox)
    assert field.text() == "3 name 3"
    for typed in ("name 5", "7", "8 name 8", "no such name"):
        field.selectAll()
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wanted == [5, 7, 8]


def test_every_part_has_a_name_for_those_who_do_not_see_it(make: Make) -> None:
    chooser = make(10)
    assert chooser.accessibleName() == "Class for label"
    assert button(chooser, "3").accessibleName() == "Class 3 for label"
    assert "class 3" in button(chooser, "3").toolTip()
