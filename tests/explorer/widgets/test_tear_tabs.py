from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from explorer.widgets.tear_tabs import TearTabs, TornWindow

Drag = Callable[[QWidget, Sequence[QPointF]], None]


@pytest.fixture
def tabs(qtbot: QtBot) -> TearTabs:
    made = TearTabs()
    for title in ("One", "Two", "Three"):
        made.add_page(title, QLabel(f"page {title}"), f"Tip of {title}")
    qtbot.addWidget(made)
    made.resize(400, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(tabs: TearTabs) -> list[str]:
    return [tabs.tabText(index) for index in range(tabs.count())]


def window_of(tabs: TearTabs, title: str) -> TornWindow:
    (window,) = (w for w in tabs.findChildren(TornWindow) if w.title == title)
    return window


def test_a_tab_dragged_away_gets_a_window_of_its_own(tabs: TearTabs, drag: Drag) -> None:
    bar = tabs.tabBar()
    assert bar is not None
    start = bar.tabRect(1).center().toPointF()
    drag(bar, [start, start + QPointF(0, 30), start + QPointF(0, 200)])
    assert shown(tabs) == ["One", "Three"]
    assert tabs.torn_off() == ["Two"]
    window = window_of(tabs, "Two")
    assert window.isWindow()
    assert window.isVisible()
    assert window.page.isVisible()
    assert "Two" in window.windowTitle()


def test_a_drag_along_the_bar_tears_nothing(tabs: TearTabs, drag: Drag) -> None:
    bar = tabs.tabBar()
    assert bar is not None
    start = bar.tabRect(0).center().toPointF()
    drag(bar, [start, start + QPointF(200, 10)])
    assert tabs.torn_off() == []


def test_the_menu_of_a_tab_tears_it_off(qtbot: QtBot, tabs: TearTabs) -> None:
    bar = tabs.tabBar()
    assert bar is not None
    bar.customContextMenuRequested.emit(bar.tabRect(2).center())
    (menu,) = (menu for menu in tabs.findChildren(QMenu) if menu.isVisible())
    (action,) = menu.actions()
    action.trigger()
    menu.close()
    assert tabs.torn_off() == ["Three"]


@pytest.mark.parametrize("title", ["One", "Two", "Three"])
def test_closing_its_window_brings_a_tab_back_into_its_place(tabs: TearTabs, title: str) -> None:
    tip = tabs.tabToolTip(tabs.titles().index(title))
    tabs.tear_off(title)
    page = window_of(tabs, title).page
    window_of(tabs, title).close()
    assert shown(tabs) == tabs.titles() == ["One", "Two", "Three"]
    assert tabs.current_title() == title
    assert tabs.currentWidget() is page
    assert page.isVisible()
    assert tabs.tabToolTip(tabs.currentIndex()) == tip
    assert tip.startswith(f"Tip of {title}")


def test_two_torn_off_tabs_come_back_in_order(tabs: TearTabs) -> None:
    tabs.tear_off("One")
    tabs.tear_off("Two")
    tabs.bring_back("Two")
    tabs.bring_back("One")
    assert shown(tabs) == ["One", "Two", "Three"]


def test_the_last_tab_stays(tabs: TearTabs) -> None:
    for title in tabs.titles():
        tabs.tear_off(title)
    assert tabs.torn_off() == ["One", "Two"]
    assert shown(tabs) == ["Three"]


def test_open_page_finds_a_page_wherever_it_is(qtbot: QtBot, tabs: TearTabs) -> None:
    tabs.open_page("Three")
    assert tabs.current_title() == "Three"
    tabs.tear_off("Two")
    window = window_of(tabs, "Two")
    with qtbot.waitActive(tabs):
        tabs.activateWindow()
    with qtbot.waitActive(window):
        tabs.open_page("Two")
    tabs.open_page("no such page")
    assert tabs.current_title() == "Three"


def test_every_change_of_the_layout_is_told(qtbot: QtBot, tabs: TearTabs) -> None:
    for change in (
        lambda: tabs.open_page("Two"),
        lambda: tabs.tear_off("Two"),
        lambda: window_of(tabs, "Two").close(),
    ):
        with qtbot.waitSignal(tabs.layout_changed):
            change()


def test_the_tabs_can_be_reached_by_keyboard(tabs: TearTabs) -> None:
    bar = tabs.tabBar()
    assert bar is not None
    assert bar.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert bar.accessibleName()
