from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.theme import DARK, apply_theme
from explorer.widgets.latent_tools import LatentTools
from models.arrangement import Gathering, Sorting, Wish


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def tools(qtbot: QtBot, window: QWidget) -> LatentTools:
    made = LatentTools(window)
    made.resize(541, 34)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return made


def choose(tools: LatentTools, text: str) -> None:
    (found,) = (a for a in entries(tools) if a.text() == text)
    found.trigger()


def entries(tools: LatentTools) -> list[QAction]:
    menu = tools.order.menu()
    assert menu is not None
    return menu.actions()


def test_a_wish_is_told_whole_each_time(qtbot: QtBot, tools: LatentTools) -> None:
    wishes: list[Wish] = []
    tools.wished.connect(wishes.append)
    assert tools.wish == Wish()
    choose(tools, "Sort by value")
    choose(tools, "Group the dead at the end")
    qtbot.keyClicks(tools.search, "7")
    assert wishes == [
        Wish(Sorting.VALUE),
        Wish(Sorting.VALUE, Gathering.ALIVE),
        Wish(Sorting.VALUE, Gathering.ALIVE, "7"),
    ]
    assert tools.wish == wishes[-1]


def test_the_menu_marks_what_is_chosen(tools: LatentTools) -> None:
    choose(tools, "Sort by value")
    assert [a.text() for a in entries(tools) if a.isChecked()] == [
        "Sort by value",
        "Even steps of the value",
        "No groups",
    ]
    assert tools.order.accessibleName() == "Order of the sliders: by value"


def test_codes_or_prior(tools: LatentTools) -> None:
    told: list[bool] = []
    tools.prior_wanted.connect(told.append)
    assert not tools.basis.isVisible()
    tools.offer_prior(True)
    assert tools.basis.isVisible()
    menu = tools.basis.menu()
    assert menu is not None
    for on, text in enumerate(("codes ▾", "prior ▾")):
        tools.show_prior(bool(on))
        assert tools.basis.text() == text
        assert [action.isChecked() for action in menu.actions()] == [not on, bool(on)]
    assert told == []
    for action in menu.actions():
        action.trigger()
    assert told == [False, True]


def test_a_scale_of_values_or_of_shares(tools: LatentTools) -> None:
    told: list[bool] = []
    tools.quantiles_wanted.connect(told.append)
    even = "Even shares (quantiles)"
    choose(tools, even)
    assert tools.order.text() == "by number % ▾"
    assert tools.order.accessibleName().endswith("by number, on a scale of quantiles")
    choose(tools, "Even steps of the value")
    assert told == [True, False]
    tools.offer_quantiles(False)
    choose(tools, even)
    assert told == [True, False]
    assert tools.order.text() == "by number ▾"


def test_parts_are_offered_where_there_are_some(tools: LatentTools) -> None:
    tools.offer_parts("channel")
    choose(tools, "Group by channel")
    assert tools.wish == Wish(gathering=Gathering.PART)
    tools.offer_parts("channel")
    assert tools.wish == Wish(gathering=Gathering.PART)
    tools.offer_parts("")
    assert tools.wish == Wish()
    assert "Group by channel" not in [action.text() for action in entries(tools)]
    assert tools.order.text() == "by number ▾"


def test_values_or_directions(qtbot: QtBot, tools: LatentTools) -> None:
    told: list[bool] = []
    tools.directions_wanted.connect(told.append)
    qtbot.mouseClick(tools.directions, Qt.MouseButton.LeftButton)
    assert tools.directions.isChecked()
    assert not tools.values.isChecked()
    qtbot.keyClick(tools.values, Qt.Key.Key_Space)
    assert told == [True, False]
    tools.show_directions(True)
    assert tools.directions.isChecked()
    assert told == [True, False]


@pytest.mark.parametrize(
    ("key", "left_over"),
    [(Qt.Key.Key_Escape, ""), (Qt.Key.Key_Return, "style"), (Qt.Key.Key_Down, "style")],
)
def test_the_keyboard_goes_on_to_what_was_found(
    qtbot: QtBot, tools: LatentTools, key: Qt.Key, left_over: str
) -> None:
    tools.search.open()
    qtbot.keyClicks(tools.search, "style")
    with qtbot.waitSignal(tools.left):
        qtbot.keyClick(tools.search, key)
    assert tools.search.text() == left_over


@pytest.mark.parametrize(
    ("width_px", "has_prior"),
    [(250, False), (381, False), (541, False), (1200, False), (330, True), (541, True)],
)
def test_nothing_is_cut(
    qapp: QApplication, keep_looks: None, tools: LatentTools, width_px: int, has_prior: bool
) -> None:
    apply_theme(qapp, DARK)
    tools.offer_prior(has_prior)
    tools.show_prior(has_prior)
    choose(tools, "Sort by effect around this z")
    choose(tools, "Group the dead at the end")
    tools.resize(width_px, 34)
    layout = tools.layout()
    assert layout is not None
    layout.activate()
    shown = [t for t in tools.findChildren(QAbstractButton) if not t.isHidden()]
    assert len(shown) == 3 + has_prior
    for tool in shown:
        assert tool.width() >= tool.sizeHint().width(), tool.text()
        assert tools.rect().contains(tool.geometry())
    assert 50 <= tools.search.width() <= 280
    assert (tools.order.text() == "▾") is (width_px < 381)
    assert tools.order.accessibleName().endswith("by effect here, grouped")


def test_all_of_it_has_names_and_tooltips(tools: LatentTools) -> None:
    for tool in (*tools.findChildren(QAbstractButton), *tools.findChildren(QLineEdit)):
        assert tool.accessibleName()
        assert tool.toolTip()
